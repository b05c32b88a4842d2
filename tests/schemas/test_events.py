"""Identity and time of events."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas.events import TYPES, Kind, event_id, place

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LIMIT_S = 2.0
PARTS = st.text(st.characters(exclude_categories=()), max_size=20)


@given(PARTS, PARTS, PARTS)
def test_the_same_message_has_the_same_id(vendor: str, device: str, identity: str) -> None:
    assert event_id(vendor, device, identity) == event_id(vendor, device, identity)


@given(st.tuples(PARTS, PARTS, PARTS), st.tuples(PARTS, PARTS, PARTS))
def test_different_messages_have_different_ids(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert (event_id(*one) == event_id(*other)) == (one == other)


def test_a_trusted_clock_places_the_event() -> None:
    assert place(NOON - timedelta(minutes=5), NOON, clock_error_s=0.1, limit_s=LIMIT_S) == NOON - timedelta(minutes=5)


def test_a_clock_that_is_behind_is_not_trusted() -> None:
    assert place(NOON - timedelta(hours=8), NOON, clock_error_s=8 * 3600, limit_s=LIMIT_S) == NOON


@given(st.floats(min_value=2.001, max_value=1e8))
def test_an_event_from_the_future_is_placed_by_its_arrival(ahead_s: float) -> None:
    assert place(NOON + timedelta(seconds=ahead_s), NOON, clock_error_s=0.0, limit_s=LIMIT_S) == NOON


def test_every_kind_has_types_and_none_twice() -> None:
    for kind in Kind:
        assert TYPES[kind]
        assert len(set(TYPES[kind])) == len(TYPES[kind])
