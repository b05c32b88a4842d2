"""Judged in one go, or cut anywhere, interleaved anyhow and begun again from the database: the same in the end."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import psycopg
import pytest

from schemas.codec import encode, encode_tick, to_batch
from schemas.events import Event, Heartbeat, Kind
from schemas.rules import load_catalogue
from schemas.site import DeviceKind, Site, load_site
from schemas.topics import ARROW, TICK
from streams.rules.engine import Engine
from streams.worker.judge import Bench, Judge
from streams.worker.reader import Reader
from streams.worker.records import Record
from streams.worker.session import Session
from streams.worker.store import Store
from tests.conftest import Databases
from tests.streams.worker.log import NOW, WRITTEN_MS, event, received

SITE = load_site(Path(__file__).parents[3] / "sites" / "aozheng" / "site.yaml")
Stored = tuple[list[tuple[object, ...]], list[tuple[object, ...]], list[tuple[object, ...]]]


def names(site: Site, kind: DeviceKind) -> list[str]:
    """Some devices of a kind."""
    return sorted(device.id for device in site.devices.values() if device.kind is kind)[:6]


def said(draw: random.Random) -> dict[Kind, list[Record]]:
    """Six topics of two minutes and a half: denials, doors left open, strangers, silence, late ones, repetitions, ticks."""
    logs: dict[Kind, list[Record]] = {kind: [] for kind in Kind}
    doors, faces, cameras = names(SITE, DeviceKind.DOOR), names(SITE, DeviceKind.FACE), names(SITE, DeviceKind.CAMERA)
    panel = names(SITE, DeviceKind.FIRE_PANEL)[0]
    before: list[Event | Heartbeat] = []

    def put(kind: Kind, content_type: str, value: bytes) -> None:
        logs[kind].append(Record(kind, len(logs[kind]), WRITTEN_MS, SITE.id.encode(), content_type, value))

    for second in range(150):
        moment = second - (30 if draw.random() < 0.05 else 0)
        what: list[Event | Heartbeat] = [
            event(Kind.DOOR, draw.choice(("denied", "opened", "closed", "held_open")), draw.choice(doors), moment, "card-1"),
            event(Kind.FACE, "stranger", draw.choice(faces), moment + 0.3, f"person-{draw.randrange(3)}"),
            Heartbeat(Kind.CAMERA, draw.choice(cameras), NOW + timedelta(seconds=second)),
        ]
        if second % 40 == 20:
            what.append(event(Kind.FACILITY, "fire_alarm", panel, moment))
        if before and draw.random() < 0.4:
            what.append(draw.choice(before))
        before += what
        for kind in Kind:
            if mine := [one for one in what if one.kind is kind]:
                put(kind, ARROW, encode(to_batch(received(*mine, site=SITE.id))))
            put(kind, TICK, encode_tick(NOW + timedelta(seconds=second + 0.5)))
    return logs


def lane(url: str, logs: Mapping[Kind, UUID] = MappingProxyType({})) -> tuple[Session, Judge]:
    """A judge as a lane makes it: from the database, with these logs in Kafka."""
    session = Session(lambda: psycopg.connect(url, autocommit=True, options="-c timezone=UTC"), "t", Store("t", 0, SITE.id), 0)
    engine = Engine(SITE, list(load_catalogue().values()))
    reader = Reader("t", 0, SITE.id, 2.0)
    bench = Bench(reader, session.look_up, engine, SITE.id, 0, 2_000_000, lambda: datetime.now(UTC))
    return session, Judge(bench, session.load(logs))


def mixed(logs: dict[Kind, list[Record]], judge: Judge, draw: random.Random) -> Iterator[Record]:
    """What the judge has not read, each topic in its order, the six interleaved at random."""
    left = {kind: [record for record in log if record.offset >= judge.places[kind].next_offset] for kind, log in logs.items()}
    while waiting := [kind for kind in Kind if left[kind]]:
        kind = draw.choice(waiting)
        for _ in range(min(len(left[kind]), draw.randrange(1, 20))):
            yield left[kind].pop(0)


def work(url: str, logs: dict[Kind, list[Record]], draw: random.Random, crash: float) -> None:
    """Judge and store all; with this chance after each block everything in memory is lost, now and then with the block."""
    finished = False
    while not finished:
        session, judge = lane(url)
        finished = True
        block: list[Record] = []
        records = list(mixed(logs, judge, draw))
        for i, record in enumerate(records):
            block.append(record)
            if i < len(records) - 1 and draw.random() < 0.97:
                continue
            prepared = judge.step(block, flush=draw.random() < 0.3, save=draw.random() < 0.2)
            block = []
            lost = draw.random() < crash
            if prepared.worth_storing and not (lost and draw.random() < 0.5):
                judge.emitted(prepared.block)
                session.commit(prepared.block)
            if lost:
                finished = False
                break
        session.close()


def stored(url: str) -> Stored:
    """Events, alerts and counts, without what may differ: when it was judged and stored."""
    with psycopg.connect(url, options="-c timezone=UTC") as connection:
        events = connection.execute("SELECT id, late, kafka_offset FROM events ORDER BY kind, id, kafka_offset").fetchall()
        alerts = connection.execute(
            "SELECT id, rule, device, raised_at, cleared_at FROM alerts ORDER BY id, raised_at"
        ).fetchall()
        counts = connection.execute("SELECT site, kind, minute, n FROM event_counts ORDER BY 1, 2, 3").fetchall()
    return events, alerts, counts


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_restarts_cuts_and_interleaving_change_nothing(databases: Databases, seed: int) -> None:
    logs = said(random.Random(seed))
    results: list[Stored] = []
    chances: Sequence[float] = (0.0, 0.12)
    for run, crash in enumerate(chances):
        with databases() as url:
            work(url, logs, random.Random(seed * 100 + run), crash)
            results.append(stored(url))
    straight, broken = results
    assert len(straight[0]) > 300
    assert len({row[1] for row in straight[1]}) >= 3, "several rules had something to say"
    assert broken == straight


def commit(session: Session, judge: Judge, records: Sequence[Record], *, save: bool = False) -> None:
    """The records as one block."""
    prepared = judge.step(records, flush=True, save=save)
    judge.emitted(prepared.block)
    session.commit(prepared.block)


def doors(first: int, *moments: float) -> list[Record]:
    """Records of a door that opens at each moment, from an offset on."""
    one = names(SITE, DeviceKind.DOOR)[0]
    rows = [encode(to_batch(received(event(Kind.DOOR, "opened", one, at), site=SITE.id))) for at in moments]
    return [Record(Kind.DOOR, first + i, WRITTEN_MS, SITE.id.encode(), ARROW, value) for i, value in enumerate(rows)]


@pytest.mark.parametrize("saved", [True, False])
def test_a_topic_made_anew_is_read_from_its_beginning_and_what_the_old_one_brought_is_known(
    database_url: str, saved: bool
) -> None:
    old, new = ({kind: UUID(int=log) for kind in Kind} for log in (1, 2))
    session, judge = lane(database_url, old)
    commit(session, judge, doors(0, 1, 2, 3, 4, 5), save=saved)
    session.close()
    session, judge = lane(database_url, old)
    assert judge.stored[Kind.DOOR].next_offset == 5
    session.close()
    session, judge = lane(database_url, new)
    assert judge.places[Kind.DOOR].next_offset == judge.stored[Kind.DOOR].next_offset == 0
    commit(session, judge, doors(0, 3, 6))  # a device repeats one that the old log brought at another offset
    session.close()
    session, judge = lane(database_url, new)
    commit(session, judge, doors(0, 3, 6, 7))
    session.close()
    assert len(stored(database_url)[0]) == 7


def test_time_alone_is_stored_when_it_is_due_and_waits_otherwise(database_url: str) -> None:
    session, judge = lane(database_url)
    ticks = [Record(kind, 0, WRITTEN_MS, SITE.id.encode(), TICK, encode_tick(NOW)) for kind in Kind]
    assert not judge.step(ticks[:3], flush=False, save=False).worth_storing
    commit(session, judge, ticks[3:])
    assert not judge.step([], flush=True, save=False).worth_storing, "time stood still"
    session.close()
    session, judge = lane(database_url)
    session.close()
    assert {place.tick_us for place in judge.stored.values()} == {round(NOW.timestamp() * 1_000_000)}


def test_a_state_that_cannot_be_read_is_said_and_stops_nothing(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    session, judge = lane(database_url)
    commit(session, judge, doors(0, 1, 2), save=True)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE rule_state SET state = 'of an older form'")
    session.close()
    session, judge = lane(database_url)
    commit(session, judge, doors(2, 3))
    session.close()
    assert len(stored(database_url)[0]) == 3
    assert "rules start with nothing" in caplog.text
