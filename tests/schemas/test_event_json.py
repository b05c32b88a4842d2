"""Our own JSON."""

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.event_json import MOST, json_schema, parse, run

EVENT = {"kind": "facility", "type": "fire_alarm", "device": "panel-1", "occurred_at": "2031-03-05T08:00:00+08:00"}
BEAT = {"heartbeat": True, "kind": "camera", "device": "camera-1"}


def test_one_many_and_wrapped_are_read_alike() -> None:
    assert parse(EVENT).events == parse([EVENT]).events == parse({"events": [EVENT]}).events
    assert len(parse([EVENT, BEAT]).heartbeats) == 1


def test_without_an_identity_the_content_is_the_identity() -> None:
    assert parse(EVENT).events[0].id == parse(dict(reversed(EVENT.items()))).events[0].id
    assert parse(EVENT).events[0].id != parse(EVENT | {"value": 1.0}).events[0].id


def test_the_senders_identity_holds_whatever_else_changes() -> None:
    assert parse(EVENT | {"id": "7"}).events[0].id == parse(EVENT | {"id": "7", "value": 3}).events[0].id


def test_a_bad_entry_is_rejected_by_itself_with_its_place() -> None:
    decoded = parse([EVENT, EVENT | {"type": "unheard_of"}, EVENT | {"id": "2"}])
    assert len(decoded.events) == 2
    assert decoded.rejected[0].at.startswith("[1]") and "unheard_of" in decoded.rejected[0].reason


@pytest.mark.parametrize(
    "change",
    [
        {"occurred_at": "2031-03-05T08:00:00"},
        {"occurred_at": 1930000000},
        {"occurred_at": "9999-12-31T23:59:59-12:00"},
        {"occurred_at": "0001-01-01T00:00:00+14:00"},
        {"score": 1.5},
        {"value": float("nan")},
        {"direction": "sideways"},
        {"kind": "weather"},
        {"device": ""},
        {"device": "x" * 1000},
        {"unknown_field": 1},
        {"attributes": []},
        {"attributes": {"a": ["x" * 500] * 60}},
    ],
)
def test_what_is_wrong_is_rejected_with_a_reason(change: dict[str, Any]) -> None:
    decoded = parse(EVENT | change)
    assert not decoded.events
    assert decoded.rejected[0].reason.endswith(".")


def test_a_message_is_bounded_and_says_so() -> None:
    decoded = parse([BEAT] * (MOST + 1))
    assert len(decoded.heartbeats) == MOST and len(decoded.rejected) == 1


def test_templates_and_nul_never_get_into_attributes() -> None:
    event = parse(EVENT | {"attributes": {"faceFeature": "AAAA", "note": "a\x00b\ud800"}}).events[0]
    assert event.attributes == {"note": "ab?"}


def test_the_published_schema_says_what_the_parser_does() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    for good in (EVENT, [EVENT, BEAT], {"events": [EVENT]}, BEAT):
        validator.validate(good)
    for bad in ({}, EVENT | {"kind": "weather"}, EVENT | {"score": 2}, {"heartbeat": True}):
        assert not validator.is_valid(bad)


def test_only_a_known_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("event") == 0
    assert run("else") == 2
    assert "event" in capsys.readouterr().err


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*EVENT, "heartbeat", "events", "at"]), inner),
    max_leaves=10,
)


@given(json_values)
def test_any_json_ends_as_events_heartbeats_or_rejected(value: Any) -> None:
    decoded = parse(value)
    assert decoded.events or decoded.heartbeats or decoded.rejected


@given(st.dictionaries(st.sampled_from(["subject", "score", "value", "zone", "attributes", "id", "picture"]), json_values))
def test_any_change_of_an_event_is_read_or_rejected(change: dict[str, Any]) -> None:
    decoded = parse(EVENT | change)
    assert len(decoded.events) + len(decoded.rejected) == 1
