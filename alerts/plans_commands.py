"""What `gatehouse plans` does."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import orjson
import typer

from schemas.errors import PlanError
from schemas.plans.file import find_plan, gather, load_plans
from schemas.plans.model import Plan
from schemas.plans.words import lines_of
from schemas.site import load_site
from schemas.written import yaml_files

Language = Literal["zh", "en"]


def run_check(files: Sequence[Path]) -> int:
    """Print the mistakes, or how many plans and steps there are without any; 1 where there are mistakes."""
    gathered = gather(yaml_files(files, PlanError))
    for mistake in gathered.mistakes:
        typer.echo(mistake)
    if gathered.mistakes:
        typer.echo(f"{_count(len(gathered.mistakes), 'mistake')}.", err=True)
        return 1
    steps = sum(len(plan.steps) for plan in gathered.plans.values())
    typer.echo(f"{_count(len(gathered.plans), 'plan')}, {_count(steps, 'step')}, fine.")
    return 0


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def run_list(own: Path | None, *, as_json: bool) -> int:
    """Print a line a plan; 0."""
    plans = load_plans(own)
    if as_json:
        typer.echo(orjson.dumps({"plans": [_brief(plan) for plan in plans.values()]}).decode())
        return 0
    for plan in plans.values():
        steps = _count(len(plan.steps), "step")
        typer.echo(f"{plan.id:<12} {plan.version:>3}  {steps:<9} {plan.name.zh}  {plan.name.en}: {plan.opens_on.en}")
    return 0


def _brief(plan: Plan) -> Mapping[str, Any]:
    return {
        "id": plan.id,
        "version": plan.version,
        "name": {"zh": plan.name.zh, "en": plan.name.en},
        "opens_on": {"zh": plan.opens_on.zh, "en": plan.opens_on.en},
        "steps": len(plan.steps),
    }


def run_show(plan: str, language: str, own: Path | None) -> int:
    """Print one plan; 0."""
    for line in lines_of(find_plan(load_plans(own), plan), language):
        typer.echo(line)
    return 0


def run_print(plan: str, language: Language, out: Path, own: Path | None, site: Path | None = None) -> int:
    """Write one plan as PDF; 1 where it does not fit on one page: it is written, and the sentence says so."""
    from alerts.papers.plan import plan_paper

    paper = plan_paper(find_plan(load_plans(own), plan), language, load_site(site) if site is not None else None)
    try:
        out.write_bytes(paper.pdf)
    except OSError as err:
        typer.echo(f"{out} cannot be written: {err.strerror}.", err=True)
        return 1
    if paper.pages == 1:
        typer.echo(f"{out}: one page.")
        return 0
    typer.echo(f"{out}: {paper.pages} pages, because the plan is too long for one: fewer steps, shorter words.", err=True)
    return 1
