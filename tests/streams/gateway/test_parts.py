"""Multipart bodies as devices write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import TooLarge
from streams.gateway.parts import MOST, split
from tests.streams.gateway.shapes import multipart

TWO = (("a", "application/xml", b"<a/>"), ("b", "image/jpeg", b"\xff\xd8 --boundary \xff"))


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("content_type", ["", "multipart/form-data; boundary=boundary", 'multipart/mixed; boundary="boundary"'])
def test_parts_are_found_whatever_the_line_ends_and_the_header(end: bytes, last: bool, content_type: str) -> None:
    parts = split(multipart(*TWO, end=end, last=last), content_type)
    assert [part.body.strip() for part in parts] == [b"<a/>", b"\xff\xd8 --boundary \xff"]
    assert [part.name for part in parts] == ["a", "b"]


@pytest.mark.parametrize("declared", [1, 3, 4, 5, 99999])
def test_a_content_length_is_believed_only_where_a_boundary_follows(declared: int) -> None:
    body = multipart(*TWO).replace(
        b"Content-Type: application/xml", f"Content-Type: text/xml\r\nContent-Length: {declared}".encode()
    )
    assert split(body, "")[0].body.strip() == b"<a/>"


def test_a_boundary_inside_a_picture_ends_nothing_where_the_length_is_right() -> None:
    picture = b"\xff\xd8\r\n--boundary\r\nnot a part"
    head = f"--boundary\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n".encode()
    assert [part.body for part in split(head + picture + b"\r\n--boundary--\r\n", "")] == [picture]


def test_a_stream_that_was_joined_in_its_middle_keeps_its_first_message() -> None:
    head = b"\n--boundary\nContent-Type: application/xml\nContent-Length: 4\n\n"
    body = b"<a/>" + head + b"<b/>" + head
    assert [part.body.strip() for part in split(body, "")] == [b"<a/>", b"<b/>"]


def test_a_body_without_a_boundary_is_one_part() -> None:
    assert [part.body for part in split(b"<a>--x</a>", "text/xml")] == [b"<a>--x</a>"]


def test_parts_are_bounded_in_number() -> None:
    with pytest.raises(TooLarge):
        split(multipart(*[("a", "text/xml", b"<a/>")] * (MOST + 1)), "")


@given(
    st.binary(max_size=300), st.sampled_from(["", "multipart/mixed; boundary=b", "multipart/mixed; boundary=", '; boundary="x'])
)
def test_any_bytes_are_split_without_loss_of_a_lone_body(body: bytes, content_type: str) -> None:
    parts = split(body, content_type)
    assert all(part.body in body for part in parts)


contents = st.lists(st.binary(min_size=1, max_size=40).filter(lambda b: b.strip() and b"--" not in b), min_size=1, max_size=5)


@given(contents)
def test_what_was_joined_is_split_again(bodies: list[bytes]) -> None:
    parts = split(multipart(*[("n", "application/octet-stream", body) for body in bodies]), "multipart/x; boundary=boundary")
    assert [part.body for part in parts] == bodies


def test_boundaries_with_nothing_between_them_are_bounded_too() -> None:
    with pytest.raises(TooLarge):
        split(b"Content-\n" + b"--b\n" * 10_000, "multipart/form-data; boundary=b")


def test_zeros_behind_the_last_boundary_are_no_part() -> None:
    body = multipart(("a", "text/xml", b"<a/>")) + b"\x00\x00"
    assert [part.body for part in split(body, "multipart/form-data; boundary=boundary")] == [b"<a/>"]
