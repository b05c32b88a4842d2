"""The gateway's figures for Prometheus."""

from dataclasses import dataclass
from typing import Self

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Metrics:
    """One object, so that nothing is counted in a module's globals."""

    accepted: Counter
    heartbeats: Counter
    rejected: Counter
    refused: Counter
    unauthorised: Counter
    too_large: Counter
    ack_seconds: Histogram
    decode_seconds: Histogram
    spool_records: Gauge
    spool_bytes: Gauge
    untrusted_clocks: Gauge
    in_flight: Gauge
    ticks: Counter
    ticks_held: Counter

    @classmethod
    def make(cls, registry: CollectorRegistry) -> Self:
        """Register them all."""
        name = "gatehouse_gateway_"

        def counter(what: str, text: str, *labels: str) -> Counter:
            return Counter(name + what, text, labels, registry=registry)

        return cls(
            accepted=counter("events_accepted_total", "Events answered with 200.", "family", "kind"),
            heartbeats=counter("heartbeats_total", "Signs of life answered with 200.", "family"),
            rejected=counter("parts_rejected_total", "Unreadable parts, kept as dead letters.", "family"),
            refused=counter("requests_refused_total", "Requests that the sender must repeat or mend.", "reason"),
            unauthorised=counter("requests_unauthorised_total", "Requests without the source's key."),
            too_large=counter("requests_too_large_total", "Requests over the size limit."),
            ack_seconds=Histogram(name + "ack_seconds", "From arrival to safe.", buckets=_SECONDS, registry=registry),
            decode_seconds=Histogram(name + "decode_seconds", "To read one body.", buckets=_SECONDS, registry=registry),
            spool_records=Gauge(name + "spool_records", "Kafka records that wait on disk.", registry=registry),
            spool_bytes=Gauge(name + "spool_bytes", "Bytes that wait on disk.", registry=registry),
            untrusted_clocks=Gauge(name + "untrusted_clocks", "Devices whose clock is off.", registry=registry),
            in_flight=Gauge(name + "in_flight_messages", "Messages received and not yet safe.", registry=registry),
            ticks=counter("ticks_total", "Statements of time in the log."),
            ticks_held=counter("ticks_held_total", "Times when none could be made.", "reason"),
        )
