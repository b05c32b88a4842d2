"""The whole process with a real Kafka: what was answered 200 is in Kafka, whatever is killed."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import httpx
import pytest
from kafka import KafkaConsumer, TopicPartition

from host.services.ports import free_port
from schemas.codec import decode, decode_tick
from schemas.events import Kind
from schemas.settings import MIB
from schemas.sources import ensure_sources
from schemas.topics import ARROW, TICK, dead_letter_topic, topic
from tests.conftest import PARTITIONS
from tests.streams.gateway.shapes import access, alert

ROOT = Path(__file__).parents[3]
NOWHERE = "127.0.0.1:9"


class Gateway:
    """One gateway process and a client of it."""

    def __init__(self, local: Path, prefix: str) -> None:
        self.local, self.prefix, self.port = local, prefix, free_port(Random())
        self.keys = {name: source.key for name, source in ensure_sources(local).items()}
        self.settings = local / "settings.toml"
        self.settings.write_text("")
        self.process: subprocess.Popen[bytes] | None = None
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=10)

    def start(self, kafka: str, **settings: str) -> None:
        given = {"LOCAL": str(self.local), "KAFKA": kafka, "TOPIC_PREFIX": self.prefix, "GATEWAY_PORT": str(self.port)}
        given |= {"PARTITIONS": str(PARTITIONS), "SETTLE_S": "0.5", "FILE": str(self.settings)} | settings
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
        environment = inherited | {f"GATEHOUSE_{name}": value for name, value in given.items()}
        command = [sys.executable, str(ROOT / "gatehouse.py"), "gateway"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        until(lambda: self._answers("/healthz"))

    def _answers(self, path: str) -> bool:
        assert self.process is not None and self.process.poll() is None, "the gateway ended by itself"
        try:
            return self.client.get(path).status_code == 200
        except httpx.TransportError:
            return False

    def ready(self) -> None:
        until(lambda: self._answers("/readyz"))

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def post(self, source: str, body: bytes, key: str | None = None) -> httpx.Response:
        return self.client.post(f"/in/{source}", content=body, headers={"X-Gatehouse-Key": key or self.keys[source]})

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(20)


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)


@pytest.fixture
def gateway(tmp_path: Path, topic_prefix: str) -> Iterator[Gateway]:
    gateway = Gateway(tmp_path / "local", topic_prefix)
    yield gateway
    gateway.client.close()
    if gateway.process is not None and gateway.process.poll() is None:
        gateway.kill()


@contextmanager
def reading(kafka: str, name: str) -> Iterator[KafkaConsumer]:
    consumer = KafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    consumer.assign([TopicPartition(name, number) for number in range(PARTITIONS)])
    consumer.seek_to_beginning()
    try:
        yield consumer
    finally:
        consumer.close()


def records(kafka: str, name: str) -> list[tuple[str, bytes]]:
    """(content type, value) of everything that is in the topic now."""
    with reading(kafka, name) as consumer:
        left = {part: end for part, end in consumer.end_offsets(consumer.assignment()).items() if end}
        found: list[tuple[str, bytes]] = []
        while any(consumer.position(part) < end for part, end in left.items()):
            for batch in consumer.poll(timeout_ms=500).values():
                found += [(dict(record.headers)["content-type"].decode(), record.value) for record in batch]
        return found


def zones(kafka: str, prefix: str) -> list[str]:
    """The zone column of every facility event: the tests' running number."""
    values = [value for kind, value in records(kafka, topic(prefix, Kind.FACILITY)) if kind == ARROW]
    return [zone for value in values for zone in decode(value).column("zone").to_pylist()]


def numbered(number: int) -> bytes:
    event = {"kind": "facility", "type": "water_level", "device": "w", "occurred_at": "2031-03-05T08:00:00+08:00"}
    return json.dumps(event | {"id": str(number), "zone": str(number), "value": 0.1}).encode()


def test_messages_of_all_kinds_are_in_kafka_when_they_are_answered(gateway: Gateway, kafka: str) -> None:
    gateway.start(kafka)
    gateway.ready()
    assert gateway.post("hikvision", alert()).json() == {"accepted": 1, "heartbeats": 0, "rejected": []}
    assert gateway.post("hikvision", json.dumps(access()).encode()).json()["accepted"] == 1
    values = [value for kind, value in records(kafka, topic(gateway.prefix, Kind.CAMERA)) if kind == ARROW]
    assert [decode(value).column("type").to_pylist() for value in values] == [["motion"]]
    assert gateway.stop() == 0


