"""An incident as the browser gets it: rows in, plain JSON-able values out. Names are [zh, en], times ISO 8601 in UTC.

Subjects are masked here. Nothing decides here either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from alerts.attachments.model import Attachment
from alerts.incidents.incident import Incident, Who
from alerts.mutes import Mute
from alerts.plans import near
from alerts.plans.fill import on_floor
from alerts.plans.known import Told
from alerts.plans.run import Run
from dashboard.incidents.allowed import may_now
from dashboard.incidents.attaching import attachment_json
from dashboard.incidents.sentences import BY_HAND, said
from dashboard.incidents.steps import steps_json, summary_json
from dashboard.names import Names, pair, when
from schemas.masking import masked
from schemas.plans.model import Plan
from schemas.site import Device

Json = dict[str, Any]


def incident_json(names: Names, incident: Incident, seen: "Seen") -> Json:
    """One row of the list."""
    return {
        "id": str(incident.id),
        "number": incident.number,
        "version": incident.version,
        "state": str(incident.state),
        "severity": int(incident.severity),
        "rule": incident.rule,
        "what": _what(names, incident, seen),
        "where": pair(names.where(incident.device, incident.building)),
        "note": names.note(incident.device, incident.subject),
        "building": incident.building,
        "device": incident.device,
        "subject": masked(incident.subject),
        "plan": _plan(names, incident, seen.plans.get(incident.id, {}), seen.now),
        "drill": incident.drill,
        "owner": incident.owner,
        "opened_at": incident.opened_at.isoformat(),
        "acknowledged_at": when(incident.acknowledged_at),
        "resolved_at": when(incident.resolved_at),
        "closed_at": when(incident.closed_at),
        "reason": str(incident.reason) if incident.reason else None,
        "last_at": incident.last_at.isoformat(),
        "occurrences": incident.occurrences,
        "children": incident.children,
        "merged_into": str(incident.merged_into) if incident.merged_into else None,
        "simulated": seen.simulated,
    }


def _what(names: Names, incident: Incident, seen: "Seen") -> list[str]:
    """The rule's name; of what a person opened the plan's."""
    opened = seen.plans.get(incident.id, {}).get("name") if incident.rule == BY_HAND else None
    return list(opened) if opened else pair(names.rule(incident.rule))


def whole_json(names: Names, incident: Incident, rows: "Rows", who: Who | None, seen: "Seen") -> Json:
    """The page of one incident; `who` is None for those who only look."""
    place = on_floor(names.where(incident.device, incident.building), rows.told.storey)
    here = names.site.point_of(incident.device, incident.building)
    return {
        **incident_json(names, incident, seen),
        "where": pair(place),
        "may": may_now(incident, rows.run, who, seen.now) if who else [],
        "alerts": [_alert(names, row) for row in rows.alerts],
        "log": [_entry(names, entry) for entry in rows.log],
        "cameras": [_camera(camera, metres) for camera, metres in _cameras(names, incident, rows)],
        "place": {"x": here[0], "y": here[1]} if here else None,
        "attachments": [attachment_json(incident, one, who) for one in rows.attachments],
        "plan_edited": _edited(rows.run, seen.files),
        "steps": steps_json(rows.run, who, seen.now) if rows.run else [],
        "plan_pdf": f"/plan.pdf?id={incident.id}" if rows.run else None,
        "report": f"/report?id={incident.id}",
        "report_pdf": f"/report.pdf?id={incident.id}",
    }


@dataclass(frozen=True, slots=True)
class Rows:
    """What was read of an incident; `told` is what its newest event says of the place."""

    alerts: Sequence[Mapping[str, Any]]
    log: Sequence[Mapping[str, Any]]
    run: Run | None
    attachments: Sequence[Attachment]
    told: Told


def _cameras(names: Names, incident: Incident, rows: Rows) -> Sequence[tuple[Device, float]]:
    """Those to look at: round where it was told of last."""
    told = [row for row in rows.alerts if not row["child"]]
    device = max(told, key=lambda row: row["raised_at"])["device"] if told else incident.device
    return near.told_there(names.site, device, incident.building, rows.run)


@dataclass(frozen=True, slots=True)
class Seen:
    """The circumstances: when, whether the devices are simulated, how far the listed incidents' plans are, the plans' files."""

    now: datetime
    simulated: bool
    plans: Mapping[UUID, Mapping[str, Any]]
    files: Mapping[str, Plan]


def _edited(run: Run | None, files: Mapping[str, Plan]) -> int | None:
    """The version of the plan's file, where that is another than what this incident runs from."""
    file = files.get(run.plan.id) if run else None
    return file.version if run and file and file != run.plan else None


