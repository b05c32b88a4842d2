"""The configuration as data: any past revision is read back exactly, overrides end by themselves, versions only grow."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import yaml

from schemas.configuration import (
    CHANNEL,
    Configuration,
    Override,
    configured,
    merged,
    newest_revision,
    next_change,
    overridden,
    read_configuration,
)
from schemas.lists import Entry, ListName, Lists
from schemas.lists_store import Change, How, by_subject, change_list, remove_subject
from schemas.overrides import What, unfit
from schemas.overrides_store import Draft, add_override, restore
from schemas.rules import Rule, load_catalogue
from schemas.site import Site, load_site
from schemas.undo import undo
from tests.schemas.small_site import write_site

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
THRESHOLDS = {"over_n": 4, "readings_n": 6, "window_s": 60, "line_m": 0.3, "low_line_m": 0.2}
ROWS = [
    {
        "id": "water",
        "version": 7,
        "name": {"zh": "水", "en": "Water"},
        "kernel": "level",
        "kind": "facility",
        "match": {"event": {"types": ["water_level"]}},
        "severity": 2,
        "thresholds": {name: {"value": value, "reason": "written for a test"} for name, value in THRESHOLDS.items()},
    },
    {
        "id": "door-open",
        "version": 1,
        "name": {"zh": "门", "en": "Door"},
        "kernel": "dwell",
        "kind": "door",
        "match": {"begins": {"types": ["held_open"]}, "ends": {"types": ["closed"]}},
        "severity": 3,
        "hours": {"from": "22:00", "to": "06:00", "weekdays": [6, 7], "reason": "written for a test"},
        "thresholds": {"window_s": {"value": 60, "reason": "written for a test"}},
    },
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Rule]:
    """Two rules."""
    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "family.yaml").write_text(yaml.safe_dump(ROWS), "utf-8")
    return load_catalogue(folder)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site whose own file watches 鲁QD0009 and demo-1."""
    return load_site(write_site(tmp_path_factory.mktemp("site")))


def override(rule: str, what: What, number: int = 1, **fields: object) -> Override:
    """An override from revision 1 on, without end."""
    given: dict[str, object] = {"starts_at": None, "ends_at": None, "added": 1, "removed": None} | fields
    return Override(number, rule, what, "the manager", "two doors of a kindergarten", **given)  # type: ignore[arg-type]


def change(who: str = "somebody") -> Change:
    """Who, at noon."""
    return Change(who, NOON, "a test")


def test_an_override_replaces_a_threshold_and_its_reason(catalogue: Mapping[str, Rule]) -> None:
    rule = overridden(catalogue["water"], [override("water", What(thresholds={"window_s": 90}))], NOON)
    assert rule is not None
    assert rule.numbers == {**THRESHOLDS, "window_s": 90}
    assert rule.thresholds["window_s"].reason == "two doors of a kindergarten (the manager)"
    assert rule.version == 8
    assert overridden(catalogue["door-open"], [override("water", What(off=True))], NOON) is catalogue["door-open"]


def test_of_two_overrides_of_one_threshold_the_later_counts(catalogue: Mapping[str, Rule]) -> None:
    both = [override("water", What(thresholds={"window_s": value}), number) for number, value in ((1, 90), (2, 80))]
    rule = overridden(catalogue["water"], both, NOON)
    assert rule is not None
    assert (rule.limit("window", 0), rule.version) == (80, 9)


def test_hours_are_replaced_and_keep_their_days(catalogue: Mapping[str, Rule]) -> None:
    what = What.model_validate({"hours": {"from": "20:00", "to": "07:00"}})
    rule = overridden(catalogue["door-open"], [override("door-open", what)], NOON)
    assert rule is not None and rule.hours is not None
    assert (rule.hours.since, rule.hours.till, rule.hours.weekdays) == ("20:00", "07:00", frozenset({6, 7}))


def test_an_override_acts_from_its_beginning_until_before_its_end(catalogue: Mapping[str, Rule]) -> None:
    off = [override("water", What(off=True), starts_at=NOON, ends_at=NOON + HOUR)]
    second = timedelta(seconds=1)
    moments = (NOON - second, NOON, NOON + HOUR - second, NOON + HOUR)
    found = [overridden(catalogue["water"], off, moment) for moment in moments]
    assert [None if rule is None else rule.version for rule in found] == [7, None, None, 9]


