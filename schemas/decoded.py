"""What reading one message gives: events, heartbeats, and what could not be read, with the reason and where."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from schemas.events import Event, Heartbeat


@dataclass(frozen=True, slots=True)
class Rejected:
    """A part of a message that could not be read. `at` is where in it: a path, a part, a line."""

    reason: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Every message ends as one of these; none of the three lists hides what is in another."""

    events: tuple[Event, ...] = ()
    heartbeats: tuple[Heartbeat, ...] = ()
    rejected: tuple[Rejected, ...] = ()

    def as_json(self) -> Mapping[str, object]:
        """{"events", "heartbeats", "rejected"} of JSON-able rows; times in RFC 3339, ids as text."""
        return {
            "events": [_event(event) for event in self.events],
            "heartbeats": [_plain(asdict(beat)) for beat in self.heartbeats],
            "rejected": [asdict(rejected) for rejected in self.rejected],
        }


def bounded(results: Iterable[Event | Heartbeat | Rejected], most: int) -> Iterator[Event | Heartbeat | Rejected]:
    """The first results; where there are more, a last one that says so, and the rest is not even made."""
    for number, result in enumerate(results):
        if number == most:
            yield Rejected(f"The message holds more than {most} events: the rest was not read.", f"event {most + 1}")
            return
        yield result


def gather(results: Iterable[Event | Heartbeat | Rejected]) -> Decoded:
    """Sort what a decoder found into its three lists, in the order found."""
    events: list[Event] = []
    beats: list[Heartbeat] = []
    rejected: list[Rejected] = []
    for result in results:
        if isinstance(result, Event):
            events.append(result)
        elif isinstance(result, Heartbeat):
            beats.append(result)
        else:
            rejected.append(result)
    return Decoded(tuple(events), tuple(beats), tuple(rejected))


def _event(event: Event) -> dict[str, object]:
    fields = (
        "id",
        "kind",
        "type",
        "device",
        "occurred_at",
        "subject",
        "score",
        "value",
        "zone",
        "direction",
        "picture",
        "initial",
    )
    row = {name: getattr(event, name) for name in fields}
    return _plain(row) | {"attributes": dict(event.attributes)}


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value if isinstance(value, bool | int | float | None) else _text(value) for name, value in row.items()}


def _text(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
