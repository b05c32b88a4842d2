"""What the registers tell becomes an alert exactly once, through a real gateway, Kafka and worker."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import httpx
import psycopg
import pytest

from alerts.desk.telling import Telling, turn
from alerts.incidents.incident import Who
from alerts.registers import looking, outbox, store
from alerts.registers.extinguishers import Extinguisher, Kind, Look
from alerts.registers.looking import Ids, Looked
from alerts.registers.rounds import Checkpoint, Window
from alerts.registers.store import Act
from host.services.ports import free_port
from schemas.settings import Settings
from schemas.site import load_site
from tests.streams.gateway.test_process import Gateway
from tests.streams.worker.processes import worker
from tests.waiting import wait_for

Conn = psycopg.Connection[Any]
WANG = Who("wang", "guard")


@dataclass(slots=True)
class Desk:
    """The desk's part, turned by the test, and how many events wait."""

    telling: Telling
    conn: Conn
    waits: list[float] = field(default_factory=list)

    def turn(self) -> None:
        turn(self.telling, self.conn)

    def waiting(self) -> int:
        return len(outbox.waiting(self.conn, self.telling.site.id))

    def forget_that_it_was_told(self) -> None:
        """As when the desk is killed between the gateway's answer and its own note."""
        self.conn.execute("update register_events set told_at = null")

    def alerts(self) -> list[tuple[str, str, bool]]:
        rows = self.conn.execute("select rule, device, cleared_at is not null from alerts order by device, raised_at")
        return [(row[0], row[1], row[2]) for row in rows.fetchall()]


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    port = free_port(Random())
    reached = settings.model_copy(update={"gateway_port": port, "host": "127.0.0.1"})
    waits: list[float] = []
    telling = Telling(reached, load_site(settings.site), lambda: datetime.now(UTC), waits.append)
    with psycopg.connect(settings.database_url.get_secret_value(), autocommit=True, options="-c timezone=UTC") as conn:
        yield Desk(telling, conn, waits)


@pytest.fixture
def gateway(desk: Desk, settings: Settings) -> Iterator[Gateway]:
    gateway = Gateway(settings.local, settings.topic_prefix)
    gateway.port = desk.telling.settings.gateway_port
    gateway.client.close()
    gateway.client = httpx.Client(base_url=f"http://127.0.0.1:{gateway.port}", timeout=10)
    yield gateway
    gateway.client.close()
    if gateway.process is not None and gateway.process.poll() is None:
        gateway.kill()


def register(desk: Desk) -> Act:
    """An extinguisher that nobody has looked at for two months, a point whose last window nobody has kept."""
    now = datetime.now(UTC)
    long_ago = Act(WANG, now - timedelta(hours=30), date(2020, 1, 1))
    one = Extinguisher("EX-700", "Gate", Kind.POWDER, Look.MONTH, None, now.date(), now.date() - timedelta(days=60))
    with desk.conn.transaction():
        store.put_extinguishers(desk.conn, desk.telling.site.id, [one], long_ago)
        point = Checkpoint("PT-700", "Roof", (), (Window("00:00", "23:59"),))
        store.put_checkpoints(desk.conn, desk.telling.site.id, [point], Act(WANG, now - timedelta(hours=50), now.date()))
    return Act(WANG, now, now.date())


def test_an_overdue_extinguisher_and_a_missed_point_are_each_one_alert_until_they_are_made_good(
    desk: Desk, gateway: Gateway, settings: Settings, kafka: str
) -> None:
    act = register(desk)
    desk.turn()
    waited = desk.waiting()
    assert waited >= 2, "the gateway is away: nothing is lost"
    gateway.start(kafka)
    gateway.ready()
    with worker(settings, WORKER_PORT="0"):
        desk.turn()
        assert desk.waiting() == 0
        told = [("extinguisher-date-passed", "EX-700", False)] + [("patrol-window-missed", "PT-700", False)] * (waited - 1)
        wait_for(lambda: desk.alerts() == told, "each is an alert", 240)  # the kernels may have to be compiled
        desk.forget_that_it_was_told()
        desk.turn()
        desk.turn()
        with desk.conn.transaction():
            ids = [Ids(*map(outbox.id_of, [outbox.Word("x", "y", f"{n}{k}", "", {}) for k in range(3)])) for n in range(2)]
            looking.look(desk.conn, desk.telling.site.id, "EX-700", Looked(), ids[0], act)
            looking.visit(desk.conn, desk.telling.site.id, "PT-700", None, ids[1], act)
        desk.turn()
        ended = [(rule, device, True) for rule, device, _ in told]
        wait_for(lambda: desk.alerts() == ended, "each alert ended, and none came twice")
    assert desk.waits[-1] == 0


def test_what_may_have_arrived_long_ago_is_looked_for_before_it_is_posted_again(desk: Desk) -> None:
    register(desk)
    desk.turn()
    now = datetime.now(UTC)
    waiting = outbox.waiting(desk.conn, desk.telling.site.id)
    assert all(one.tried_at is not None for one in waiting)
    stored, later = waiting[0], now + timedelta(hours=1)
    desk.conn.execute(
        "insert into events_facility (id, site, kind, type, device, occurred_at, received_at, event_time, attributes, late,"
        " kafka_partition, kafka_offset) values (%s, 's', 'facility', 'other', 'd', %s, %s, %s, '{}', false, 0, 0)",
        (stored.id, now, now, now),
    )
    assert outbox.arrived(desk.conn, waiting, now) == set()
    assert outbox.arrived(desk.conn, waiting, later) == {stored.id}
