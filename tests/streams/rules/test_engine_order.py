"""However events are heard, the judgement is the naive twins'."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.kernels import Kernel
from schemas.rules import Rule
from tests.streams.rules.draws import HORIZON_S, WIRED, hear, hearings
from tests.streams.rules.draws import rows as events
from tests.streams.rules.scenes import CATALOGUE, at, expected

ORDERED = [rule.id for rule in CATALOGUE.values() if not (rule.kernel is Kernel.EACH and rule.hold_s)]
"""Without those that answer at once and hold: the ids are the same there, but the first one read speaks."""

END = at(HORIZON_S)


@st.composite
def some_rules(draw: st.DrawFn, names: Sequence[str] = tuple(CATALOGUE)) -> list[Rule]:
    """Some rules of the catalogue with those that they speak of. Deviation needs weeks: it has a test of its own."""
    wanted = set(draw(st.lists(st.sampled_from(sorted(names)), min_size=4, max_size=9)))
    while more := {other for name in wanted for other in (*CATALOGUE[name].children, *CATALOGUE[name].muted_by)} - wanted:
        wanted |= more
    return [rule for rule in CATALOGUE.values() if rule.id in wanted and rule.kernel is not Kernel.DEVIATION]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_interleaving_and_any_blocks_give_the_alerts_of_the_twins(data: st.DataObject) -> None:
    rules = data.draw(some_rules())
    heard = data.draw(events(most=30))
    steps = data.draw(hearings(heard, shuffled=False))
    assert hear(steps, rules, until=END).judged() == expected(heard, END, rules)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_order_of_arrival_gives_the_alerts_of_the_twins(data: st.DataObject) -> None:
    rules = data.draw(some_rules(ORDERED))
    heard = data.draw(events(most=30))
    steps = data.draw(hearings(heard, shuffled=True))
    assert hear(steps, rules, until=END).judged() == expected(heard, END, rules)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_restart_anywhere_changes_nothing(data: st.DataObject) -> None:
    rules = data.draw(some_rules())
    heard = data.draw(events(most=30))
    steps = data.draw(hearings(heard, shuffled=False))
    restart = data.draw(st.integers(0, max(0, len(steps) - 1)))
    assert hear(steps, rules, until=END, restart_at=restart).judged() == expected(heard, END, rules)


OUTAGES = ("switch-down", "power-circuit-down", "controller-down", "unstable-device")
SILENCES = [("camera", "offline"), ("camera", "online"), ("door", "offline"), ("door", "online"), ("camera", "heartbeat")]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_what_hangs_on_a_box_is_told_as_the_twins_tell_it(data: st.DataObject) -> None:
    rules = data.draw(some_rules(OUTAGES))
    heard = data.draw(events(vocabulary=SILENCES, devices=WIRED, most=40))
    steps = data.draw(hearings(heard, shuffled=True))
    restart = data.draw(st.integers(0, max(0, len(steps) - 1)))
    assert hear(steps, rules, until=END, restart_at=restart).judged() == expected(heard, END, rules)
