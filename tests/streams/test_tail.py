"""`gatehouse tail` beside a real gateway and worker."""

import json
import subprocess
from datetime import UTC, datetime

import pytest

from tests.streams.conftest import Installation


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def facility(type_: str, number: int = 0, at: str = "") -> bytes:
    return json.dumps(
        {"kind": "facility", "type": type_, "device": f"panel-{number}", "occurred_at": at or now(), "value": 0.1}
    ).encode()


def waits(process: subprocess.Popen[bytes]) -> None:
    """It has said that it waits. What stands in the log before its first question is not news."""
    assert process.stderr is not None
    assert process.stderr.readline().startswith(b"Waiting for")


def line(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().decode().rstrip("\n")


def test_an_event_and_its_alert_come_as_lines_for_people_and_as_json_lines(installation: Installation) -> None:
    with installation.running("tail") as people, installation.running("tail", "--json") as program:
        waits(people)
        waits(program)
        at = now()
        installation.post("gatehouse", facility("fire_alarm", at=at), "application/json")
        said = at[:19].replace("T", " ")
        assert line(people) == f"{said}  facility  fire_alarm  panel-0  0.1"
        assert line(people) == f"{said}  ALERT 1  fire-panel-alarm  panel-0"
        event, alert = json.loads(line(program)), json.loads(line(program))
    assert (event["what"], event["type"], event["device"], event["value"]) == ("facility", "fire_alarm", "panel-0", 0.1)
    assert (alert["what"], alert["rule"], alert["device"]) == ("alert", "fire-panel-alarm", "panel-0")
    assert alert["why"]["events"][0]["id"] == event["id"]


def test_alerts_alone_are_shown_once_each_and_those_of_before_are_not_news(installation: Installation) -> None:
    with installation.running("tail", "--kind", "alerts", "--json") as first:
        waits(first)
        installation.post("gatehouse", facility("fire_alarm", 1), "application/json")
        assert json.loads(line(first))["device"] == "panel-1"
        with installation.running("tail", "--kind", "alerts", "--json") as second:
            waits(second)
            installation.post("gatehouse", facility("fire_alarm", 2), "application/json")
            assert json.loads(line(first))["device"] == "panel-2"
            assert json.loads(line(second))["device"] == "panel-2"


def test_one_kind_is_shown_alone_and_a_message_of_very_many_events_whole(installation: Installation) -> None:
    door = json.dumps({"kind": "door", "type": "opened", "device": "d", "occurred_at": now()}).encode()
    many = [json.loads(facility("water_level", number)) for number in range(2500)]
    with installation.running("tail", "--kind", "facility", "--json") as process:
        waits(process)
        installation.post("gatehouse", door, "application/json")
        installation.post("gatehouse", json.dumps(many).encode(), "application/json")
        rows = [json.loads(line(process)) for _ in range(2500)]
    assert {row["type"] for row in rows} == {"water_level"}
    assert len({row["device"] for row in rows}) == 2500


@pytest.mark.parametrize("kind", ["alerts", "facility"])
def test_it_ends_quietly_when_nobody_reads_on(commands: Installation, kind: str) -> None:
    with commands.running("tail", "--kind", kind) as process:
        waits(process)
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.wait(20) == 0
        assert process.stderr.read() == b""


def test_a_kind_that_does_not_exist_is_wrong_use(commands: Installation) -> None:
    said = commands.command("tail", "--kind", "weather")
    assert said.returncode == 2
    assert b"camera, face, plate, door, parking, facility, alerts" in said.stderr
