"""Every kernel's slow twin, written from its definition over all events of one key in their order."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf

from schemas.kernels import FORMS, Kernel
from schemas.rules import Rule
from trials.naive_conditions import World
from trials.naive_rows import SECOND, Found, Seen, micros


def _at(seen: Seen) -> Found:
    """Raised at this event."""
    return Found(seen.at, seen.row.device, str(seen.row.id))


def _after(seen: Seen, due: float, end: float | None = None) -> Found:
    """Raised by a timer that this event started."""
    cause = str(seen.row.id) if seen.row.id else f"since {seen.at}"
    return Found(int(due), seen.row.device, cause, end, began=seen)


def _playing(events: Iterable[Seen], role: str) -> list[Seen]:
    return [seen for seen in events if role in seen.roles]


def _held(rule: Rule, candidates: Iterable[Seen | Found]) -> Iterator[Found]:
    """Those that are not within the hold of the one raised before."""
    last = -inf
    for one in candidates:
        if one.at - last >= micros(rule, "hold"):
            last = one.at
            yield _at(one) if isinstance(one, Seen) else one


def _each(rule: Rule, events: Sequence[Seen], world: World) -> Iterator[Found]:
    """Of each window the first that was read."""
    hold = micros(rule, "hold")
    if not hold:
        yield from map(_at, events)
        return
    begun: dict[int, list[int]] = {}
    children: set[int] = set()
    for seen in events:
        window = seen.at // hold * hold
        if window not in begun:
            beside = _beside(seen.at, window, hold, begun, children)
            if beside is not None:
                children.add(window)
            yield _at(seen)._replace(cause=_window(rule, window), goes_with=beside if beside is None else _window(rule, beside))
        begun.setdefault(window, []).append(seen.at)


def _window(rule: Rule, start: int) -> str:
    return f"window {start} of version {rule.version}"


def _beside(at: int, window: int, hold: int, begun: Mapping[int, list[int]], children: set[int]) -> int | None:
    """The window whose alert this one's is a child of: the newest one, if it lies beside this and is no child itself."""
    newest = max(begun, default=None)
    if newest is None or newest in children or abs(newest - window) != hold:
        return None
    near = at - max(begun[newest]) < hold if newest < window else min(begun[newest]) - at < hold
    return newest if near else None


def _within(rule: Rule, events: Sequence[Seen]) -> list[Seen]:
    """Those that lie in the window of the last one."""
    return [seen for seen in events if seen.at > events[-1].at - micros(rule, "window")]


def _count(rule: Rule, events: Sequence[Seen], world: World) -> Iterator[Found]:
    return _held(
        rule, (seen for i, seen in enumerate(events) if len(_within(rule, events[: i + 1])) >= rule.limit("events", 1))
    )


def _distinct(rule: Rule, events: Sequence[Seen], world: World) -> Iterator[Found]:
    values = [{seen.value for seen in _within(rule, events[: i + 1])} for i in range(len(events))]
    return _held(rule, (seen for i, seen in enumerate(events) if len(values[i]) >= rule.limit("values", 1)))


def _sequence(rule: Rule, events: Sequence[Seen], world: World) -> Iterator[Found]:
    steps = [role for role in ("first", "then", "last") if role in rule.match]
    return _held(rule, _completions(rule, events, steps))


def _completions(rule: Rule, events: Sequence[Seen], steps: Sequence[str]) -> Iterator[Found]:
    fresh = 0
    for i, seen in enumerate(events):
        before = [other for other in events[fresh:i] if other.at > seen.at - micros(rule, "window")]
        if steps[-1] in seen.roles and _leads_up(before, steps[:-1]):
            fresh = i + 1
            yield _at(seen)._replace(began=_playing(before, steps[0])[-1])
        if "unless" in seen.roles:
            fresh = i + 1


def _leads_up(events: Sequence[Seen], steps: Sequence[str]) -> bool:
    if not steps:
        return True
    places = [i for i, seen in enumerate(events) if steps[-1] in seen.roles]
    return any(_leads_up(events[:place], steps[:-1]) for place in places)


def _episodes(
    rule: Rule,
    events: Sequence[Seen],
    world: World,
    speaks: Callable[[Seen, int], bool],
    waits: Callable[[Seen, int], bool] = lambda first, last: True,
) -> Iterator[Found]:
    """An episode begins at an event while none is under way and no hold runs; its end raises where it speaks.

    After its window it goes on only where it waits for something.
    """
    end, raised = -inf, -inf
    for first in _playing(events, "event"):
        if first.at <= end or first.at - raised < micros(rule, "hold"):
            continue
        end = first.at + int(micros(rule, "window"))
        if not waits(first, end):
            continue
        end += int(micros(rule, "after"))
        if end <= world.watermark and speaks(first, end):
            raised = end
            yield _after(first, end)


