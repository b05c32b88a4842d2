"""Our own JSON: what anyone may post to the gateway or write to Kafka, as one model, one JSON Schema, one parser.

A message is one object, an array of them, or {"events": […]}. Each is an event

    {"kind": "facility", "type": "fire_alarm", "device": "fire-panel-1", "occurred_at": "2030-05-01T08:00:00+08:00",
     "id": "…", "subject": …, "score": 0..1, "value": …, "zone": …, "direction": "in"|"out",
     "attributes": {…}, "picture": "…", "initial": false}

or a heartbeat {"heartbeat": true, "kind": "camera", "device": "camera-1", "at": "…"}. `id` is the sender's own identity of
the event; without one it follows from the content, so the same message twice is still one event.
An entry that is wrong is rejected by itself; the ones beside it are read.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

import orjson
import typer
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from schemas.decoded import Decoded, Rejected, gather
from schemas.events import TYPES, Event, Heartbeat, Kind, event_id
from schemas.text import LIMIT, clean, clean_value

VENDOR = "gatehouse"
MOST = 10_000
"""Entries in one message: more is a file, not a message."""

ATTRIBUTES = 16 * 1024
"""Bytes of one event's attributes as JSON: real ones stay under 1,000."""

YEARS = (1970, 2100)
"""From the year of a clock that was never set to a year that no device of today will see."""


def _time(value: object) -> object:
    """Only text is a time: a bare number has no unit and no zone."""
    if not isinstance(value, str):
        raise ValueError('write it as text in RFC 3339 with a zone, such as "2030-05-01T08:00:00+08:00"')
    return value


Time = Annotated[AwareDatetime, BeforeValidator(_time, json_schema_input_type=str)]
Text = Annotated[str, Field(min_length=1, max_length=LIMIT)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class OwnEvent(BaseModel):
    """One event."""

    model_config = ConfigDict(extra="forbid", title="Event")

    kind: Kind
    type: Text = Field(description="; ".join(f"{kind}: {', '.join(types)}" for kind, types in TYPES.items()))
    device: Text
    occurred_at: Time = Field(description="the device's clock, RFC 3339 with a zone")
    id: Text | None = Field(None, description="the sender's own identity of the event")
    subject: Text | None = Field(None, description="plate, person or card")
    score: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    value: Number | None = Field(None, description="a reading: metres, degrees, a count")
    zone: Text | None = None
    direction: Literal["in", "out"] | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)
    picture: Annotated[str, Field(max_length=1024)] | None = Field(None, description="a reference, never the picture itself")
    initial: bool = Field(False, description="a state that the device was in already: stored, but no news")

    @model_validator(mode="after")
    def _type_of_kind(self) -> Self:
        if self.type not in TYPES[self.kind]:
            raise ValueError(f"type {self.type!r} is none of {self.kind}: use one of {', '.join(TYPES[self.kind])}")
        if not YEARS[0] <= self.occurred_at.year < YEARS[1]:
            raise ValueError(f"occurred_at lies in the year {self.occurred_at.year}: set the sender's clock")
        return self


class OwnHeartbeat(BaseModel):
    """A device lives."""

    model_config = ConfigDict(extra="forbid", title="Heartbeat")

    heartbeat: Literal[True]
    kind: Kind
    device: Text
    at: Time | None = None


Entry = OwnEvent | OwnHeartbeat


class OwnEvents(BaseModel):
    """Several, in one object."""

    model_config = ConfigDict(extra="forbid", title="Events")

    events: list[Entry]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a whole message."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | TypeAdapter(
        Entry | list[Entry] | OwnEvents
    ).json_schema()


def parse(value: object) -> Decoded:
    """Events, heartbeats and rejected entries of a message that is already a JSON value."""
    if isinstance(value, dict) and "events" in value:
        if isinstance(value["events"], list):
            return gather(_entries(value["events"], "events"))
        return Decoded(rejected=(Rejected("events is not an array.", "events"),))
    if isinstance(value, list):
        return gather(_entries(value, ""))
    return gather([_entry(value, "")])


def _entries(values: list[object], path: str) -> Iterator[Event | Heartbeat | Rejected]:
    if not values:
        yield Rejected("The array holds no event.", path)
    for number, value in enumerate(values[:MOST]):
        yield _entry(value, f"{path}[{number}]")
    if len(values) > MOST:
        yield Rejected(f"The array holds more than {MOST} entries: send several messages.", f"{path}[{MOST}]")


def _entry(value: object, path: str) -> Event | Heartbeat | Rejected:
    if not isinstance(value, dict):
        return Rejected("An event is a JSON object.", path)
    try:
        if "heartbeat" in value:
            return _heartbeat(OwnHeartbeat.model_validate(value))
        return _event(OwnEvent.model_validate(value))
    except ValidationError as err:
        return _sentence(err, path)
    except (OverflowError, UnicodeError, orjson.JSONEncodeError) as err:
        return Rejected(f"The event holds what no row can: {clean(str(err))}.", path)


def _event(own: OwnEvent) -> Event:
    device, attributes = clean(own.device), clean_value(own.attributes)
    if len(orjson.dumps(attributes)) > ATTRIBUTES:
        raise OverflowError(f"attributes over {ATTRIBUTES} bytes")
    return Event(
        id=event_id(VENDOR, device, own.id or content(own)),
        kind=own.kind,
        type=own.type,
        device=device,
        occurred_at=utc(own.occurred_at),
        subject=_clean(own.subject),
        score=own.score,
        value=own.value,
        zone=_clean(own.zone),
        direction=own.direction,
        attributes=attributes,
        picture=_clean(own.picture, 1024),
        initial=own.initial,
    )


def _heartbeat(own: OwnHeartbeat) -> Heartbeat:
    at = own.at if own.at and YEARS[0] <= own.at.year < YEARS[1] else None  # it lives, whatever its clock says
    return Heartbeat(own.kind, clean(own.device), utc(at) if at else None)


def content(own: OwnEvent) -> str:
    """An identity for an event whose sender gives none: everything that it says, in one order."""
    return orjson.dumps(clean_value(own.model_dump(exclude={"id"})), option=orjson.OPT_SORT_KEYS).decode()


def utc(time: datetime) -> datetime:
    """The instant in UTC."""
    return time.astimezone(UTC)


def _clean(text: str | None, limit: int = LIMIT) -> str | None:
    return None if text is None else clean(text, limit)


def _sentence(err: ValidationError, path: str) -> Rejected:
    """The first mistake, as a sentence, with its place."""
    first = err.errors(include_url=False, include_input=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    at = ".".join(part for part in (path, name) if part)
    return Rejected(clean(f"{name or 'The event'} is wrong: {message}."), clean(at))


def run(name: str) -> int:
    """`gatehouse schema NAME`: print the JSON Schema; 2 where there is none of that name."""
    if name != "event":
        typer.echo(f"There is no schema {name!r}: known is event.", err=True)
        return 2
    typer.echo(orjson.dumps(json_schema(), option=orjson.OPT_INDENT_2).decode())
    return 0