def test_what_the_catalogue_no_longer_has_is_left_aside_with_a_sentence(catalogue: Mapping[str, Rule]) -> None:
    overrides = [
        override("watr", What(off=True), 1),
        override("water", What(thresholds={"windows_s": 5, "line_m": 0.4}), 2),
        override("water", What(thresholds={"over_n": 9}), 3),
    ]
    assert list(unfit(catalogue, overrides, NOON)) == [
        "Override 1 is left aside: the catalogue has no rule watr; the nearest is water.",
        "Override 2 of water is left aside: there is no threshold windows_s; the nearest is window_s.",
        "Override 3 of water is left aside: thresholds.over_n: at most readings_n.",
    ]
    rule = next(rule for rule in configured(catalogue, overrides, NOON) if rule.id == "water")
    assert rule.numbers == {**THRESHOLDS, "line_m": 0.4}


def test_versions_only_grow_and_two_states_of_a_rule_never_share_one(catalogue: Mapping[str, Rule]) -> None:
    draw = random.Random(4)
    for _ in range(200):
        overrides = [
            override(
                "water",
                What(thresholds={"window_s": 100 + number}),
                number,
                starts_at=NOON + HOUR * draw.randrange(8) if draw.random() < 0.5 else None,
                ends_at=NOON + HOUR * draw.randrange(1, 16) if draw.random() < 0.7 else None,
                added=number,
            )
            for number in range(1, 5)
        ]
        removed = {one.id: draw.randrange(one.added + 1, 9) for one in overrides if draw.random() < 0.5}
        seen: dict[int, object] = {}
        newest = 0
        for revision, hour in sorted((draw.randrange(9), draw.randrange(16)) for _ in range(12)):
            known = [one for one in overrides if one.added <= revision]
            known = [
                override("water", one.what, one.id, starts_at=one.starts_at, ends_at=one.ends_at, removed=gone)
                for one in known
                for gone in [removed.get(one.id) if removed.get(one.id, 99) <= revision else None]
            ]
            rule = overridden(catalogue["water"], known, NOON + HOUR * max(hour, revision))
            assert rule is not None
            hour = max(hour, revision)
            if hour >= newest:
                newest = hour
                assert seen.setdefault(rule.version, rule.numbers) == rule.numbers
                assert rule.version == max(seen)


def test_the_sites_own_file_is_merged_into_the_lists(site: Site) -> None:
    lists = Lists({ListName.WATCH_PLATES: (Entry(subject="鲁QD0001"), Entry(subject="鲁QD0009"))})
    found = merged(site, lists)
    assert [entry.subject for entry in found.of(ListName.WATCH_PLATES)] == ["鲁QD0001", "鲁QD0009"]
    assert [entry.subject for entry in found.of(ListName.WATCH_PERSONS)] == ["demo-1"]
    assert merged(site, found) == found


def test_nothing_changed_yet_is_revision_nought(database_url: str, site: Site, catalogue: Mapping[str, Rule]) -> None:
    with psycopg.connect(database_url) as connection:
        found = read_configuration(connection, site, catalogue, None, NOON)
    assert found == Configuration(0, NOON, tuple(catalogue.values()), merged(site, Lists()))


def test_any_past_revision_is_read_back_exactly(database_url: str, site: Site, catalogue: Mapping[str, Rule]) -> None:
    """Random changes; what each revision was at noon is read again at the end, and also what each undo gives back."""
    draw = random.Random(7)
    with psycopg.connect(database_url, autocommit=True) as connection:
        seen = {0: read_configuration(connection, site, catalogue, None, NOON)}
        for _ in range(150):
            _draw_change(draw, connection, site.id)
            now = read_configuration(connection, site, catalogue, None, NOON)
            assert seen.setdefault(now.revision, now) == now
        assert len(seen) > 80
        assert {rule.id for one in seen.values() for rule in one.rules} == set(catalogue)
        for revision, then in seen.items():
            assert read_configuration(connection, site, catalogue, revision, NOON) == then
        for rule in catalogue:
            versions = [found.version for _, one in sorted(seen.items()) for found in one.rules if found.id == rule]
            assert versions == sorted(versions)
        assert seen[max(seen)].warnings == ()


def _draw_change(draw: random.Random, connection: psycopg.Connection, site: str) -> None:
    name = draw.choice([ListName.CARDS, ListName.PERMITS])
    subject = f"s{draw.randrange(12)}"
    rule, what = draw.choice([("water", What(thresholds={"line_m": 0.3 + draw.random()})), ("door-open", What(off=True))])
    match draw.randrange(6):
        case 0 | 1:
            entries = [Entry(subject=f"s{draw.randrange(12)}", person=str(draw.randrange(3))) for _ in range(draw.randrange(9))]
            change_list(connection, site, name, by_subject(entries), change(), draw.choice(list(How)))
        case 2:
            remove_subject(connection, site, name, subject, change())
        case 3:
            ends = NOON + HOUR * draw.randrange(-2, 3)
            add_override(connection, site, Draft(rule, what, "owner", "written for a test", None, ends), NOON)
        case 4:
            restore(connection, site, rule, "owner", "written for a test", NOON)
        case _:
            undo(connection, site, draw.randrange(1, 12 + newest_revision(connection, site)), "owner", NOON)


