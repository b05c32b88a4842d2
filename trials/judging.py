"""A worker's judge without a database: nothing was stored before, and no id is looked up."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from schemas.events import Kind
from streams.rules.engine import Engine
from streams.worker.dedup import NOTHING
from streams.worker.judge import Bench, Judge
from streams.worker.reader import Reader
from streams.worker.records import Place
from streams.worker.recover import Recovered

FRESH = Recovered(dict.fromkeys(Kind, Place()), {}, None, dict.fromkeys(Kind, NOTHING))
"""Where a lane begins whose logs nobody has read."""


def _now() -> datetime:
    return datetime.now(UTC)


def judge_alone(
    engine: Engine,
    reader: Reader,
    site: str,
    lateness_us: int,
    *,
    recovered: Recovered = FRESH,
    now: Callable[[], datetime] = _now,
) -> Judge:
    """The judge of partition 0 of a site; `now` dates its blocks."""
    bench = Bench(
        reader=reader,
        look_up=lambda doubt: np.zeros(len(doubt.ids), np.bool_),
        engine=engine,
        site=site,
        partition=0,
        lateness_us=lateness_us,
        now=now,
    )
    return Judge(bench, recovered)
