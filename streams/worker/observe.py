"""Turns what a lane tells into health and metrics."""

import time

from prometheus_client import Histogram

from schemas.health import Health
from streams.worker.judge import Prepared
from streams.worker.lane import Observer
from streams.worker.metrics import Metrics


def observer(health: Health, metrics: Metrics, partition: int, lanes: dict[int, tuple[bool, str]]) -> Observer:
    """The face that one lane speaks to; `lanes` is shared by all lanes of the process."""

    def say(ok: bool, sentence: str) -> None:
        """How the lane is."""
        lanes[partition] = ok, sentence
        bad = [f"Partition {number}: {text}" for number, (fine, text) in sorted(lanes.items()) if not fine]
        health.say("lanes", not bad, " ".join(bad) or f"{len(lanes)} partitions are judged and stored.")

    def prepared(block: Prepared, seconds: float) -> None:
        """A block is judged."""
        metrics.judge.observe(seconds)
        metrics.late.inc(block.figures.late)
        metrics.duplicates.inc(block.figures.duplicates)
        metrics.dead.inc(len(block.letters))
        for alert in block.block.alerts:
            metrics.alerts.labels(alert.rule).inc()
        _age(metrics.judged, block.figures.oldest_us)

    def stored(block: Prepared, seconds: float) -> None:
        """A block is committed."""
        metrics.store.observe(seconds)
        for kind, n in block.figures.rows.items():
            metrics.rows.labels(str(kind)).inc(n)
        total = sum(block.figures.rows.values())
        if total:
            metrics.block_rows.observe(total)
            health.figures["block_rows"] = total
        health.figures["block_ms"] = round(seconds * 1000, 1)
        _age(metrics.stored, block.figures.oldest_us)

    return Observer(say=say, prepared=prepared, stored=stored, fenced=metrics.fenced.inc)


def _age(histogram: Histogram, oldest_us: int | None) -> None:
    if oldest_us is not None:
        histogram.observe(max(0.0, time.time() - oldest_us / 1_000_000))
