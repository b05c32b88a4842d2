"""The desk's figures for Prometheus."""

from prometheus_client import CollectorRegistry, Gauge, Histogram

BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class DeskFigures:
    """How long a turn takes: what a new alert waits for its incident."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        what = "One turn of the desk: a few alerts into incidents."
        self.turn = Histogram("gatehouse_desk_turn_seconds", what, buckets=BUCKETS, registry=self.registry)
        what = "Events of the registers that the gateway has not taken yet."
        self.waiting = Gauge("gatehouse_register_events_waiting", what, registry=self.registry)
