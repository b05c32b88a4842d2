"""`gatehouse lists` and `gatehouse rules override`: what people type, what they are told, what is then in the database."""

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
import pytest
import typer
from typer.testing import CliRunner

from alerts.audit import walk
from alerts.lists_cli import lists_app
from alerts.overrides_cli import register
from schemas.configuration import newest_revision, read_configuration
from schemas.lists import ListName
from schemas.overrides_words import moment
from schemas.rules import load_catalogue
from schemas.site import Site, load_site
from tests.schemas.small_site import write_site

rules_app = typer.Typer()
register(rules_app)
BECAUSE = ("--owner", "the manager", "--reason", "a kindergarten's doors stand open at noon")
DAY = timedelta(days=1)


class Desk:
    """Somebody at a command line, with a database and a site of the test's own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.site: Site = load_site(folder / "site.yaml")

    def run(self, app: typer.Typer, *words: str, status: int = 0) -> str:
        """What it says, on either channel; the exit status must be so."""
        result = CliRunner().invoke(app, list(words))
        assert result.exit_code == status, result.output
        return result.output.strip()

    def lists(self, *words: str, status: int = 0) -> str:
        """`gatehouse lists …`."""
        return self.run(lists_app, *words, status=status)

    def rules(self, *words: str, status: int = 0) -> str:
        """`gatehouse rules …`."""
        return self.run(rules_app, *words, status=status)

    def objects(self, *words: str) -> list[dict[str, Any]]:
        """The JSON objects of `gatehouse lists …`."""
        return [json.loads(line) for line in self.lists(*words, "--json").splitlines()]

    def file(self, text: str) -> str:
        """A file to import."""
        (self.folder / "list.csv").write_text(text, "utf-8")
        return str(self.folder / "list.csv")

    def version(self, rule: str) -> int | None:
        """The rule's version now; None: off."""
        with psycopg.connect(self.url) as connection:
            found = read_configuration(connection, self.site, load_catalogue(), None, datetime.now(UTC))
        return next((one.version for one in found.rules if one.id == rule), None)

    def revision(self) -> int:
        """The newest."""
        with psycopg.connect(self.url) as connection:
            return newest_revision(connection, self.site.id)


