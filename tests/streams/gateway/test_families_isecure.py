"""Callbacks and records of iSecure Center."""

from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.events import TYPES, Kind
from streams.gateway.families.isecure import MOST
from tests.streams.gateway.shapes import notify, only, pushed, read


@pytest.mark.parametrize(
    ("code", "type_"),
    [
        (196893, "granted"),
        (198914, "granted"),
        (197151, "denied"),
        (198657, "forced"),
        (199428, "duress"),
        (199708, "tamper"),
        (199709, "tamper_ended"),
        (1, "other"),
    ],
)
def test_codes_of_doors_have_a_type(code: int, type_: str) -> None:
    event = only(read(notify(pushed(code)), family="isecure"))
    assert (event.kind, event.type, event.device, event.direction) == (Kind.DOOR, type_, "door-1", "in")


@pytest.mark.parametrize(
    ("code", "status", "type_"),
    [
        (131612, 1, "scene_changed"),
        (131612, 2, "scene_restored"),
        (131591, 1, "vehicle"),
        (131591, 2, "vehicle_ended"),
        (131593, 2, "crowd_ended"),
        (131597, 0, "fence_climbed"),
        (131607, 0, "fence_climbed"),
        (131605, 0, "fall"),
        (131596, 0, "other"),
        (131587, 0, "other"),
        (930335, 0, "thrown_object"),
        (889196545, 1, "offline"),
        (889196545, 2, "online"),
    ],
)
def test_what_cameras_see_has_a_type(code: int, status: int, type_: str) -> None:
    event = only(read(notify(pushed(code, status, srcType="camera", data={}), ability="event_vss"), family="isecure"))
    assert (event.kind, event.type) == (Kind.CAMERA, type_)


def test_a_time_without_a_zone_is_the_sites() -> None:
    event = only(read(notify(pushed()), family="isecure"))
    assert event.occurred_at == datetime(2031, 3, 5, 0, 59, 58, tzinfo=UTC)


def test_start_pulse_stop_and_picture_of_one_event_are_told_apart() -> None:
    decoded = read(notify(*(pushed(198400, status) for status in (1, 3, 2, 4, 5))), family="isecure")
    assert len({event.id for event in decoded.events}) == 5
    assert [event.type for event in decoded.events] == ["held_open", "held_open", "closed", "other", "other"]
    assert [event.initial for event in decoded.events] == [False, True, False, False, False]


def test_two_pulses_are_two_and_one_pulse_twice_is_one() -> None:
    first, again = (only(read(notify(pushed(198400, 3)), family="isecure")) for _ in range(2))
    later = only(read(notify(pushed(198400, 3, happenTime="2031-03-05 09:00:28")), family="isecure"))
    assert first.id == again.id != later.id


def test_fifty_events_of_a_message_are_all_read() -> None:
    decoded = read(notify(*(pushed(eventId=f"E-{n}") for n in range(50))), family="isecure")
    assert len({event.id for event in decoded.events}) == 50


def test_a_bad_event_among_good_ones_is_rejected_by_itself() -> None:
    body = orjson.loads(notify(pushed(), pushed(eventId="E-2")))
    body["params"]["events"].insert(1, "junk")
    decoded = read(body, family="isecure")
    assert len(decoded.events) == 2
    assert decoded.rejected[0].at == "params.events[1]"


@pytest.mark.parametrize(
    ("code", "kind", "type_", "direction"),
    [
        (771760131, Kind.PARKING, "entered", "in"),
        (771760134, Kind.PARKING, "left", "out"),
        (771760130, Kind.PLATE, "read", "in"),
        (771764226, Kind.PARKING, "other", None),
    ],
)
def test_parking_has_its_plates_and_directions(code: int, kind: Kind, type_: str, direction: str | None) -> None:
    entry = pushed(code, srcType="roadway", srcIndex="lane-1", data={"plateNo": "鲁Q12345"})
    event = only(read(notify(entry, ability="event_pms"), family="isecure"))
    assert (event.kind, event.type, event.direction, event.subject) == (kind, type_, direction, "鲁Q12345")


def test_a_vehicle_without_a_plate_is_unreadable() -> None:
    event = only(read(notify(pushed(771760130, data={"plateNo": "无车牌"}), ability="event_pms"), family="isecure"))
    assert (event.type, event.subject) == ("unreadable", None)


