"""Drawn events and drawn ways to hear them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import strategies as st

from schemas.events import HEARTBEAT
from schemas.identity import uuid_of
from schemas.rules import Rule
from streams.rules.engine import Engine
from tests.streams.rules.scenes import SECOND, SITE, START, Heard, admitted, numbered, when
from trials.naive import Row

HORIZON_S = 2400

TYPES = {
    "camera": [HEARTBEAT, "motion"],
    "face": ["stranger"],
    "plate": ["read", "unreadable"],
    "door": ["opened", "closed", "granted", "denied", "forced", "tamper", "held_open", "unheard_of"],
    "facility": ["fire_alarm", "fire_restored", "water_level"],
    "parking": ["left"],
}
VOCABULARY = [(kind, type_) for kind, types in TYPES.items() for type_ in types]

DEVICES = ["door-0", "door-1", "door-2", "door-4", "unknown"]
SUBJECTS = [None, "鲁Q00001", "鲁Q00002", "鲁Q00003", "card-1"]
VALUES = [None, float("nan"), 0.1, 0.2, 0.25, 0.3, 0.4]


@st.composite
def rows(
    draw: st.DrawFn, *, vocabulary: Sequence[tuple[str, str]] = VOCABULARY, most: int = 40, span_s: int = 600
) -> list[Row]:
    """Events in the order of their topics' logs. Whole seconds for the most part, so that many share an instant."""
    found = []
    devices = draw(st.sampled_from([DEVICES, DEVICES[:1], DEVICES[1:4]]))
    for number in range(draw(st.integers(0, most))):
        kind, type_ = draw(st.sampled_from(vocabulary))
        micros = START + draw(st.integers(0, span_s // 5)) * 5 * SECOND + draw(st.sampled_from([0, 0, 0, 1, 250_000]))
        delay = draw(st.sampled_from([0, 0, 0, 0, 3, 90, 700]))
        fact = Row(
            kind, type_, draw(st.sampled_from(devices)), micros, micros + delay * SECOND + 100_000,
            id=None if type_ == HEARTBEAT else uuid_of("drawn", str(number)),
            subject=draw(st.sampled_from(SUBJECTS)), value=draw(st.sampled_from(VALUES)),
            late=delay > 2, very_late=delay > 600, initial=type_ != HEARTBEAT and draw(st.integers(0, 9)) == 0,
        )  # fmt: skip
        found.append(replace(fact, subject=None, value=None) if type_ == HEARTBEAT else fact)
    return numbered(found)


@st.composite
def hearings(draw: st.DrawFn, heard: Sequence[Row], *, shuffled: bool) -> list[tuple[list[Row], int | None]]:
    """A way to hear these rows: an order, blocks, and after each block a watermark that no later row contradicts."""
    order = draw(st.permutations(list(heard)))
    if not shuffled:
        queues = {kind: [one for one in heard if one.kind == kind] for kind in {one.kind for one in heard}}
        order = [queues[one.kind].pop(0) for one in order]
    steps: list[tuple[list[Row], int | None]] = []
    watermark: int | None = None
    while order:
        size = draw(st.integers(1, 12))
        block, order = order[:size], order[size:]
        bound = min((when(one) for one in order), default=START + HORIZON_S * SECOND) - 1
        if draw(st.booleans()) and bound > (watermark or 0):
            watermark = draw(st.sampled_from([bound, (bound + (watermark or START)) // 2]))
        steps.append((block, watermark))
    return steps


def hear(steps: Sequence[tuple[list[Row], int | None]], rules: Sequence[Rule], *, until: int, restart_at: int = -1) -> Heard:
    """Run the steps; at one of them save, and go on in another engine. State begins with room for one key, and grows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streams.rules.machine.FIRST_SLOTS", 1)
        engine, heard = Engine(SITE, rules), Heard()
        for number, (block, watermark) in enumerate(steps):
            heard.add(engine.step(admitted(block), watermark))
            if number == restart_at:
                saved, engine = engine.dump(), Engine(SITE, rules)
                engine.restore(saved)
        heard.add(engine.step([], until))
    return heard