@pytest.fixture
def desk(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A command line whose settings name the test's database and site."""
    path = write_site(tmp_path)
    for name, text in (("DATABASE_URL", database_url), ("SITE", str(path)), ("LOCAL", str(tmp_path / ".local"))):
        monkeypatch.setenv(f"GATEHOUSE_{name}", text)
    return Desk(tmp_path, database_url)


def subjects(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Whom entries are about."""
    return [row["subject"] for row in rows]


def test_an_import_says_what_it_does_and_does_it_in_one_revision(desk: Desk) -> None:
    file = desk.file("卡号,人员编号,姓名\n1,a,某\n2,b,某\n3,c,某\n")
    assert desk.lists("import", "cards", file, "--dry-run") == (
        "cards: 3 added, 0 removed, 0 changed, 0 unchanged; nothing was written. Never taken: the columns 姓名."
    )
    assert desk.revision() == 0
    assert "3 added, 0 removed, 0 changed, 0 unchanged; revision 1." in desk.lists("import", "cards", file)
    assert "3 unchanged; nothing to do." in desk.lists("import", "cards", file)
    file = desk.file("card,person\n1,a\n2,z\n4,d\n")
    assert desk.lists("import", "cards", file) == "cards: 1 added, 0 removed, 1 changed, 1 unchanged; revision 2."
    (told,) = desk.objects("import", "cards", file, "--replace", "--who", "the manager")
    assert told == {
        "list": "cards",
        "revision": 3,
        "dry_run": False,
        "added": [],
        "removed": ["3"],
        "changed": [],
        "unchanged": 3,
        "left_out": [],
    }
    assert subjects(desk.objects("show", "cards")) == ["1", "2", "4"]
    assert subjects(desk.objects("show", "cards", "--revision", "1")) == ["1", "2", "3"]
    newest = desk.objects("history")[0]
    assert (newest["who"], newest["what"]) == (
        "the manager",
        "import cards from list.csv --replace: 0 added, 1 removed, 0 changed, 3 unchanged",
    )


def test_a_file_with_a_mistake_changes_nothing(desk: Desk) -> None:
    file = desk.file("plate\n鲁QD0001\nx\ny\n")
    for command in ("import", "check"):
        said = desk.lists(command, "watch_plates", file, status=1)
        assert said.endswith("2 mistakes")
        assert f"{file}:3: plate: 'x' is no plate" in said
    assert desk.revision() == 0
    told = json.loads(desk.lists("check", "watch_plates", file, "--json", status=1))
    assert [one["line"] for one in told["mistakes"]] == [3, 4]
    assert desk.lists("check", "cards", desk.file("card\n1\n")) == "ok: 1 entries of 1 subjects."


def test_one_subject_is_added_shown_and_removed(desk: Desk) -> None:
    assert desk.lists("add", "watch_plates", "鲁q·d0001").endswith("1 added, 0 removed, 0 changed, 0 unchanged; revision 1.")
    assert desk.lists("show", "watch_plates") == "鲁QD0001\n鲁QD0009"
    assert desk.lists("show", "watch_plates", "鲁Q·D0001") == "鲁QD0001"
    assert "did you mean '鲁QD000" in desk.lists("show", "watch_plates", "鲁QD0002", status=1)
    assert (
        desk.lists("remove", "watch_plates", "鲁QD0001", "--reason", "found") == "watch_plates: 鲁QD0001 removed, revision 2."
    )
    assert "has no '鲁QD0001'" in desk.lists("remove", "watch_plates", "鲁QD0001", "--reason", "found", status=1)
    assert "the site's own file" in desk.lists("remove", "watch_plates", "鲁QD0009", "--reason", "found", status=1)
    assert "did you mean 'watch_plates'?" in desk.lists("show", "watch_plate", status=2)


def test_a_permit_is_added_beside_another_and_a_card_in_place_of_it(desk: Desk) -> None:
    desk.lists("add", "permits", "f1", "--buildings", "1号楼", "--weekdays", "1-5", "--hours", "8:00-18:00")
    desk.lists("add", "permits", "f1", "--buildings", "b2", "--valid-until", "2026-06-01", "--attribute", "trade=瓦工")
    first, second = sorted(desk.objects("show", "permits"), key=lambda row: str(row["buildings"]))
    assert first == {"subject": "f1", "buildings": ["b1"], "weekdays": [1, 2, 3, 4, 5], "opens": "08:00", "closes": "18:00"}
    assert second == {"subject": "f1", "buildings": ["b2"], "valid_until": "2026-06-01", "attributes": {"trade": "瓦工"}}
    desk.lists("add", "cards", "1", "--person", "a")
    assert "1 changed" in desk.lists("add", "cards", "1", "--person", "b")
    assert desk.objects("show", "cards") == [{"subject": "1", "person": "b"}]
    said = desk.lists("add", "permits", "f2", "--buildings", "b9", "--weekdays", "8", status=2)
    assert "'b9'" in said and "1 (Monday)" in said


def test_a_change_is_undone_by_a_new_one(desk: Desk) -> None:
    desk.lists("add", "cards", "1", "--person", "a")
    desk.lists("add", "cards", "1", "--person", "b")
    assert "Revision 2 has changed 1 in cards since" in desk.lists("undo", "1", status=1)
    assert desk.lists("undo") == "Undone, as revision 3."
    assert desk.objects("show", "cards") == [{"subject": "1", "person": "a"}]
    assert desk.objects("history")[0]["what"] == "undo of revision 2"
    assert len(desk.lists("history").splitlines()) == 3


def test_every_change_has_its_row_of_the_audit_log_and_what_changes_nothing_has_none(desk: Desk) -> None:
    file = desk.file("卡号,人员编号\n1,a\n2,b\n")
    desk.lists("import", "cards", file, "--dry-run")
    desk.lists("import", "cards", file, "--who", "the manager")
    desk.lists("import", "cards", file, "--who", "the manager")
    desk.lists("add", "cards", "3", "--who", "li")
    desk.lists("remove", "cards", "3", "--reason", "lost", "--who", "li")
    desk.lists("remove", "cards", "3", "--reason", "lost", status=1)
    desk.lists("undo", "--who", "li")
    desk.rules("override", "door-not-closed", "window_s=90", *BECAUSE)
    desk.rules("restore", "door-not-closed", *BECAUSE)
    desk.rules("restore", "door-not-closed", *BECAUSE, status=1)
    with psycopg.connect(desk.url) as connection:
        rows = [json.loads(entry) for (entry,) in connection.execute("select entry from audit order by seq")]
        assert walk(connection).wrong is None
    why, boss = BECAUSE[-1], "command line: the manager"
    assert [(row["actor"], row["action"], row["about"], row["what"]) for row in rows] == [
        (boss, "list.import", "cards", {"added": 2, "changed": 0, "removed": 0, "revision": 1}),
        ("command line: li", "list.add", "3", {"list": "cards", "revision": 2}),
        ("command line: li", "list.remove", "3", {"list": "cards", "reason": "lost", "revision": 3}),
        ("command line: li", "list.undo", "3", {"revision": 4}),
        (
            "command line: the manager",
            "rule.override",
            "door-not-closed",
            {"what": "window_s=90", "reason": why, "revision": 5},
        ),
        (boss, "rule.restore", "door-not-closed", {"reason": why, "revision": 6}),
    ]


def test_five_thousand_cards_are_one_revision_and_quick(desk: Desk) -> None:
    rows = [f"{number:010},p{number % 3000},小区/{number % 50}号楼/1单元/{number % 90}01" for number in range(5000)]
    file = desk.file("\n".join(["卡号,人员编号,所属组织", *rows]))
    began = monotonic()
    assert desk.lists("import", "cards", file, "--replace").endswith(
        "5000 added, 0 removed, 0 changed, 0 unchanged; revision 1."
    )
    assert "5000 unchanged" in desk.lists("import", "cards", file, "--replace")
    with psycopg.connect(desk.url) as connection:
        found = read_configuration(connection, desk.site, {}, None, datetime.now(UTC))
    assert len(found.lists.of(ListName.CARDS)) == 5000
    assert monotonic() - began < 20  # two seconds by itself; the machine may do other things beside


def test_a_rule_is_overridden_switched_off_and_restored(desk: Desk) -> None:
    was = desk.version("door-not-closed")
    assert was is not None
    said = desk.rules("override", "door-not-closed", "window_s=90", *BECAUSE)
    assert said == f"door-not-closed: window_s=90; override 1, revision 1, version {was + 1}."
    tomorrow = (datetime.now(UTC) + DAY).astimezone().date()
    assert ", off." in desk.rules("off", "door-not-closed", *BECAUSE, "--until", f"{tomorrow + DAY}")
    assert desk.version("door-not-closed") is None
    assert desk.rules("restore", "door-not-closed", *BECAUSE) == "door-not-closed: as the catalogue says, revision 3."
    assert desk.version("door-not-closed") == was + 4
    assert desk.rules("restore", "door-not-closed", *BECAUSE, status=1) == "Nothing is overridden of door-not-closed."
    second, first = (json.loads(line) for line in desk.rules("overrides", "--json").splitlines())
    assert (first["what"], second["what"]) == ({"thresholds": {"window_s": 90.0}}, {"off": True})
    assert {first["state"], second["state"]} == {"restored"}
    assert (first["made_by"], first["restored_by"], first["restored_in"]) == ("the manager", "the manager", 3)
    assert "restored  door-not-closed  window_s=90" in desk.rules("overrides")
    assert desk.lists("undo") == "Undone, as revision 4."
    assert desk.version("door-not-closed") is None


def test_an_override_may_begin_later(desk: Desk) -> None:
    was = desk.version("door-not-closed")
    day = (datetime.now(UTC) + 3 * DAY).date()
    desk.rules("override", "door-not-closed", "window_s=90", "hours=07:00-09:00", *BECAUSE, "--from", f"{day}")
    assert desk.version("door-not-closed") == was
    (told,) = (json.loads(line) for line in desk.rules("overrides", "--json").splitlines())
    assert told["state"] == "begins later"
    assert told["what"]["hours"] == {"from": "07:00", "to": "09:00"}


WRONG = [
    (("override", "door-not-close", "window_s=9", *BECAUSE), "no rule door-not-close; the nearest is door-not-closed."),
    (("off", "door-not-close", *BECAUSE, "--until", "2099-01-01"), "the nearest is door-not-closed."),
    (("override", "door-not-closed", "windw_s=9", *BECAUSE), "no threshold windw_s: it has "),
    (("override", "door-not-closed", "window_s=soon", *BECAUSE), "window_s=soon is no number"),
    (("override", "door-not-closed", "hours=7-9", *BECAUSE), "hours=7-9 is no span of the day"),
    (("override", "door-not-closed", "window_s=0", *BECAUSE), "cannot be so: thresholds.window"),
    (("override", "door-not-closed", "window_s=-1", *BECAUSE), "thresholds.window_s.value: Input should be greater"),
    (("override", "door-not-closed", "window_s=nan", *BECAUSE), "thresholds.window_s.value: Input should be"),
    (("override", "five-denials", "events_n=2.5", *BECAUSE), "thresholds.events_n: a whole number from 1 to 32"),
    (("off", "door-not-closed", *BECAUSE, "--until", "2020-01-01"), "is over before it begins"),
    (("off", "door-not-closed", *BECAUSE, "--until", "soon"), "'soon' is no day or moment: write 2026-08-31"),
    (("off", "door-not-closed", *BECAUSE), "Missing option '--until'"),
    (("off", "door-not-closed", "--owner", "", "--reason", "x", "--until", "2099-01-01"), "--owner names nobody"),
    (("restore", "door-not-closed", "--owner", "a", "--reason", "x"), "--reason says too little"),
]


def test_a_wrong_override_is_told_in_a_sentence_and_not_made(desk: Desk) -> None:
    for words, said in WRONG:
        assert said in desk.rules(*words, status=2)
    assert desk.revision() == 0


def test_an_override_must_stay_right_when_another_ends(desk: Desk) -> None:
    tomorrow = f"{(datetime.now(UTC) + 2 * DAY).date()}"
    rule = next(rule for rule in load_catalogue().values() if rule.kernel == "level" and rule.named("line", ""))
    line, low = rule.named("line", ""), rule.named("low_line", "")
    assert line and low
    high = rule.thresholds[line].value
    desk.rules("override", rule.id, f"{line}={high * 3}", *BECAUSE, "--until", tomorrow)
    said = desk.rules("override", rule.id, f"{low}={high * 2}", *BECAUSE, status=2)
    assert said == f"{rule.id} cannot be so: thresholds.low_line: at most the line."
    desk.rules("override", rule.id, f"{low}={high * 2}", *BECAUSE, "--until", tomorrow)


def test_a_day_ends_at_the_sites_own_midnight() -> None:
    assert moment("2026-08-31", "Asia/Shanghai", end=True) == datetime(2026, 8, 31, 16, tzinfo=UTC)
    assert moment("2026-08-31", "Asia/Shanghai", end=False) == datetime(2026, 8, 30, 16, tzinfo=UTC)
    assert moment("2026-08-31T18:00:00+08:00", "UTC", end=True) == datetime(2026, 8, 31, 10, tzinfo=UTC)
    for text in ("2026-02-30", "2026-08-31T18:00:00", "9999-12-31", "31.8."):
        with pytest.raises(ValueError, match="no day or moment"):
            moment(text, "Asia/Shanghai", end=True)


def test_the_commands_import_nothing_heavy_before_they_run() -> None:
    heavy = ("psycopg", "pydantic", "yaml", "orjson")
    code = f"import sys, alerts.lists_cli, alerts.overrides_cli; print([n for n in {heavy!r} if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
