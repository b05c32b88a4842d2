"""An attachment as it is known without its bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from schemas.site import Name


class Side(StrEnum):
    """Which of a line's two pictures it is; NONE for all that is no such picture."""

    NONE = ""
    BEFORE = "before"
    AFTER = "after"


SIDES: Mapping[Side, Name] = {
    Side.NONE: Name("", ""),
    Side.BEFORE: Name("处理前", "before"),
    Side.AFTER: Name("处理后", "after"),
}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where it belongs: to a step, to a line of its list; all empty: to the incident."""

    step: str = ""
    line: str = ""
    side: Side = Side.NONE


@dataclass(frozen=True, slots=True)
class Attachment:
    """`at` is when it was handed in, which a telephone may have sent later; `size` in bytes, `sha256` as hex."""

    id: UUID
    incident: UUID
    spot: Spot
    name: str
    kind: str
    sha256: str
    size: int
    at: datetime
    by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
