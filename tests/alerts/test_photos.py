"""A photo is what it says, and nothing travels in it."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from alerts.incidents.incident import Refused
from alerts.photos import EDGE, LARGEST, checked
from tests.pictures import picture


def framed() -> bytes:
    """A photo whose head says much."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x011A], exif[0x0132] = "a camera's maker", 6, 72.5, "2026:01:01 00:00:00"
    return picture((64, 48), exif=exif)


FRAMED = framed()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_is_written_anew(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera's maker"
    found = checked(picture((400, 300), kind, exif=exif) + b"PK\x03\x04 and an archive behind it")
    again = Image.open(io.BytesIO(found.jpeg))
    assert (again.format, again.size, dict(again.getexif())) == ("JPEG", (400, 300), {})
    assert b"maker" not in found.jpeg
    assert b"archive" not in found.jpeg
    assert len(found.sha256) == 32


@pytest.mark.filterwarnings("ignore::UserWarning")  # what a decoder remarks about bytes that somebody made up
@given(st.integers(20, 400), st.binary(min_size=1, max_size=8))
def test_a_picture_with_any_bytes_in_its_head_is_kept_or_refused_and_nothing_else(at: int, damage: bytes) -> None:
    whole = FRAMED[:at] + damage + FRAMED[at + len(damage) :]
    try:
        assert Image.open(io.BytesIO(checked(whole).jpeg)).format == "JPEG"
    except Refused as err:
        assert err.key in {"photo_unreadable", "photo_pixels"}


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_stands_upright_however_the_camera_was_held(turn: int) -> None:
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = turn
    drawn = Image.linear_gradient("L").resize((64, 48)).convert("RGB")
    drawn.save(out, "JPEG", exif=exif, quality=95)
    again = Image.open(io.BytesIO(checked(out.getvalue()).jpeg))
    wanted = ImageOps.exif_transpose(Image.open(io.BytesIO(out.getvalue())))
    assert again.size == wanted.size
    assert max(abs(a - b) for a, b in zip(again.convert("L").tobytes(), wanted.convert("L").tobytes(), strict=True)) < 12


def test_a_large_picture_is_made_small_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    again = Image.open(io.BytesIO(checked(picture((3200, 800), exif=exif)).jpeg))
    assert again.height == EDGE
    assert again.width < again.height


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        picture(kind="GIF"),
        picture(kind="BMP"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture()[:2000],
        picture(kind="PNG")[:60],
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
