"""Reading plans' YAML, one plan a file: the six of the house beside this module, and a site's own from a folder.

PlanError names every mistake at once as `file:line: steps.3.after: sentence`. Nothing in a file raises anything else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import ValidationError

from schemas.errors import PlanError
from schemas.plans.check import unended
from schemas.plans.grammar import GRAMMAR
from schemas.plans.model import Plan
from schemas.written import Location, composed, line_of, plain, twice, yaml_files
from schemas.written_mended import all_sentences
from schemas.written_sentences import near

HOUSE = Path(__file__).parent


@dataclass(slots=True)
class Gathered:
    """The plans that could be read, by id, and every mistake in the order of files."""

    plans: dict[str, Plan] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


def load_plans(own: Path | None = None) -> Mapping[str, Plan]:
    """The six of the house, and those of a site's folder; one of the same id stands in the place of the house's."""
    plans = _read_all([HOUSE])
    return {**plans, **_read_all([own])} if own is not None else plans


def find_plan(plans: Mapping[str, Plan], identity: str) -> Plan:
    """The plan of that id; PlanError with the nearest known one."""
    if (found := plans.get(identity)) is not None:
        return found
    raise PlanError(f"There is no plan {identity}{near(identity, plans)}: `gatehouse plans list` lists them.")


def read_plan(path: Path) -> Plan:
    """The plan of one file."""
    return next(iter(_read_all([path]).values()))


def _read_all(paths: Sequence[Path]) -> Mapping[str, Plan]:
    gathered = gather(yaml_files(paths, PlanError))
    if gathered.mistakes:
        raise PlanError("\n".join(gathered.mistakes))
    return gathered.plans


def gather(paths: Sequence[Path]) -> Gathered:
    """Read everything that can be read, and note what is wrong."""
    gathered = Gathered()
    for path in paths:
        found: list[str] = []
        root = composed(path, found)
        gathered.mistakes += found
        if isinstance(root, yaml.MappingNode):
            _take(path, root, gathered)
        elif not found:
            gathered.mistakes.append(f"{path.name}:1: a plan's file is one plan: id, version, name, opens_on, steps")
    return gathered


def _take(path: Path, root: yaml.MappingNode, gathered: Gathered) -> None:
    found = list(_mistakes(root))
    if not found:
        plan = Plan.model_validate(plain(root))
        found = [(("id",), f"{plan.id} is the id of another file too")] if plan.id in gathered.plans else []
        gathered.plans.setdefault(plan.id, plan)
    lines = [(line_of(root, place), f"{'.'.join(place)}: {said}" if place else said) for place, said in found]
    gathered.mistakes += [f"{path.name}:{line}: {said}" for line, said in sorted(lines, key=lambda one: one[0])]


def _mistakes(root: yaml.MappingNode) -> Iterator[tuple[Location, str]]:
    given = plain(root)
    yield from ((place, "is given twice; the last one would count") for place in twice(root))
    try:
        plan = Plan.model_validate(given)
    except ValidationError as err:
        yield from all_sentences(GRAMMAR, given, err)
        return
    for place, _, said in (mistake.partition(": ") for mistake in unended(plan)):
        yield tuple(place.split(".")), said
