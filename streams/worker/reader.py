"""One Kafka record to rows, a tick, or a dead letter. Pure: nothing here waits, and no input makes it raise.

Our gateway writes Arrow batches and ticks, anyone else JSON as `gatehouse schema event` describes it. What is refused: another
content type, a batch of another kind than its topic's, an event time far after its arrival (time stands in the log, and
such an event would wait for it for ever).
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from schemas import codec, event_json
from schemas.decoded import Rejected
from schemas.errors import GatehouseError, RecordError
from schemas.events import Event, Heartbeat, Kind, Received, place
from schemas.letters import LARGEST_BODY, Letter, letter_id
from schemas.text import LIMIT
from schemas.topics import ARROW, JSON, TICK
from streams.worker.copy_rows import times_of
from streams.worker.records import Record, Rows, Tick

AHEAD_US = 3600 * 1_000_000
"""The gateway places what is over `skew_limit_s` ahead by its arrival: an hour is far beyond any setting of that.

No time may lie further after Kafka's own either, which the broker sets (LogAppendTime): one from the years to come would
make all that follows late for ever.
"""

LONGEST_DEVICE = 4 * LIMIT
"""Bytes of a device's name: as many letters as a decoder gives, and less than PostgreSQL's index takes (2,704)."""

REASONS = 10
"""Reasons kept with one dead letter; the rest of a bad record is like them."""

EARLIEST, LATEST = datetime(1969, 12, 30, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)
"""What a decoder may give (schemas.event_json.YEARS, in any zone). Beyond lie times that the database or Python cannot hold."""

NOTHING = codec.to_batch(())


class Reader:
    """Reads the records of one partition. `site` is whose events a JSON record without a key holds."""

    def __init__(self, prefix: str, partition: int, site: str, skew_limit_s: float) -> None:
        self._where = f"kafka:{prefix}.{{}}/{partition}/{{}}"
        self._site, self._skew_limit_s = site, skew_limit_s

    def read(self, record: Record) -> Rows | Tick:
        """What the record says; what of it is unreadable is a letter with the reason."""
        try:
            if record.content_type == ARROW:
                return Rows(_checked(record, codec.decode(record.value)))
            if record.content_type == TICK:
                return Tick(self._site_of(record), _in_time(record, codec.decode_tick(record.value)))
            if record.content_type.split(";")[0].strip().lower() in {JSON, ""}:
                return self._json(record)
            raise RecordError(f"The content type {record.content_type[:100]!r} is none of {ARROW}, {JSON}, {TICK}.")
        except GatehouseError as err:
            return Rows(NOTHING, (self.letter(record, str(err)),))

    def letter(self, record: Record, reason: str, at: str = "") -> Letter:
        """The whole record as a dead letter; the same record and place in it give the same letter."""
        source = self._where.format(record.kind, record.offset)
        received_at = _written_at(record) or EARLIEST
        identity = letter_id(source + at, received_at, record.value)
        if len(record.value) > LARGEST_BODY:
            reason = f"{reason} It has {len(record.value)} bytes: the first {LARGEST_BODY} are kept, and Kafka has it whole."
        return Letter(identity, source, "", record.content_type, received_at, reason, at, record.value[:LARGEST_BODY])

    def _site_of(self, record: Record) -> str:
        if len(record.key) > LIMIT:
            raise RecordError(f"The key has {len(record.key)} bytes: it is a site's id.")
        return record.key.decode("utf-8", "replace") or self._site

    def _json(self, record: Record) -> Rows:
        try:
            value = orjson.loads(record.value)
        except orjson.JSONDecodeError as err:
            raise RecordError(f"The value is not JSON: {err}.") from err
        received_at = _written_at(record)
        if received_at is None:
            raise RecordError(f"The record's own timestamp, {record.timestamp_ms} ms, is no time: its sender's clock is wrong.")
        parsed = event_json.parse(value)
        wrong = list(parsed.rejected[:REASONS])
        rows, strange = [], 0
        found: tuple[Event | Heartbeat, ...] = (*parsed.events, *parsed.heartbeats)
        for what in found:
            if what.kind is not record.kind:
                strange += 1
                continue
            rows.append(self._received(record, what, received_at))
        if strange:
            wrong.append(Rejected(f"{strange} events are not of the topic's kind, {record.kind}.", "kind"))
        letters = [self.letter(record, *_together(wrong))] if wrong else []
        try:
            return Rows(codec.to_batch(rows), letters)
        except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError, OverflowError) as err:
            raise RecordError(f"The events cannot be written as a batch: {err}.") from err

    def _received(self, record: Record, what: Event | Heartbeat, received_at: datetime) -> Received:
        """Nobody knows this sender's clock beforehand: only one that is ahead is seen to be wrong."""
        at = what.occurred_at if isinstance(what, Event) else what.at or received_at
        return Received(self._site_of(record), what, received_at, place(at, received_at, 0.0, self._skew_limit_s))


def _together(wrong: Sequence[Rejected]) -> tuple[str, str]:
    """What was wrong and where, for one letter: a letter an entry would keep the whole record as often as it has entries."""
    reasons = dict.fromkeys(item.reason for item in wrong)
    return " ".join(reasons), "; ".join(item.at for item in wrong if item.at)


def _written_at(record: Record) -> datetime | None:
    """Kafka's time of the record; None where it lies outside EARLIEST … LATEST: whoever wrote it set it."""
    if not 0 <= record.timestamp_ms < LATEST.timestamp() * 1000:
        return None
    return datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)


def _checked(record: Record, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch, where it is of its topic's kind and no event lies in the future."""
    if not batch.num_rows:
        return batch
    kinds = pc.unique(batch.column("kind"))
    if len(kinds) != 1 or kinds[0].as_py() != str(Kind(record.kind)):
        raise RecordError(f"The batch's kinds are not its topic's, {record.kind}.")
    _check_devices(batch.column("device"))
    for name in ("occurred_at", "received_at", "event_time"):
        times = times_of(batch.column(name))
        if int(np.min(times)) < EARLIEST.timestamp() * 1_000_000 or int(np.max(times)) >= LATEST.timestamp() * 1_000_000:
            raise RecordError(f"A time in {name} lies outside the years {EARLIEST:%Y} to {LATEST:%Y}.")
    if int(np.max(times_of(batch.column("received_at")))) > _latest_us(record):
        raise RecordError("An event's arrival lies more than an hour after Kafka's time of the record.")
    if int(np.max(times_of(batch.column("event_time")) - times_of(batch.column("received_at")))) > AHEAD_US:
        raise RecordError("An event's time lies more than an hour after its arrival.")
    return batch


def _latest_us(record: Record) -> int:
    """The latest time that a record may speak of, in microseconds since 1970."""
    written_at = _written_at(record) or LATEST
    return round(written_at.timestamp() * 1_000_000) + AHEAD_US


def _in_time(record: Record, tick: datetime) -> datetime:
    """The tick, where it is a time that has been."""
    if not tick >= EARLIEST or round(tick.timestamp() * 1_000_000) > _latest_us(record):
        raise RecordError("The tick's time lies outside the years, or more than an hour after Kafka's time of the record.")
    return tick


def _check_devices(column: pa.StringArray) -> None:
    """A device's name goes to the database with heartbeats too, long after its record: it is looked at while that is known."""
    ends = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]
    text = np.frombuffer(column.buffers()[2] or b"", np.uint8)[ends[0] : ends[-1]]
    if not text.all() or int(np.diff(ends).max()) > LONGEST_DEVICE:
        raise RecordError(f"A device's name holds a NUL, or has more than {LONGEST_DEVICE} bytes.")
