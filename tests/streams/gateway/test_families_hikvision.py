"""Hikvision's alerts, in the shapes seen in the field."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.events import TYPES, Kind
from schemas.text import KEPT, LIMIT
from streams.gateway.families.hikvision import MOST
from tests.streams.gateway.shapes import ARRIVED, CONTEXT, access, alert, anpr, multipart, only, read

NAMESPACES = ["", ' xmlns="urn:psialliance-org"', ' \nxmlns="http://www.hikvision.com/ver10/XMLSchema"', ' xmlns:h="urn:x"']


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_an_alert_is_the_same_in_every_namespace(namespace: str) -> None:
    event = only(read(alert(namespace=namespace)))
    assert (event.kind, event.type, event.device) == (Kind.CAMERA, "motion", "camera-7")
    assert event.occurred_at == datetime(2031, 3, 5, 0, 59, 58, tzinfo=UTC)
    assert event.id == only(read(alert())).id


def test_a_channel_that_is_only_dynamic_still_names_the_device() -> None:
    assert only(read(alert(channelID="", dynChannelID="1"))).device == "camera-7"


def test_a_device_that_the_site_does_not_know_keeps_its_vendors_name() -> None:
    assert only(read(alert(ipAddress="whatever"))).device == "hikvision:whatever/1"


@pytest.mark.parametrize(
    ("word", "state", "type_"),
    [
        ("linedetection", "active", "line_crossed"),
        ("fielddetection", "active", "intrusion"),
        ("fielddetection", "inactive", "intrusion_ended"),
        ("shelteralarm", "active", "covered"),
        ("shelteralarm", "inactive", "uncovered"),
        ("videoloss", "active", "video_lost"),
        ("IO", "active", "alarm_input"),
        ("PIR", "active", "motion"),
        ("scenechangedetection", "active", "scene_changed"),
        ("scenechangedetection", "inactive", "scene_restored"),
        ("advReachHeight", "active", "fence_climbed"),
        ("group", "inactive", "crowd_ended"),
        ("parking", "active", "vehicle"),
        ("parking", "inactive", "vehicle_ended"),
        ("deviceoffline", "active", "offline"),
        ("linedetection", "inactive", "other"),
        ("somethingNew", "active", "other"),
    ],
)
def test_words_of_cameras_have_a_type(word: str, state: str, type_: str) -> None:
    event = only(read(alert(eventType=word, eventState=state)))
    assert event.type == type_
    assert event.attributes["event_type"] == word


def test_video_loss_that_is_inactive_is_life_and_no_event() -> None:
    decoded = read(alert(eventType="videoloss", eventState="inactive", activePostCount="0"))
    assert decoded.events == () and decoded.rejected == ()
    assert decoded.heartbeats[0].device == "camera-7"


def counting(method: str) -> bytes:
    span = "<TimeRange><startTime>2031-03-05T08:45:00+08:00</startTime><endTime>2031-03-05T09:00:00+08:00</endTime></TimeRange>"
    counts = f"<statisticalMethods>{method}</statisticalMethods>{span}<enter>7</enter><exit>5</exit><pass>2</pass>"
    return alert(f"<peopleCounting>{counts}</peopleCounting>", eventType="PeopleCounting")


@pytest.mark.parametrize("method", ["timeRange", "signalTrigger"])
def test_people_are_counted_where_the_count_is_of_a_span_of_time(method: str) -> None:
    event = only(read(counting(method)))
    assert (event.type, event.value) == ("people_counted", 12.0)
    assert (event.attributes["entered"], event.attributes["left"]) == (7, 5)
    assert event.attributes["since"] == "2031-03-05T08:45:00+08:00"


def test_a_sum_since_the_counter_was_set_to_zero_is_no_count() -> None:
    event = only(read(counting("realTime")))
    assert (event.type, event.value, event.attributes["entered"]) == ("other", None, 7)


def test_a_device_that_is_gone_is_gone_as_what_the_site_knows_it_as() -> None:
    body = alert(ipAddress="10.1.2.9", channelID="2", eventType="deviceOffline")
    assert [(event.kind, event.type, event.device) for event in read(body).events] == [(Kind.DOOR, "offline", "door-9")]


def test_a_region_is_called_what_the_site_calls_it() -> None:
    region = "<DetectionRegionList><DetectionRegionEntry><regionID>{}</regionID></DetectionRegionEntry></DetectionRegionList>"
    zones = []
    for number in ("1", "2", "3"):
        event = only(read(alert(region.format(number), ipAddress="10.1.2.4", eventType="parking")))
        zones.append((event.zone, event.attributes["regions"]))
    assert zones == [("fire_lane", ["1"]), ("no_parking", ["2"]), ("no_parking", ["3"])]
    assert only(read(alert(ipAddress="10.1.2.4", eventType="parking"))).zone == "no_parking"


@pytest.mark.parametrize(("word", "target"), [("people", "human"), ("others", ""), ("cat", "animal"), ("nonMotor", "nonmotor")])
def test_what_a_camera_took_for_nothing_that_is_known_is_told_as_nothing(word: str, target: str) -> None:
    assert only(read(alert(targetType=word))).attributes["target"] == target
    assert "target" not in only(read(alert())).attributes


def test_a_heartbeat_of_a_door_is_of_the_doors_kind() -> None:
    decoded = read({"ipAddress": "10.1.2.9", "channelID": 2, "dateTime": "2031-03-05T08:59:58+08:00", "eventType": "heartBeat"})
    assert [(beat.kind, beat.device) for beat in decoded.heartbeats] == [(Kind.DOOR, "door-9")]


def test_a_state_that_never_began_is_no_news() -> None:
    assert only(read(alert(eventState="inactive", activePostCount="0"))).initial
    assert not only(read(alert(eventState="inactive", activePostCount="3"))).initial


def test_the_count_of_posts_makes_no_second_event_but_a_new_time_does() -> None:
    first = only(read(alert()))
    assert only(read(alert(activePostCount="2", isDataRetransmission="true"))).id == first.id
    assert only(read(alert(dateTime="2031-03-05T08:59:59+08:00"))).id != first.id


def test_what_a_camera_saw_is_kept_wherever_it_stands() -> None:
    region = "<DetectionRegionList><DetectionRegionEntry><regionID>3</regionID><detectionTarget>human</detectionTarget>"
    region += "</DetectionRegionEntry><DetectionRegionEntry><regionID>5</regionID></DetectionRegionEntry></DetectionRegionList>"
    event = only(read(alert(region, eventType="fielddetection")))
    assert (event.zone, event.attributes["target"], event.attributes["regions"]) == ("3", "human", ["3", "5"])
    assert only(read(alert(targetType="vehicle"))).attributes["target"] == "vehicle"


def test_a_time_without_a_zone_is_the_sites() -> None:
    assert only(read(alert(dateTime="2031-03-05T08:59:58"))).occurred_at == datetime(2031, 3, 5, 0, 59, 58, tzinfo=UTC)


@pytest.mark.parametrize("nonsense", ["", "yesterday", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-12:00", "20310305T25"])
def test_a_time_that_is_none_is_the_arrival(nonsense: str) -> None:
    event = only(read(alert(dateTime=nonsense)))
    assert event.occurred_at == ARRIVED
    assert event.attributes.get("device_time", "") == nonsense


@pytest.mark.parametrize(
    ("major", "minor", "type_"),
    [
        (5, 75, "granted"),
        (5, 38, "granted"),
        (5, 1, "granted"),
        (5, 76, "denied"),
        (5, 9, "denied"),
        (5, 21, "unlocked"),
        (5, 22, "locked"),
        (5, 25, "opened"),
        (5, 26, "closed"),
        (5, 27, "forced"),
        (5, 28, "held_open"),
        (5, 52, "fire_released"),
        (5, 53, "secured"),
        (1, 1028, "tamper"),
        (1, 1029, "tamper_ended"),
        (1, 1033, "tamper_ended"),
        (1, 1034, "duress"),
        (3, 1024, "granted"),
        (5, 9999, "other"),
        (2, 39, "other"),
    ],
)
def test_codes_of_doors_have_a_type(major: int, minor: int, type_: str) -> None:
    event = only(read(access(major, minor)))
    assert (event.kind, event.type, event.device) == (Kind.DOOR, type_, "door-9")


WRAPPINGS: list[Any] = [
    access(),
    {"data": access()},
    {"payload": {"data": access()}},
    {"AccessControllerEvent": orjson.dumps(access()).decode()},
    [access()],
]


@pytest.mark.parametrize("body", WRAPPINGS)
def test_a_door_event_is_the_same_however_it_is_wrapped(body: Any) -> None:
    assert only(read(body)) == only(read(access()))


def test_a_door_event_comes_as_a_form_field_and_as_a_part() -> None:
    data = orjson.dumps(access())
    assert (
        only(read(multipart(("event_log", "application/json", data)), "multipart/form-data; boundary=boundary")).type
        == "granted"
    )
    form = b"AccessControllerEvent=" + data.replace(b"+", b"%2B")
    assert only(read(form, "application/x-www-form-urlencoded")).device == "door-9"


def test_a_doors_subject_is_the_card_else_the_person_and_never_a_name() -> None:
    event = only(read(access(cardNo="778899", employeeNoString="12", name="Somebody")))
    assert (event.subject, event.attributes["subject_is"]) == ("778899", "card")
    assert "Somebody" not in str(event)
    assert only(read(access(employeeNoString="12"))).attributes["subject_is"] == "person"


def test_the_record_of_a_poll_is_read_as_what_was_pushed() -> None:
    record = {"major": 5, "minor": 21, "time": "2031-03-05T08:59:58+08:00", "doorNo": 1, "serialNo": 735}
    event = only(read({"topic": "", "payload": record, "connected": True}))
    assert (event.type, event.device) == ("unlocked", "hikvision:hikvision/1")


def test_a_plate_comes_with_its_confidence_and_direction() -> None:
    event = only(read(anpr()))
    assert (event.kind, event.type, event.subject, event.score, event.direction) == (Kind.PLATE, "read", "鲁Q12345", 0.97, "in")


def test_a_vehicle_has_the_words_of_the_lists() -> None:
    looks = (
        "<vehicleType>van</vehicleType><vehicleInfo><color>White</color><vehicleLogoRecog>1036</vehicleLogoRecog></vehicleInfo>"
    )
    told = only(read(anpr().replace(b"<line>", looks.encode() + b"<line>"))).attributes
    assert (told["colour"], told["vehicle_type"], told["brand"]) == ("white", "van", 1036)
    unsure = looks.replace("White", "other").replace("van", "unknown").replace("1036", "0")
    assert {"colour", "vehicle_type", "brand"}.isdisjoint(
        only(read(anpr().replace(b"<line>", unsure.encode() + b"<line>"))).attributes
    )


def test_one_per_cent_is_not_certainty() -> None:
    assert only(read(anpr(confidence="1"))).score == 0.01


@pytest.mark.parametrize("word", ["无车牌", "unknown", "_无_", "none", "Unknown"])
def test_a_plate_that_is_none_is_unreadable(word: str) -> None:
    event = only(read(anpr(word)))
    assert (event.type, event.subject, event.score) == ("unreadable", None, None)


@pytest.mark.parametrize(("word", "plate"), [("蓝鲁Q12345", "鲁Q12345"), ("鲁q·12345", "鲁Q12345"), ("ab 12 cd", "AB12CD")])
def test_a_plate_is_written_in_one_way(word: str, plate: str) -> None:
    assert only(read(anpr(word))).subject == plate


def test_a_plates_own_identity_tells_passages_apart() -> None:
    assert only(read(anpr(uuid="u-1"))).id == only(read(anpr(uuid="u-1"))).id != only(read(anpr(uuid="u-2"))).id


def test_pictures_stay_out_and_leave_a_reference() -> None:
    body = multipart(
        ("anpr.xml", "text/xml", anpr()),
        ("plate.jpg", "image/jpeg", b"\xff\xd8one"),
        ("scene.jpg", "image/jpeg", b"\xff\xd8two"),
    )
    event = only(read(body, "multipart/form-data; boundary=boundary"))
    assert event.picture is not None and event.picture.startswith("blake2b:")
    assert only(read(body)).picture == event.picture


def test_a_pictures_address_is_kept_without_its_password() -> None:
    event = only(read(alert(bkgUrl="http://user:secret@10.1.2.4/picture?name=a&amp;size=2")))
    assert event.picture == "http://10.1.2.4/picture?name=a&size=2"


def face(**entry: Any) -> dict[str, Any]:
    row = {"faces": [{"faceId": 1, "faceScore": 90} | entry], "targetAttrs": {"faceTime": "2031-03-05T08:59:58+08:00"}}
    head = {"ipAddress": "10.1.2.3", "channelID": 1, "dateTime": "2031-03-05T08:59:58+08:00", "eventState": "active"}
    word = "alarmResult" if "identify" in entry else "faceCapture"
    return head | {"eventType": word, word: [row]}


def candidate(library: str, similarity: float) -> list[dict[str, Any]]:
    person = {"human_id": "p-5", "similarity": similarity, "modelData": "AAAA"}
    return [{"FDname": library, "maxsimilarity": similarity, "candidate": [person]}]


def test_a_captured_face_has_a_quality_and_no_score() -> None:
    event = only(read(face(faceExpression={"value": "panic"})))
    assert (event.kind, event.type, event.score, event.attributes["quality"]) == (Kind.FACE, "captured", None, 0.9)


@pytest.mark.parametrize(("library", "type_"), [("住户", "known"), ("黑名单", "watch_listed"), ("施工人员", "permit")])
def test_a_compared_face_is_what_its_library_says(library: str, type_: str) -> None:
    event = only(read(face(identify=candidate(library, 0.93))))
    assert (event.type, event.subject, event.score) == (type_, "p-5", 0.93)
    assert "AAAA" not in str(event)


def test_a_comparison_without_a_candidate_is_a_stranger() -> None:
    assert only(read(face(identify=[]))).type == "stranger"


def test_every_face_of_a_message_is_an_event_of_its_own() -> None:
    body = face()
    body["faceCapture"][0]["faces"].append({"faceId": 2})
    assert len({event.id for event in read(body).events}) == 2


@pytest.mark.parametrize(
    ("code", "type_"),
    [(1110, "fire_alarm"), (3110, "fire_restored"), (1373, "fire_fault"), (3373, "fire_fault_ended"), (1301, "power_lost")],
)
def test_contact_codes_of_fire_and_mains_have_types(code: int, type_: str) -> None:
    head = {"ipAddress": "10.1.2.8", "channelID": 1, "dateTime": "2031-03-05T08:59:58+08:00", "eventType": "cidEvent"}
    assert only(read(head | {"CIDEvent": {"code": code, "standardCIDcode": code, "zone": 1}})).type == type_


def test_an_alarm_panels_code_is_kept() -> None:
    head = {"ipAddress": "10.1.2.8", "channelID": 1, "dateTime": "2012-01-13T03:58:19+01:00", "eventType": "cidEvent"}
    event = only(read(head | {"CIDEvent": {"code": 3103, "standardCIDcode": 3130, "type": "zoneAlarm", "zone": 1}}))
    assert (event.kind, event.type, event.attributes["word"]) == (Kind.FACILITY, "other", "zoneAlarm")
    assert event.occurred_at.year == 2012


def test_a_good_part_beside_a_bad_one_is_kept() -> None:
    decoded = read(multipart(("a.xml", "text/xml", alert()), ("b.xml", "text/xml", alert()[:200])))
    assert len(decoded.events) == 1
    assert "part 2" in decoded.rejected[0].at and "XML" in decoded.rejected[0].reason


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"<EventNotificationAlert>",
        b"\x00\x01",
        b"[]",
        b"{}",
        b"   ",
        b'{"eventType": NaN}',
        b'{"a": "\\ud800"}',
        alert()[:-5],
    ],
)
def test_broken_input_is_rejected_with_its_place(body: bytes) -> None:
    decoded = read(body)
    assert decoded.events == () and decoded.heartbeats == ()
    assert decoded.rejected[0].reason.endswith(".") and decoded.rejected[0].at


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb">]>' + alert(channelName="&b;")
    assert "entity" in read(bomb).rejected[0].reason


def test_too_deep_nesting_is_refused() -> None:
    assert "deeper" in read(b"<a>" * 40 + b"</a>" * 40).rejected[0].reason
    assert "deeper" in read(b'{"a":' * 40 + b"1" + b"}" * 40).rejected[0].reason


def test_a_nul_never_gets_into_a_row() -> None:
    event = only(read(access(cardNo="12\x0034")))
    assert event.subject == "1234"


def test_chinese_encodings_are_read() -> None:
    body = alert(channelName="南门").decode()
    event = only(read(f'<?xml version="1.0" encoding="GB2312"?>{body}'.encode("gb18030")))
    assert event.attributes["channel_name"] == "南门"


def shaped() -> st.SearchStrategy[bytes]:
    """Messages of real shapes, cut and spoilt anywhere."""
    whole = st.sampled_from(
        [alert(), anpr(), orjson.dumps(access()), orjson.dumps(face()), multipart(("a.xml", "text/xml", alert()))]
    )
    return st.builds(
        lambda body, at, junk: body[:at] + junk + body[at + len(junk) :], whole, st.integers(0, 600), st.binary(max_size=8)
    )


@given(
    st.one_of(st.binary(max_size=400), shaped()),
    st.sampled_from(["", "application/json", "multipart/form-data; boundary=boundary"]),
)
def test_no_bytes_break_the_decoder(body: bytes, content_type: str) -> None:
    decoded = read(body, content_type)
    assert decoded.events or decoded.heartbeats or decoded.rejected
    assert all(event.type in TYPES[event.kind] for event in decoded.events)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["faces", "identify", "candidate", "ANPR", "targetAttrs", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(["ANPR", "alarmResult", "faceCapture", "AccessControllerEvent", "cidEvent", "VMD", "heartBeat"]), values)
def test_any_json_under_a_known_word_is_read_or_rejected(word: str, inner: Any) -> None:
    body = {"eventType": word, word: inner, "ANPR": inner, "CIDEvent": inner, "dateTime": inner, "DetectionRegionList": inner}
    try:
        data = orjson.dumps(body)
    except orjson.JSONEncodeError:
        data = b"{}"
    decoded = read(data)
    assert decoded.events or decoded.heartbeats or decoded.rejected
    assert all(event.score is None or 0 <= event.score <= 1 for event in decoded.events)


def test_the_context_is_not_changed_by_reading() -> None:
    before = dict(CONTEXT.register)
    read(alert())
    assert dict(CONTEXT.register) == before


@pytest.mark.parametrize("declared", ["UTF-8", "GBK", "gb2312", "", "utf8", "nonsense"])
def test_a_channels_chinese_name_is_read_whatever_encoding_is_declared(declared: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    encoding = "gbk" if declared.lower() in ("gbk", "gb2312", "utf-8", "") else "utf-8"
    body = head + alert(channelName="东门车库").decode()
    event = only(read(body.encode(encoding)))
    assert (event.type, event.attributes["channel_name"]) == ("motion", "东门车库")


def test_an_alert_in_utf_16_is_read() -> None:
    assert only(read(alert(channelName="东门").decode().encode("utf-16"))).attributes["channel_name"] == "东门"


def test_zeros_at_the_end_and_control_characters_cost_no_alarm() -> None:
    assert only(read(alert() + b"\x00\x00")).id == only(read(alert())).id
    assert only(read(orjson.dumps(access()) + b"\n\x00")).type == "granted"
    assert only(read(alert(channelName="A\x08B"))).attributes["channel_name"] == "AB"


@pytest.mark.parametrize("name", ["Gate A & B", "R&D", "a &amp; b & c"])
def test_an_and_that_nobody_escaped_costs_no_alarm(name: str) -> None:
    assert only(read(alert(channelName=name))).attributes["channel_name"] == name.replace("&amp;", "&")


@pytest.mark.parametrize("name", ["[East] gate", "{1} 东门", "[1", "{"])
def test_a_name_in_brackets_is_a_name(name: str) -> None:
    event = only(read(access() | {"eventType": "VMD", "channelName": name}))
    assert event.attributes["channel_name"] == name


def test_two_faces_of_one_device_in_one_second_are_two() -> None:
    def seen(**more: Any) -> dict[str, Any]:
        body = face(**more)
        body["faceCapture"][0]["targetAttrs"]["deviceId"] = "the-device"
        return body

    first, second = only(read(seen(faceRect={"x": 0.1}))), only(read(seen(faceRect={"x": 0.7})))
    assert first.id != second.id
    assert first.id == only(read(seen(faceRect={"x": 0.1}) | {"isDataRetransmission": True})).id


def test_a_door_event_without_a_serial_number_keeps_its_id_when_it_is_sent_again() -> None:
    live = only(read(access(serialNo=None, currentEvent=True)))
    again = only(read(access(serialNo=None, currentEvent=False)))
    assert live.id == again.id and again.attributes["replayed"] is True


def test_more_events_than_any_message_has_are_cut_and_it_is_said() -> None:
    many = [access(serialNo=number) for number in range(MOST + 7)]
    decoded = read(many)
    assert len(decoded.events) == MOST
    assert "more than" in decoded.rejected[0].reason
    faces = face()
    faces["faceCapture"][0]["faces"] = [{}] * (MOST + 1)
    assert len(read(faces).events) == MOST


def test_a_list_of_regions_without_end_stays_a_row_that_kafka_takes() -> None:
    entry = "<DetectionRegionEntry><regionID>{}</regionID></DetectionRegionEntry>"
    inner = f"<DetectionRegionList>{''.join(entry.format(n) for n in range(3000))}</DetectionRegionList>"
    assert len(only(read(alert(inner))).attributes["regions"]) == KEPT


def test_a_device_that_calls_itself_a_novel_has_a_name_that_an_index_takes() -> None:
    event = only(read(alert(ipAddress="长" * 500, channelID="名" * 500)))
    assert len(event.device) == LIMIT
    assert event.id != only(read(alert(ipAddress="长" * 500, channelID="名" * 499))).id
