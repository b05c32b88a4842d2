"""Real messages of the two vendors, where the collection of them lies beside the repository, held against a table.

`at` is the instant; `rejects` says that something in the file can't be read (it was cut, or is no message at all).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from schemas.decoded import Decoded
from streams.gateway.context import Context
from streams.gateway.decode import without_headers
from streams.gateway.read import read_body

FOLDER = Path(__file__).parents[2].parent / "shared" / "payloads" / "hikvision"
PRESENT = sorted(path.name for path in FOLDER.glob("*")) if FOLDER.is_dir() else []


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file must give."""

    events: tuple[str, ...] = ()
    heartbeats: int = 0
    rejects: bool = False
    at: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    family: str = "hikvision"


def one(what: str, at: str, columns: Mapping[str, Any] | None = None, **attributes: Any) -> Expected:
    return Expected((what,), at=at, columns=columns or {}, attributes=attributes)


REJECTED = Expected(rejects=True)

TABLE: Mapping[str, Expected] = {
    "hik_acs_door_k1t502.json": one("door/unlocked", "2024-08-26T11:32:28", {"device": "hikvision:whatever/1"}, serial=257),
    "hik_acs_door_locked_tab.json": one("door/locked", "2025-10-22T05:55:52", {"subject": None}, minor=22),
    "hik_acs_door_locked_wrapped.json": one("door/locked", "2026-04-12T13:09:53", {"device": "hikvision:192.168.1.200/1"}),
    "hik_acs_fingerprint_checkin_wrapped.json": one(
        "door/granted", "2026-04-12T13:18:20", {"subject": "1", "direction": "in"}, method="fingerprint", subject_is="person"
    ),
    "hik_acs_terminal_door_unlock.json": one("door/unlocked", "2023-03-18T17:37:54", {}, serial=735),
    "hik_anpr_my.xml": one("plate/read", "2024-01-19T03:17:19", {"subject": "PECT600", "score": 0.97, "direction": "out"}),
    "hik_anpr_plate_detected.xml": one(
        "plate/read", "2023-08-11T12:49:00", {"subject": "KH35192", "score": 1.0, "direction": "in"}, list="otherList"
    ),
    "hik_anpr_push_headers.txt": REJECTED,
    "hik_axpro_cid_disarm_fragment.txt": REJECTED,
    "hik_axpro_cidevent.json": one("facility/other", "2012-01-13T02:58:19", {}, event_type="cidEvent", code=3103),
    "hik_facecapture.json": one("face/captured", "2021-08-25T10:52:59", {"score": None, "subject": None}, quality=0.78),
    "hik_fielddetection_human.xml": one("camera/intrusion", "2022-01-31T12:53:05", {"zone": "3"}, target="human"),
    "hik_fielddetection_vehicle.xml": one("camera/intrusion", "2022-01-19T06:51:17", {"zone": "2"}, target="vehicle"),
    **{
        f"hik_io_cam{n}.xml": one(
            "camera/alarm_input", "2024-11-19T15:53:28", {"device": f"hikvision:192.168.1.15{n}/1"}, input="1"
        )
        for n in (1, 2, 3)
    },
    "hik_isecure_door_event_face_pass.json": Expected(
        ("door/granted",),
        at="2024-09-20T09:58:14",
        columns={"direction": "in"},
        attributes={"method": "face"},
        family="isecure",
    ),
    "hik_isecure_oneventnotify_pms.jsonc": Expected(("parking/other",), at="2018-06-28T09:04:31", family="isecure"),
    "hik_multipart_linedetection.txt": one("camera/line_crossed", "2025-08-03T12:51:35", {}, target="vehicle"),
    "hik_multipart_vmd_movedetection_truncated.txt": REJECTED,
    "hik_nvr_facecapture_truncated.json.txt": REJECTED,
    "hik_pir_psia.xml": one("camera/motion", "2023-04-06T21:22:21", {}, event_type="PIR", post_count=4268),
    "hik_plates_poll_response.xml": one("plate/read", "2020-04-24T16:16:27", {"subject": "DK18HVX"}),
    "hik_radar_multitarget.js.txt": REJECTED,
    "hik_stream_ver10_heartbeat_then_fielddetection_truncated.txt": Expected(heartbeats=1, rejects=True),
    "hik_stream_videoloss_heartbeats.txt": Expected(heartbeats=2),
    "hik_vmd_human_url_picture.xml": one("camera/motion", "2025-03-05T10:50:46", {}, target="human"),
    "hik_vmd_minimal.xml": one("camera/motion", "2025-03-05T10:47:40", {"device": "hikvision:1.0.0.255/1"}),
    "hik_vmd_motiondetection_human.xml": one("camera/motion", "2025-07-11T04:56:42", {"initial": False}, target="human"),
    "hik_vmd_no_namespace_dynchannel.xml": one("camera/motion", "2024-11-13T19:20:52", {"device": "hikvision:1.0.0.255/2"}),
}


def decoded(name: str) -> Decoded:
    headers, body = without_headers((FOLDER / name).read_bytes())
    context = Context(datetime(2030, 1, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai"), sender="source")
    return read_body(TABLE[name].family, body, headers.get("content-type", ""), context)


def test_every_message_of_the_collection_stands_in_the_table() -> None:
    assert set(PRESENT) <= set(TABLE)


@pytest.mark.parametrize("name", PRESENT)
def test_a_real_message_is_read_as_the_table_says(name: str) -> None:
    expected, result = TABLE[name], decoded(name)
    assert tuple(f"{event.kind}/{event.type}" for event in result.events) == expected.events
    assert len(result.heartbeats) == expected.heartbeats
    assert bool(result.rejected) == expected.rejects
    assert all(rejected.reason and rejected.at for rejected in result.rejected)
    for event in result.events:
        assert event.occurred_at == datetime.fromisoformat(expected.at).replace(tzinfo=UTC)
        assert {name: getattr(event, name) for name in expected.columns} == dict(expected.columns)
        assert {name: event.attributes.get(name) for name in expected.attributes} == dict(expected.attributes)


@pytest.mark.parametrize("name", PRESENT)
def test_a_real_message_delivered_twice_is_one_event(name: str) -> None:
    assert [event.id for event in decoded(name).events] == [event.id for event in decoded(name).events]


def test_messages_of_different_devices_in_one_second_are_different_events() -> None:
    ids = [event.id for name in PRESENT if "hik_io_" in name for event in decoded(name).events]
    assert len(set(ids)) == len(ids)
