"""The audit log: whatever is done to the chain, the first row that is not as it was is named."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from alerts.audit import START, Checkpoint, Fact, Link, append, hashed, head, linked, newest, verify, walk
from alerts.audit_cli import audit_app

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

details = st.dictionaries(st.text(), st.integers(0, 9))
facts = st.builds(Fact, st.text(), st.sampled_from(["guard", "admin"]), st.text(), st.text(), details)
several = st.lists(facts, min_size=3, max_size=8)


def chain(told: list[Fact]) -> list[Link]:
    """These facts, one after the other, a second apart."""
    links: list[Link] = []
    for number, fact in enumerate(told):
        links.append(linked(links[-1] if links else START, fact, NOW + timedelta(seconds=number)))
    return links


def renumbered(links: list[Link]) -> list[Link]:
    """With numbers without a gap, as somebody would write who covers a removal."""
    return [link._replace(seq=number) for number, link in enumerate(links, 1)]


@given(st.lists(facts, max_size=8))
def test_what_was_written_is_right_and_passes_through_every_checkpoint(told: list[Fact]) -> None:
    links = chain(told)
    for known in [None, head(START), *map(head, links)]:
        found = verify(links, known)
        assert (found.rows, found.wrong, found.head) == (len(links), None, head(links[-1] if links else START))


@given(several, st.data())
def test_a_changed_row_is_named(told: list[Fact], data: st.DataObject) -> None:
    links, place = chain(told), data.draw(st.integers(0, len(told) - 1))
    links[place] = links[place]._replace(entry=links[place].entry.replace('"at":"2026', '"at":"2027', 1))
    assert verify(links).wrong == place + 1


@given(several, st.data(), st.booleans())
def test_a_removed_row_is_named_also_where_the_numbers_were_closed_up(
    told: list[Fact], data: st.DataObject, closed: bool
) -> None:
    links, place = chain(told), data.draw(st.integers(0, len(told) - 2))
    del links[place]
    assert verify(renumbered(links) if closed else links).wrong == place + 1


@given(several, facts, st.data())
def test_a_row_put_in_is_found_at_the_row_that_does_not_follow_on_it(
    told: list[Fact], made_up: Fact, data: st.DataObject
) -> None:
    links, place = chain(told), data.draw(st.integers(0, len(told) - 1))
    before = links[place - 1] if place else START
    links.insert(place, linked(before, made_up, NOW + timedelta(days=1)))
    assert verify(renumbered(links)).wrong == place + 2


@given(several, st.data())
def test_rows_that_changed_places_are_named(told: list[Fact], data: st.DataObject) -> None:
    links, place = chain(told), data.draw(st.integers(0, len(told) - 2))
    links[place], links[place + 1] = links[place + 1], links[place]
    assert verify(renumbered(links)).wrong == place + 1


@given(several, st.data())
def test_an_end_cut_off_and_a_chain_written_anew_do_not_pass_a_checkpoint(told: list[Fact], data: st.DataObject) -> None:
    links, place = chain(told), data.draw(st.integers(1, len(told)))
    known = head(links[place - 1])
    assert verify(links[: place - 1], known).wrong == place
    anew = chain([Fact("somebody else", "", "nothing"), *told[1:]])
    assert verify(anew).wrong is None
    assert verify(anew, known).wrong == place


def test_a_row_that_was_copied_with_its_hash_worked_out_anew_keeps_its_old_number() -> None:
    links = chain([Fact("a", "guard", "one"), Fact("b", "guard", "two")])
    copied = Link(3, links[0].entry, hashed(links[1].hash, links[0].entry))
    assert verify([*links, copied]).wrong == 3


def test_rows_are_added_with_what_they_tell_of_and_never_changed(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        append(conn, Fact("admin", "admin", "account.create", "guard1", {"role": "guard"}), NOW)
        conn.commit()
        append(conn, Fact("admin", "admin", "never happened"), NOW)
        conn.rollback()
        append(conn, Fact("admin", "admin", "account.disable", "guard1"), NOW)
        conn.commit()
        assert (walk(conn).rows, walk(conn).wrong) == (2, None)
        assert [row["action"] for row in newest(conn, 10)] == ["account.disable", "account.create"]
        for slip in ("update audit set entry = ''", "delete from audit", "truncate audit"):
            with pytest.raises(psycopg.errors.RaiseException, match="only ever added to"), conn.transaction():
                conn.execute(slip)


def test_who_switches_the_trigger_off_is_found_by_the_command(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEHOUSE_DATABASE_URL", database_url)
    run = CliRunner()
    with psycopg.connect(database_url, autocommit=True) as conn:
        assert "Nothing was changed yet" in run.invoke(audit_app, ["list"]).output
        for number in range(5):
            with conn.transaction():
                append(conn, Fact("admin", "admin", "try", str(number)), NOW)
        kept = tmp_path / "checkpoint.json"
        kept.write_text(run.invoke(audit_app, ["checkpoint"]).output)
        assert run.invoke(audit_app, ["verify", "--checkpoint", str(kept)]).exit_code == 0
        conn.execute("alter table audit disable trigger audit_kept")
        conn.execute("delete from audit where seq = 5")
        assert run.invoke(audit_app, ["verify"]).exit_code == 0
        cut = run.invoke(audit_app, ["verify", "--checkpoint", str(kept)])
        assert (cut.exit_code, "the end was cut off" in cut.output) == (1, True)
        conn.execute("update audit set entry = replace(entry, 'try', 'lie') where seq = 3")
        changed = run.invoke(audit_app, ["verify", "--json"])
        assert (changed.exit_code, '"wrong":3' in changed.output) == (1, True)
        assert run.invoke(audit_app, ["checkpoint"]).exit_code == 1


def test_a_file_that_is_no_checkpoint_is_named(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("[1]")
    said = CliRunner().invoke(audit_app, ["verify", "--checkpoint", str(tmp_path / "other.json")])
    assert (said.exit_code, "this is no checkpoint" in str(said.exception)) == (1, True)
    assert Checkpoint(0, head(START).hash) == head(START)
