"""Incidents put into ordinary life: read from a YAML file, played by the recipes, written down as the truth.

A file is a list of {rule, at, every?, device?, subject?, pace?}; `at` and `every` are real seconds, whatever the speed; `pace`
below 1 shortens the waits between an incident's words, for trials that have no quarter of an hour. The truth
is one JSON object a line: {"id", "rule", "device", "building", "subject", "from", "due", "delivered"}; `due` is the event time
at which the rule should answer, `delivered` whether the gateway took every message of it.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from schemas.errors import SettingsError
from schemas.site import Device
from streams.simulator.community import Community
from streams.simulator.recipes import RECIPES, TIMED, Wish
from streams.simulator.words import Say

MILD = Path(__file__).with_name("incidents.yaml")
NONE = "none"


class Row(BaseModel):
    """One line of an incidents' file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    at: Annotated[float, Field(ge=0)]
    every: Annotated[float, Field(gt=0)] | None = None
    device: str | None = None
    subject: str | None = None
    pace: Annotated[float, Field(gt=0, le=1)] = 1.0


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident of the run, in seconds since its start. A silent device says nothing between `begin` and `end`."""

    number: int
    rule: str
    device: Device
    subject: str | None
    begin: float
    end: float
    due: float
    says: tuple[Say, ...]
    silent: bool


def read_rows(given: str, community: Community) -> tuple[Row, ...]:
    """The rows of a file's name, of `none`, or (empty) of the mild ones; SettingsError names what is wrong in it."""
    if given == NONE:
        return ()
    path = Path(given) if given else MILD
    try:
        rows = TypeAdapter(tuple[Row, ...]).validate_python(yaml.safe_load(path.read_text("utf-8")) or [])
    except FileNotFoundError as err:
        raise SettingsError(f"There is no incidents' file {path}: give its path, or `none`.") from err
    except yaml.YAMLError as err:
        raise SettingsError(f"{path} is not YAML: {err}.") from err
    except ValidationError as err:
        first = err.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"{path}: {place} is wrong: {first['msg']}; write {{rule, at, every?, device?, subject?, pace?}}."
        ) from err
    for row in rows:
        _check(row, community, path)
    return rows


def _check(row: Row, community: Community, path: Path) -> None:
    if row.rule not in RECIPES:
        raise SettingsError(f"{path}: {row.rule!r} is no rule that can be provoked: use one of {', '.join(RECIPES)}.")
    if row.device is not None and row.device not in community.site.devices:
        raise SettingsError(f"{path}: the site has no device {row.device!r}.")
    if row.pace < 1 and row.rule in TIMED:
        raise SettingsError(f"{path}: {row.rule} waits for its time to pass: its pace is 1.")


def play(rows: Sequence[Row], community: Community, seed: int, unsound: frozenset[str]) -> Iterator[Incident]:
    """The incidents in the order of their begin; endless where a row repeats."""
    sound = [device for device in community.site.devices.values() if device.id not in unsound]
    coming = [(row.at, n, row) for n, row in enumerate(rows)]
    heapq.heapify(coming)
    number = 0
    while coming:
        begin, n, row = heapq.heappop(coming)
        number += 1
        yield _one(row, begin, number, community, sound, Random(f"{seed}/incident/{n}/{begin}"))
        if row.every is not None:
            heapq.heappush(coming, (begin + row.every, n, row))


def _one(row: Row, begin: float, number: int, community: Community, sound: Sequence[Device], rng: Random) -> Incident:
    wish = Wish(community.site.devices[row.device] if row.device else None, row.subject)
    scene = RECIPES[row.rule](rng, community, wish, sound)
    says = tuple(
        replace(say, happened=begin + say.happened * row.pace, due=begin + say.due * row.pace, incident=number)
        for say in scene.says
    )
    length = max([scene.silent, scene.due * row.pace, *(say.due * row.pace for say in scene.says)])
    return Incident(
        number=number,
        rule=row.rule,
        device=scene.device,
        subject=scene.subject,
        begin=begin,
        end=begin + length,
        due=begin + scene.due * row.pace,
        says=says,
        silent=scene.silent > 0,
    )
