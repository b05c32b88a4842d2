"""The worker's figures for Prometheus, made once a process by the composition root."""

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

_STAGES_S = (0.005, 0.01, 0.017, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_BLOCK_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


class Metrics:
    """Counters, gauges and histograms, by Prometheus' conventions."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        name = "gatehouse_worker_"
        self.accepted = Counter(name + "records_total", "Kafka records taken", ["kind"], registry=registry)
        self.rows = Counter(name + "rows_total", "Events stored", ["kind"], registry=registry)
        self.late = Counter(name + "late_events_total", "Events stored as late", registry=registry)
        self.duplicates = Counter(name + "duplicate_events_total", "Repeated events left out", registry=registry)
        self.dead = Counter(name + "dead_letters_total", "Records or parts of them that could not be read", registry=registry)
        self.alerts = Counter(name + "alerts_total", "Alerts raised", ["rule"], registry=registry)
        self.fenced = Counter(name + "fenced_total", "Times another worker had gone on", registry=registry)
        self.judge = Histogram(name + "block_judge_seconds", "Reading and judging a block", buckets=_BLOCK_S, registry=registry)
        self.store = Histogram(name + "block_store_seconds", "A block's transaction", buckets=_BLOCK_S, registry=registry)
        self.judged = Histogram(
            name + "received_to_judged_seconds",
            "Arrival to judged, of each block's oldest",
            buckets=_STAGES_S,
            registry=registry,
        )
        self.stored = Histogram(
            name + "received_to_stored_seconds",
            "Arrival to stored, of each block's oldest",
            buckets=_STAGES_S,
            registry=registry,
        )
        self.block_rows = Histogram(
            name + "block_rows", "Events in a block", buckets=(1, 10, 100, 1000, 5000, 10000, 20000), registry=registry
        )
        self.lag = Gauge(name + "lag_records", "Records not judged yet", ["topic", "partition"], registry=registry)
