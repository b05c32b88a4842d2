"""What the engine keeps in plain Python as orjson writes it (dataclasses, ids, times), and back: open alerts, notes, causes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.alerts import Alert, Clearing, Severity, SeverityChange
from streams.rules.causes import Causes, Down, Fallen
from streams.rules.endings import Endings, Notes, Open
from streams.rules.mutes import Mute


def endings_json(endings: Endings) -> Mapping[str, Any]:
    """Open alerts and notes."""
    notes = [[*where, notes.clears, notes.steps] for where, notes in sorted(endings.notes().items())]
    return {"open": endings.alerts(), "notes": notes}


def endings_from(saved: Mapping[str, Any], endings: Endings) -> None:
    """Fill new endings with what was saved."""
    for alert in saved["open"]:
        endings.hold(Open(**{**alert, "id": UUID(alert["id"])}))
    for rule, key, clears, steps in saved["notes"]:
        endings.remember((rule, key), Notes(clears, [(time, step) for time, step in steps]))


def causes_json(causes: Causes) -> Mapping[str, Any]:
    """What waits, and what others follow from."""
    return {
        "fallen": [one for _, one in sorted(causes.fallen.items())],
        "down": [one for _, one in sorted(causes.down.items())],
        "mutes": list(causes.mutes),
        "due": sorted(causes.due),
    }


def causes_from(saved: Mapping[str, Any], causes: Causes) -> None:
    """Fill new causes with what was saved."""
    for one in map(_fallen, saved["fallen"]):
        causes.fallen[one.alert.id] = one
    for row in saved["down"]:
        down = Down(**{**row, "alert": _alert(row["alert"]), "children": [UUID(child) for child in row["children"]]})
        causes.down[down.alert.id] = down
    for row in saved["mutes"]:
        causes.mutes.add(Mute(**{**row, "id": UUID(row["id"])}))
    causes.due = [(time, what, order, identity) for time, what, order, identity in saved["due"]]


def _fallen(row: Mapping[str, Any]) -> Fallen:
    return Fallen(
        **{
            **row,
            "alert": _alert(row["alert"]),
            "again": _alert(row["again"]) if row["again"] else None,
            "clearing": _timed(Clearing, row["clearing"]) if row["clearing"] else None,
            "changes": [_timed(SeverityChange, change) for change in row["changes"]],
        }
    )


def _alert(row: Mapping[str, Any]) -> Alert:
    return Alert(**{**_timed(dict, row), "parent": UUID(row["parent"]) if row["parent"] else None})


_TIMES = ("raised_at", "occurred_at", "received_at", "cleared_at", "at")


def _timed(kind: Any, row: Mapping[str, Any]) -> Any:
    found: dict[str, Any] = dict(row)
    found.update((name, datetime.fromisoformat(row[name])) for name in _TIMES if row.get(name))
    found["id"] = UUID(row["id"])
    if "severity" in found:
        found["severity"] = Severity(found["severity"])
    return kind(**found)
