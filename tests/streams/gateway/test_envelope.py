"""Whose clock places an event."""

from datetime import UTC, datetime, timedelta

from schemas.decoded import Decoded
from schemas.events import Event, Heartbeat, Kind, event_id
from streams.gateway import envelope
from streams.gateway.envelope import Clocks, receive

NOON = datetime(2031, 3, 5, 12, tzinfo=UTC)


def event(device: str, occurred_at: datetime, **attributes: bool) -> Event:
    return Event(event_id("v", device, str(occurred_at)), Kind.CAMERA, "motion", device, occurred_at, attributes=attributes)


def placed(clocks: Clocks, late_s: float, at: datetime = NOON, **attributes: bool) -> datetime:
    rows, _ = receive(Decoded(events=(event("c", at - timedelta(seconds=late_s), **attributes),)), "site", at, clocks)
    return rows[0].event_time


def test_a_right_clock_places_its_events_even_when_one_comes_late() -> None:
    clocks = Clocks(2.0)
    assert placed(clocks, 0.1) == NOON - timedelta(seconds=0.1)
    assert placed(clocks, 40) == NOON - timedelta(seconds=40)


def test_a_wrong_clock_does_not() -> None:
    clocks = Clocks(2.0)
    assert {placed(clocks, 3600) for _ in range(3)} == {NOON}


def test_a_clock_that_is_ahead_is_seen_at_once() -> None:
    assert placed(Clocks(2.0), -5) == NOON


def test_a_clock_that_was_set_right_is_trusted_again() -> None:
    clocks = Clocks(2.0)
    placed(clocks, -3600)
    for _ in range(envelope.RECENT):
        placed(clocks, 0.1)
    assert placed(clocks, 0.5) == NOON - timedelta(seconds=0.5)


def test_what_is_sent_again_from_memory_says_nothing_about_the_clock() -> None:
    clocks = Clocks(2.0)
    for _ in range(20):
        assert placed(clocks, 7200, replayed=True) == NOON - timedelta(seconds=7200)
    assert clocks.recent == {}


def test_a_wrong_clock_is_told_once() -> None:
    clocks = Clocks(2.0)
    message = Decoded(events=(event("c", NOON - timedelta(hours=1)),))
    told = [doubt for _ in range(5) for doubt in receive(message, "site", NOON, clocks)[1]]
    assert [doubt.error_s for doubt in told] == [3600.0]


def test_a_heartbeat_without_a_time_is_placed_by_its_arrival() -> None:
    rows, _ = receive(Decoded(heartbeats=(Heartbeat(Kind.CAMERA, "c"),)), "site", NOON, Clocks(2.0))
    assert rows[0].event_time == NOON


def test_the_memory_of_clocks_is_bounded() -> None:
    clocks = Clocks(2.0)
    for number in range(envelope.DEVICES + 10):
        clocks.learn(str(number), 0.0)
    assert len(clocks.recent) == envelope.DEVICES
    assert "0" not in clocks.recent


def test_a_message_without_a_time_says_nothing_about_the_clock() -> None:
    clocks = Clocks(2.0)
    assert placed(clocks, 3600) == NOON
    assert placed(clocks, 0) == NOON
    assert placed(clocks, 3600) == NOON


def test_a_clock_that_lost_its_time_in_a_power_cut_is_seen_at_once() -> None:
    clocks = Clocks(2.0)
    placed(clocks, 0.1)
    assert placed(clocks, (NOON - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) == NOON


def test_an_old_message_that_people_post_again_is_no_news_and_no_measure() -> None:
    clocks, yesterday = Clocks(2.0), NOON - timedelta(days=1)
    rows, doubts = receive(Decoded(events=(event("c", yesterday),)), "site", NOON, clocks, again=True)
    assert rows[0].event_time == yesterday
    assert not doubts and clocks.recent == {}
