"""A picture that is none: the smallest JPEG, with a comment that says it is simulated. No face, no plate, no place."""

from base64 import b64decode

_PIXEL = b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////"
    "wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AR//Z"
)
_SOI = 2  # bytes of the start mark, behind which a comment may stand


def picture(comment: str) -> bytes:
    """One grey pixel as JPEG, the comment in its COM segment."""
    text = f"simulated {comment}".encode()
    return _PIXEL[:_SOI] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + _PIXEL[_SOI:]
