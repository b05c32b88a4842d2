"""A file is what its bytes say, and its name may not say something else."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from alerts.attachments.content import JPEG, LONGEST_NAME, PDF, checked
from alerts.incidents.incident import Refused
from alerts.photos import LARGEST
from tests.pictures import picture

PAPER = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def refused(name: str, data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        checked(name, data)
    return caught.value.key


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("A.JPEG", "PNG"), ("photo", "JPEG")])
def test_a_picture_is_kept_as_one_of_ours(name: str, kind: str) -> None:
    file = checked(name, picture((80, 60), kind) + b"<script>")
    assert (file.name, file.kind) == (name, JPEG)
    assert Image.open(io.BytesIO(file.body)).size == (80, 60)
    assert b"<script>" not in file.body


def test_a_paper_is_kept_as_it_came() -> None:
    file = checked("receipt.pdf", PAPER)
    assert (file.kind, file.body) == (PDF, PAPER)


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("receipt.pdf", picture(), "file_other"),
        ("photo.jpg", PAPER, "file_other"),
        ("photo.jpg", b"MZ and a program", "file_other"),
        ("program.exe", b"MZ and a program", "file_kind"),
        ("page.html", b"<html></html>", "file_kind"),
        ("drawing.svg", b"<svg/>", "file_kind"),
        ("receipt.pdf", PAPER[:-8], "file_damaged"),
        ("photo.jpg", picture()[:200], "photo_unreadable"),
        ("empty.jpg", b"", "file_other"),
        ("large.pdf", PAPER + b"x" * LARGEST, "file_large"),
    ],
)
def test_what_is_not_what_it_says_is_refused(name: str, data: bytes, key: str) -> None:
    assert refused(name, data) == key


@given(st.text(max_size=300))
def test_any_name_is_one_line_that_can_be_shown(name: str) -> None:
    kept = checked(f"{name}.pdf", PAPER).name
    assert 0 < len(kept) <= LONGEST_NAME
    assert kept.isprintable()
    assert not {"/", "\\"} & set(kept)
