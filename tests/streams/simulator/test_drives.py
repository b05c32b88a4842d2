"""Cars go out and come back: never in twice, never out twice, whatever is asked for and however fast the days go by."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.site import Site
from streams.simulator.drives import Drive, Drives
from streams.simulator.play import Order, compose

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2030, 5, 6, tzinfo=ZONE)
CARS = [f"鲁QT{n:04d}" for n in range(60)]


def drives(seed: int, gap_s: float = 300.0, days: int = 3) -> list[tuple[datetime, Drive]]:
    return list(Drives(seed, CARS, ZONE, gap_s).between(MIDNIGHT, MIDNIGHT + timedelta(days=days)))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([300.0, 3_000.0, 30_000.0]))
def test_a_car_goes_out_and_comes_in_by_turns_with_a_gap_between(seed: int, gap_s: float) -> None:
    last: dict[str, tuple[datetime, str]] = {}
    for at, drive in drives(seed, gap_s):
        if drive.car in last:
            before, word = last[drive.car]
            assert drive.word != word
            assert (at - before).total_seconds() >= gap_s
        else:
            assert drive.word == "left"
        last[drive.car] = at, drive.word


def test_a_plan_is_the_same_in_one_piece_and_second_by_second() -> None:
    plan = Drives(1, CARS, ZONE)
    begin = MIDNIGHT.replace(hour=23, minute=50)
    pieces = [d for n in range(1800) for d in plan.between(begin + timedelta(seconds=n), begin + timedelta(seconds=n + 1))]
    assert pieces == list(Drives(1, CARS, ZONE).between(begin, begin + timedelta(seconds=1800)))


def test_cars_drive_about_once_a_day_and_most_of_them_by_day() -> None:
    found = [drive for at, drive in drives(3, days=1)]
    assert 0.7 * len(CARS) < len(found) / 2 < 1.8 * len(CARS)
    assert sum(6 <= drive.at / 3600 < 24 for drive in found) > 0.9 * len(found)


@pytest.mark.parametrize("jump_to", [0, 3_600])
def test_no_car_comes_in_twice_even_where_seconds_were_left_out(community_site: Site, jump_to: int) -> None:
    script = compose(community_site, Order(1, 20.0, "none", 0), MIDNIGHT.replace(hour=8))
    said = [m.say for k in range(60) for m in script.second(k)]
    if jump_to:
        script.jump(jump_to)
    said += [m.say for k in range(jump_to or 60, (jump_to or 60) + 240) for m in script.second(k)]
    last: dict[str | None, str] = {}
    gates = {place.id for place in community_site.places.values() if place.kind == "gate"}
    for say in said:
        if say.word in {"entered", "left"} and say.device.place in gates:
            assert last.get(say.subject) != say.word, (say.subject, say.happened)
            last[say.subject] = say.word
    assert len(last) > 20
