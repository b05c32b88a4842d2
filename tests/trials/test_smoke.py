"""The smoke trial against a whole installation, with a real Chromium."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from schemas.errors import SettingsError, Unavailable
from schemas.settings import Settings
from schemas.site import Site, load_site
from trials.chaos_install import Installation
from trials.smoke import RULE, browser, free_plate, measure

NOW = datetime(2030, 5, 6, 4, tzinfo=UTC)


@pytest.fixture
def conn(settings: Settings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(settings.database_url.get_secret_value(), autocommit=True) as connection:
        yield connection


@pytest.fixture
def site(settings: Settings) -> Site:
    return load_site(settings.site)


ALERT = """
insert into alerts (id, site, rule, rule_version, severity, device, subject, raised_at, occurred_at, judged_at, stored_at, why)
values (%(id)s, %(site)s, %(rule)s, 1, 2, 'P-01', %(plate)s, %(at)s, %(at)s, %(at)s, %(at)s, '{}')
"""


def raise_alert(conn: psycopg.Connection, site: Site, plate: str, at: datetime) -> None:
    conn.execute(ALERT, {"id": uuid4(), "site": site.id, "rule": RULE, "plate": plate, "at": at})


def test_a_message_is_followed_from_the_post_to_the_browsers_document(place: Installation) -> None:
    result = measure(place.settings)
    assert result.stored_ms > 0  # when it was seen in the database by another process, which may have been kept waiting
    assert 0 < result.judged_ms <= result.shown_ms


def test_a_plate_that_the_rule_holds_back_is_not_used(conn: psycopg.Connection, site: Site) -> None:
    first, *_ = sorted(site.watch_plates)
    assert free_plate(conn, site, lambda: NOW) == first
    raise_alert(conn, site, first, NOW - timedelta(seconds=30))
    assert free_plate(conn, site, lambda: NOW) != first


def test_a_plate_is_free_again_after_the_rules_hold(conn: psycopg.Connection, site: Site) -> None:
    for plate in site.watch_plates:
        raise_alert(conn, site, plate, NOW - timedelta(seconds=120))
    assert free_plate(conn, site, lambda: NOW) == min(site.watch_plates)


def test_a_wall_that_is_away_is_a_sentence_without_the_links_secret() -> None:
    with pytest.raises(Unavailable, match="The wall") as caught, browser("http://127.0.0.1:9/wall?kiosk=s3cret") as page:
        raise AssertionError(f"It opened {page}.")
    assert "s3cret" not in str(caught.value)


def test_without_an_installation_the_sentence_names_the_command(settings: Settings, tmp_path: Path) -> None:
    nothing = Settings(local=tmp_path, site=settings.site)
    with pytest.raises(SettingsError, match="gatehouse up"):
        measure(nothing)
