"""Reading a body by its family: what the gateway does with a message, and what a dead letter's retry does again.

To re-submit a dead letter, post its body to the gateway again as its source with the header X-Gatehouse-Received-At (RFC 3339
with a zone): the time that stands in where the message names none stays that of the first arrival. The header counts
only together with the source's key. Events that were read the first time keep their ids, so nothing is doubled.
"""

from dataclasses import replace

from schemas.decoded import Decoded, Rejected
from streams.gateway.context import Context
from streams.gateway.families import FAMILIES

RECEIVED_AT = "x-gatehouse-received-at"

SIMULATED = "x-gatehouse-simulated"
"""A sender that is no real device says so with the value 1: vendors' formats have no word for it."""


def read_body(family: str, body: bytes, content_type: str, context: Context) -> Decoded:
    """What the body says; a family that is not known rejects it whole."""
    decoder = FAMILIES.get(family)
    if decoder is None:
        return Decoded(rejected=(Rejected(f"There is no family {family!r}: known are {', '.join(FAMILIES)}.", ""),))
    if not body.strip():
        return Decoded(rejected=(Rejected("The body is empty.", "byte 0"),))
    return decoder(body, content_type, context)


def as_simulated(decoded: Decoded) -> Decoded:
    """The same with every event marked as no real one (attribute `simulated`)."""
    events = (replace(event, attributes={**event.attributes, "simulated": True}) for event in decoded.events)
    return replace(decoded, events=tuple(events))