def test_what_cannot_be_read_is_answered_and_kept_whole(gateway: Gateway, kafka: str) -> None:
    gateway.start(kafka)
    answer = gateway.post("hikvision", b"<broken")
    assert answer.status_code == 200 and answer.json()["rejected"][0]["reason"]
    until(lambda: bool(records(kafka, dead_letter_topic(gateway.prefix))))
    letter = json.loads(records(kafka, dead_letter_topic(gateway.prefix))[0][1])
    assert (letter["source"], letter["family"], letter["body_base64"]) == ("hikvision", "hikvision", "PGJyb2tlbg==")


def test_the_largest_body_that_is_taken_is_kept_whole_in_kafka(gateway: Gateway, kafka: str) -> None:
    body = b"\xff" * (11 * MIB)
    gateway.start(kafka, BODY_LIMIT_BYTES=str(len(body)))
    gateway.ready()
    assert gateway.post("hikvision", body).status_code == 200
    until(lambda: bool(records(kafka, dead_letter_topic(gateway.prefix))))
    letter = json.loads(records(kafka, dead_letter_topic(gateway.prefix))[0][1])
    assert base64.b64decode(letter["body_base64"]) == body
    assert gateway.stop() == 0


def test_strangers_and_monsters_are_refused_and_counted(gateway: Gateway, kafka: str) -> None:
    gateway.start(kafka, BODY_LIMIT_BYTES="2048")
    assert gateway.post("hikvision", alert(), key="wrong").status_code == 401
    assert gateway.post("gatehouse", alert(), key=gateway.keys["hikvision"]).status_code == 401
    assert gateway.post("hikvision", b"x" * 4096).status_code == 413
    figures = gateway.client.get("/metrics").text
    assert "gatehouse_gateway_requests_unauthorised_total 2.0" in figures
    assert "gatehouse_gateway_requests_too_large_total 1.0" in figures


def test_ticks_go_to_every_topic_and_never_back(gateway: Gateway, kafka: str) -> None:
    gateway.start(kafka)
    gateway.ready()
    for kind in Kind:
        times = [
            decode_tick(value) for content_type, value in records(kafka, topic(gateway.prefix, kind)) if content_type == TICK
        ]
        assert times and times == sorted(times)


def test_without_kafka_the_disk_answers_and_a_kill_loses_nothing(gateway: Gateway, kafka: str) -> None:
    gateway.start(NOWHERE)
    assert [gateway.post("gatehouse", numbered(number)).status_code for number in range(20)] == [200] * 20
    gateway.kill()
    gateway.start(kafka)
    gateway.ready()
    assert sorted(map(int, zones(kafka, gateway.prefix))) == list(range(20))


def test_a_full_disk_is_said_and_held_against_nobody(gateway: Gateway) -> None:
    gateway.start(NOWHERE, SPOOL_LIMIT_BYTES=str(1024 * 1024))
    large = json.dumps(
        [json.loads(numbered(number)) | {"attributes": {"a": ["x" * 500] * 25}} for number in range(60)]
    ).encode()
    until(lambda: gateway.post("gatehouse", large).status_code == 503)
    answer = gateway.post("gatehouse", large)
    assert answer.headers["Retry-After"]
    board = gateway.client.get("/readyz").json()
    assert not board["ready"] and not board["facts"]["kafka"]["ok"]


def test_kills_in_the_middle_of_posting_lose_nothing_that_was_answered(gateway: Gateway, kafka: str) -> None:
    gateway.start(kafka)
    answered: list[int] = []
    for number in range(120):
        if number in (30, 70, 100):
            gateway.kill()
            gateway.start(kafka if number != 70 else NOWHERE)
        if gateway.post("gatehouse", numbered(number)).status_code == 200:
            answered.append(number)
    gateway.kill()
    gateway.start(kafka)
    gateway.ready()
    assert set(answered) <= set(map(int, zones(kafka, gateway.prefix)))
    assert len(answered) == 120
