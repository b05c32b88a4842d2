"""What `gatehouse incidents` does."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import typer

from alerts.incidents import precision, review, store
from alerts.incidents.precision import Closed, Precision, watching_equipment
from alerts.incidents.proposals import Offer, offers, written_rules
from schemas.database import connect
from schemas.rules import load_catalogue
from schemas.settings import load
from schemas.site import load_site


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
    closed, equipment = _closed(days), watching_equipment(load_catalogue().values())
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
    rules, until = load_catalogue(), datetime.now(UTC)
    by_rule = precision.by_rule(_closed(days), watching_equipment(rules.values()))
    span = (until - timedelta(days=days), until)
    told = [_offered(out, offer, span) for offer in offers(by_rule, rules, written_rules())]
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


def _offered(out: Path, offer: Offer, span: tuple[datetime, datetime]) -> dict[str, Any]:
    out.mkdir(parents=True, exist_ok=True)
    one, proposal, path = offer.of, offer.proposal, out / f"{offer.of.name}.yaml"
    path.write_text(offer.text, "utf-8")
    since, until = (f"{moment:%Y-%m-%dT%H:%M}+00:00" for moment in span)
    command = f"gatehouse rules backtest --rules {path} --against live --from {since} --to {until}"
    what = {"threshold": proposal.threshold, "was": proposal.was, "now": proposal.now}
    return {"rule": one.name, "precision": one.share, "judged": one.judged, **what, "file": str(path), "try": command}


def _closed(days: int) -> list[Closed]:
    settings = load()
    with connect(settings) as conn:
        return review.closed_since(conn, load_site(settings.site).id, datetime.now(UTC) - timedelta(days=days))


def _json(one: Precision) -> dict[str, Any]:
    return {**asdict(one), "share": one.share}


def _line(one: Precision) -> str:
    share = "     –" if one.share is None else f"{one.share:6.0%}"
    reasons = ", ".join(f"{n} {reason}" for reason, n in one.reasons.items())
    return f"  {share}  {one.name:<32}  {one.right} of {one.judged} right  ({reasons})"