def mute_json(mute: Mute, held: int) -> Json:
    """A mute, and how many alerts it held back."""
    return {
        "id": str(mute.id),
        "rule": mute.rule,
        "device": mute.device,
        "building": mute.building,
        "owner": mute.owner,
        "reason": mute.reason,
        "starts_at": mute.starts_at.isoformat(),
        "ends_at": mute.ends_at.isoformat(),
        "held": held,
    }


def _plan(names: Names, incident: Incident, summary: Mapping[str, Any], now: datetime) -> Json | None:
    if incident.plan is None:
        return None
    return {"id": incident.plan, "open": incident.plan_open, **summary_json(summary, now)}


def _alert(names: Names, row: Mapping[str, Any]) -> Json:
    device = names.site.devices.get(row["device"])
    return {
        "id": str(row["id"]),
        "rule": row["rule"],
        "what": pair(names.rule(row["rule"])),
        "where": pair(names.where(row["device"], device.building if device else "")),
        "severity": row["severity"],
        "raised_at": row["raised_at"].isoformat(),
        "cleared_at": when(row["cleared_at"]),
        "child": row["child"],
        "latency_ms": _latency(row),
        "why": _why(names, row),
    }


def _latency(row: Mapping[str, Any]) -> Json:
    """From the device's clock to each stage, in milliseconds; a stage that is not known is left out."""
    begin = row["occurred_at"]
    stages = {name: row[f"{name}_at"] for name in ("received", "judged", "stored", "shown")}
    return {name: round((at - begin).total_seconds() * 1000) for name, at in stages.items() if begin and at}


def _veiled(names: Names, value: Any) -> Any:
    """The values with every plate, card and person masked: each text that names no device, no place and no time."""
    if isinstance(value, Mapping):
        return {key: _veiled(names, one) for key, one in value.items()}
    if isinstance(value, list):
        return [_veiled(names, one) for one in value]
    if not isinstance(value, str) or value in names.site.devices or value in names.site.places or _is_time(value):
        return value
    return masked(value)


def _is_time(text: str) -> bool:
    """A whole moment with its zone; a card's number that could be read as a day is none."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _why(names: Names, row: Mapping[str, Any]) -> Json | None:
    why = row["why"]
    if why is None:
        return None
    return {
        "rule": why.get("rule", row["rule"]),
        "version": row["rule_version"],
        "thresholds": why.get("thresholds", {}),
        "values": _veiled(names, why.get("values", {})),
        "events": why.get("events", []),
    }


def _entry(names: Names, entry: Mapping[str, Any]) -> Json:
    sentence = said(entry, names.rule, names.device)
    return {
        "seq": entry["seq"],
        "at": entry["at"],
        "actor": entry["actor"],
        "role": entry["role"],
        "action": entry["action"],
        "says": pair(sentence.says),
        "detail": pair(sentence.detail),
        "file": entry["what"].get("file", {}).get("id"),
    }


def _camera(camera: Device, metres: float) -> Json:
    return {"id": camera.id, "name": pair(camera.name), "distance_m": round(metres), "x": camera.x, "y": camera.y}
