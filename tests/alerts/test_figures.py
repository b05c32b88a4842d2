"""Budget, flood and device states, as tables of cases."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.figures import Load, Online, by_hour, device_states, flooding, load_of, online
from alerts.rows import DeviceWord, Mark

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def word(device: str, last_type: str | None = None, heard_after_s: float = 0) -> DeviceWord:
    return DeviceWord(device, "camera", NOON + timedelta(seconds=heard_after_s), last_type, NOON if last_type else None, None)


@pytest.mark.parametrize(
    ("count", "load"), [(0, Load.WITHIN), (6, Load.WITHIN), (7, Load.ABOVE_GOAL), (12, Load.ABOVE_GOAL), (13, Load.OVER_LIMIT)]
)
def test_the_hours_load_turns_above_the_goal_and_above_the_limit(count: int, load: Load) -> None:
    assert load_of(count) is load


@pytest.mark.parametrize(
    ("count", "before", "now"), [(10, False, False), (11, False, True), (10, True, True), (5, True, True), (4, True, False)]
)
def test_a_flood_starts_above_ten_and_ends_below_five(count: int, before: bool, now: bool) -> None:
    assert flooding(count, before) is now


@pytest.mark.parametrize(
    ("said", "mark", "state"),
    [
        (None, None, "?"),
        (word("D"), None, "."),
        (word("D", "motion"), None, "."),
        (word("D", "offline"), None, "x"),
        (word("D", "offline", heard_after_s=60), None, "."),
        (word("D"), Mark(3, silent=False), "3"),
        (None, Mark(1, silent=False), "1"),
        (word("D"), Mark(4, silent=True), "d"),
        (word("D"), Mark(None, silent=True), "x"),
        (word("D"), Mark(None, silent=False), "."),
        (word("D", "offline"), Mark(2, silent=False), "b"),
    ],
)
def test_a_devices_state_is_one_character(said: DeviceWord | None, mark: Mark | None, state: str) -> None:
    assert device_states(["D"], {"D": said} if said else {}, {"D": mark} if mark else {}) == state


def test_a_device_that_was_never_heard_is_neither_online_nor_offline() -> None:
    assert online("..x?d2") == Online(total=6, online=3, unheard=1)


def test_an_hour_without_anything_is_zero() -> None:
    counts = {NOON: 3, NOON + timedelta(hours=2): 1, NOON - timedelta(hours=1): 9}
    assert by_hour(NOON, counts, hours=4) == (3, 0, 1, 0)
