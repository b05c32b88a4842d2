"""A dead letter: what could not be read, kept whole with the reason.

In Kafka its value is the body as it came; everything else is in headers, so that any tool can look at both. Gateway and
worker write them; the worker stores them once, by their place in the log.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import UUID

from schemas.errors import RecordError

Headers = list[tuple[str, bytes]]

LIMITS = {"source": 200, "family": 100, "content-type": 200, "reason": 2000, "at": 500}
"""Most characters of each header: a reason names the mistake, it does not quote the message."""


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


def letter_id(source: str, body: bytes, received_at: datetime) -> UUID:
    """128 bits of BLAKE2b: the same record read again gives the same letter."""
    text = f"{source}\x1f{received_at.astimezone(UTC).isoformat()}\x1f".encode()
    return UUID(bytes=blake2b(text + body, digest_size=16).digest())


def to_headers(letter: Letter) -> Headers:
    """Everything but the body, as Kafka headers; long texts are cut, characters that PostgreSQL has no room for replaced."""
    texts = {
        "source": letter.source,
        "family": letter.family,
        "content-type": letter.content_type,
        "reason": letter.reason,
        "at": letter.at,
    }
    plain = {"id": str(letter.id), "received-at": letter.received_at.astimezone(UTC).isoformat()}
    cut = {name: text[: LIMITS[name]].replace("\x00", "\ufffd") for name, text in texts.items()}
    return [(name, text.encode("utf-8", "replace")) for name, text in (plain | cut).items()]


def from_record(headers: Iterable[tuple[str, bytes]], body: bytes) -> Letter:
    """The letter of a Kafka record; RecordError where its headers are not those of one."""
    words = {name: value.decode("utf-8", "replace") for name, value in headers}
    try:
        received_at = datetime.fromisoformat(words["received-at"])
        identity = UUID(words["id"])
    except (KeyError, ValueError) as err:
        raise RecordError("The dead letter has no readable id or received-at header.") from err
    if received_at.tzinfo is None:
        raise RecordError("The dead letter's received-at has no zone.")
    rest = {name.replace("-", "_"): words.get(name, "")[:limit].replace("\x00", "\ufffd") for name, limit in LIMITS.items()}
    return Letter(id=identity, received_at=received_at.astimezone(UTC), body=body, **rest)
