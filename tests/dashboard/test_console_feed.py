"""What consoles are fed: told at once of what changed, and of what is severe; the last word while the database is away."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import psycopg

from dashboard.incidents.feed import ConsoleFeed, ConsoleParts
from dashboard.live.hub import Hub
from schemas.settings import Settings

NOW = datetime(2026, 5, 6, 3, 0, tzinfo=UTC)


def fed() -> tuple[ConsoleFeed, Hub]:
    """A feed that is asked to publish by the test."""
    hub = Hub()
    parts = ConsoleParts(Settings(), hub, _nothing, "v1", "run 1", lambda: NOW, lambda: 0.0)
    return ConsoleFeed(parts), hub


def _nothing(conn: psycopg.Connection[Any]) -> Mapping[str, Any]:
    return {}


def one(version: int, severity: int = 3) -> Mapping[str, Any]:
    return {"id": "a", "version": version, "severity": severity}


def published(feed: ConsoleFeed, hub: Hub, *incidents: Mapping[str, Any], database: bool = True) -> tuple[int, int, int]:
    """The numbers of the list: its own, of the newest news, of the newest that is urgent."""
    feed._last = {"incidents": list(incidents), "closed": [], "mutes": [], "as_of": None}
    feed._publish(database=database)
    assert hub.latest is not None
    return hub.latest.seq, hub.latest.news_seq, hub.latest.urgent_seq


def told(hub: Hub, sent: int) -> Any:
    """What a browser is told that has had all up to that number."""
    assert hub.latest is not None
    return orjson.loads(hub.latest.text(sent))


def test_another_version_is_news_and_a_beat_is_none() -> None:
    feed, hub = fed()
    assert published(feed, hub, one(1)) == (1, 1, 0)
    assert published(feed, hub, one(1)) == (2, 1, 0)
    assert published(feed, hub, one(2)) == (3, 3, 0)
    assert published(feed, hub) == (4, 4, 0)


def test_what_becomes_severe_is_urgent_once() -> None:
    feed, hub = fed()
    assert published(feed, hub, one(1)) == (1, 1, 0)
    assert published(feed, hub, one(2, severity=1)) == (2, 2, 2)
    assert published(feed, hub, one(3, severity=1)) == (3, 3, 2)


def test_a_beat_tells_the_time_and_no_row() -> None:
    feed, hub = fed()
    published(feed, hub, one(1))
    published(feed, hub, one(1))
    beat = told(hub, 1)
    assert (beat["since"], beat["rows"], beat["gone"], beat["now"]) == (1, [], [], NOW.isoformat())
    assert told(hub, 0)["rows"] == [one(1)]


def test_the_last_word_is_marked_while_the_database_is_away() -> None:
    feed, hub = fed()
    published(feed, hub, one(1), database=False)
    whole = told(hub, 0)
    assert (whole["database"], whole["version"], whole["run"], whole["now"]) == (False, "v1", "run 1", NOW.isoformat())
    assert whole["rows"] == [one(1)]


def test_pages_that_are_not_live_say_nothing_while_the_database_is_away() -> None:
    feed, hub = fed()
    assert feed.standing() is None
    published(feed, hub, {**one(1), "drill": False})
    feed._last = {**feed._last, "as_of": NOW.isoformat()}
    standing = feed.standing()
    assert standing is not None and standing.counts == (0, 0, 1, 0)
    feed._publish(database=False)
    assert feed.standing() is None