def test_an_undone_revision_leaves_what_was_before_it(database_url: str, site: Site, catalogue: Mapping[str, Rule]) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        first = [Entry(subject="1", person="a"), Entry(subject="2", attributes={"trade": "x", "colour": "red"})]
        change_list(connection, site.id, ListName.CARDS, by_subject(first), change(), How.NAMED)
        add_override(connection, site.id, Draft("water", What(off=True), "o", "written for a test", None, NOON + HOUR), NOON)
        before = read_configuration(connection, site, catalogue, None, NOON)
        second = [Entry(subject="1", person="b"), Entry(subject="3")]
        assert change_list(connection, site.id, ListName.CARDS, by_subject(second), change(), How.WHOLE)[1] == 3
        assert undo(connection, site.id, 3, "o", NOON) == 4
        after = read_configuration(connection, site, catalogue, None, NOON)
        assert (after.lists, after.rules) == (before.lists, before.rules)
        assert undo(connection, site.id, 3, "o", NOON) == "Revision 4 has changed 1 in cards since: undo that first."
        assert undo(connection, site.id, None, "o", NOON) == 5
        assert undo(connection, site.id, 2, "o", NOON) == 6
        assert read_configuration(connection, site, catalogue, None, NOON).rules[0].version == 9
        assert undo(connection, site.id, 2, "o", NOON) == "Revision 6 has changed water since: undo that first."
        assert (
            undo(connection, site.id, 99, "o", NOON) == "There is no revision 99 to undo: `gatehouse lists history` shows them."
        )


def test_an_end_changes_the_rules_without_a_revision(database_url: str, site: Site, catalogue: Mapping[str, Rule]) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        draft = Draft("water", What(off=True), "o", "written for a test", NOON + HOUR, NOON + 3 * HOUR)
        add_override(connection, site.id, draft, NOON)
        ids = {
            hour: [rule.id for rule in read_configuration(connection, site, catalogue, 1, NOON + hour * HOUR).rules]
            for hour in range(4)
        }
        assert ids == {0: ["water", "door-open"], 1: ["door-open"], 2: ["door-open"], 3: ["water", "door-open"]}
        changes = [next_change(connection, site.id, 1, NOON + hour * HOUR) for hour in range(4)]
        assert changes == [NOON + HOUR, NOON + 3 * HOUR, NOON + 3 * HOUR, None]
        assert next_change(connection, site.id, 0, NOON) is None


def test_what_is_off_always_has_an_end(database_url: str, site: Site) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection, pytest.raises(psycopg.errors.CheckViolation):
        add_override(connection, site.id, Draft("water", What(off=True), "o", "written for a test", None, None), NOON)


def test_every_change_is_told_to_who_listens(database_url: str, site: Site) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection, psycopg.connect(database_url, autocommit=True) as other:
        other.execute(f"LISTEN {CHANNEL}")
        change_list(connection, site.id, ListName.CARE, {"1": [Entry(subject="1")]}, change(), How.NAMED)
        change_list(connection, site.id, ListName.CARE, {"1": [Entry(subject="1")]}, change(), How.NAMED)
        assert [one.payload for one in other.notifies(timeout=2, stop_after=1)] == [site.id]
        assert list(other.notifies(timeout=0.2)) == []


def test_a_row_of_another_version_is_left_aside(database_url: str, site: Site, catalogue: Mapping[str, Rule]) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        change_list(connection, site.id, ListName.CARDS, {"1": [Entry(subject="1")]}, change(), How.NAMED)
        add_override(
            connection, site.id, Draft("water", What(thresholds={"line_m": 1}), "o", "written for a test", None, None), NOON
        )
        connection.execute('UPDATE list_entries SET body = \'{"planet": "Mars"}\'')
        connection.execute("UPDATE rule_overrides SET what = '{\"colour\": 1}'")
        found = read_configuration(connection, site, catalogue, None, NOON)
    assert found.rules == tuple(catalogue.values())
    assert found.warnings == (
        "The entry 1 of cards is left aside: this version does not know its form.",
        "Override 1 of water is left aside: this version does not know its form.",
    )


def test_two_sites_have_revisions_of_their_own(database_url: str, tmp_path: Path) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        for site in ("east", "west"):
            assert change_list(connection, site, ListName.CARDS, {"1": [Entry(subject="1")]}, change(), How.NAMED)[1] == 1