def _surplus(rule: Rule, events: Sequence[Seen], world: World) -> Iterator[Found]:
    """Of an episode the first eight values are told apart; of what allows before it the last four are known."""

    allows = _playing(events, "allow")

    def allowed(first: Seen, end: int) -> int:
        before = [seen for seen in allows if seen.at < first.at][-4:]
        early = [seen for seen in before if seen.at >= first.at - micros(rule, "before")]
        return len(early) + len([seen for seen in allows if first.at <= seen.at <= end])

    def left(first: Seen, end: int) -> bool:
        """Whether more came than were let in by then, and one opening at the least."""
        last = first.at + micros(rule, "window")
        came = {seen.value for seen in _playing(events, "event") if first.at <= seen.at <= last}
        return min(len(came), 8) - max(allowed(first, end), 1) >= rule.limit("excess", 1)

    return _episodes(rule, events, world, lambda first, end: allowed(first, end) > 0 and left(first, end), left)


def _mismatch(rule: Rule, events: Sequence[Seen], world: World) -> Iterator[Found]:
    """The last three witnesses before it and the last four events and owns are known, and the first three other values."""

    def speaks(first: Seen, end: int) -> bool:
        earliest = first.at - micros(rule, "window")
        witnesses = _playing(events, "witness")
        known = [seen for seen in witnesses if seen.at < first.at][-3:]
        known += [seen for seen in witnesses if first.at <= seen.at <= first.at + micros(rule, "window")]
        values = [seen.value for seen in known if seen.at > earliest]
        others = list(dict.fromkeys(value for value in values if value != first.value))[:3]
        came = [seen for seen in events if {"event", "own"} & {*seen.roles} and seen.at <= end][-4:]
        explained = {seen.value for seen in came if seen.at > earliest - micros(rule, "before")}
        return first.value not in values and bool(set(others) - explained)

    return _episodes(rule, events, world, speaks)


def _lapse(rule: Rule, events: Sequence[Seen], world: World) -> Iterator[Found]:
    """Between one end and the next: the first start that the end before does not answer, if nothing follows in time."""
    start, end = FORMS[rule.kernel].roles
    ends = [-inf, *(seen.at for seen in _playing(events, end)), inf]
    raised = -inf
    for before, after in pairwise(ends):
        answered = before + micros(rule, "before")
        starts = [seen for seen in _playing(events, start) if answered < seen.at <= after and seen.at > before]
        if not starts:
            continue
        due = max(starts[0].at + micros(rule, "window"), raised + micros(rule, "hold"))
        if due < after and due <= world.watermark:
            raised = due
            yield _after(starts[0], due, after)


def _absence(rule: Rule, events: Sequence[Seen], world: World) -> Iterator[Found]:
    raised = -inf
    for seen, after in pairwise([*events, None]):
        assert seen is not None
        next_life = after.at if after else inf
        due = max(seen.at + micros(rule, "window"), raised + micros(rule, "hold"))
        if due < next_life and due <= world.watermark:
            raised = due
            yield _after(seen, due, next_life)


def _level(rule: Rule, events: Sequence[Seen], world: World) -> Iterator[Found]:
    """Walk through raise, clear, raise, …; each is counted over the readings since the one before."""
    raised, fresh = -inf, 0
    alarm: Seen | None = None
    for i, seen in enumerate(events):
        last = _within(rule, events[fresh : i + 1])[-int(rule.limit("readings", 1)) :]
        over = [_over(rule, reading) for reading in last]
        if alarm is None and over[-1] is True and over.count(True) >= rule.limit("over", 1):
            if seen.at - raised >= micros(rule, "hold"):
                raised, fresh, alarm = seen.at, i + 1, seen
        elif alarm is not None and over[-1] is False and over.count(False) >= rule.limit("over", 1):
            yield _at(alarm)._replace(end=seen.at)
            fresh, alarm = i + 1, None
    if alarm is not None:
        yield _at(alarm)


def _over(rule: Rule, seen: Seen) -> bool | None:
    """Whether a reading is over the line (True), under the lower one (False), or between."""
    if "event" not in seen.roles:
        return "over" in seen.roles
    reading = seen.row.value
    assert reading is not None
    if reading >= rule.limit("line", inf):
        return True
    return False if reading <= rule.limit("low_line", -inf) else None


def _travel(rule: Rule, events: Sequence[Seen], world: World) -> Iterator[Found]:
    return _held(rule, (here for before, here in pairwise(events) if _too_soon(rule, before, here, world)))


def _too_soon(rule: Rule, before: Seen, here: Seen, world: World) -> bool:
    passed = here.at - before.at
    way = world.metres(rule.by, before.row.device, here.row.device)
    needed = way / rule.limit("speed", 1) - rule.limit("clock_allowance", 0)
    return passed < micros(rule, "window") and passed < needed * SECOND


Twin = Callable[[Rule, Sequence[Seen], World], Iterator[Found]]

TWINS: Mapping[Kernel, Twin] = {
    Kernel.EACH: _each,
    Kernel.COUNT: _count,
    Kernel.DISTINCT: _distinct,
    Kernel.SEQUENCE: _sequence,
    Kernel.SURPLUS: _surplus,
    Kernel.MISMATCH: _mismatch,
    Kernel.WITHOUT: _lapse,
    Kernel.ABSENCE: _absence,
    Kernel.DWELL: _lapse,
    Kernel.LEVEL: _level,
    Kernel.TRAVEL: _travel,
}
"""Of every kernel but two: deviation has its own file, and an outage is no kernel of events."""
