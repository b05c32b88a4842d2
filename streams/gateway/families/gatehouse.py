"""Our own JSON (schemas/event_json.py), alone or as a part of a multipart body."""

from collections.abc import Iterator
from itertools import chain

from schemas.decoded import Decoded, Rejected
from schemas.event_json import parse
from streams.gateway.context import Context
from streams.gateway.documents import Document, read_documents


def decode(body: bytes, content_type: str, context: Context) -> Decoded:
    """Events, heartbeats and what could not be read; never raises on what was sent."""
    documents = read_documents(body, content_type, context.depth)
    results = list(_results(documents.found))
    return Decoded(
        events=tuple(chain.from_iterable(result.events for result in results)),
        heartbeats=tuple(chain.from_iterable(result.heartbeats for result in results)),
        rejected=(*documents.rejected, *chain.from_iterable(result.rejected for result in results)),
    )


def _results(documents: list[Document]) -> Iterator[Decoded]:
    for document in documents:
        if document.root:
            yield Decoded(rejected=(Rejected("Our own messages are JSON, not XML.", document.at),))
        else:
            yield parse(document.value)
