"""Arrow batches as one matrix of 64-bit numbers, a row an event."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from schemas.drills import is_twin
from schemas.events import HEARTBEAT, TYPES, Kind
from streams.rules.names import Ints, Names, by_word, number_of

(TIME, OFFSET, ID_HIGH, ID_LOW, DEVICE, SUBJECT, VALUE, SCORE, ZONE, OCCURRED, RECEIVED, CODE, FLAGS) = range(13)
ATTRIBUTES, SLOTS = 13, 6
COLUMNS = ATTRIBUTES + SLOTS
"""Columns of the matrix. TIME is where the event is judged; VALUE and SCORE hold the bits of a float64, NaN for null; CODE says
kind and type (`CODES`); from ATTRIBUTES on stand the few attributes that the rules of the row's kind ask for (`Slots`)."""

LATE, INITIAL, INWARD, OUTWARD, DRILL = 1, 2, 4, 8, 16
"""Bits of FLAGS."""

KINDS = tuple(Kind)
UNKNOWN = "?"
CODES: Sequence[tuple[Kind, str]] = [(kind, name) for kind in KINDS for name in (*TYPES[kind], HEARTBEAT, UNKNOWN)]
"""Kind and type by code; UNKNOWN stands for a type that this version does not know."""

CODE_OF: Mapping[tuple[Kind, str], int] = {pair: code for code, pair in enumerate(CODES)}

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NAN = int(np.array([np.nan]).view(np.int64)[0])
"""The bits of a number that is not known."""

Slots = Sequence[str]
"""Names of attributes by slot: `bay` holds the number of the value's text, `#difference` the bits of a float64."""


def times(column: pa.Array) -> Ints:
    """A timestamp[us] column without nulls as microseconds since the epoch."""
    values: Ints = np.frombuffer(column.buffers()[1], np.int64)
    return values[column.offset : column.offset + len(column)]


def ids(column: pa.Array) -> Ints:
    """The two halves of 16-byte ids, shape (n, 2); each half's bits are the big-endian number's."""
    raw = np.frombuffer(column.buffers()[1], ">u8").reshape(-1, 2)[column.offset : column.offset + len(column)]
    return raw.astype(np.uint64).view(np.int64)


def floats(column: pa.Array) -> Floats:
    """A float64 column, NaN for null."""
    values: Floats = column.to_numpy(zero_copy_only=False)
    return values.astype(np.float64, copy=False)


def flags(column: pa.Array) -> Flags:
    """A boolean column without nulls."""
    values: Flags = column.to_numpy(zero_copy_only=False)
    return values.astype(np.bool_, copy=False)


def matrix(batch: pa.RecordBatch, kind: Kind, offsets: Ints, names: Names, slots: Slots) -> tuple[Ints, list[int]]:
    """The batch's numbers, (n, COLUMNS), and its different devices; LATE is left for who knows it."""
    rows = np.zeros((batch.num_rows, COLUMNS), np.int64)
    rows[:, TIME] = times(batch.column("event_time"))
    rows[:, OFFSET] = offsets
    rows[:, ID_HIGH : ID_LOW + 1] = ids(batch.column("id"))
    rows[:, DEVICE], devices = names.numbers(batch.column("device"))
    rows[:, OCCURRED] = times(batch.column("occurred_at"))
    rows[:, RECEIVED] = times(batch.column("received_at"))
    rows[:, CODE], _ = by_word(batch.column("type"), lambda word: CODE_OF.get((kind, word), CODE_OF[kind, UNKNOWN]))
    rows[:, FLAGS] = np.where(flags(batch.column("initial")), INITIAL, 0)
    if twins := [number for number in devices if is_twin(names.text(number))]:
        rows[among(rows[:, DEVICE], twins), FLAGS] |= DRILL
    _sparse(batch, names, rows)
    if slots:
        _attributes(batch.column("attributes"), slots, names, rows)
    return rows, devices


def _sparse(batch: pa.RecordBatch, names: Names, rows: Ints) -> None:
    """Columns that most events have nothing in."""
    for place, name in ((SUBJECT, "subject"), (ZONE, "zone")):
        column = batch.column(name)
        if column.null_count < len(column):
            rows[:, place], _ = names.numbers(column)
    for place, name in ((VALUE, "value"), (SCORE, "score")):
        column = batch.column(name)
        rows[:, place] = floats(column).view(np.int64) if column.null_count < len(column) else NAN
    direction = batch.column("direction")
    if direction.null_count < len(direction):
        rows[:, FLAGS] |= by_word(direction, lambda word: {"in": INWARD, "out": OUTWARD}.get(word, 0))[0]


def _attributes(column: pa.Array, slots: Slots, names: Names, rows: Ints) -> None:
    """Write what the slots ask for; equal texts are read once."""
    coded = column.dictionary_encode()
    table = np.array([_slotted(text, slots, names) for text in coded.dictionary.to_pylist()], np.int64)
    rows[:, ATTRIBUTES : ATTRIBUTES + len(slots)] = table[coded.indices.to_numpy(zero_copy_only=False)]


def _slotted(text: str, slots: Slots, names: Names) -> list[int]:
    values = orjson.loads(text) if len(text) > 2 else {}
    if not isinstance(values, dict):  # anybody may write to the log
        values = {}
    return [_bits(values.get(slot[1:])) if slot[0] == "#" else _word(values.get(slot), names) for slot in slots]


def _bits(value: object) -> int:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(np.array([float(value)]).view(np.int64)[0]) if number else NAN  # type: ignore[arg-type]


def _word(value: object, names: Names) -> int:
    return 0 if value is None or isinstance(value, dict | list) else names.number(plain(value))


def plain(value: object) -> str:
    """An attribute's value as text: what is true is `true` and a whole number has no point, as in JSON."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def number_of_value(value: object) -> int:
    """The number that an attribute with this value has in its slot."""
    return number_of(plain(value))


def in_order(rows: Ints) -> Ints:
    """The rows sorted by (time, id, offset); ids compare as their bytes do."""
    times_, n = rows[:, TIME], len(rows)
    if n < 2:
        return rows
    order: Ints = np.argsort(times_, kind="stable")
    same = np.diff(times_[order]) == 0
    if same.any():  # few where clocks count microseconds: only their runs are sorted again, in their places
        tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
        some = rows[order[tied]]
        high, low = some[:, ID_HIGH].view(np.uint64), some[:, ID_LOW].view(np.uint64)
        order[tied] = order[tied][np.lexsort((some[:, OFFSET], low, high, some[:, TIME]))]
    return rows[order]


def among(values: Ints, numbers: Sequence[int]) -> Flags:
    """Which values are one of a few numbers."""
    found: Flags = values == numbers[0]
    for number in numbers[1:]:
        found |= values == number
    return found


def joined(parts: Sequence[Ints]) -> Ints:
    """Several matrices under one another."""
    return parts[0] if len(parts) == 1 else np.concatenate([empty(), *parts])


def empty() -> Ints:
    """A matrix of no events."""
    return np.empty((0, COLUMNS), np.int64)


def move(rows: Ints, kind: Kind, before: Slots, now: Slots) -> None:
    """Put the attributes of the kind's rows where `now` wants them, from the slots `before`; what was not kept is not known."""
    mine = np.flatnonzero(np.array([other is kind for other, _ in CODES])[rows[:, CODE]])
    kept = rows[mine, ATTRIBUTES:]
    for place, slot in enumerate(now):
        unknown = NAN if slot[0] == "#" else 0
        rows[mine, ATTRIBUTES + place] = kept[:, list(before).index(slot)] if slot in before else unknown
