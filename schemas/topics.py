"""Kafka topics: one a kind, keyed by site, and one for dead letters.

All of a site's events, of every kind, are in the same partition number, so that they meet in one worker. The partition
is chosen here and not by a client's hash, so that every client agrees.
"""

from zlib import crc32

from schemas.events import Kind

ARROW = "application/vnd.apache.arrow.stream"
JSON = "application/json"
TICK = "application/vnd.gatehouse.tick+json"
CONTENT_TYPE = "content-type"
"""The record header that tells how the value is written: an Arrow IPC stream, JSON, or a tick."""

LARGEST_RECORD = 16 * 1024 * 1024
"""Bytes of one record that brokers take and clients send: a dead letter holds a whole body, a batch thousands of rows."""


def topic(prefix: str, kind: Kind) -> str:
    """The topic of one kind: `gatehouse.camera`."""
    return f"{prefix}.{kind}"


def kinds_by_topic(prefix: str) -> dict[str, Kind]:
    """The six topics, in the kinds' order, each with its kind."""
    return {topic(prefix, kind): kind for kind in Kind}


def dead_letter_topic(prefix: str) -> str:
    """Where what could not be read is kept whole: `gatehouse.dead-letter`."""
    return f"{prefix}.dead-letter"


def partition_of(site: str, partitions: int) -> int:
    """The partition number of a site, the same in every topic."""
    return crc32(site.encode()) % partitions
