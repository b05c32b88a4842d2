"""A change of lists or rules: when it counts, and that a replay is judged as it was judged first."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from schemas.codec import encode, encode_tick, to_batch
from schemas.configuration import Configuration, merged, read_configuration
from schemas.events import Event, Kind
from schemas.lists import Entry, ListName, Lists
from schemas.lists_store import Change, How, change_list
from schemas.rules import load_catalogue
from schemas.settings import Settings
from schemas.topics import ARROW, TICK
from streams.rules.engine import Engine
from streams.worker.judge import Bench, Judge
from streams.worker.reader import Reader
from streams.worker.records import Record
from streams.worker.session import Session
from streams.worker.store import Store
from tests.streams.worker.log import NOW, WRITTEN_MS, LogWriter, event, received
from tests.streams.worker.processes import worker
from tests.streams.worker.test_replay import SITE
from tests.waiting import wait_for

RULES = load_catalogue()
PLATE = "鲁Q99999"
READS = 60


def configuration(revision: int, *plates: str) -> Configuration:
    """One that watches these plates."""
    lists = Lists({ListName.WATCH_PLATES: tuple(Entry(subject=plate) for plate in plates)})
    return Configuration(revision, NOW, tuple(RULES.values()), lists)


def judged_by(url: str) -> tuple[Session, Judge]:
    """A judge as a lane makes it, by the configuration that the saved state was judged by."""
    session = Session(lambda: psycopg.connect(url, autocommit=True, options="-c timezone=UTC"), "t", Store("t", 0, SITE.id), 0)
    recovered = session.load({})
    known = configuration(2, PLATE) if recovered.stand and recovered.stand.revision == 2 else configuration(1)
    engine = Engine(SITE, known.rules, known.lists, known.revision)
    reader = Reader("t", 0, SITE.id, 2.0)
    bench = Bench(reader, session.look_up, engine, SITE.id, 0, 2_000_000, lambda: datetime.now(UTC), known)
    return session, Judge(bench, recovered)


def reads() -> list[Record]:
    """A plate that is read every two minutes, with ticks."""
    found = []
    for number in range(READS):
        rows = received(event(Kind.PLATE, "read", "P-01", 120.0 * number, PLATE), site=SITE.id)
        found.append(Record(Kind.PLATE, 2 * number, WRITTEN_MS, SITE.id.encode(), ARROW, encode(to_batch(rows))))
        tick = encode_tick(NOW + timedelta(seconds=120 * number + 1))
        found.append(Record(Kind.PLATE, 2 * number + 1, WRITTEN_MS, SITE.id.encode(), TICK, tick))
    return found


def test_a_change_counts_from_one_place_of_the_log_on_whatever_crashes(database_url: str) -> None:
    draw = random.Random(4)
    done = False
    while not done:
        session, judge = judged_by(database_url)
        done = True
        left = [record for record in reads() if record.offset >= judge.places[Kind.PLATE].next_offset]
        for record in left:
            newest = configuration(2, PLATE) if record.offset >= READS else configuration(1)
            fresh = newest if judge.waits_for(newest) else None
            prepared = judge.step([record], flush=True, save=draw.random() < 0.1, configuration=fresh)
            lost = draw.random() < 0.05
            if not lost or draw.random() < 0.5:
                judge.emitted(prepared.block)
                session.commit(prepared.block)
            if lost:
                done = False
                break
        session.close()
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT e.kafka_offset, a.id IS NOT NULL, (a.why ->> 'revision')::int FROM events_plate e LEFT JOIN alerts a"
            " ON a.why -> 'events' -> 0 ->> 'id' = e.id::text ORDER BY e.kafka_offset"
        ).fetchall()
    assert len(rows) == READS
    told = [alerted for _, alerted, _ in rows]
    assert told == sorted(told), "before some place of the log nothing is told, and behind it everything"
    assert sum(told) in range(1, READS // 2 + 2)
    assert {revision for _, alerted, revision in rows if alerted} == {2}


def ids_of_alerts(database: psycopg.Connection) -> set[UUID]:
    """What was raised because of the plate."""
    return {row[0] for row in database.execute("SELECT id FROM alerts WHERE subject = %s", (PLATE,))}


def test_a_plate_that_is_put_on_the_list_is_told_by_a_worker_that_runs(
    settings: Settings, log: LogWriter, database: psycopg.Connection
) -> None:
    def read(second: float) -> Event:
        one = event(Kind.PLATE, "read", "P-01", second, PLATE)
        log.rows(received(one))
        log.tick(second + 1)
        log.flush()
        return one

    with worker(settings, WORKER_PORT="0"):
        first = read(1)
        wait_for(lambda: database.execute("SELECT 1 FROM events WHERE id = %s", (first.id,)).fetchone(), "it is stored")
        change = Change("a test", datetime.now(UTC), "put on the list")
        change_list(database, SITE.id, ListName.WATCH_PLATES, {PLATE: [Entry(subject=PLATE)]}, change, How.NAMED)
        seconds = iter(range(100, 100_000, 100))

        def told() -> bool:
            read(next(seconds))
            return bool(ids_of_alerts(database))

        wait_for(told, "the plate is told")
    why = database.execute("SELECT why FROM alerts WHERE subject = %s", (PLATE,)).fetchone()
    assert why is not None
    assert why[0]["revision"] == 1


def test_the_sites_own_plates_are_watched_without_any_list(database: psycopg.Connection) -> None:
    found = read_configuration(database, SITE, RULES, None, NOW)
    assert {entry.subject for entry in found.lists.of(ListName.WATCH_PLATES)} == SITE.watch_plates
    assert found.lists == merged(SITE, Lists())
