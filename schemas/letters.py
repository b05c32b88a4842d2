"""A dead letter: what could not be read, kept whole with the reason, as gateway and worker write it to Kafka.

One JSON object a record: {"id", "source", "family", "content_type", "received_at", "reason", "at", "body_base64"}.
"""

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import UUID

import orjson

from schemas.errors import RecordError
from schemas.identity import uuid_of

LIMIT = 2000
"""Most characters of a text beside the body: a reason names the mistake, it does not quote the message."""

LARGEST_BODY = 11 * 1024 * 1024
"""Most bytes of a body: in base64, and with the texts, still under Kafka's largest record (schemas/topics.py)."""

_TEXTS = ("source", "family", "content_type", "reason", "at")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, or one Kafka record, that could not be read.

    `source` is the gateway's source or `kafka:TOPIC/PARTITION/OFFSET`, `family` the decoder (empty for a record), `at` where in
    the body the mistake is. `received_at` is aware. A message read in part is a letter too: its reason says what was left out.
    """

    id: UUID
    source: str
    family: str
    content_type: str
    received_at: datetime
    reason: str
    at: str
    body: bytes


def letter_id(source: str, received_at: datetime, body: bytes) -> UUID:
    """Follows from source, arrival and body: the same record read again gives the same letter."""
    return uuid_of(source, received_at.isoformat(), blake2b(body, digest_size=16).hexdigest())


def encode_letter(letter: Letter) -> bytes:
    """The record's value."""
    texts = {name: _plain(getattr(letter, name)) for name in _TEXTS}
    fixed = {"id": str(letter.id), "received_at": letter.received_at.astimezone(UTC).isoformat()}
    return orjson.dumps({**fixed, **texts, "body_base64": b64encode(letter.body).decode()})


def decode_letter(value: bytes) -> Letter:
    """The letter of a record's value; RecordError where it is none."""
    try:
        said = orjson.loads(value)
        received_at = datetime.fromisoformat(said["received_at"])
        body = b64decode(said["body_base64"], validate=True)
        texts = {name: _plain(str(said[name])) for name in _TEXTS}
        identity = UUID(said["id"])
    except (orjson.JSONDecodeError, binascii.Error, KeyError, TypeError, ValueError, AttributeError) as err:
        raise RecordError(f"The record is no dead letter ({type(err).__name__}).") from err
    if received_at.tzinfo is None:
        raise RecordError("The dead letter's received_at has no zone.")
    return Letter(id=identity, received_at=received_at.astimezone(UTC), body=body, **texts)


def _plain(text: str) -> str:
    """A text that JSON and PostgreSQL can hold."""
    return text[:LIMIT].replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
