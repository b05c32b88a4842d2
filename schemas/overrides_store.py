"""The overrides in the database: read as of a revision, added, and ended by a new revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from pydantic import ValidationError

from schemas.overrides import Override, What
from schemas.revisions import Revision, record, turn


@dataclass(frozen=True, slots=True)
class Draft:
    """An override that is not made yet."""

    rule: str
    what: What
    owner: str
    reason: str
    starts_at: datetime | None
    ends_at: datetime | None

    def numbered(self, number: int, revision: int) -> Override:
        """The override that it becomes."""
        return Override(number, self.rule, self.what, self.owner, self.reason, self.starts_at, self.ends_at, revision)


@dataclass(frozen=True, slots=True)
class Told:
    """An override with who made and who ended it, and when."""

    id: int
    rule: str
    what: What
    owner: str
    reason: str
    starts_at: datetime | None
    ends_at: datetime | None
    revision: int
    made_at: datetime
    made_by: str
    restored_in: int | None
    restored_at: datetime | None
    restored_by: str | None
    restored: str | None


_COLUMNS = "id, rule, what, owner, reason, starts_at, ends_at, added"


def read_overrides(connection: psycopg.Connection, site: str, revision: int) -> tuple[list[Override], list[str]]:
    """Every override made up to the revision, in the order made, and a sentence for each that cannot be read."""
    query = f"""
        SELECT {_COLUMNS}, CASE WHEN removed <= %(revision)s THEN removed END AS removed
        FROM rule_overrides WHERE site = %(site)s AND added <= %(revision)s ORDER BY id
    """
    found: list[Override] = []
    sentences: list[str] = []
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(query, {"site": site, "revision": revision}):
            try:
                found.append(Override(**{**row, "what": What.model_validate(row["what"])}))
            except ValidationError:
                sentences.append(f"Override {row['id']} of {row['rule']} is left aside: this version does not know its form.")
    return found, sentences


def add_override(connection: psycopg.Connection, site: str, draft: Draft, now: datetime) -> Override:
    """Make one override, in a revision of its own."""
    with turn(connection, site) as revision:
        made = _insert(connection, site, [draft], revision)[0]
        record(connection, site, Revision(revision, now, draft.owner, f"override {draft.rule}: {draft.what}. {draft.reason}"))
    return made


def restore(connection: psycopg.Connection, site: str, rule: str, owner: str, reason: str, now: datetime) -> int | None:
    """End every override of a rule that still stands, in one revision; its number, or None where there was none."""
    with turn(connection, site) as revision:
        ended = connection.execute(
            "UPDATE rule_overrides SET removed = %s WHERE site = %s AND rule = %s AND removed IS NULL"
            " AND (ends_at IS NULL OR ends_at > %s)",
            (revision, site, rule, now),
        ).rowcount
        if ended:
            record(connection, site, Revision(revision, now, owner, f"restore {rule}. {reason}"))
    return revision if ended else None


def told(connection: psycopg.Connection, site: str) -> list[Told]:
    """Every override ever made, the newest first."""
    query = """
        SELECT o.id, o.rule, o.what, o.owner, o.reason, o.starts_at, o.ends_at, o.added AS revision, a.made_at,
               a.who AS made_by, o.removed AS restored_in, r.made_at AS restored_at, r.who AS restored_by, r.what AS restored
        FROM rule_overrides o
        JOIN config_revisions a ON a.site = o.site AND a.revision = o.added
        LEFT JOIN config_revisions r ON r.site = o.site AND r.revision = o.removed
        WHERE o.site = %s ORDER BY o.id DESC
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(query, (site,)).fetchall()
    return [Told(**{**row, "what": What.model_validate(row["what"])}) for row in rows]


def undo_overrides(connection: psycopg.Connection, site: str, undone: int, revision: int, now: datetime) -> None:
    """Turn round what a revision did to overrides; part of `revision`. What has ended by itself meanwhile stays so."""
    connection.execute(
        "UPDATE rule_overrides SET removed = %s WHERE site = %s AND added = %s AND removed IS NULL", (revision, site, undone)
    )
    query = f"""
        SELECT {_COLUMNS} FROM rule_overrides
        WHERE site = %s AND removed = %s AND (ends_at IS NULL OR ends_at > %s) ORDER BY id
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(query, (site, undone, now)).fetchall()
    names = ("rule", "owner", "reason", "starts_at", "ends_at")
    drafts = [Draft(what=What.model_validate(row["what"]), **{name: row[name] for name in names}) for row in rows]
    _insert(connection, site, drafts, revision)


def _insert(connection: psycopg.Connection, site: str, drafts: Sequence[Draft], revision: int) -> list[Override]:
    row = connection.execute("SELECT coalesce(max(id), 0) FROM rule_overrides WHERE site = %s", (site,)).fetchone()
    first = (row[0] if row else 0) + 1
    made = [draft.numbered(first + place, revision) for place, draft in enumerate(drafts)]
    for one in made:
        body = Jsonb(one.what.model_dump(mode="json", by_alias=True, exclude_defaults=True))
        connection.execute(
            f"INSERT INTO rule_overrides (site, {_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (site, one.id, one.rule, body, one.owner, one.reason, one.starts_at, one.ends_at, one.added),
        )
    return made
