"""How far it is, on standard error: a bar for people, nothing where nobody watches."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from streams.backtest.job import Watcher
from streams.backtest.replay import Outcome
from streams.backtest.source import Source


@contextmanager
def watching(source: Source) -> Iterator[Watcher]:
    """A watcher that moves the bar: by rows of a file, by arrival times of the database."""
    console = Console(stderr=True)
    columns = (TextColumn("judging"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("", total=_total(source))
        yield lambda outcome: progress.update(task, completed=_done(source, outcome))


def _total(source: Source) -> int | None:
    if source.since is not None and source.until is not None:
        return round((source.until - source.since).total_seconds() / 3600)
    return source.rows or None


def _done(source: Source, outcome: Outcome) -> int:
    if source.since is not None:
        return round((outcome.last_us / 1_000_000 - source.since.timestamp()) / 3600)
    return outcome.events + outcome.heartbeats + outcome.repeated + outcome.strangers
