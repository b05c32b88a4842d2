"""`gatehouse dead-letters` beside a real gateway and worker."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from schemas.settings import Settings
from streams.worker.retention import days, drop_old
from tests.streams.conftest import Installation
from tests.waiting import wait_for

BROKEN = "<Event><läuft".encode()
READABLE = json.dumps(
    {"kind": "facility", "type": "water_level", "device": "gauge", "occurred_at": "2031-03-05T08:00:00+08:00", "value": 0.1}
).encode()


@pytest.fixture
def database(settings: Settings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(settings.database_url.get_secret_value(), autocommit=True) as connection:
        yield connection


def count(database: psycopg.Connection, table: str) -> int:
    row = database.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def kept(installation: Installation, database: psycopg.Connection) -> str:
    """The id of one letter that the gateway could not read."""
    before = count(database, "dead_letters")
    answer = installation.post("hikvision", BROKEN, "application/xml")
    assert answer["rejected"]
    wait_for(lambda: count(database, "dead_letters") > before, "the letter is stored")
    newest = json.loads(installation.command("dead-letters", "list", "--json", "--limit", "1").stdout)
    return str(newest["id"])


def letter_of_a_lesser_decoder(database: psycopg.Connection) -> UUID:
    """What an older version could not read, and the present one can."""
    letter = UUID(int=7)
    database.execute(
        "INSERT INTO dead_letters"
        " (kafka_partition, kafka_offset, id, source, family, content_type, received_at, reason, at, body)"
        " VALUES (0, 900, %s, 'gatehouse', 'gatehouse', 'application/json', %s, 'The type is not known.', '', %s)",
        (letter, datetime.now(UTC) - timedelta(days=1), READABLE),
    )
    return letter


def test_without_letters_both_commands_say_so(commands: Installation) -> None:
    listed, retried = commands.command("dead-letters", "list"), commands.command("dead-letters", "retry")
    assert (listed.returncode, listed.stdout, listed.stderr) == (0, b"", b"There are no dead letters.\n")
    assert (retried.returncode, retried.stdout, retried.stderr) == (0, b"", b"There are no open dead letters.\n")


def test_an_unreadable_message_is_listed_with_its_reason_and_shown_whole_and_never_kept_twice(
    installation: Installation, database: psycopg.Connection
) -> None:
    letter = kept(installation, database)
    row = json.loads(installation.command("dead-letters", "list", "--json").stdout)
    assert (row["source"], row["family"], row["content_type"]) == ("hikvision", "hikvision", "application/xml")
    assert (row["size"], row["outcome"]) == (len(BROKEN), None)
    assert "XML is broken" in row["reason"]
    assert installation.command("dead-letters", "show", letter).stdout == BROKEN
    for _ in range(2):
        again = installation.command("dead-letters", "retry")
        assert again.returncode == 1
        assert again.stdout.decode().startswith(f"{letter}  still unreadable: The XML is broken")
    assert b"[still unreadable]" in installation.command("dead-letters", "list").stdout
    kept(installation, database)  # whatever the retries left in the log is stored before this one
    assert count(database, "dead_letters") == 2


def test_after_a_fix_a_letter_is_read_once(installation: Installation, database: psycopg.Connection) -> None:
    letter = letter_of_a_lesser_decoder(database)
    retried = installation.command("dead-letters", "retry", "--json")
    assert (retried.returncode, json.loads(retried.stdout)) == (0, {"id": str(letter), "outcome": "read"})
    wait_for(lambda: count(database, "events") == 1, "its event is stored")
    first = database.execute("SELECT retried_at, outcome FROM dead_letters").fetchone()
    assert first is not None and first[1] == "read"
    assert installation.command("dead-letters", "retry").stderr == b"There are no open dead letters.\n"
    named = installation.command("dead-letters", "retry", str(letter))
    assert (named.returncode, named.stdout.decode()) == (0, f"{letter}  read\n")
    assert database.execute("SELECT retried_at, outcome FROM dead_letters").fetchone() == first


@pytest.mark.parametrize("name", ["nonsense", str(UUID(int=1))])
def test_an_id_of_no_letter_is_wrong_use(commands: Installation, name: str) -> None:
    for command in ("retry", "show"):
        said = commands.command("dead-letters", command, name)
        assert said.returncode == 2
        assert said.stderr.decode().startswith(f"'{name}' is no letter's id")


def test_a_letter_waits_where_the_gateway_is_away(commands: Installation, database: psycopg.Connection) -> None:
    letter_of_a_lesser_decoder(database)
    said = commands.command("dead-letters", "retry")
    assert said.returncode == 1
    assert b"The gateway does not answer" in said.stderr
    assert database.execute("SELECT retried_at, outcome FROM dead_letters").fetchone() == (None, None)


def test_letters_are_deleted_when_their_days_are_over(settings: Settings, database: psycopg.Connection) -> None:
    letter_of_a_lesser_decoder(database)
    drop_old(database, days(settings))
    assert count(database, "dead_letters") == 1
    database.execute("UPDATE dead_letters SET received_at = received_at - make_interval(days => 90)")
    drop_old(database, days(settings))
    assert count(database, "dead_letters") == 0
