"""A photo that somebody hands in: looked at for being what it says, and written anew, so that nothing else travels in it.

What is kept is a JPEG of our own making: no place, no camera's name, no second file behind the first.
"""

import io
import struct
from dataclasses import dataclass
from hashlib import sha256

from PIL import Image

from alerts.incidents.incident import Refused

LARGEST = 5 * 1024 * 1024
"""Bytes of a photo as it comes: twelve million pixels of a telephone are under it."""

PIXELS = 40_000_000
"""More than any telephone needs here; so much unpacked is 160 MB, and a small file may claim to hold far more."""

EDGE = 1600
"""The longer side of what is kept: a gauge can still be read, and a photo is some 300 KB."""

QUALITY = 82
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By what the camera says of how it was held (EXIF 2.3, orientation)."""

UNREADABLE = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, struct.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""What a decoder raises over bytes that somebody made up."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture, written by us."""

    jpeg: bytes

    @property
    def sha256(self) -> bytes:
        """The hash of its bytes."""
        return sha256(self.jpeg).digest()


def checked(data: bytes) -> Photo:
    """The photo; Refused with one sentence where it is too large, or no JPEG or PNG."""
    if len(data) > LARGEST:
        raise Refused("photo_large", LARGEST // 1024**2)
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            return _anew(picture)
    except UNREADABLE as err:
        raise Refused("photo_unreadable") from err


def _anew(picture: Image.Image) -> Photo:
    if picture.width * picture.height > PIXELS:
        raise Refused("photo_pixels", PIXELS // 1_000_000)
    picture.draft("RGB", (EDGE, EDGE))  # a JPEG is unpacked at about the size that is kept
    turn = TURNS.get(picture.getexif().get(ORIENTATION, 1))
    small = picture if picture.mode in {"L", "RGB", "RGBA"} else picture.convert("RGB")
    small.thumbnail((EDGE, EDGE))  # first of all: copies of what is small cost little
    upright = small.convert("RGB") if turn is None else small.convert("RGB").transpose(turn)
    out = io.BytesIO()
    Image.frombytes("RGB", upright.size, upright.tobytes()).save(out, "JPEG", quality=QUALITY)
    return Photo(out.getvalue())
