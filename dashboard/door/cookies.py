"""What a browser brings with each request."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.requests import cookie_parser


def cookies(headers: Headers) -> Mapping[str, str]:
    """The request's cookies, read as everything behind the guard reads them; a strange one of another program hides none."""
    return cookie_parser(headers.get("cookie", ""))
