"""Starting a drill: each event of the device's twin is announced, then posted to the gateway as our own JSON."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg

from alerts.audit import COMMAND_LINE, by_command
from alerts.drills import Drill, announce
from alerts.incidents.incident import Who
from alerts.plans.scene import Surroundings
from dashboard.incidents.planning import Plans, open_plan
from schemas.drills import twin
from schemas.errors import SettingsError, Unavailable
from schemas.event_json import VENDOR
from schemas.events import event_id
from schemas.plans.file import load_plans
from schemas.rules import load_catalogue
from schemas.settings import Settings
from schemas.site import Device, load_site
from schemas.sources import read_sources
from streams.simulator.post import MARKED
from trials.drill.scenes import SCENES, Scene

SOURCE = "gatehouse"
Conn = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a drill is played: this installation, one site, one device."""

    settings: Settings
    site: str
    plan: str
    device: Device


def start(conn: Conn, stage: Stage) -> None:
    """Announce and post what raises it; `conn` commits each transaction by itself. SettingsError where the rule holds still.
    A plan that no event opens is opened by hand."""
    scene = SCENES.get(stage.plan)
    if scene is None:
        _open_by_hand(conn, stage, datetime.now(UTC))
        return
    _not_held(conn, stage, datetime.now(UTC))
    for number in range(scene.times):
        if number:
            time.sleep(scene.apart_s)  # the device looks again
        _send(conn, stage, scene, scene.type)


def _open_by_hand(conn: Conn, stage: Stage, now: datetime) -> None:
    """The incident and its plan, as when somebody opens it on the console and says that it is a drill."""
    plans = load_plans(stage.settings.plans_folder)
    around = Surroundings(load_site(stage.settings.site), stage.settings.callback)
    form = {"plan": stage.plan, "device": stage.device.id, "drill": "1"}
    with conn.transaction():
        open_plan(conn, Plans(around, plans), form, Who(COMMAND_LINE, "", directs=True), now)


def _not_held(conn: Conn, stage: Stage, now: datetime) -> None:
    """A rule that rang for this device's last drill rings again after its hold alone."""
    query = """
        select rule, raised_at from alerts where site = %s and device = %s and plan = %s and drill
        order by raised_at desc limit 1"""
    last = conn.execute(query, (stage.site, stage.device.id, stage.plan)).fetchone()
    rule = load_catalogue().get(last[0]) if last else None
    if last is None or rule is None:
        return
    again = last[1] + timedelta(seconds=rule.hold_s)
    if again > now:
        sentence = f"A drill of {stage.device.id} rang {rule.id} a while ago, which holds until {again:%Y-%m-%d %H:%M} UTC"
        raise SettingsError(f"{sentence}: begin at another device (--device), or then.")


def finish(conn: Conn, stage: Stage) -> None:
    """Post what ends it, so that the device's alert does not stay open."""
    scene = SCENES.get(stage.plan)
    if scene is not None and scene.ends:
        _send(conn, stage, scene, scene.ends)


def _send(conn: Conn, stage: Stage, scene: Scene, type_: str) -> None:
    now, identity = datetime.now(UTC), f"drill {uuid4()}"
    device = twin(stage.device.id)
    event: UUID = event_id(VENDOR, device, identity)
    fact = by_command("drill.event", stage.device.id, plan=stage.plan, type=type_, event=str(event))
    with conn.transaction():
        announce(conn, Drill(event, stage.site, stage.plan, stage.device.id), fact, now)
    _post(stage, {"kind": str(scene.kind), "type": type_, "device": device, "id": identity, **scene.more}, now)


def _post(stage: Stage, event: dict[str, Any], now: datetime) -> None:
    key = read_sources(stage.settings.local)[SOURCE].key
    body = {**event, "occurred_at": now.isoformat(), "attributes": {**event.get("attributes", {}), "drill": True}}
    try:
        answer = httpx.post(
            f"{stage.settings.gateway_at}/in/{SOURCE}", json=body, headers={"X-Gatehouse-Key": key, **MARKED}, timeout=10
        )
    except httpx.HTTPError as err:
        raise Unavailable(f"The gateway does not answer ({type(err).__name__}): see `gatehouse status`.") from err
    if answer.status_code != httpx.codes.OK:
        raise Unavailable(f"The gateway answered {answer.status_code}: {answer.text[:200]}")
