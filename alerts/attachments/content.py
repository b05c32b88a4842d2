"""A file that somebody hands in: what it is follows from its bytes, and its name may not say something else."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

from alerts import photos
from alerts.incidents.incident import Refused

JPEG, PDF = "image/jpeg", "application/pdf"
PICTURES = frozenset({".jpg", ".jpeg", ".png"})
LONGEST_NAME = 80
_END_WITHIN = 1024  # where readers of PDF look for its end


@dataclass(frozen=True, slots=True)
class File:
    """What is kept of it."""

    name: str
    kind: str
    body: bytes

    @property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return sha256(self.body).hexdigest()


def checked(name: str, data: bytes) -> File:
    """The file; Refused with one sentence where it is too large, not what its name says, or nothing that is kept here."""
    name = _kept(name)
    ending = PurePosixPath(name).suffix.lower()
    if len(data) > photos.LARGEST:
        raise Refused("file_large", name, photos.LARGEST // 1024**2)
    if data.startswith(b"%PDF-"):
        return _paper(name, ending, data)
    if ending == ".pdf":
        raise Refused("file_other", name)
    if not data.startswith((b"\xff\xd8", b"\x89PNG")):
        raise Refused("file_other" if ending in PICTURES else "file_kind", name)
    return File(name, JPEG, photos.checked(data).jpeg)


def _paper(name: str, ending: str, data: bytes) -> File:
    """A PDF stays as it came, for a signature in it holds for these bytes alone."""
    if ending in PICTURES:
        raise Refused("file_other", name)
    if b"%%EOF" not in data[-_END_WITHIN:]:
        raise Refused("file_damaged", name)
    return File(name, PDF, data)


def _kept(name: str) -> str:
    """Its last part, without what no screen can show; a name of its own where nothing is left."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    if len(shown) > LONGEST_NAME:
        ending = PurePosixPath(shown).suffix[:10]
        shown = f"{shown[: LONGEST_NAME - len(ending)]}{ending}"
    return shown or "file"
