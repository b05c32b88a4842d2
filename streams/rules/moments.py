"""Microseconds since the epoch as aware times, and back."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def moment(micros: int) -> datetime:
    """Microseconds since the epoch as an aware time."""
    return EPOCH + timedelta(microseconds=micros)


def micros(time: datetime) -> int:
    """An aware time as microseconds since the epoch."""
    return (time - EPOCH) // _MICRO
