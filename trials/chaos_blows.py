"""Dealing the blows, and measuring after each how long it takes until a newly posted event is committed again."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from threading import Event
from uuid import UUID

import httpx
import psycopg

from host.answers import database_answers, kafka_answers
from schemas.database import connect
from schemas.errors import Unavailable
from schemas.events import Kind, event_id
from schemas.sources import read_sources
from trials.chaos_install import Installation
from trials.chaos_plan import Blow, Step

SOURCE = "gatehouse"
DEVICE = "chaos-probe"
ANSWER_S = 3.0
POLL_S = 0.02
PATIENCE_S = 120.0  # twelve times what is allowed: whatever takes longer has stopped for good


@dataclass(frozen=True, slots=True)
class Recovery:
    """After which step, how long until new events were committed again, seconds."""

    step: Step
    seconds: float


@dataclass(slots=True)
class Striker:
    """Carries a plan out, until `ended`. `probes` are the ids of the events that it posted itself."""

    installation: Installation
    say: Callable[[str], None]
    ended: Event = field(default_factory=Event)
    probes: set[UUID] = field(default_factory=set)
    recoveries: list[Recovery] = field(default_factory=list)

    def carry_out(self, steps: list[Step]) -> None:
        """Every step, each after the recovery from the one before; the first blow falls when all is well."""
        self._recovered(time.monotonic())
        for step in steps:
            if self.ended.wait(step.wait_s):
                return
            since = self._outage(step) if step.blow is Blow.OUTAGE else self._kill(step)
            self.recoveries.append(Recovery(step, self._recovered(since)))
            self.say(f"{step.blow} of {' and '.join(step.targets)}: recovered after {self.recoveries[-1].seconds:.1f} s")

    def _kill(self, step: Step) -> float:
        """Kill the processes with -9; when."""
        self._strike(step.targets)
        return time.monotonic()

    def _strike(self, names: Iterable[str]) -> None:
        for pid in [self._running(name) for name in names]:
            os.kill(pid, signal.SIGKILL)

    def _running(self, name: str) -> int:
        found = _until(lambda: self.installation.pid(name), f"{name} did not come back")
        return int(found)

    def _outage(self, step: Step) -> float:
        """Stop the services, start them again; when they answered."""
        for name in step.targets:
            self.installation.supervisor.stop(name)
        self.ended.wait(step.outage_s / 2)
        self._strike(step.meanwhile)
        self.ended.wait(step.outage_s / 2)
        for name in step.targets:
            self.installation.supervisor.start(name)
        settings = self.installation.settings
        answers = {
            "kafka": lambda: kafka_answers(settings.kafka),
            "timescaledb": lambda: database_answers(settings.database_url.get_secret_value()),
        }
        for name in step.targets:
            _until(partial(_silent, answers[name]), f"{name} did not come back")
        return time.monotonic()

    def _recovered(self, since: float) -> float:
        """Post one event, repeated until it is accepted, and wait for its row; seconds from `since`."""
        identity = f"{DEVICE}-{len(self.probes)}"
        self._post(identity, datetime.now(UTC))
        probe = event_id(SOURCE, DEVICE, identity)
        self.probes.add(probe)
        _until(lambda: self._committed(probe) or None, "New events were not committed")
        return time.monotonic() - since

    def _post(self, identity: str, now: datetime) -> None:
        event = {"kind": Kind.FACILITY, "type": "other", "device": DEVICE, "id": identity, "occurred_at": now.isoformat()}
        settings = self.installation.settings
        headers = {"X-Gatehouse-Key": read_sources(settings.local)[SOURCE].key}
        with httpx.Client(timeout=ANSWER_S, headers=headers) as client:
            _until(lambda: _taken(client, f"{settings.gateway_at}/in/{SOURCE}", event), "The gateway took no event")

    def _committed(self, probe: UUID) -> bool:
        try:
            with connect(self.installation.settings, autocommit=True) as conn:
                return conn.execute("select 1 from events_facility where id = %s", (probe,)).fetchone() is not None
        except (Unavailable, psycopg.OperationalError):
            return False


def _silent(complains: Callable[[], str]) -> bool | None:
    """A service that has nothing to complain of answers."""
    return None if complains() else True


def _taken(client: httpx.Client, url: str, event: Mapping[str, str]) -> bool | None:
    try:
        return client.post(url, json=event).status_code == httpx.codes.OK or None
    except httpx.HTTPError:
        return None


def _until(look: Callable[[], int | bool | None], else_: str) -> int | bool:
    deadline = time.monotonic() + PATIENCE_S
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise Unavailable(f"{else_} within {PATIENCE_S:.0f} s.")
        time.sleep(POLL_S)
    return found
