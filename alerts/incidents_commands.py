"""What `gatehouse incidents` does."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import typer
import yaml

from alerts.incidents import precision, store
from alerts.incidents.precision import Closed, Precision
from alerts.incidents.proposals import Proposal, stricter
from schemas.database import connect
from schemas.incidents import Reason
from schemas.rules import CATALOGUE, Rule, load_catalogue
from schemas.settings import load
from schemas.site import load_site

WORST = 5


def run_list(*, as_json: bool) -> int:
    """Print what is not closed."""
    settings = load()
    with connect(settings) as conn:
        found = sorted(store.unclosed(conn, load_site(settings.site).id), key=lambda one: (one.severity, one.opened_at))
    if as_json:
        typer.echo(orjson.dumps([asdict(one) for one in found], default=str).decode())
        return 0
    for one in found:
        drill = "  DRILL" if one.drill else ""
        plan = f"  plan {one.plan}" if one.plan else ""
        who = one.owner or "nobody"
        typer.echo(
            f"{one.number:>6}  {int(one.severity)}  {one.state:<12}  {one.opened_at:%m-%d %H:%M:%SZ}  {one.occurrences:>4}x  "
            f"{one.rule}  {one.device}  {who}{plan}{drill}"
        )
    if not found:
        typer.echo("Nothing is open.")
    return 0


def run_precision(days: int, *, as_json: bool) -> int:
    """Print it by rule and by device."""
    closed, equipment = _closed(days), _equipment(load_catalogue())
    rules, devices = precision.by_rule(closed, equipment), precision.by_device(closed, equipment)
    if as_json:
        told = {name: [_json(one) for one in found] for name, found in (("rules", rules), ("devices", devices))}
        typer.echo(orjson.dumps({"days": days, "closed": len(closed), **told}).decode())
        return 0
    if not closed:
        typer.echo(f"No incident was closed in the last {days} days.")
    for title, found in (("Rules", rules), ("Devices", devices[:20])):
        for number, one in enumerate(found):
            typer.echo(_line(one) if number else f"{title}\n{_line(one)}")
    return 0


def run_worst(out: Path, days: int, *, as_json: bool) -> int:
    """Write the proposals and print how to try them."""
    rules = load_catalogue()
    written = _written()
    found = precision.worst(precision.by_rule(_closed(days), _equipment(rules)), WORST)
    until = datetime.now(UTC)
    told = []
    for one in (one for one in found if one.name in rules):
        proposal = stricter(rules[one.name], written[one.name], one.right, one.judged)
        if proposal is not None:
            told.append(_offered(out, one, proposal, (until - timedelta(days=days), until)))
    if as_json:
        typer.echo(orjson.dumps(told).decode())
        return 0
    for offer in told:
        typer.echo(
            f"{offer['rule']}: {offer['precision']:.0%} right; {offer['threshold']} {offer['was']:g} to {offer['now']:g}"
        )
        typer.echo(f"  {offer['try']}")
    if not told:
        typer.echo(f"No rule has {precision.LEAST} judged incidents of the last {days} days with a false one among them.")
    return 0


def _offered(out: Path, one: Precision, proposal: Proposal, span: tuple[datetime, datetime]) -> dict[str, Any]:
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{one.name}.yaml"
    path.write_text(yaml.safe_dump([proposal.row], allow_unicode=True, sort_keys=False, width=120), "utf-8")
    since, until = (f"{moment:%Y-%m-%dT%H:%M}+00:00" for moment in span)
    command = f"gatehouse rules backtest --rules {path} --against live --from {since} --to {until}"
    what = {"threshold": proposal.threshold, "was": proposal.was, "now": proposal.now}
    return {"rule": one.name, "precision": one.share, "judged": one.judged, **what, "file": str(path), "try": command}


def _closed(days: int) -> list[Closed]:
    settings = load()
    query = """
        select rule, device, reason from incidents
        where site = %s and state = 'closed' and closed_at > %s and not drill"""
    with connect(settings) as conn:
        rows = conn.execute(query, (load_site(settings.site).id, datetime.now(UTC) - timedelta(days=days))).fetchall()
    return [Closed(rule, device, Reason(reason)) for rule, device, reason in rows]


def _equipment(rules: Mapping[str, Rule]) -> frozenset[str]:
    return frozenset(rule.id for rule in rules.values() if rule.closes_as is Reason.EQUIPMENT)


def _written() -> Mapping[str, Mapping[str, Any]]:
    """Each rule's row as it stands in the catalogue."""
    rows = (row for path in sorted(CATALOGUE.glob("*.yaml")) for row in yaml.safe_load(path.read_text("utf-8")))
    return {row["id"]: row for row in rows}


def _json(one: Precision) -> dict[str, Any]:
    return {**asdict(one), "share": one.share}


def _line(one: Precision) -> str:
    share = "     –" if one.share is None else f"{one.share:6.0%}"
    reasons = ", ".join(f"{n} {reason}" for reason, n in one.reasons.items())
    return f"  {share}  {one.name:<32}  {one.right} of {one.judged} right  ({reasons})"
