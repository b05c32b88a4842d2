"""The rivals' load: a site's life as JSON records, one event each, the same for the same seed.

Seven of ten events are heartbeats, as on a real site. Things have sequels: a door that opens is closed, mostly; who is
denied tries again; a stranger walks on. Every time is later than the one before, and the last record is a heartbeat on a full
second by which every timer before it is over.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import heapify, heappop, heappush
from itertools import count, islice
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any
from uuid import UUID

import orjson

from schemas.errors import Unavailable
from schemas.events import HEARTBEAT
from schemas.site import DeviceKind, Site, load_site
from trials.rivals import Done, Job, serve
from trials.rivals.rules import SECOND, Event, micros

SEED = 1
FLUSHED_EVERY, FLUSH_S = 10_000, 60.0
START_US = 1_735_689_600 * SECOND  # 2025-01-01
BEAT_US = 10 * SECOND
SILENT = 0.001  # of heartbeats: the next ones are missing
SUBJECTS = {"face": ("person", 1800), "plate": ("car", 900), "door": ("card", 2200)}
MADE = (DeviceKind.CAMERA, DeviceKind.FACE, DeviceKind.PLATE, DeviceKind.DOOR, DeviceKind.BARRIER)


@dataclass(frozen=True, slots=True)
class Sort:
    """What begins by itself, about so many of a thousand such events."""

    kind: str
    type: str
    device: DeviceKind
    weight: float


SORTS = (
    Sort("camera", "motion", DeviceKind.CAMERA, 560),
    Sort("camera", "line_crossed", DeviceKind.CAMERA, 80),
    Sort("camera", "vehicle", DeviceKind.CAMERA, 60),
    Sort("camera", "intrusion", DeviceKind.CAMERA, 20),
    Sort("face", "known", DeviceKind.FACE, 80),
    Sort("face", "captured", DeviceKind.FACE, 15),
    Sort("face", "stranger", DeviceKind.FACE, 3),
    Sort("plate", "read", DeviceKind.PLATE, 60),
    Sort("door", "granted", DeviceKind.DOOR, 75),
    Sort("door", "denied", DeviceKind.DOOR, 6),
    Sort("door", "forced", DeviceKind.DOOR, 0.3),
    Sort("parking", "barrier_opened", DeviceKind.BARRIER, 25),
    Sort("facility", "water_level", DeviceKind.WATER_LEVEL, 14),
    Sort("facility", "fire_alarm", DeviceKind.FIRE_PANEL, 0.1),
)


@dataclass(frozen=True, slots=True)
class Sequel:
    """What may follow after some seconds, at the same device or at another one of its kind."""

    type: str
    chance: float
    seconds: tuple[float, float]
    elsewhere: bool = False


SEQUELS: Mapping[tuple[str, str], tuple[Sequel, ...]] = {
    ("door", "granted"): (Sequel("opened", 0.9, (0.5, 2)), Sequel("granted", 0.004, (4, 20), True)),
    ("door", "opened"): (Sequel("closed", 0.98, (4, 15)), Sequel("held_open", 0.02, (30, 31))),
    ("door", "held_open"): (Sequel("closed", 0.5, (5, 100)),),
    ("door", "denied"): (Sequel("denied", 0.7, (6, 20)),),
    ("door", "forced"): (Sequel("tamper", 0.6, (10, 400)),),
    ("face", "stranger"): (Sequel("stranger", 0.7, (60, 400), True),),
    ("parking", "barrier_opened"): (Sequel("barrier_closed", 0.99, (5, 12)),),
}

_Due = tuple[int, int, str, str, str, str | None]  # when, a number that tells equal times apart, kind, type, device, subject


class Life:
    """Draws one event after another."""

    def __init__(self, site: Site, seed: int) -> None:
        self._site, self._draw = site.id, Random(seed)
        self._devices = {kind: sorted(d.id for d in site.devices.values() if d.kind is kind) for kind in DeviceKind}
        self._watched = sorted(site.watch_plates)
        beating = [(kind, device) for kind in MADE for device in self._devices[kind]]
        self._others_per_s = len(beating) / (BEAT_US / SECOND) * 3 / 7 * 0.78  # the rest are sequels
        self._next = count().__next__
        self._heap: list[_Due] = []
        for kind, device in beating:
            what = "parking" if kind is DeviceKind.BARRIER else str(kind)
            self._heap.append((START_US + self._draw.randrange(BEAT_US), self._next(), what, HEARTBEAT, device, None))
        heapify(self._heap)
        self._begin(START_US)

    def __iter__(self) -> Iterator[Event]:
        last = START_US
        while True:
            due, _, kind, type_, device, subject = heappop(self._heap)
            at = last = max(due, last + 1)  # no two at the same instant
            if type_ == HEARTBEAT:
                pause = BEAT_US if self._draw.random() > SILENT else self._draw.randrange(3, 20) * BEAT_US
                heappush(self._heap, (at + pause, self._next(), kind, type_, device, None))
                yield self.beat(kind, device, at)
            elif not type_:
                self._begin(at)
            else:
                self._follow(kind, type_, device, subject, at)
                yield self._event(kind, type_, device, subject, at)

    def beat(self, kind: str, device: str, at: int) -> Event:
        """One heartbeat."""
        time = _text(at)
        return {"site": self._site, "kind": kind, "type": HEARTBEAT, "device": device, "received_at": time, "event_time": time}

    def _begin(self, at: int) -> None:
        """Draw what begins next by itself, and when to draw again."""
        due = at + int(self._draw.expovariate(self._others_per_s) * SECOND)
        sort = self._draw.choices(SORTS, weights=[sort.weight for sort in SORTS])[0]
        device = self._draw.choice(self._devices[sort.device])
        heappush(self._heap, (due, self._next(), sort.kind, sort.type, device, self._subject(sort.kind)))
        heappush(self._heap, (due, self._next(), "", "", "", None))

    def _subject(self, kind: str) -> str | None:
        if kind == "plate" and self._watched and self._draw.random() < 0.01:
            return self._draw.choice(self._watched)
        word, most = SUBJECTS.get(kind, ("", 1))
        return f"{word}-{self._draw.randrange(most):04}" if word else None

    def _follow(self, kind: str, type_: str, device: str, subject: str | None, at: int) -> None:
        for sequel in SEQUELS.get((kind, type_), ()):
            if self._draw.random() < sequel.chance:
                due = at + int(self._draw.uniform(*sequel.seconds) * SECOND)
                there = self._draw.choice(self._devices[DeviceKind(kind)]) if sequel.elsewhere else device
                heappush(self._heap, (due, self._next(), kind, sequel.type, there, subject))

    def _event(self, kind: str, type_: str, device: str, subject: str | None, at: int) -> Event:
        time, draw = _text(at), self._draw
        event: dict[str, Any] = {
            "id": str(UUID(int=draw.getrandbits(128))),
            "site": self._site,
            "kind": kind,
            "type": type_,
            "device": device,
            "occurred_at": time,
            "received_at": _text(at + draw.randrange(5_000, 80_000)),
            "event_time": time,
            "attributes": {"channel": "1", "region": [0.1, 0.2, 0.5, 0.6]},
        }
        if subject is not None:
            event["subject"] = subject
        if kind == "face":
            event["score"] = round(draw.uniform(0.5, 1.0), 3)
        if type_ == "water_level":
            tide = at // (600 * SECOND) % 3  # ten minutes of rain in every thirty
            event["value"] = round(draw.uniform(0.25, 0.5) if tide == 1 else draw.uniform(0.0, 0.22), 3)
        return event


def events(site: Site, number: int, seed: int) -> Iterator[Event]:
    """So many events; the last is the heartbeat that ends the log."""
    life, last = Life(site, seed), START_US
    for event in islice(life, number - 1):
        last = micros(event["event_time"])
        yield event
    door = min(device.id for device in site.devices.values() if device.kind is DeviceKind.DOOR)
    yield life.beat("door", door, (last // SECOND + 1) * SECOND)


def _text(us: int) -> str:
    return datetime.fromtimestamp(us // SECOND, UTC).replace(microsecond=us % SECOND).isoformat(timespec="microseconds")


def fill(job: Job) -> Done:
    """Write the load into the job's topic, keyed by the site as all of a site's records are."""
    site, began = load_site(Path(job.site)), perf_counter()
    producer = Producer({"bootstrap.servers": job.kafka, "linger.ms": 50, "enable.idempotence": True})
    for number, event in enumerate(events(site, job.events, SEED)):
        producer.produce(job.topic, orjson.dumps(event), key=site.id.encode(), partition=0)
        if number % FLUSHED_EVERY == 0:
            producer.flush()
    if producer.flush(FLUSH_S):
        raise Unavailable("Kafka did not take the whole load.")
    return Done(perf_counter() - began, job.events)


if __name__ == "__main__":
    from confluent_kafka import Producer

    serve(fill)
