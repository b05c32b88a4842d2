"""Every kernel against its slow twin, on drawn events and drawn thresholds, compiled and as plain Python."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.kernels import Kernel
from schemas.rules import Rule
from streams.rules.engine import Engine
from streams.rules.table import claim, gather, rebuild
from tests.streams.rules.draws import HORIZON_S, VOCABULARY, rows
from tests.streams.rules.scenes import FIRST_TEN, LISTS, SITE, Heard, admitted, at, expected, numbered, row
from trials.naive import Row

END = at(HORIZON_S)
SOME = {"reason": "drawn for a test"}

seconds = st.sampled_from([5, 10, 30, 60])
holds = st.sampled_from([0, 5, 20, 60])
spaced = st.sampled_from([0, 10, 60])
few = st.integers(1, 4)


def plain(compiled: Callable[..., Any]) -> Callable[..., Any]:
    """The Python function behind a kernel, also where the compiler is off altogether."""
    function: Callable[..., Any] = getattr(compiled, "py_func", compiled)
    return function


def a_rule(kernel: str, kind: str, match: Mapping[str, Any], limits: Mapping[str, float], **more: Any) -> Rule:
    """A rule of that kernel with such thresholds."""
    thresholds = {name: SOME | {"value": value} for name, value in limits.items()}
    given_ = {"id": "drawn", "version": 1, "name": {"zh": "一", "en": "one"}, "severity": 3, "kernel": kernel, "kind": kind}
    return Rule.model_validate(given_ | {"match": match, "thresholds": thresholds} | more)


def types(*names: str) -> Mapping[str, Any]:
    """A condition on the type alone."""
    return {"types": list(names)}


DOOR = [("door", "opened"), ("door", "closed"), ("door", "denied")]

RULES: Mapping[str, tuple[list[tuple[str, str]], st.SearchStrategy[Rule]]] = {
    "each": (
        DOOR,
        st.builds(
            lambda hold, clear: a_rule(
                "each", "door", {"event": types("denied"), "clears": types("closed")}, {"hold_s": hold, "clear_after_s": clear}
            ),
            spaced, seconds,
        ),
    ),
    "each that rises": (
        DOOR,
        st.builds(
            lambda hold, after: a_rule(
                "each", "door", {"event": types("denied"), "clears": types("closed"), "rises": types("opened")},
                {"hold_s": hold, "clear_after_s": 120, "rise_after_s": after}, worst=1,
            ),
            spaced, seconds,
        ),
    ),
    "count": (
        DOOR,
        st.builds(
            lambda n, window, hold: a_rule(
                "count", "door", {"event": types("denied", "opened"), "clears": types("closed")},
                {"events_n": n, "window_s": window, "hold_s": hold},
            ),
            few, seconds, holds,
        ),
    ),
    "distinct": (
        [("face", "stranger"), ("face", "known")],
        st.builds(
            lambda n, window, hold, of: a_rule(
                "distinct", "face", {"event": types("stranger", "known")},
                {"values_n": n, "window_s": window, "hold_s": hold, "clear_after_s": 60}, key="subject", of=of,
            ),
            few, seconds, holds, st.sampled_from(["building", "device"]),
        ),
    ),
    "sequence of two": (
        DOOR,
        st.builds(
            lambda window, hold: a_rule(
                "sequence", "door", {"first": types("opened"), "then": types("denied")},
                {"window_s": window, "hold_s": hold, "clear_after_s": 60},
            ),
            seconds, holds,
        ),
    ),
    "sequence of three with a type in two places": (
        DOOR,
        st.builds(
            lambda window: a_rule(
                "sequence", "door", {"first": types("opened"), "then": types("opened", "denied"), "last": types("closed")},
                {"window_s": window, "clear_after_s": 60},
            ),
            seconds,
        ),
    ),
    "sequence with nothing between": (
        DOOR,
        st.builds(
            lambda window, hold: a_rule(
                "sequence", "door", {"first": types("opened"), "then": types("opened"), "unless": types("closed")},
                {"window_s": window, "hold_s": hold, "clear_after_s": 60},
            ),
            seconds, holds,
        ),
    ),
    "surplus": (
        [("face", "stranger"), ("face", "known"), ("door", "granted")],
        st.builds(
            lambda window, before, after, excess, hold, of: a_rule(
                "surplus", "face",
                {"event": types("stranger", "known"), "allow": {"kind": "door", "types": ["granted"]}},
                {"window_s": window, "before_s": before, "after_s": after, "excess_n": excess, "hold_s": hold}
                | {"clear_after_s": 60},
                key="place", of=of,
            ),
            seconds, holds, st.sampled_from([0, 5, 30]), st.integers(1, 2), holds,
            st.sampled_from(["subject", "face_household"]),
        ),
    ),
    "mismatch": (
        [("face", "known"), ("door", "granted")],
        st.builds(
            lambda window, hold: a_rule(
                "mismatch", "door", {"event": types("granted"), "witness": {"kind": "face", "types": ["known"]}},
                {"window_s": window, "hold_s": hold, "clear_after_s": 60}, key="place", of="household",
            ),
            seconds, holds,
        ),
    ),
    "mismatch with what is its own": (
        [("face", "known"), ("door", "granted"), ("door", "opened")],
        st.builds(
            lambda window, before, after, hold: a_rule(
                "mismatch", "door",
                {
                    "event": types("granted"), "witness": {"kind": "face", "types": ["known"]},
                    "own": types("granted", "opened"),
                },
                {"window_s": window, "before_s": before, "after_s": after, "hold_s": hold, "clear_after_s": 60},
                key="place", of="household",
            ),
            seconds, st.sampled_from([0, 5, 20]), st.sampled_from([0, 5, 20]), holds,
        ),
    ),
    "without": (
        DOOR,
        st.builds(
            lambda window, before, hold: a_rule(
                "without", "door", {"event": types("opened"), "unless": types("closed")},
                {"window_s": window, "before_s": before, "hold_s": hold},
            ),
            seconds, holds, holds,
        ),
    ),
    "absence": (
        [("camera", "heartbeat"), ("camera", "motion")],
        st.builds(
            lambda window, hold: a_rule(
                "absence", "camera", {"life": {"heartbeats": True}}, {"window_s": window, "hold_s": hold}
            ),
            seconds, holds,
        ),
    ),
    "dwell": (
        DOOR,
        st.builds(
            lambda window, hold: a_rule(
                "dwell", "door", {"begins": types("opened"), "ends": types("closed", "denied")},
                {"window_s": window, "hold_s": hold},
            ),
            seconds, holds,
        ),
    ),
    "level": (
        [("facility", "water_level")],
        st.builds(
            lambda k, more, window, hold: a_rule(
                "level", "facility", {"event": types("water_level")},
                {"line_m": 0.3, "low_line_m": 0.2, "over_n": k, "readings_n": k + more, "window_s": window, "hold_s": hold},
            ),
            few, st.integers(0, 3), st.sampled_from([30, 120, 600]), holds,
        ),
    ),
    "level of words": (
        DOOR,
        st.builds(
            lambda k, more, window: a_rule(
                "level", "door", {"over": types("denied"), "under": types("opened")},
                {"over_n": k, "readings_n": k + more, "window_s": window},
            ),
            few, st.integers(0, 3), st.sampled_from([30, 120]),
        ),
    ),
    "travel": (
        [("door", "granted"), ("door", "opened")],
        st.builds(
            lambda speed, allowance, hold: a_rule(
                "travel", "door", {"event": types("granted", "opened")},
                {"speed_m_per_s": speed, "clock_allowance_s": allowance, "window_s": 60, "hold_s": hold, "clear_after_s": 60},
                key="subject",
            ),
            st.sampled_from([2, 5, 10]), st.sampled_from([0, 5]), holds,
        ),
    ),
}  # fmt: skip


def judged(rule: Rule, heard: list[Row], cut: int, *, compiled: bool) -> Heard:
    """The rule's own machine over the rows in two blocks; the watermark comes with the second."""
    engine, found = Engine(SITE, [rule], LISTS), Heard()
    with pytest.MonkeyPatch.context() as patch:
        if not compiled:
            for one in engine.machines():
                timers = one.frame.timers and plain(one.frame.timers)
                one.frame = replace(one.frame, fold=plain(one.frame.fold), timers=timers)
            patch.setattr("streams.rules.table.claim", plain(claim))
            patch.setattr("streams.rules.table.gather", plain(gather))
        found.add(engine.step(admitted(heard[:cut]), None))
        found.add(engine.step(admitted(heard[cut:]), END))
    return found


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("name", RULES)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_kernel_says_what_its_twin_says(name: str, compiled: bool, data: st.DataObject) -> None:
    vocabulary, rules = RULES[name]
    rule = data.draw(rules)
    heard = data.draw(rows(vocabulary=vocabulary, span_s=data.draw(st.sampled_from([60, 240]))))
    cut = data.draw(st.integers(0, len(heard)))
    assert judged(rule, heard, cut, compiled=compiled).judged() == expected(heard, END, [rule])


def test_every_kernel_has_a_drawn_rule() -> None:
    elsewhere = {Kernel.DEVIATION, Kernel.OUTAGE}  # test_deviation.py, test_causes.py
    assert {name.split()[0] for name in RULES} == set(Kernel) - elsewhere


def test_after_warming_up_nothing_is_left_to_compile() -> None:
    engine = Engine(SITE, list(FIRST_TEN.values()))
    engine.warm()
    frames = [one.frame for one in engine.machines()]
    kernels = [claim, rebuild, gather, *(frame.fold for frame in frames), *(frame.timers for frame in frames)]
    before = [len(getattr(kernel, "signatures", ())) for kernel in kernels]
    events = [row(kind, type_, "door-1", n, subject="鲁Q00001", value=0.4) for n in range(9) for kind, type_ in VOCABULARY]
    assert engine.step(admitted(numbered(events)), END).alerts
    engine.restore(engine.dump())
    engine.step(admitted(numbered(events)), END + 1)
    assert [len(getattr(kernel, "signatures", ())) for kernel in kernels] == before
