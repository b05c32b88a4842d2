"""A photo is what it says, and nothing travels in it."""

import io

import pytest
from PIL import Image

from alerts.incidents.incident import Refused
from alerts.photos import EDGE, LARGEST, checked


def picture(kind: str, size: tuple[int, int] = (400, 300), **more: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_is_written_anew(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera's maker"
    found = checked(picture(kind, exif=exif) + b"PK\x03\x04 and an archive behind it")
    again = Image.open(io.BytesIO(found.jpeg))
    assert (again.format, again.size, dict(again.getexif())) == ("JPEG", (400, 300), {})
    assert b"maker" not in found.jpeg
    assert b"archive" not in found.jpeg
    assert len(found.sha256) == 32


def test_a_large_picture_is_made_small_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    again = Image.open(io.BytesIO(checked(picture("JPEG", (3200, 800), exif=exif)).jpeg))
    assert again.height == EDGE
    assert again.width < again.height


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        picture("GIF"),
        picture("BMP"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture("JPEG")[:2000],
        picture("PNG")[:60],
        b"\xff\xd8\xff\xe0<?php ?>",
    ],
    ids=["nothing", "text", "GIF", "BMP", "SVG", "cut JPEG", "cut PNG", "only the mark"],
)
def test_what_lies_is_refused_with_one_sentence(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        checked(data)
    assert caught.value.key == "photo_unreadable"


def test_a_small_file_that_claims_to_be_huge_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    with pytest.raises(Refused) as caught:
        checked(out.getvalue())
    assert caught.value.key in {"photo_pixels", "photo_unreadable"}


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        checked(b"\xff" * (LARGEST + 1))
    assert (caught.value.key, caught.value.values) == ("photo_large", (5,))
