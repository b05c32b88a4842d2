"""The worker as a process, on real Kafka and TimescaleDB: exactly once, whatever happens to it."""

import random
import signal
from uuid import UUID

import httpx
import psycopg

from host.services.ports import free_port
from schemas.events import Event, Heartbeat, Kind, Received
from schemas.settings import Settings
from tests.streams.worker.log import NOW, LogWriter, event, ids, received
from tests.streams.worker.processes import end, start, worker
from tests.waiting import wait_for

DOORS = ("door-b1-u1", "door-b1-u2")


def stored(database: psycopg.Connection) -> list[UUID]:
    """The ids in the table, with repetitions if there are any."""
    return [row[0] for row in database.execute("SELECT id FROM events")]


def alerts(database: psycopg.Connection) -> set[tuple[UUID, str]]:
    """What was raised."""
    rows = database.execute("SELECT id, rule FROM alerts").fetchall()
    assert len(rows) == len({row[0] for row in rows}), "an alert stands there twice"
    return {(row[0], row[1]) for row in rows}


def load(seed: int, seconds: int) -> list[list[Received]]:
    """A second's messages at a time: nuisance, denials, duplicates, heartbeats."""
    draw = random.Random(seed)
    said: list[list[Received]] = []
    for second in range(seconds):
        what: list[Event | Heartbeat] = [
            event(Kind.CAMERA, "motion", f"camera-{draw.randrange(20)}", second + i / 40, name=str(i)) for i in range(40)
        ]
        what += [
            event(Kind.DOOR, "denied", draw.choice(DOORS), second + 0.2, "card-1"),
            Heartbeat(Kind.CAMERA, "camera-1", NOW),
        ]
        repeated = [draw.choice(said[-1]) for _ in range(5)] if said else []
        said.append([*received(*what), *repeated])
    return said


def write(log: LogWriter, said: list[list[Received]], first: int = 0) -> None:
    """The messages with a tick after each second."""
    for second, rows in enumerate(said, first):
        log.rows(rows)
        log.tick(second + 1)
    log.flush()


def everything(said: list[list[Received]]) -> set[UUID]:
    """The ids of all that was said."""
    return ids([row for rows in said for row in rows])


def test_a_worker_that_is_killed_under_load_stores_and_judges_everything_once(
    settings: Settings, log: LogWriter, database: psycopg.Connection
) -> None:
    said = load(seed=7, seconds=60)
    process = start(settings, WORKER_PORT="0")
    try:
        for part in range(4):
            write(log, said[15 * part : 15 * part + 15], 15 * part)
            enough = len(everything(said[: 15 * part + 1]))
            wait_for(lambda enough=enough: len(stored(database)) >= enough, "a part is stored")  # type: ignore[misc]
            process.kill()
            process.wait()
            process = start(settings, WORKER_PORT="0")
        wait_for(lambda: len(set(stored(database))) == len(everything(said)), "all is stored")
        wait_for(lambda: len(alerts(database)) > 0, "something is raised")
    finally:
        end(process)
    assert sorted(stored(database)) == sorted(everything(said))
    counted = database.execute("SELECT sum(n)::int FROM event_counts").fetchone()
    assert counted == (len(everything(said)),)


def test_an_unreadable_record_goes_to_the_dead_letters_and_the_rest_goes_on(
    settings: Settings, log: LogWriter, database: psycopg.Connection
) -> None:
    before, after = event(Kind.DOOR, "opened", DOORS[0], 1), event(Kind.DOOR, "opened", DOORS[0], 2)
    own = {"kind": "door", "type": "opened", "device": DOORS[1], "occurred_at": NOW.isoformat(), "id": "x"}
    log.rows(received(before))
    log.raw(Kind.DOOR, b"\x00\x01 no arrow", "application/vnd.apache.arrow.stream")
    log.raw(Kind.DOOR, b"{broken", "application/json")
    log.raw(Kind.DOOR, b"<x/>", "text/xml")
    log.json(Kind.DOOR, [own, {**own, "type": "flew away", "id": "y"}])
    nul = event(Kind.DOOR, "opened", DOORS[0], 3)
    log.rows(received(Event(nul.id, nul.kind, nul.type, nul.device, nul.occurred_at, attributes={"text": "a\x00b"})))
    log.rows(received(after))
    log.flush()
    with worker(settings, WORKER_PORT="0"):
        wait_for(lambda: after.id in stored(database), "what comes after is stored")
        wait_for(lambda: database.execute("SELECT count(*) FROM dead_letters").fetchone() == (5,), "five letters are kept")
    assert before.id in stored(database)
    assert len(stored(database)) == 3
    letters: dict[bytes, str] = dict(database.execute("SELECT body, reason FROM dead_letters").fetchall())
    assert letters[b"{broken"].startswith("The value is not JSON")
    assert "text/xml" in letters[b"<x/>"]
    assert any(reason.startswith("The database refuses the rows") for reason in letters.values())


def test_a_tick_alone_drives_the_timers(settings: Settings, log: LogWriter, database: psycopg.Connection) -> None:
    log.rows(received(event(Kind.CAMERA, "motion", "camera-0001", 1)))
    log.tick(2)
    log.flush()
    with worker(settings, WORKER_PORT="0"):
        wait_for(lambda: len(stored(database)) == 1, "the event is stored")
        assert alerts(database) == set()
        log.tick(100)
        log.flush()
        wait_for(lambda: {rule for _, rule in alerts(database)} == {"camera-silent"}, "the camera is called silent")


def test_a_worker_that_is_told_to_stop_ends_in_good_order(
    settings: Settings, log: LogWriter, database: psycopg.Connection
) -> None:
    log.rows(received(event(Kind.CAMERA, "motion", "camera-0001", 1)))
    log.tick(2)
    log.flush()
    port = free_port(random.Random())
    with worker(settings, WORKER_PORT=str(port)) as process:
        wait_for(lambda: len(stored(database)) == 1, "the event is stored")
        wait_for(lambda: httpx.get(f"http://127.0.0.1:{port}/readyz").is_success, "it says that it works")
        end(process)
        assert process.returncode == 0


def test_of_two_workers_one_takes_over_and_a_paused_one_writes_nothing_more(
    settings: Settings, log: LogWriter, database: psycopg.Connection
) -> None:
    said = load(seed=3, seconds=40)
    with worker(settings, "first", WORKER_PORT="0") as first:
        write(log, said[:10])
        wait_for(lambda: len(set(stored(database))) == len(everything(said[:10])), "the first one works")
        with worker(settings, "second", WORKER_PORT="0"):
            first.send_signal(signal.SIGSTOP)  # it lives, and loses its partitions
            write(log, said[10:20], 10)
            wait_for(lambda: len(set(stored(database))) == len(everything(said[:20])), "the second one takes over")
            first.send_signal(signal.SIGCONT)
            write(log, said[20:], 20)
            wait_for(lambda: len(set(stored(database))) == len(everything(said)), "all is stored")
    assert sorted(stored(database)) == sorted(everything(said))


def test_connections_that_the_server_ends_are_opened_anew_and_nothing_is_lost(
    settings: Settings, log: LogWriter, database: psycopg.Connection
) -> None:
    said = load(seed=5, seconds=30)
    with worker(settings, WORKER_PORT="0"):
        for part in range(6):
            write(log, said[5 * part : 5 * part + 5], 5 * part)
            database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        wait_for(lambda: len(set(stored(database))) == len(everything(said)), "all is stored")
    assert sorted(stored(database)) == sorted(everything(said))
