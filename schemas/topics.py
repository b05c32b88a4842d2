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


def topic(prefix: str, kind: Kind) -> str:
    """The topic of one kind: `gatehouse.camera`."""
    return f"{prefix}.{kind}"


def dead_letter_topic(prefix: str) -> str:
    """Where what could not be read is kept whole: `gatehouse.dead-letter`."""
    return f"{prefix}.dead-letter"


def partition_of(site: str, partitions: int) -> int:
    """The partition number of a site, the same in every topic."""
    return crc32(site.encode()) % partitions
