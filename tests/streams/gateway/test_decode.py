"""`gatehouse decode`."""

import json
from pathlib import Path

import pytest

from streams.gateway.decode import run, without_headers
from tests.streams.gateway.shapes import alert, multipart


def written(folder: Path, body: bytes) -> Path:
    file = folder / "captured"
    file.write_bytes(body)
    return file


def test_a_captured_body_is_shown_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([written(tmp_path, alert())], "hikvision", "", as_json=True) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [event["type"] for event in shown["events"]] == ["motion"]
    assert shown["heartbeats"] == [] and shown["rejected"] == []


def test_something_rejected_is_status_1_and_says_why_and_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([written(tmp_path, alert()[:-9])], "hikvision", "application/xml", as_json=True) == 1
    assert set(json.loads(capsys.readouterr().out)["rejected"][0]) == {"reason", "at"}


def test_wrong_use_is_status_2_and_names_what_there_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([written(tmp_path, b"{}")], "nokia", "", as_json=False) == 2
    assert "hikvision, isecure, gatehouse" in capsys.readouterr().err
    assert run([tmp_path / "absent"], "hikvision", "", as_json=False) == 2


def test_a_capture_may_begin_with_the_requests_headers() -> None:
    body = multipart(("a.xml", "text/xml", alert()), boundary=b"xyz")
    captured = b"POST /in HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=xyz\r\n\r\n" + body
    headers, found = without_headers(captured)
    assert found == body
    assert headers["content-type"].endswith("boundary=xyz")


def test_every_kind_of_result_has_a_line_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    beat = alert(eventType="videoloss", eventState="inactive")
    body = multipart(("a", "text/xml", alert()), ("b", "text/xml", beat), ("c", "text/xml", b"<broken"))
    assert run([written(tmp_path, body)], "hikvision", "", as_json=False) == 1
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["event", "heartbeat", "rejected"]
