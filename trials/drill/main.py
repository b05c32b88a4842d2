"""Playing a drill whole: a device's event, the incident that comes of it, every step worked, closed, on paper, proven.

It is whole when every step is done or not needed, the incident is closed as a drill, its report's PDF is there, and the audit
log is as it was written. With `kill` the desk and the dashboard are killed (-9) in the middle, and the result is the same.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
import psycopg
import typer

from alerts.audit import walk
from host import status
from schemas.database import connect
from schemas.errors import SettingsError
from schemas.plans.file import find_plan, load_plans
from schemas.settings import Settings, load
from schemas.site import load_site
from trials.drill.crew import ROLES, Crew, Json
from trials.drill.scenes import SCENES, device_for
from trials.drill.start import Stage, finish, start
from trials.people import people

KILLED = ("desk", "dashboard")
KILL_AFTER = 5  # acts: the plan is well on its way, and most of it is left


@dataclass(frozen=True, slots=True)
class Result:
    """How many steps there were, how each stood in the end, and what is left of it on paper and in the log."""

    plan: str
    incident: str
    number: int
    steps: int
    done: int
    late: int
    skipped: int
    not_needed: int
    state: str
    reason: str
    report_pdf: str
    audit_ok: bool
    killed: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whole."""
        over = self.done + self.not_needed == self.steps and self.skipped == 0
        closed = (self.state, self.reason) == ("closed", "drill")
        return over and closed and self.audit_ok and bool(self.report_pdf)


def run(plan: str, device: str, *, auto: bool, kill: bool, as_json: bool) -> int:
    """Start a drill; with `auto` play it to its end, print, 0 only where it is whole."""
    settings = load()
    find_plan(load_plans(settings.plans_folder), plan)
    site = load_site(settings.site)
    stage = Stage(settings, site.id, plan, device_for(site, SCENES.get(plan), device))
    if plan not in SCENES:
        typer.echo(f"No device's event opens the plan {plan}: it is opened by hand, as a drill at {stage.device.id}.", err=True)
    with connect(settings, autocommit=True) as conn:
        if not auto:
            start(conn, stage)
            typer.echo(f"The drill has begun at {stage.device.id}: {settings.dashboard_at}/incidents shows it.")
            return 0
        result = play(conn, stage, kill=kill)
    _print(result, as_json=as_json)
    return 0 if result.ok else 1


def play(conn: psycopg.Connection[Any], stage: Stage, *, kill: bool) -> Result:
    """The whole of it, by a crew with accounts of this run."""
    settings, killed = stage.settings, list[str]()
    with people(settings.dashboard_at, conn, "drill", ROLES) as found:
        crew = Crew(found, _killing(settings, killed) if kill else lambda number: None)
        _nothing_of_it(crew, stage)
        start(conn, stage)
        incident = crew.find(lambda one: _is_ours(one, stage))
        try:
            last = crew.work(str(incident["id"]))
        finally:
            finish(conn, stage)
        paper = _paper(settings, crew, last)
    with conn.transaction():
        proven = walk(conn).wrong is None
    return _result(stage, last, paper, tuple(killed), audit_ok=proven)


def _is_ours(one: Json, stage: Stage) -> bool:
    return bool(one["drill"] and one["device"] == stage.device.id)


def _nothing_of_it(crew: Crew, stage: Stage) -> None:
    """A second drill of the same device would join the first."""
    found = next((one for one in crew.read("/incidents.json", {})["incidents"] if _is_ours(one, stage)), None)
    if found is not None:
        here = f"A drill at {stage.device.id} is open already, incident {found['number']}"
        raise SettingsError(f"{here}: close it, or let this one begin at another device (--device).")


def _result(stage: Stage, last: Json, paper: str, killed: tuple[str, ...], *, audit_ok: bool) -> Result:
    steps = last["steps"]
    count: dict[str, int] = {}
    for step in steps:
        count[step["state"]] = count.get(step["state"], 0) + 1
    return Result(
        plan=stage.plan,
        incident=str(last["id"]),
        number=int(last["number"]),
        steps=len(steps),
        done=count.get("done", 0),
        late=sum(step["late_s"] > 0 for step in steps),
        skipped=count.get("skipped", 0),
        not_needed=count.get("not_needed", 0),
        state=str(last["state"]),
        reason=str(last["reason"]),
        report_pdf=paper,
        audit_ok=audit_ok,
        killed=killed,
    )


def _paper(settings: Settings, crew: Crew, last: Json) -> str:
    """The report's PDF, kept; where."""
    answer = crew.of("supervisor").client.get("/report.pdf", params={"id": str(last["id"]), "lang": "zh"})
    if answer.status_code != 200 or not answer.content.startswith(b"%PDF"):
        typer.echo(f"The report could not be made ({answer.status_code}): {answer.text[:200]}", err=True)
        return ""
    folder: Path = settings.local / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"incident-{last['number']}.pdf"
    path.write_bytes(answer.content)
    return str(path)


def _killing(settings: Settings, killed: list[str]) -> Callable[[int], None]:
    """Kills desk and dashboard once, after some acts."""

    def kill(number: int) -> None:
        if number != KILL_AFTER:
            return
        lines = status.read(settings).processes
        for name in KILLED:
            if (pid := lines[name].pid) is None:
                raise SettingsError(f"{name} does not run here, so it cannot be killed: `gatehouse up` starts it.")
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed.append(name)

    return kill


def _print(result: Result, *, as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps({"ok": result.ok, **asdict(result)}).decode())
        return
    typer.echo(
        f"Drill {result.plan}, incident {result.number}: {result.done} of {result.steps} steps done, {result.not_needed} not "
        f"needed, {result.skipped} skipped, {result.late} late; {result.state} as {result.reason}; "
        f"audit log {'right' if result.audit_ok else 'WRONG'}; report {result.report_pdf or 'MISSING'}."
    )
