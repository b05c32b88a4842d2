"""One Kafka record as the gateway hands it on: to Kafka, or to the spool and later to Kafka, byte for byte the same."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """`content_type` becomes the record's header; `key` and `partition` follow from the site (or the dead letter's source)."""

    topic: str
    partition: int
    key: str
    content_type: str
    value: bytes

    @property
    def size(self) -> int:
        """Bytes that it takes in memory or on disk, roughly."""
        return len(self.value) + 256
