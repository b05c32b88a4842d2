"""Counts a minute and the newest word of each device, against slow twins."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codec import to_batch
from schemas.events import Event, Heartbeat, Kind, Received, event_id
from streams.worker.roll_ups import Counts, Newest, Seen, count
from tests.streams.worker.log import NOW

SECONDS = st.integers(0, 400)
Said = list[tuple[str, str, int, int, bool]]  # site, device, second it happened, seconds until it arrived, heartbeat
said = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), SECONDS, st.integers(0, 90), st.booleans()),
    min_size=1,
    max_size=40,
)


def rows(what: Said, first: int) -> list[Received]:
    """The rows in their order, from the first one's number on; an event's type tells its number."""
    made = []
    for i, (site, device, second, delay, alive) in enumerate(what, first):
        at = NOW + timedelta(seconds=second)
        one: Event | Heartbeat = Heartbeat(Kind.DOOR, device, at)
        if not alive:
            one = Event(event_id("test", device, str(i)), Kind.DOOR, f"type-{i}", device, at, value=float(i))
        made.append(Received(site, one, at + timedelta(seconds=delay), at))
    return made


def us(second: int) -> int:
    """Microseconds since 1970."""
    return round((NOW + timedelta(seconds=second)).timestamp() * 1_000_000)


@settings(deadline=None)
@given(said, st.integers(1, 9))
def test_events_are_counted_by_site_and_minute(what: Said, cut: int) -> None:
    counts, expected = Counts(), Counts()
    for start in range(0, len(what), cut):
        count(to_batch(rows(what[start : start + cut], start)), counts)
    for site, _, second, _, _ in what:
        key = (site, "door", us(second) // 60_000_000)
        expected[key] = expected.get(key, 0) + 1
    assert counts == expected


@settings(deadline=None)
@given(said, st.integers(1, 9))
def test_the_newest_word_of_each_device_is_kept_and_a_heartbeat_is_only_life(what: Said, cut: int) -> None:
    newest = Newest()
    for start in range(0, len(what), cut):
        newest.add(to_batch(rows(what[start : start + cut], start)))
    expected: dict[tuple[str, str], Seen] = {}
    for i, (site, device, second, delay, alive) in enumerate(what):
        old = expected.get((site, device), Seen("door", us(-1)))
        seen_us = max(old.seen_us, us(second + delay))
        if alive or (old.event_us is not None and old.event_us > us(second)):
            expected[(site, device)] = Seen("door", seen_us, old.type, old.event_us, old.value)
        else:
            expected[(site, device)] = Seen("door", seen_us, f"type-{i}", us(second), float(i))
    assert newest.take() == expected
    assert newest.take() == {}
