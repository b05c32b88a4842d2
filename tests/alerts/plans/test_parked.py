"""Which vehicles stand in the garages."""

from hypothesis import given
from hypothesis import strategies as st

from alerts.plans.parked import Passed, counters, parked
from schemas.lists import Entry
from tests.alerts.reports.made import SITE

OWNERS = {"鲁QD0071": "16-1-301"}


def standing(*passed: Passed) -> list[tuple[str, str]]:
    """Plate and household of each."""
    return [(car.plate, car.household) for car in parked(passed, OWNERS, [Entry(subject="A-013", household="3-2-502")])]


def test_a_car_is_in_from_its_bay_or_ramp_on_until_it_leaves_by_one() -> None:
    taken = Passed("bay_taken", "L-01", "鲁QD0071", "A-012")
    assert standing(taken) == [("鲁QD0071", "16-1-301")]
    assert standing(taken, Passed("bay_freed", "L-01", "", "A-012")) == []
    assert standing(taken, Passed("left", "B-10", "鲁QD0071", "")) == []
    assert standing(Passed("entered", "B-09", "鲁QD0071", ""), taken) == [("鲁QD0071", "16-1-301")]
    assert standing(taken, Passed("bay_freed", "L-01", "", "A-013")) == [("鲁QD0071", "16-1-301")]
    assert standing(taken, Passed("bay_taken", "L-01", "鲁QD0072", "A-012")) == [("鲁QD0072", "")]


def test_a_bay_that_reads_no_plate_names_the_bays_household() -> None:
    assert standing(Passed("bay_taken", "L-01", "", "A-013")) == [("", "3-2-502")]
    assert standing(Passed("entered", "B-09", "", "")) == []


passes = st.builds(
    Passed,
    st.sampled_from(["bay_taken", "bay_freed", "entered", "left"]),
    st.sampled_from(["L-01", "L-02"]),
    st.sampled_from(["", "鲁QD0071", "鲁QD0072"]),
    st.sampled_from(["", "A-012", "A-013"]),
)


@given(st.lists(passes, max_size=20))
def test_nothing_stands_twice_and_what_came_last_decides(passed: list[Passed]) -> None:
    found = parked(passed, OWNERS, [])
    plates, bays = [car.plate for car in found if car.plate], [(car.seen_by, car.bay) for car in found if car.bay]
    assert len(plates) == len(set(plates)) and len(bays) == len(set(bays))
    for plate in plates:
        assert next(one for one in reversed(passed) if one.plate == plate).type in {"bay_taken", "entered"}


def test_garages_and_their_ramps_count_and_nothing_above_ground() -> None:
    found = counters(SITE)
    assert {"L-01", "L-02", "B-09", "B-16"} <= set(found)
    assert not {"L-03", "L-08", "B-01"} & set(found)
