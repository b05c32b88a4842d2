"""What the devices' bytes say to the gateway's own decoders."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from schemas.decoded import Decoded
from schemas.events import Kind
from schemas.site import Site, load_site
from streams.gateway.context import Context, Register, register_of
from streams.gateway.read import read_body
from streams.simulator.faults import WRONG_CLOCKS_S
from streams.simulator.own import KINDS
from streams.simulator.play import Order, compose
from streams.simulator.recipes import RECIPES
from streams.simulator.words import Message
from tests.streams.simulator.conftest import SITE

START = datetime(2030, 5, 6, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ORDER = Order(seed=5, speed=8.0, incidents="", seconds=0)


@pytest.fixture(scope="module")
def run(community_site: Site) -> list[Message]:
    """Eight minutes of a busy morning with the first of the mild incidents."""
    script = compose(community_site, ORDER, START)
    return [message for k in range(60) for message in script.second(k)]


@cache
def register(path: Path) -> Register:
    return register_of(load_site(path).devices)


def read(site: Site, message: Message) -> Decoded:
    context = Context(START, ZoneInfo(site.timezone), register(SITE), message.source)
    return read_body(message.source, message.body, message.content_type, context)


def test_every_message_decodes_to_what_the_device_said(community_site: Site, run: list[Message]) -> None:
    script = compose(community_site, ORDER, START)
    words = set()
    for message in run:
        if message.broken:
            continue
        say, result = message.say, read(community_site, message)
        assert result.rejected == ()
        if say.is_heartbeat:
            assert [(beat.device, beat.kind) for beat in result.heartbeats] == [
                (say.device.id, KINDS.get(say.device.kind, Kind.FACILITY))
            ]
            continue
        (event,) = result.events
        assert (event.device, event.type, event.subject, event.value) == (say.device.id, say.word, say.subject, say.value)
        clock = timedelta(seconds=say.happened + script.voices.faults.clock_s.get(say.device.id, 0.0))
        assert abs(event.occurred_at - (START.astimezone(UTC) + clock)) < timedelta(milliseconds=1)
        assert not event.initial
        words.add((message.source, say.word))
    assert {source for source, _ in words} == {"hikvision", "isecure", "gatehouse"}
    assert len(words) >= 20


def test_a_repeated_message_is_the_same_event_and_every_other_is_its_own(community_site: Site, run: list[Message]) -> None:
    events = [(message.copy, read(community_site, message).events) for message in run if not message.broken]
    originals = [event.id for copy, found in events for event in found if not copy]
    copies = [event.id for copy, found in events for event in found if copy]
    assert len(set(originals)) == len(originals)
    assert copies
    assert set(copies) <= set(originals)


def test_a_later_run_of_the_same_seed_repeats_no_event(community_site: Site) -> None:
    ids = []
    for start in (START, START + timedelta(seconds=1)):
        script = compose(community_site, ORDER, start)
        found = [read(community_site, m).events for k in range(20) for m in script.second(k) if not m.broken and not m.copy]
        ids.append({event.id for events in found for event in events})
    assert not ids[0] & ids[1]


def test_broken_messages_are_rejected_with_a_reason(community_site: Site) -> None:
    script = compose(community_site, Order(2, 1.0, "none", 0), START)
    broken = [m for k in range(1_500) for m in script.second(k) if m.broken]
    assert broken
    assert all(read(community_site, message).rejected for message in broken)


def test_some_devices_have_wrong_clocks_and_none_that_an_incident_names(community_site: Site) -> None:
    script = compose(community_site, ORDER, START)
    assert set(script.voices.faults.clock_s.values()) & set(WRONG_CLOCKS_S)
    unsound = script.voices.faults.unsound
    incidents = [next(script.schedule.incidents) for _ in range(3 * len(RECIPES))]
    assert not {say.device.id for incident in incidents for say in incident.says} & unsound