def test_a_passage_says_what_the_car_looks_like_whether_or_not_its_plate_was_read() -> None:
    looks = {"vehicleColor": 1, "vehicleType": 2, "mainLogo": 1036}
    for plate in ("鲁Q12345", ""):
        event = only(read(notify(pushed(771760134, data=looks | {"plateNo": plate}), ability="event_pms"), family="isecure"))
        assert {name: event.attributes[name] for name in ("colour", "vehicle_type", "brand")} == {
            "colour": 1,
            "vehicle_type": 2,
            "brand": 1036,
        }
        assert event.subject == (plate or None)
    unsure = {"plateNo": "", "vehicleColor": 255, "vehicleType": 0, "mainLogo": "x"}
    event = only(read(notify(pushed(771760134, data=unsure), ability="event_pms"), family="isecure"))
    assert {"colour", "vehicle_type", "brand"}.isdisjoint(event.attributes)


def test_a_linked_event_has_the_identity_under_which_it_comes_by_itself() -> None:
    alone = only(read(notify(pushed(eventId="E-7")), family="isecure"))
    detail = pushed() | {"eventOriginalId": "E-7", "ability": "event_acs"}
    linked = {"eventId": "L-1", "eventType": 1, "happenTime": "2031-03-05 09:00:00", "eventDetails": [detail]}
    assert only(read(notify(linked, ability="event_rule"), family="isecure")).id == alone.id


def test_a_record_of_a_query_is_the_event_that_was_pushed() -> None:
    record = {"eventId": "E-1", "eventType": 196893, "eventTime": "2031-03-05T08:59:58+08:00", "doorIndexCode": "door-index-1"}
    record |= {"inAndOutType": 0, "personId": "p-1", "cardNo": None, "picUri": "/pic?1"}
    event = only(read(record, family="isecure"))
    assert event.id == only(read(notify(pushed(196893)), family="isecure")).id
    assert (event.direction, event.subject, event.picture) == ("out", "p-1", "/pic?1")


def test_comments_of_the_makers_documentation_are_read_over() -> None:
    body = b"// a sample\n" + notify(pushed(data={"url": "http://x/y"})).replace(b',"params"', b', // the event\n "params"')
    assert only(read(body, family="isecure")).type == "granted"


@pytest.mark.parametrize("body", [b"{}", b"[1]", b'{"params":{"events":[]}}', b"<a/>", notify(pushed())[:80]])
def test_what_holds_no_event_is_rejected(body: bytes) -> None:
    decoded = read(body, family="isecure")
    assert not decoded.events and decoded.rejected


@given(
    st.dictionaries(
        st.sampled_from(["eventId", "eventType", "happenTime", "srcIndex", "status", "data", "eventDetails"]),
        st.none()
        | st.integers()
        | st.text(max_size=6)
        | st.lists(st.dictionaries(st.text(max_size=3), st.integers()), max_size=2),
    )
)
def test_any_entry_is_read_or_rejected(entry: dict[str, object]) -> None:
    try:
        body = notify(entry)
    except orjson.JSONEncodeError:
        body = b"{}"
    decoded = read(body, family="isecure")
    assert decoded.events or decoded.rejected
    assert all(event.type in TYPES[event.kind] for event in decoded.events)


def test_linked_events_without_identities_of_their_own_are_told_apart() -> None:
    details = [{"eventType": 198914, "srcIndex": "door-index-1"}, {"eventType": 198657, "srcIndex": "door-index-1"}]
    body = notify(pushed(eventDetails=details))
    decoded = read(body, family="isecure")
    assert len({event.id for event in decoded.events}) == 2
    assert decoded.events == read(body, family="isecure").events


def test_two_cards_at_one_door_in_one_second_are_two_even_without_an_event_id() -> None:
    cards = [pushed(eventId=None, data={"ExtEventCardNo": card}) for card in ("1111111", "2222222")]
    assert len({event.id for event in read(notify(*cards), family="isecure").events}) == 2


def test_more_linked_events_than_any_message_has_are_cut_and_it_is_said() -> None:
    decoded = read(notify(*(pushed(eventDetails=[{}] * 600) for _ in range(2))), family="isecure")
    assert len(decoded.events) == MOST
    assert "more than" in decoded.rejected[0].reason
