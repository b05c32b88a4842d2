"""One version of the rules over one source: what a process needs to judge it, and what comes out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa

from schemas.lists import Lists
from schemas.rules import Rule
from schemas.site import Site
from streams.backtest.ahead import in_process, in_thread
from streams.backtest.json_lines import Unreadable
from streams.backtest.order import ordered_by
from streams.backtest.replay import Outcome, Pace, replay
from streams.backtest.source import JSON_LINES, Source
from streams.rules.engine import Engine


@dataclass(frozen=True, slots=True)
class Job:
    """What is judged by what. Can be sent to another process."""

    source: Source
    site: Site
    rules: Sequence[Rule]
    lists: Lists
    pace: Pace


@dataclass(slots=True)
class Done:
    """The rules' answer, what could not be read, and the rules that were left out for want of heartbeats."""

    outcome: Outcome
    unreadable: Unreadable
    left_out: list[str] = field(default_factory=list)


Watcher = Callable[[Outcome], None]


def judge(job: Job, watcher: Watcher = lambda _: None) -> Done:
    """Read and judge everything; the reader works ahead of the rules."""
    rules = [rule for rule in job.rules if job.source.lives or not waits_for_life(rule)]
    done = Done(Outcome(), Unreadable(), [rule.id for rule in job.rules if rule not in rules])

    def read() -> Iterator[pa.RecordBatch]:
        done.unreadable = Unreadable()
        return _ahead(job.source, done)

    def use(batches: Iterator[pa.RecordBatch]) -> Outcome:
        return replay(Engine(job.site, rules, job.lists), batches, job.pace, job.site.id, watcher)

    done.outcome = ordered_by(read, use)
    return done


def _ahead(source: Source, done: Done) -> Iterator[pa.RecordBatch]:
    if source.path is None or source.path.suffix not in JSON_LINES:
        return in_thread(source.read(done.unreadable))
    return in_process(partial(_reading, source), partial(setattr, done, "unreadable"))


def _reading(source: Source) -> tuple[Iterator[pa.RecordBatch], object]:
    unreadable = Unreadable()
    return source.read(unreadable), unreadable


def waits_for_life(rule: Rule) -> bool:
    """Whether heartbeats play a role in it: without them everything would seem to be silent."""
    return any(part.heartbeats for whole in rule.match.values() for part in whole.parts())
