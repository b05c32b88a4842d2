"""Drawn events and drawn ways to hear them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import strategies as st

from schemas.events import HEARTBEAT
from schemas.identity import uuid_of
from schemas.rules import Rule
from streams.rules.engine import Engine
from tests.streams.rules.scenes import LISTS, SECOND, SITE, START, Heard, admitted, numbered, when
from trials.naive import Row

HORIZON_S = 2400

TYPES = {
    "camera": [HEARTBEAT, "motion", "offline", "online", "vehicle", "vehicle_ended"],
    "face": ["stranger", "known", "permit"],
    "plate": ["read", "unreadable"],
    "door": ["opened", "closed", "granted", "denied", "forced", "tamper", "held_open", "offline", "online", "unheard_of"],
    "facility": ["fire_alarm", "fire_restored", "water_level"],
    "parking": ["left", "bay_taken", "bay_freed"],
}
VOCABULARY = [(kind, type_) for kind, types in TYPES.items() for type_ in types]

DEVICES = ["door-0", "door-1", "door-2", "door-4", "unknown", "door-1#drill"]
WIRED = ["door-0", "door-1", "door-3", "cam-0", "cam-1", "cam-2", "cam-3", "cam-4"]
"""Devices that hang on boxes."""
SUBJECTS = [None, "鲁Q00001", "鲁Q00002", "鲁Q00003", "card-1", "card-2", "face-1", "face-2", "face-3", "worker-1", "worker-2"]
VALUES = [None, float("nan"), 0.1, 0.2, 0.25, 0.3, 0.4]
SCORES = [None, 0.5, 0.9]
ZONES = [None, "fire_lane", "no_parking"]
DIRECTIONS = [None, "in", "out"]
ATTRIBUTES: list[Mapping[str, Any]] = [
    *({}, {}, {"target": "human"}, {"target": "vehicle", "level": "red"}, {"bay": "7"}, {"bay": "8", "difference": 3}),
    *({"difference": 2.5, "colour": "white"}, {"colour": "black", "sure": True}, {"difference": "3", "sure": 1}),
]

MIDNIGHT = START + 16 * 3600 * SECOND
"""Local midnight, to a holiday."""


@st.composite
def rows(
    draw: st.DrawFn,
    *,
    vocabulary: Sequence[tuple[str, str]] = VOCABULARY,
    most: int = 40,
    span_s: int = 600,
    devices: Sequence[str] | None = None,
    subjects: Sequence[str | None] = SUBJECTS,
    start: int = START,
) -> list[Row]:
    """Events in the order of their topics' logs. Whole seconds for the most part, so that many share an instant."""
    found = []
    speakers = devices or draw(st.sampled_from([DEVICES, DEVICES[:1], DEVICES[1:4]]))
    for number in range(draw(st.integers(0, most))):
        kind, type_ = draw(st.sampled_from(vocabulary))
        micros = start + draw(st.integers(0, span_s // 5)) * 5 * SECOND + draw(st.sampled_from([0, 0, 0, 1, 250_000]))
        delay = draw(st.sampled_from([0, 0, 0, 0, 3, 90, 700]))
        fact = Row(
            kind, type_, draw(st.sampled_from(speakers)), micros, micros + delay * SECOND + 100_000,
            id=None if type_ == HEARTBEAT else uuid_of("drawn", str(number)),
            late=delay > 2, very_late=delay > 600, initial=type_ != HEARTBEAT and draw(st.integers(0, 9)) == 0,
        )  # fmt: skip
        found.append(fact if type_ == HEARTBEAT else replace(fact, **draw(details(subjects))))
    return numbered(found)


@st.composite
def details(draw: st.DrawFn, subjects: Sequence[str | None]) -> dict[str, Any]:
    """What an event says beside what, where and when."""
    return {
        "subject": draw(st.sampled_from(subjects)),
        "value": draw(st.sampled_from(VALUES)),
        "score": draw(st.sampled_from(SCORES)),
        "zone": draw(st.sampled_from(ZONES)),
        "direction": draw(st.sampled_from(DIRECTIONS)),
        "attributes": draw(st.sampled_from(ATTRIBUTES)),
    }


@st.composite
def hearings(
    draw: st.DrawFn, heard: Sequence[Row], *, shuffled: bool, start: int = START
) -> list[tuple[list[Row], int | None]]:
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
        bound = min((when(one) for one in order), default=start + HORIZON_S * SECOND) - 1
        if draw(st.booleans()) and bound > (watermark or 0):
            watermark = draw(st.sampled_from([bound, (bound + (watermark or start)) // 2]))
        steps.append((block, watermark))
    return steps


def hear(steps: Sequence[tuple[list[Row], int | None]], rules: Sequence[Rule], *, until: int, restart_at: int = -1) -> Heard:
    """Run the steps; at one of them save, and go on in another engine. State begins with room for one key, and grows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streams.rules.machine.FIRST_SLOTS", 1)
        engine, heard = Engine(SITE, rules, LISTS), Heard()
        for number, (block, watermark) in enumerate(steps):
            heard.add(engine.step(admitted(block), watermark))
            if number == restart_at:
                saved, engine = engine.dump(), Engine(SITE, rules, LISTS)
                engine.restore(saved)
        heard.add(engine.step([], until))
    return heard
