"""Topics stay together in time while a worker catches up, and none starves."""

from dataclasses import dataclass

from streams.worker.fetching import AHEAD_MS, MOST_RECORDS, PORTION_BYTES, Partition, Reached

CAMERA, DOOR, OTHER = ("camera", 0), ("door", 0), ("door", 1)


@dataclass(frozen=True, slots=True)
class Taken:
    """A record as far as the reader of times knows it."""

    timestamp: int
    value: bytes = b"x"


def reached(times: dict[Partition, int]) -> Reached:
    """Records up to these times were taken."""
    found = Reached()
    found.note({partition: [Taken(at)] for partition, at in times.items()})
    return found


def test_a_topic_far_ahead_waits_for_one_that_has_more_to_read() -> None:
    here = reached({CAMERA: 0, DOOR: AHEAD_MS + 1})
    assert here.chosen([CAMERA, DOOR], [CAMERA]) == {CAMERA}
    assert here.chosen([CAMERA, DOOR], [CAMERA, DOOR]) == {CAMERA}


def test_nobody_waits_for_a_quiet_topic_or_for_another_partition() -> None:
    here = reached({CAMERA: 0, DOOR: AHEAD_MS + 1, OTHER: 9 * AHEAD_MS})
    assert here.chosen([CAMERA, DOOR], [DOOR]) == {CAMERA, DOOR}
    assert here.chosen([CAMERA, DOOR, OTHER], [CAMERA]) == {CAMERA, OTHER}


def test_a_portion_is_bounded_by_bytes_and_never_nothing() -> None:
    here = Reached()
    here.note({CAMERA: [Taken(1, bytes(PORTION_BYTES // 4))], DOOR: [Taken(1, bytes(2 * PORTION_BYTES))], OTHER: [Taken(1)]})
    assert [here.portion(one) for one in (CAMERA, DOOR, OTHER)] == [4, 1, MOST_RECORDS]
