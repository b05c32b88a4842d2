"""The simulated week's rows: words one by one, and columns of numbers for the masses.

A `Word` is what a device says in a hand-made scene; `Rows` are the same drawn by numpy. Texts are numbered once by a `Book`,
so that a batch's column of texts is one lookup.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from schemas.events import Kind
from schemas.site import DeviceKind

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
KINDS = tuple(Kind)

KIND_OF: Mapping[DeviceKind, Kind] = {
    DeviceKind.CAMERA: Kind.CAMERA,
    DeviceKind.FACE: Kind.FACE,
    DeviceKind.PLATE: Kind.PLATE,
    DeviceKind.DOOR: Kind.DOOR,
    DeviceKind.BARRIER: Kind.PARKING,
    DeviceKind.LOT: Kind.PARKING,
}
"""Whose topic a device speaks into; all others are facilities."""


class Word(NamedTuple):
    """One thing said: `at` is true time, seconds since the week began; `delay` until it arrives, None: as the line goes.

    `staged` words belong to an incident: no link trouble of ordinary life touches them.
    """

    at: float
    device: str
    type: str
    subject: str | None = None
    score: float | None = None
    value: float | None = None
    zone: str | None = None
    direction: str | None = None
    attributes: str = "{}"
    delay: float | None = None
    initial: bool = False
    staged: bool = False


def facts(**attributes: Any) -> str:
    """Attributes as the JSON text of their column."""
    return orjson.dumps(attributes).decode()


class Book:
    """Texts numbered in the order in which they came; -1 is none."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}
        self._words = pa.array([None], pa.string())

    def number(self, text: str | None) -> int:
        """The number of a text, new or known."""
        if text is None:
            return -1
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return found

    def column(self, numbers: Ints) -> pa.Array:
        """The texts of these numbers, null for -1."""
        if len(self._words) != len(self.texts) + 1:
            self._words = pa.array([*self.texts, None], pa.string())
        return self._words.take(pa.array(np.where(numbers < 0, len(self.texts), numbers)))


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns of equal length. Texts are numbers of the week's book; `sent` is the arrival, seconds since the week began."""

    at: Floats
    sent: Floats
    kind: Ints
    device: Ints
    type: Ints
    subject: Ints
    score: Floats
    value: Floats
    zone: Ints
    direction: Ints
    attributes: Ints
    initial: Flags
    staged: Flags
    high: Ints
    low: Ints

    def __len__(self) -> int:
        return len(self.at)

    def where(self, chosen: Flags | Ints) -> "Rows":
        """Some of the rows."""
        return Rows(*(getattr(self, one.name)[chosen] for one in fields(self)))


def joined(parts: Sequence[Rows]) -> Rows:
    """Rows one after the other."""
    return Rows(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Rows)))


def drawn(rng: np.random.Generator, at: Floats, device: Ints, kind: Ints | int, type_: Ints | int, **more: Any) -> Rows:
    """Rows of a mass; what is not given is absent."""
    n = len(at)
    ids = rng.integers(-(1 << 63), (1 << 63) - 1, (2, n))

    def column(name: str, absent: float | int | bool, dtype: Any) -> Any:
        return np.broadcast_to(np.asarray(more.get(name, absent), dtype), n).copy()

    return Rows(
        at=at,
        sent=at + rng.uniform(0.03, 0.35, n),
        kind=np.broadcast_to(np.asarray(kind, np.int64), n).copy(),
        device=device,
        type=np.broadcast_to(np.asarray(type_, np.int64), n).copy(),
        subject=column("subject", -1, np.int64),
        score=column("score", np.nan, np.float64),
        value=column("value", np.nan, np.float64),
        zone=column("zone", -1, np.int64),
        direction=column("direction", -1, np.int64),
        attributes=column("attributes", -1, np.int64),
        initial=np.zeros(n, np.bool_),
        staged=np.zeros(n, np.bool_),
        high=ids[0],
        low=ids[1],
    )
