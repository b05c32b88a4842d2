"""However events are heard, the judgement is the naive twins'."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.streams.rules.draws import HORIZON_S, hear, hearings, rows
from tests.streams.rules.scenes import FIRST_TEN, at, expected

TEN = list(FIRST_TEN.values())
ORDERED = [rule for rule in TEN if rule.id != "plate-watch-list"]
"""Without the one that answers at once and holds: there the first one read speaks."""

END = at(HORIZON_S)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_interleaving_and_any_blocks_give_the_alerts_of_the_twins(data: st.DataObject) -> None:
    heard = data.draw(rows())
    steps = data.draw(hearings(heard, shuffled=False))
    assert hear(steps, TEN, until=END).judged() == expected(heard, END, TEN)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_order_of_arrival_gives_the_alerts_of_the_twins(data: st.DataObject) -> None:
    heard = data.draw(rows())
    steps = data.draw(hearings(heard, shuffled=True))
    assert hear(steps, ORDERED, until=END).judged() == expected(heard, END, ORDERED)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_restart_anywhere_changes_nothing(data: st.DataObject) -> None:
    heard = data.draw(rows())
    steps = data.draw(hearings(heard, shuffled=False))
    restart = data.draw(st.integers(0, max(0, len(steps) - 1)))
    assert hear(steps, TEN, until=END, restart_at=restart).judged() == expected(heard, END, TEN)
