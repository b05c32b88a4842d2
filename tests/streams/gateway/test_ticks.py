"""What time may be stated in the log, and when."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from streams.gateway.ticker import monotone
from streams.gateway.ticks import Held, InFlight, Settling, decide, low_water

NOON = datetime(2031, 3, 5, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_tick_states_now_when_nothing_is_on_its_way() -> None:
    assert low_water(NOON, None) == NOON


def test_a_tick_never_passes_the_oldest_message_on_its_way() -> None:
    assert low_water(at(5), at(3)) == at(3)


def test_no_tick_passes_what_waits_on_disk() -> None:
    assert decide(at(60), None, 1, Settling(NOON, 3)) is Held.SPOOL


def test_after_a_start_time_stands_still_until_devices_had_time_to_repeat() -> None:
    settling = Settling(NOON, 3)
    assert decide(at(2.9), None, 0, settling) is Held.SETTLING
    assert decide(at(3), None, 0, settling) == at(3)


def test_a_refusal_holds_the_time_again() -> None:
    settling = Settling(NOON, 3)
    settling.refused(at(10))
    assert decide(at(12), None, 0, settling) is Held.SETTLING
    assert decide(at(13), None, 0, settling) == at(13)


def test_a_clock_that_was_set_back_stands_still() -> None:
    assert monotone(at(-3600), NOON) == NOON


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=60))
def test_whatever_comes_and_goes_a_tick_lies_before_all_that_is_left(steps: list[tuple[int, bool]]) -> None:
    """Arrivals and departures in any order; every tick is at or before each message that is still on its way."""
    left: dict[int, datetime] = {}
    in_flight, now, last = InFlight(), NOON, NOON
    for gap, leaves in steps:
        now += timedelta(seconds=gap)
        if leaves and left:
            in_flight.leave(left.popitem()[0])
        else:
            left[in_flight.enter(now)] = now
        tick = low_water(now, in_flight.oldest)
        assert all(tick <= arrival for arrival in left.values())
        assert tick >= last
        last = tick
    assert len(in_flight) == len(left)
