"""A picture in an envelope of text: what is laid out in memory is text alone, and no picture is to touch the disk."""

import io
from base64 import b64encode

from PIL import Image


def framed(jpeg: bytes) -> bytes:
    """The JPEG as an SVG of its own size; on paper its bytes stand as they are."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        wide, high = picture.size
    image = f'<image width="{wide}" height="{high}" href="data:image/jpeg;base64,{b64encode(jpeg).decode()}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}">{image}</svg>'.encode()
