"""The simulated week: the same seed gives the same bytes, the truth hangs together, nothing in it knows a rule's numbers."""

from collections import Counter
from functools import cache
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from schemas.codec import SCHEMA
from schemas.events import HEARTBEAT, TYPES
from schemas.rules import load_catalogue
from schemas.settings import load
from schemas.site import load_site
from streams.simulator import week
from streams.simulator.rhythm import DAY_S
from streams.simulator.week import Block, Week
from streams.simulator.week_rates import RATES, Trouble

SIMULATOR = Path(week.__file__).parent


@cache
def whole() -> Week:
    """A week of seven days; none of its blocks are drawn."""
    return Week(load_site(load().site), 3, 7)


@cache
def first_hours() -> list[Block]:
    """The prelude of six weeks and some hours."""
    return list(islice(Week(load_site(load().site), 3, 1).blocks(), 46))


def test_the_same_seed_gives_the_same_bytes() -> None:
    again = list(islice(Week(load_site(load().site), 3, 1).blocks(), 46))
    assert len(again) == len(first_hours())
    for one, other in zip(first_hours(), again, strict=True):
        assert one.watermark_us == other.watermark_us
        for mine, theirs in zip(one.batches, other.batches, strict=True):
            assert mine.batch.equals(theirs.batch)


def test_another_seed_gives_another_week() -> None:
    site = load_site(load().site)
    assert Week(site, 4, 1).truths != Week(site, 3, 1).truths


def test_every_rule_of_the_catalogue_has_incidents_and_no_incident_a_rule_of_its_own() -> None:
    assert {truth.rule for truth in whole().truths} == set(load_catalogue())


def test_an_incident_is_about_somebody_begins_before_it_is_due_and_lies_in_the_week() -> None:
    for truth in whole().truths:
        assert truth.devices or truth.subjects
        assert truth.begin <= truth.due <= truth.by
        assert truth.due <= 7 * DAY_S or not truth.must


def test_no_two_incidents_of_one_rule_and_device_can_be_taken_for_each_other() -> None:
    seen: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for truth in whole().truths:
        for name in truth.devices if not truth.subjects else truth.subjects:
            seen.setdefault((truth.rule, name), []).append((truth.begin, truth.due))
    for spans in seen.values():
        assert all(first[1] < second[1] for first, second in pairwise(sorted(spans)))


def test_devices_of_incidents_are_those_of_the_site_or_tags() -> None:
    devices = whole().site.devices
    for truth in whole().truths:
        assert all(name in devices or name[:3] in {"PT-", "EX-"} for name in truth.devices)


@pytest.mark.parametrize("file", sorted(SIMULATOR.glob("week*.py")), ids=lambda file: file.stem)
def test_nothing_in_the_week_knows_a_rule(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not any(f"schemas.{name}" in text for name in ("rules", "kernels", "conditions")), "the truth would follow the rules"
    assert "load_catalogue" not in text
    assert "streams.rules" not in text


def test_batches_are_of_the_schema_of_one_kind_and_known_types() -> None:
    for block in first_hours():
        for batch in block.batches:
            assert batch.batch.schema.equals(SCHEMA)
            batch.batch.validate(full=True)
            (kind,) = set(batch.batch.column("kind").to_pylist())
            types = set(batch.batch.column("type").unique().to_pylist())
            assert types <= {HEARTBEAT, *next(known for name, known in TYPES.items() if name == kind)}


def test_what_arrives_stands_in_its_order_with_the_topics_time() -> None:
    for block in first_hours():
        for batch in block.batches:
            received = batch.batch.column("received_at").cast("int64").to_numpy()
            assert (np.diff(received) >= 0).all()
            assert (np.diff(batch.ticks) >= 0).all()
            assert (batch.ticks <= received).all()


def test_some_messages_come_twice_and_some_come_late() -> None:
    ids: Counter[bytes] = Counter()
    late = 0
    for block in first_hours():
        for batch in block.batches:
            if not batch.beats:
                ids.update(batch.batch.column("id").to_pylist())
                late += int(batch.late.sum())
    assert any(n > 1 for n in ids.values())
    assert late


def test_every_trouble_has_a_rate_with_a_reason() -> None:
    assert [row.trouble for row in RATES] == list(Trouble)
    assert all(row.per_day > 0 and len(row.reason) > 10 for row in RATES)


def test_a_silent_camera_says_nothing() -> None:
    one = Week(load_site(load().site), 3, 1)
    truth = next(truth for truth in one.truths if truth.rule == "camera-silent" and not truth.note)
    (camera,) = truth.devices
    times = []
    for block in one.blocks():
        for batch in block.batches:
            column = batch.batch.column("device")
            mine = np.array([name == camera for name in column.to_pylist()]) if batch.beats else np.zeros(len(column), bool)
            times += batch.batch.column("received_at").cast("int64").to_numpy()[mine].tolist()
    inside = [at for at in times if one.micros(truth.begin + 1) <= at < one.micros(truth.begin + 119)]
    assert times
    assert not inside
