"""Columns of times as microseconds in UTC, whatever a file keeps them as."""

import pyarrow as pa
import pyarrow.compute as pc

from streams.backtest.errors import EventsError

UTC_US = pa.timestamp("us", tz="UTC")
_ZONED = r"[T ].*(Z|[+-]\d\d(:?\d\d)?)$"


def times(column: pa.Array, timezone: str) -> pa.Array:
    """The instants. A time without a zone is the site's own; a number counts seconds since 1970."""
    try:
        return _read(column, timezone)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as err:
        raise EventsError(f"A time cannot be read: {err}. Write it as 2030-05-01T08:00:00+08:00.") from err


def _read(column: pa.Array, timezone: str) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        if column.type.tz is None:
            column = _local(column, timezone)
        return pc.cast(column, UTC_US, safe=False)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return pc.cast(pc.round(pc.multiply(pc.cast(column, pa.float64()), 1e6)), pa.int64()).cast(UTC_US)
    return _of_texts(pc.cast(column, pa.string()), timezone)


def _of_texts(column: pa.Array, timezone: str) -> pa.Array:
    if column.null_count:
        return _put_back(_of_texts(column.drop_null(), timezone), column.is_valid())
    zoned = pc.match_substring_regex(column, _ZONED)
    if pc.all(zoned).as_py():
        return pc.cast(column, UTC_US)
    local = pc.cast(_local(pc.cast(column.filter(pc.invert(zoned)), pa.timestamp("us")), timezone), UTC_US)
    there = _put_back(pc.cast(column.filter(zoned), UTC_US), zoned)
    return pc.coalesce(there, _put_back(local, pc.invert(zoned)))


def _put_back(values: pa.Array, where: pa.Array) -> pa.Array:
    """The values at the places that are true, null between them."""
    places = pc.subtract(pc.cumulative_sum(pc.cast(where, pa.int64())), 1)
    return values.take(pc.if_else(where, places, None))


def _local(column: pa.Array, timezone: str) -> pa.Array:
    return pc.assume_timezone(column, timezone, ambiguous="earliest", nonexistent="earliest")


def placed(occurred: pa.Array, received: pa.Array, skew_limit_s: float) -> pa.Array:
    """schemas.events.place for whole columns, where nobody knows the sender's clock: one that is ahead is not trusted."""
    ahead = pc.subtract(pc.cast(occurred, pa.int64()), pc.cast(received, pa.int64()))
    return pc.if_else(pc.greater(ahead, round(skew_limit_s * 1_000_000)), received, occurred)
