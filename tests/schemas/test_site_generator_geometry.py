"""Plane geometry: known shapes, and laws that any points keep."""

from math import hypot, isclose

from hypothesis import given
from hypothesis import strategies as st

from schemas.site import Point
from schemas.site_generator_geometry import (
    Frame,
    Obstacles,
    ahead,
    along,
    apart,
    area,
    heading,
    inside,
    overlap,
    smooth,
    to_outline,
    to_polyline,
)


def rectangle(west: float, north: float, east: float, south: float) -> list[Point]:
    """Clockwise from the north-west corner."""
    return [(west, north), (east, north), (east, south), (west, south)]


SQUARE = rectangle(0, 0, 10, 10)
METRES = st.integers(-5000, 5000).map(lambda decimetres: decimetres / 10)  # as fine as a plan is drawn


def test_headings_are_those_of_a_compass() -> None:
    assert [heading((0, 0), to) for to in [(0, -1), (1, 0), (0, 1), (-1, 0)]] == [0, 90, 180, 270]


@given(x=METRES, y=METRES, course=st.floats(0, 359.9), metres=st.floats(1, 100))
def test_going_ahead_goes_that_far_on_that_heading(x: float, y: float, course: float, metres: float) -> None:
    there = ahead((x, y), course, metres)
    assert isclose(hypot(there[0] - x, there[1] - y), metres, rel_tol=1e-6)
    assert min(abs(heading((x, y), there) - course), 360 - abs(heading((x, y), there) - course)) < 1e-3


@given(turn=st.floats(-180, 180), a=st.tuples(METRES, METRES), b=st.tuples(METRES, METRES))
def test_a_frame_keeps_distances(turn: float, a: tuple[float, float], b: tuple[float, float]) -> None:
    one, other = Frame((7, -3), turn).all([a, b])
    assert isclose(hypot(one[0] - other[0], one[1] - other[1]), hypot(a[0] - b[0], a[1] - b[1]), abs_tol=1e-6)


def test_inside_and_distance_of_a_square() -> None:
    assert inside((5, 5), SQUARE) and not inside((15, 5), SQUARE)
    assert (to_outline((5, 5), SQUARE), to_outline((13, 14), SQUARE), area(SQUARE)) == (5, 5, 100)
    assert to_polyline((5, 3), [(0, 0), (10, 0)]) == 3


def test_overlap_sees_crossing_and_containing_but_not_neighbours() -> None:
    assert overlap(SQUARE, rectangle(5, 5, 20, 20))
    assert overlap(SQUARE, rectangle(2, 2, 3, 3)) and overlap(rectangle(2, 2, 3, 3), SQUARE)
    assert overlap(rectangle(0, 4, 30, 6), rectangle(10, -20, 20, 40))
    assert not overlap(SQUARE, rectangle(11, 0, 20, 10))


def test_a_polygon_is_as_far_from_a_road_as_its_nearest_side() -> None:
    assert apart(SQUARE, [(13, -50), (13, 50)]) == 3
    assert apart(SQUARE, [(5, -50), (5, 50)]) == 0
    assert apart(SQUARE, [(4, 4), (6, 6)]) == 0


@given(x=METRES, y=METRES, margin=st.integers(0, 200).map(lambda n: n / 10 + 0.037))  # never a distance of the grid itself
def test_obstacles_answer_as_the_slow_way_does(x: float, y: float, margin: float) -> None:
    road = [(-100.0, 50.0), (0.0, 60.0), (100.0, 20.0)]
    slow = not inside((x, y), SQUARE) and to_outline((x, y), SQUARE) >= margin and to_polyline((x, y), road) >= 3 + margin
    assert Obstacles([SQUARE], [(road, 3.0)]).clear((x, y), margin) == slow


@given(spacing=st.floats(1, 50), start=st.floats(0, 20))
def test_points_along_a_line_lie_on_it_at_even_distances(spacing: float, start: float) -> None:
    line = [(0.0, 0.0), (100.0, 0.0)]
    points = [point for point, _ in along(line, spacing, start)]
    assert all(isclose(x, start + n * spacing, abs_tol=1e-6) and y == 0 for n, (x, y) in enumerate(points))
    assert start + (len(points) - 1) * spacing <= 100 + 1e-6
    assert start + len(points) * spacing >= 100 - 1e-6


def test_smoothing_keeps_the_ends_of_an_open_line_and_stays_within() -> None:
    line = smooth([(0, 0), (10, 0), (10, 10)], closed=False)
    assert (line[0], line[-1]) == ((0, 0), (10, 10))
    assert all(0 <= x <= 10 and 0 <= y <= 10 for x, y in line)
