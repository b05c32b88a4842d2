"""Pictures that no encoder can make small: noise, as large as a camera's."""

import io

from PIL import Image


def picture(size: tuple[int, int] = (640, 480), kind: str = "JPEG", **more: object) -> bytes:
    """A file of that size and kind; `more` is what Pillow writes with it."""
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind, **more)
    return out.getvalue()
