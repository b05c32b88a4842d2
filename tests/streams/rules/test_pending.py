"""Rows that wait come out once, in the order of judgement, however they came and however often time moved."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.rules import pending
from streams.rules.columns import COLUMNS, ID_LOW, OFFSET, TIME
from streams.rules.names import Ints
from streams.rules.pending import Pending

batches = st.lists(st.integers(0, 60), max_size=40)


def rows(times: list[int], first: int) -> Ints:
    """Rows at these times; each has an offset of its own, and ids that tie now and then."""
    found = np.zeros((len(times), COLUMNS), np.int64)
    found[:, TIME], found[:, OFFSET] = times, np.arange(first, first + len(times))
    found[:, ID_LOW] = found[:, OFFSET] * 7 % 5
    return found


@given(st.lists(st.tuples(batches, st.integers(0, 3)), max_size=12))
@settings(max_examples=100, deadline=None)
def test_what_is_due_comes_out_once_and_in_order(steps: list[tuple[list[int], int]]) -> None:
    waiting, expected, watermark, offset = Pending(), [], 0, 0
    for ahead, passed in steps:
        times = [watermark + 1 + time for time in ahead]
        waiting.add(rows(times, offset))
        expected += [(time, (offset + n) * 7 % 5, offset + n) for n, time in enumerate(times)]
        offset += len(times)
        watermark += 10 * passed
        due = sorted(one for one in expected if one[0] <= watermark)
        expected = [one for one in expected if one[0] > watermark]
        assert waiting.take(watermark)[:, [TIME, ID_LOW, OFFSET]].tolist() == [list(one) for one in due]
    assert waiting.rows()[:, OFFSET].tolist() == [offset for _, _, offset in sorted(expected)]


def test_many_small_parts_become_few_and_none_grows_without_bound() -> None:
    waiting = Pending()
    for second in range(4 * pending.WHOLE // 64):
        waiting.add(rows([second] * 64, 64 * second))
    parts = waiting.texts()
    assert sum(len(part) for part in parts) == 4 * pending.WHOLE
    assert len(parts) <= 16
    assert max(len(part) for part in parts) < 2 * pending.WHOLE + 64
