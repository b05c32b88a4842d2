"""The dashboard's own figures for Prometheus."""

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(slots=True)
class Figures:
    """Made once a process; a registry is given so that two in one test do not meet."""

    registry: CollectorRegistry
    browsers: Gauge = field(init=False)
    database_up: Gauge = field(init=False)
    push_s: Histogram = field(init=False)
    shown_s: Histogram = field(init=False)
    skipped: Counter = field(init=False)
    logins: Counter = field(init=False)

    def __post_init__(self) -> None:
        registry = self.registry
        self.browsers = Gauge("gatehouse_dashboard_browsers", "Pages that are connected now.", registry=registry)
        self.database_up = Gauge("gatehouse_dashboard_database_up", "1 while the database answers.", registry=registry)
        self.push_s = Histogram(
            "gatehouse_dashboard_push_seconds",
            "From a snapshot's making to its hand-over to a browser's socket.",
            buckets=SECONDS,
            registry=registry,
        )
        self.shown_s = Histogram(
            "gatehouse_dashboard_shown_seconds",
            "From an alert's commit to a browser's word that it is in the page.",
            buckets=SECONDS,
            registry=registry,
        )
        self.skipped = Counter(
            "gatehouse_dashboard_pushes_skipped_total", "Snapshots left out because a browser was slow.", registry=registry
        )
        self.logins = Counter(
            "gatehouse_dashboard_logins_total", "Tries to log in, by outcome.", ("outcome",), registry=registry
        )
