"""The truth of a run, as it is written down."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from schemas.errors import SettingsError
from schemas.site import Site
from streams.simulator.incidents import Incident
from streams.simulator.play import Order, compose
from streams.simulator.post import Answer
from streams.simulator.truth import Truth
from streams.simulator.voices import Script

START = datetime(2030, 5, 6, 17, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def script(community_site: Site, tmp_path: Path) -> Script:
    file = tmp_path / "incidents.yaml"
    file.write_text("- {rule: five-denials, at: 3, device: D-007}\n- {rule: camera-silent, at: 4}", "utf-8")
    return compose(community_site, Order(1, 1.0, str(file), 0), START)


def begun(script: Script) -> list[Incident]:
    script.second(0)
    return script.schedule.begun


def lines(file: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_an_incident_is_written_when_the_gateway_has_its_last_message(script: Script, tmp_path: Path) -> None:
    denials, _ = begun(script)
    file = tmp_path / "truth.jsonl"
    with Truth(script.schedule.pace, file) as truth:
        truth.open([denials])
        messages = [script.voices.message(say) for say in denials.says]
        for message in messages[:-1]:
            truth.heard(message, Answer.HEARD)
            truth.heard(replace(message, copy=True), Answer.HEARD)
            truth.heard(replace(message, broken=True), Answer.HEARD)
        assert lines(file) == []
        truth.heard(messages[-1], Answer.HEARD)
        assert lines(file) == [
            {
                "id": denials.number,
                "rule": "five-denials",
                "device": "D-007",
                "building": denials.device.building,
                "subject": None,
                "from": "2030-05-06T17:00:03.000+08:00",
                "due": "2030-05-06T17:00:39.000+08:00",
                "delivered": True,
            }
        ]


def test_a_silence_is_written_when_it_is_over(script: Script, tmp_path: Path) -> None:
    _, silence = begun(script)
    with Truth(script.schedule.pace, tmp_path / "truth.jsonl") as truth:
        truth.open([silence])
        truth.passed(silence.end - 1)
        assert lines(tmp_path / "truth.jsonl") == []
        truth.passed(silence.end)
    assert [(line["rule"], line["delivered"]) for line in lines(tmp_path / "truth.jsonl")] == [("camera-silent", True)]


def test_what_was_left_out_or_cut_off_is_written_as_not_delivered(script: Script, tmp_path: Path) -> None:
    denials, silence = begun(script)
    with Truth(script.schedule.pace, tmp_path / "truth.jsonl") as truth:
        truth.open([denials, silence])
        truth.spoil([denials.number, 999])
    assert [(line["id"], line["delivered"]) for line in lines(tmp_path / "truth.jsonl")] == [
        (denials.number, False),
        (silence.number, False),
    ]


def test_a_message_that_the_gateway_never_takes_spoils_its_incident(script: Script, tmp_path: Path) -> None:
    denials, _ = begun(script)
    with Truth(script.schedule.pace, tmp_path / "truth.jsonl") as truth:
        truth.open([denials])
        for number, say in enumerate(denials.says):
            truth.heard(script.voices.message(say), Answer.NEVER if number == 2 else Answer.HEARD)
    assert [line["delivered"] for line in lines(tmp_path / "truth.jsonl")] == [False]


def test_a_truth_that_cannot_be_written_is_a_sentence(script: Script, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="truth"), Truth(script.schedule.pace, tmp_path / "absent" / "truth.jsonl"):
        raise AssertionError("It was opened.")
