"""A condition at work: which of some rows it holds for. Types are looked at before (dispatch.py); everything else here."""

from collections.abc import Callable, Iterator
from functools import reduce

import numpy as np

from schemas.conditions import Condition, Hours
from schemas.events import HEARTBEAT, Kind
from schemas.lists import ListName
from schemas.rules import Rule
from streams.rules import columns as at
from streams.rules import places as where
from streams.rules.columns import Flags
from streams.rules.names import Ints, number_of
from streams.rules.world import World

Question = Callable[[Ints], Flags]


def asked(rule: Rule, kind: Kind, condition: Condition, world: World, *, hours: bool) -> Question | None:
    """What is asked beside the type; None where nothing more is. `hours`: the rule's own bound it too."""
    questions = list(_questions(rule, kind, condition, world, nested=False))
    if hours and rule.hours is not None:
        questions.append(_hours(rule.hours, world))
    return _all(questions) if questions else None


def slots(condition: Condition, key_is_bay: bool) -> Iterator[str]:
    """The attributes that a condition asks for, as slots."""
    for part in condition.parts():
        yield from part.attributes
        yield from part.differs
        yield from ("#" + column.removeprefix("attributes.") for column, _ in part.columns if column.startswith("attributes."))
        if part.not_bay_owner or key_is_bay:
            yield "bay"


def _all(questions: list[Question]) -> Question:
    if len(questions) == 1:
        return questions[0]
    return lambda rows: reduce(np.logical_and, (question(rows) for question in questions))


def _any(questions: list[Question]) -> Question:
    return lambda rows: reduce(np.logical_or, (question(rows) for question in questions))


def _not(question: Question) -> Question:
    return lambda rows: ~question(rows)


def _whole(rule: Rule, kind: Kind, part: Condition, world: World) -> Question:
    questions = list(_questions(rule, kind, part, world, nested=True))
    return _all(questions) if questions else lambda rows: np.ones(len(rows), np.bool_)


def _questions(rule: Rule, kind: Kind, part: Condition, world: World, *, nested: bool) -> Iterator[Question]:
    if nested and part.types:
        yield _codes(kind, part.types)
    yield from _of_place(part, world)
    yield from _of_lists(kind, part, world)
    yield from _of_values(rule, kind, part, world)
    if part.hours is not None:
        yield _hours(part.hours, world)
    yield from (_whole(rule, kind, one, world) for one in part.all_of)
    if part.any_of:
        yield _any([_whole(rule, kind, one, world) for one in part.any_of])
    yield from (_not(_whole(rule, kind, one, world)) for one in part.none_of)


def _codes(kind: Kind, types: frozenset[str]) -> Question:
    codes = [at.CODE_OF[kind, name] for name in (*types, HEARTBEAT) if name in types]
    return lambda rows: at.among(rows[:, at.CODE], codes)


def _of_place(part: Condition, world: World) -> Iterator[Question]:
    if part.places:
        yield _among(lambda rows: world.places.of(rows[:, at.DEVICE], where.PLACE_KIND), part.places)
    if part.buildings:
        yield _among(lambda rows: world.places.of(rows[:, at.DEVICE], where.BUILDING), part.buildings)
    if part.zones:
        yield _among(lambda rows: rows[:, at.ZONE], part.zones)
    if part.direction is not None:
        bit = at.INWARD if part.direction == "in" else at.OUTWARD
        yield lambda rows: rows[:, at.FLAGS] & bit != 0


def _among(column: Callable[[Ints], Ints], texts: frozenset[str]) -> Question:
    numbers = [number_of(text) for text in texts]
    return lambda rows: at.among(column(rows), numbers)


def _of_lists(kind: Kind, part: Condition, world: World) -> Iterator[Question]:
    if part.in_list:
        yield _any([_listed(name, world) for name in part.in_list])
    if part.expired_in:
        yield _any([_expired(name, world) for name in part.expired_in])
    yield from (_not(_listed(name, world)) for name in part.not_in_list)
    if part.not_in_list:
        yield lambda rows: (rows[:, at.SUBJECT] != 0) & world.rolls.filled(part.not_in_list[0])
    if question := part.permit:
        yield lambda rows: world.rolls.permitted(
            question, rows[:, at.SUBJECT], rows[:, at.TIME], world.places.of(rows[:, at.DEVICE], where.BUILDING)
        )
    if part.differs:
        yield _differs(kind, part, world)
    if part.not_bay_owner:
        yield lambda rows: world.rolls.not_owner(world.bays(rows), rows[:, at.SUBJECT])


def _listed(name: ListName, world: World) -> Question:
    return lambda rows: world.rolls.listed(name, rows[:, at.SUBJECT], rows[:, at.TIME])


def _expired(name: ListName, world: World) -> Question:
    return lambda rows: world.rolls.expired(name, rows[:, at.SUBJECT], rows[:, at.TIME])


def _differs(kind: Kind, part: Condition, world: World) -> Question:
    wanted = {}
    for attribute, place in part.differs.items():
        name, _, field = place.partition(".")
        wanted[world.column(kind, attribute)] = (ListName(name), field)
    return lambda rows: world.rolls.differs(wanted, rows[:, at.SUBJECT], rows)


def _of_values(rule: Rule, kind: Kind, part: Condition, world: World) -> Iterator[Question]:
    for attribute, values in part.attributes.items():
        numbers = [at.number_of_value(value) for value in values]
        yield _is_one(world.column(kind, attribute), numbers)
    for column, name in part.at_least.items():
        yield _compared(_numeric(kind, column, world), rule.thresholds[name].value, least=True)
    for column, name in part.at_most.items():
        yield _compared(_numeric(kind, column, world), rule.thresholds[name].value, least=False)


def _is_one(column: int, numbers: list[int]) -> Question:
    return lambda rows: at.among(rows[:, column], numbers)


def _numeric(kind: Kind, column: str, world: World) -> int:
    plain = {"value": at.VALUE, "score": at.SCORE}.get(column)
    return plain if plain is not None else world.column(kind, "#" + column.removeprefix("attributes."))


def _compared(column: int, limit: float, *, least: bool) -> Question:
    def question(rows: Ints) -> Flags:
        """A row without a number is NaN, and fits neither way."""
        values = np.ascontiguousarray(rows[:, column]).view(np.float64)
        found: Flags = values >= limit if least else values <= limit
        return found

    return question


def _hours(hours: Hours, world: World) -> Question:
    return lambda rows: world.time.holds(hours, rows[:, at.TIME])
