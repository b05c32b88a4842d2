"""`gatehouse rules test`: the examples that stand beside the rules, run on the live engine."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from schemas.alerts import Alert
from schemas.codec import to_batch
from schemas.events import Event, Heartbeat, Received, place
from schemas.examples import Example, ExampleEvent, ExpectedAlert
from schemas.identity import uuid_of
from schemas.lists import Lists
from schemas.rules import Rule
from schemas.site import Site
from streams.backtest.form import FORM
from streams.backtest.order import sorted_whole
from streams.backtest.replay import SECOND, Outcome, Pace, replay
from streams.rules.engine import Engine

SKEW_LIMIT_S = 1.0
"""As the gateway's default: an event dated further ahead of its arrival stands at its arrival."""


@dataclass(frozen=True, slots=True)
class Got:
    """An alert as an example speaks of it: seconds from the start; `cleared` None while open."""

    at: float
    device: str | None
    subject: str | None
    severity: int
    cleared: float | None
    child: bool

    def is_as(self, expected: ExpectedAlert) -> bool:
        """Whether it is what was expected; what the example leaves out may be anything, but for `cleared` and `child`."""
        said = {name: value for name, value in expected.model_dump().items() if name not in _TIMES and value is not None}
        mine = asdict(self)
        return all(mine[name] == value for name, value in said.items()) and all(
            _same(mine[name], getattr(expected, name)) for name in _TIMES
        )

    def __str__(self) -> str:
        return _line(asdict(self))


_TIMES = ("at", "cleared")


def _same(one: float | None, other: float | None) -> bool:
    return one is other if one is None or other is None else abs(one - other) < 0.001


def _line(fields: Mapping[str, object]) -> str:
    words = [f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}" for name, value in fields.items() if value]
    return ", ".join(words) or "at 0"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one example, by the side of what was expected."""

    rule: str
    example: Example
    got: Sequence[Got]
    problem: str = ""

    @property
    def passed(self) -> bool:
        """Exactly the expected alerts, each as it was said."""
        return not self.problem and all(got is not None and said is not None for said, got in self._pairs())

    def difference(self) -> Iterator[str]:
        """Lines: ` ` as expected, `-` expected and absent, `+` there and not expected."""
        if self.problem:
            yield f"  ! {self.problem}"
        for said, got in self._pairs():
            if said is not None and got is not None:
                yield f"    {got}"
            elif said is not None:
                yield f"  - {_line(said.model_dump())}"
            else:
                yield f"  + {got}"

    def _pairs(self) -> Iterator[tuple[ExpectedAlert | None, Got | None]]:
        """Each expected alert with the first that is like it, in the order of time; at last those that nobody expected."""
        left = list(self.got)
        for said in sorted(self.example.alerts, key=lambda alert: alert.at):
            found = next((got for got in left if got.is_as(said)), None)
            if found is not None:
                left.remove(found)
            yield said, found
        yield from ((None, got) for got in left)


def run_examples(rules: Mapping[str, Rule], others: Mapping[str, Rule], site: Site) -> Iterator[Result]:
    """Every example of the rules; `others` are looked up where an example judges with more of them."""
    for rule in rules.values():
        for example in rule.examples:
            yield run_example(rule, example, {**others, **rules}, site)


def run_example(rule: Rule, example: Example, known: Mapping[str, Rule], site: Site) -> Result:
    """One example, on an engine of its own."""
    if unknown := [name for name in example.with_rules if name not in known]:
        return Result(rule.id, example, [], f"with_rules: there is no rule {', '.join(unknown)}")
    lists = Lists(example.lists)
    engine = Engine(site, [rule, *(known[name] for name in example.with_rules if name != rule.id)], lists)
    end = round((example.start + timedelta(seconds=example.until)).timestamp() * SECOND)
    outcome = replay(engine, sorted_whole(iter(_batches(rule, example, site))), Pace(until_us=end), site.id)
    return Result(rule.id, example, _got(rule, example, outcome))


def _batches(rule: Rule, example: Example, site: Site) -> list[pa.RecordBatch]:
    rows = [row for number, event in enumerate(example.events) for row in _received(rule, example, (number, event), site)]
    rows.sort(key=lambda row: row.received_at)
    if not rows:
        return []
    batch, n = to_batch(rows), len(rows)
    marks = [pa.repeat(pa.scalar(False), n), pa.array(range(n), pa.int64()), pa.repeat(pa.scalar(0, pa.int32()), n)]
    return [pa.RecordBatch.from_arrays([*batch.columns, *marks], schema=FORM)]


def _received(rule: Rule, example: Example, numbered: tuple[int, ExampleEvent], site: Site) -> Iterator[Received]:
    number, event = numbered
    for time in range(event.repeat):
        at = example.start + timedelta(seconds=event.at + time * event.every)
        arrival = at + timedelta(seconds=event.delay_s)
        what = _what(rule, event, at, (rule.id, example.says, str(number), str(time)))
        yield Received(site.id, what, arrival, place(at, arrival, 0.0, SKEW_LIMIT_S))


_SAID = {"type", "device", "subject", "score", "value", "zone", "direction", "attributes", "initial"}


def _what(rule: Rule, event: ExampleEvent, at: datetime, identity: tuple[str, ...]) -> Event | Heartbeat:
    kind = event.kind or rule.kind
    if event.heartbeat:
        return Heartbeat(kind, event.device, at)
    said = event.model_dump(
        include={"type", "device", "subject", "score", "value", "zone", "direction", "attributes", "initial"}
    )
    return Event(id=uuid_of(*identity), kind=kind, occurred_at=at, **said)


def _got(rule: Rule, example: Example, outcome: Outcome) -> list[Got]:
    """This rule's alerts, with the severity that each had at last."""
    ends = {clearing.id: clearing.cleared_at for clearing in outcome.clearings}
    severities = {change.id: change.severity for change in sorted(outcome.changes, key=lambda change: change.at)}
    mine = sorted((alert for alert in outcome.alerts if alert.rule == rule.id), key=lambda alert: (alert.raised_at, alert.id))
    return [_seen(alert, example.start, ends.get(alert.id), severities.get(alert.id, alert.severity)) for alert in mine]


def _seen(alert: Alert, start: datetime, end: datetime | None, severity: int) -> Got:
    return Got(
        at=round((alert.raised_at - start).total_seconds(), 6),
        device=alert.device,
        subject=alert.subject,
        severity=int(severity),
        cleared=None if end is None else round((end - start).total_seconds(), 6),
        child=alert.parent is not None,
    )
