"""What the registers have to tell: a date or a window that passed, and that all of a thing is in order again.

`news` is pure. It says a thing once: its words' identities follow from the thing, the date or window, and how often the thing
was in order again before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from alerts.registers import looking, outbox, store
from alerts.registers.extinguishers import Extinguisher, overdue
from alerts.registers.looking import Finding
from alerts.registers.outbox import Said, Word
from alerts.registers.rounds import Checkpoint, Passed, Slot, passed, slots

Conn = psycopg.Connection[Any]

OVERDUE, MISSED, LATE, ENDED = "extinguisher_overdue", "patrol_missed", "finding_overdue", "_ended"

LOOK_BACK = timedelta(days=2)
"""A window that ended earlier than this is shown as missed and no longer told: nobody can make that round good."""

GRACE = timedelta(seconds=30)
"""A press just before a window ends may be on its way still."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the news follow from. `visits` are those of the last days, by checkpoint; `said` is what was told of each thing;
    `findings` are those that are not rectified."""

    extinguishers: Sequence[Extinguisher]
    checkpoints: Sequence[Checkpoint]
    visits: Mapping[str, Sequence[datetime]]
    said: Mapping[tuple[str, str], Said]
    findings: Sequence[Finding] = ()


def turn(conn: Conn, site: str, zone: ZoneInfo, now: datetime) -> int:
    """Write what there is to tell, in the caller's transaction; how many words that are."""
    return outbox.write(conn, site, news(read(conn, site, now), zone, now), now)


def read(conn: Conn, site: str, now: datetime) -> Known:
    """What is known now."""
    visits = visits_since(conn, site, now - LOOK_BACK - timedelta(days=2))
    found = [one for one in looking.findings(conn, site, now) if one.rectified_at is None]
    return Known(store.extinguishers(conn, site), store.checkpoints(conn, site), visits, outbox.said(conn, site), found)


def visits_since(conn: Conn, site: str, since: datetime) -> Mapping[str, list[datetime]]:
    """When each checkpoint was passed."""
    found: dict[str, list[datetime]] = {}
    query = "select checkpoint, at from visits where site = %s and at >= %s order by at"
    for point, at in conn.execute(query, (site, since)).fetchall():
        found.setdefault(point, []).append(at)
    return found


def news(known: Known, zone: ZoneInfo, now: datetime) -> Iterator[Word]:
    """What was not told yet."""
    today = now.astimezone(zone).date()
    for one in known.extinguishers:
        yield from _of_extinguisher(one, known, today)
    for point in known.checkpoints:
        yield from _of_checkpoint(point, known, zone, now)
    late = [one for one in known.findings if one.due_on < today]
    yield from map(_of_finding, late)
    things = {("extinguisher", one.id) for one in known.extinguishers} | {("checkpoint", one.id) for one in known.checkpoints}
    things |= {("finding", one.thing) for one in late}
    for register, device in sorted(set(known.said) - things):
        yield from _ended(known, register, device, "")


def _of_extinguisher(one: Extinguisher, known: Known, today: date) -> Iterator[Word]:
    late, said = overdue(one, today), known.said.get(("extinguisher", one.id))
    for due in late:
        facts = {"register": "extinguisher", "why": str(due.why), "due": str(due.day)}
        yield Word(one.id, OVERDUE, f"{due.why} {due.day} after {said.ended if said else 0}", one.place, facts)
    if not late:
        yield from _ended(known, "extinguisher", one.id, one.place)


def _of_checkpoint(point: Checkpoint, known: Known, zone: ZoneInfo, now: datetime) -> Iterator[Word]:
    visits = known.visits.get(point.id, ())
    missed = [slot for slot in ended_lately(point, zone, now) if passed(slot, visits, now) is Passed.MISSED]
    left = [slot for slot in missed if not any(at >= slot.ends for at in visits)]
    for slot in left:
        facts = {"register": "checkpoint", "begins": slot.begins.isoformat(), "ends": slot.ends.isoformat()}
        yield Word(point.id, MISSED, f"missed {slot.begins.isoformat()}", point.place, facts)
    said = known.said.get(("checkpoint", point.id))
    if not left and said and said.type == MISSED and _made_good(said, visits):
        yield from _ended(known, "checkpoint", point.id, point.place)


def _of_finding(one: Finding) -> Word:
    """A finding is about the thing at which it was made; there may be several, and the last one rectified ends them all."""
    facts = {"register": "finding", "of": one.register, "due": str(one.due_on), "owner": one.owner}
    return Word(one.thing, LATE, f"finding {one.id} overdue", one.place, facts)


def ended_lately(point: Checkpoint, zone: ZoneInfo, now: datetime) -> Iterable[Slot]:
    """The windows that ended in the days that are looked back on."""
    since = now - LOOK_BACK
    first, last = (since - timedelta(days=1)).astimezone(zone).date(), now.astimezone(zone).date()
    return (slot for slot in slots(point, zone, first, last) if since < slot.ends <= now - GRACE)


def _made_good(said: Said, visits: Sequence[datetime]) -> bool:
    """A visit after the missed window makes it good; without one it stays open, however long ago it was."""
    return any(at >= datetime.fromisoformat(said.attributes["ends"]) for at in visits)


def _ended(known: Known, register: str, device: str, place: str) -> Iterator[Word]:
    said = known.said.get((register, device))
    if said is not None and said.type in (OVERDUE, MISSED, LATE):
        yield Word(device, said.type + ENDED, f"{register} in order {said.ended + 1}", place, {"register": register})
