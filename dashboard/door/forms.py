"""What a browser sends with a form, and who sends it."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request

from dashboard.door.access import Visitor

Form = Mapping[str, str]


async def form_of(request: Request) -> Form:
    """The fields of a form as they were filled in; of one that is given twice the first."""
    fields = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}


def visitor_of(request: Request) -> Visitor:
    """Whom the guard let in with this request."""
    found: Visitor = request.scope["gatehouse.visitor"]
    return found
