"""Repetitions are found exactly, against a plain set, in bounded memory, with the database asked only when needed."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.worker.dedup import NOTHING, Dedup
from streams.worker.id_set import IdSet

SECOND = 1_000_000


def halves(numbers: list[int]) -> np.ndarray:
    """Ids from small numbers."""
    return np.array([[n % 3 + 1, n] for n in numbers], dtype=np.uint64).reshape(-1, 2)


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.lists(st.integers(0, 60), max_size=30), max_size=8))
def test_the_id_set_answers_as_a_set_does(calls: list[list[int]]) -> None:
    ids, plain = IdSet(), set[int]()
    for numbers in calls:
        assert ids.contains(halves(numbers)).tolist() == [n in plain for n in numbers]
        known = ids.add(halves(numbers)).tolist()
        for n, said in zip(numbers, known, strict=True):
            assert said == (n in plain)
            plain.add(n)
    assert len(ids) == len(plain)


def test_the_id_set_grows() -> None:
    ids = IdSet()
    assert not ids.add(halves(list(range(50_000)))).any()
    assert ids.contains(halves(list(range(50_000)))).all()
    assert not ids.contains(halves(list(range(50_000, 60_000)))).any()


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3), st.booleans()), max_size=120), st.integers(1, 12))
def test_memory_and_the_database_together_find_every_repetition(said: list[tuple[int, int, bool]], cut: int) -> None:
    """An event's own time follows from its id; its clock may be trusted or not, differently each time it comes."""
    dedup, stored = Dedup(NOTHING, generation=5), set[int]()
    for start in range(0, len(said), cut):
        part = said[start : start + cut]
        numbers = [n for n, _, _ in part]
        occurred = np.array([n * SECOND for n in numbers], dtype=np.int64)
        arrival = np.array([(100 + start + i) * SECOND for i in range(len(part))], dtype=np.int64)
        placed = np.where([trusted for _, _, trusted in part], occurred, arrival).astype(np.int64)
        ids = halves(numbers)
        unsure = dedup.unsure(ids, occurred, placed)
        found = np.zeros(len(part), dtype=np.bool_)
        found[unsure] = [numbers[i] in stored for i in unsure]
        new = dedup.admit(ids, placed, found).tolist()
        for n, fresh in zip(numbers, new, strict=True):
            assert fresh == (n not in stored)
            stored.add(n)
