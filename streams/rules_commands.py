"""What `gatehouse rules check`, `list`, `show` and `test` do."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import typer

from schemas.plans.file import load_plans
from schemas.rules import Rule, load_catalogue
from schemas.rules_file import gather, read_rules, rules_files
from schemas.rules_known import unknown_names
from schemas.settings import load
from schemas.site import Site, load_site
from schemas.written_sentences import near
from streams.backtest.live import Live, live
from streams.rules_words import lines_of


def _site(path: Path | None) -> Site:
    return load_site(path or load().site)


def run_check(files: Sequence[Path], site: Path | None) -> int:
    """Print the mistakes, or how many rules there are without any; 1 where there are mistakes."""
    gathered = gather(rules_files(files))
    plans = load_plans(load().plans_folder)
    mistakes = gathered.mistakes + unknown_names(gathered, _catalogue(gathered.rules), _site(site), plans)
    for mistake in mistakes:
        typer.echo(mistake)
    count = len(gathered.rows)
    found = f"{count} {'rule' if count == 1 else 'rules'}"
    wrong = f"{len(mistakes)} {'mistake' if len(mistakes) == 1 else 'mistakes'}" if mistakes else "no mistakes"
    typer.echo(f"{found}, {wrong}.", err=bool(mistakes))
    return 1 if mistakes else 0


def _catalogue(given: Mapping[str, Rule]) -> Mapping[str, Rule]:
    """The catalogue, for names; the files given may be the catalogue itself, mistakes and all."""
    from schemas.rules import CATALOGUE

    return {**gather(rules_files([CATALOGUE])).rules, **given}


def run_list(*, as_json: bool) -> int:
    """Print a line a rule; 0."""
    now = live(_site(None))
    if as_json:
        typer.echo(orjson.dumps({"revision": now.revision, "rules": [_brief(rule) for rule in now.rules.values()]}))
        return 0
    for rule in now.rules.values():
        typer.echo(f"{rule.severity.value}  {rule.id:<28} {rule.version:>3}  {rule.kernel:<9} {rule.kind:<8} {rule.name.en}")
    off = [name for name in load_catalogue() if name not in now.rules]
    typer.echo(f"{len(now.rules)} rules; {now.said}." + (f" Off: {', '.join(off)}." if off else ""), err=True)
    return 0


def _brief(rule: Rule) -> Mapping[str, Any]:
    names = ("id", "version", "kernel", "kind", "key", "severity")
    return {name: getattr(rule, name) for name in names} | {"name": {"zh": rule.name.zh, "en": rule.name.en}}


def run_show(rule: str, *, as_json: bool) -> int:
    """Print one rule; 0, and 2 where there is none of that id."""
    now, catalogue = live(_site(None)), load_catalogue()
    found = now.rules.get(rule) or catalogue.get(rule)
    if found is None:
        typer.echo(f"There is no rule {rule}{near(rule, catalogue)}: `gatehouse rules list` lists them.", err=True)
        return 2
    if as_json:
        typer.echo(orjson.dumps(_whole(found, now)))
        return 0
    for line in (*lines_of(found), *_changes(found, catalogue, now)):
        typer.echo(line)
    return 0


def _whole(rule: Rule, now: Live) -> Mapping[str, Any]:
    row = rule.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return row | {"on": rule.id in now.rules, "revision": now.revision}


def _changes(rule: Rule, catalogue: Mapping[str, Rule], now: Live) -> Iterator[str]:
    """What this site has made of the catalogue's rule."""
    own = catalogue.get(rule.id)
    if rule.id not in now.rules:
        yield "switched off at this site"
    if own is None:
        return
    for name, threshold in rule.thresholds.items():
        before = own.thresholds[name].value
        if before != threshold.value:
            yield f"this site: {name} is {threshold.value:g}, in the catalogue {before:g}"
    if own.hours != rule.hours:
        yield "this site: the hours are its own"
    yield f"from {now.said}"


def run_test(files: Sequence[Path], site: Path | None, *, as_json: bool) -> int:
    """Run the examples; print those that fail, with what was expected and what came. 1 where some fail, or there is none."""
    from streams.backtest.examples import run_examples

    rules = read_rules(rules_files(files))
    results = list(run_examples(rules, _catalogue(rules), _site(site)))
    failed = [result for result in results if not result.passed]
    bare = [rule.id for rule in rules.values() if not rule.examples]
    if as_json:
        lines = [{"rule": r.rule, "says": r.example.says, "difference": list(r.difference())} for r in failed]
        typer.echo(orjson.dumps({"examples": len(results), "failed": lines, "without": bare}))
        return 1 if failed or not results else 0
    for result in failed:
        typer.echo(f"{result.rule}: {result.example.says}")
        for line in result.difference():
            typer.echo(line)
    if bare:
        typer.echo(f"Without an example: {', '.join(bare)}.", err=True)
    typer.echo(f"{len(results)} examples of {len(rules) - len(bare)} rules, {len(failed) or 'none'} failed.")
    return 1 if failed or not results else 0
