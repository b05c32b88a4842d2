"""How far the worker is behind: what Kafka has, less what the database says is stored."""

from collections.abc import Mapping

import psycopg
from kafka import TopicPartition
from kafka.admin import OffsetSpec

from host.services.admin import admin_client
from host.services.topics import wanted
from schemas.database import connect
from schemas.settings import Settings

Offsets = Mapping[tuple[str, int], int]


def consumer_lag(settings: Settings) -> Mapping[str, int]:
    """Records by topic, and their total under `total`; Unavailable where Kafka or the database does not answer."""
    return behind(*_ends(settings), _stored(settings))


def behind(begins: Offsets, ends: Offsets, stored: Offsets) -> dict[str, int]:
    """Per topic, the sum over its partitions of end less stored; what is stored nowhere counts from the log's begin."""
    lag: dict[str, int] = {}
    for (topic, partition), end in ends.items():
        reached = max(stored.get((topic, partition), 0), begins.get((topic, partition), 0))
        lag[topic] = lag.get(topic, 0) + max(0, end - reached)
    return {**lag, "total": sum(lag.values())}


def _ends(settings: Settings) -> tuple[Offsets, Offsets]:
    """The first and the next offset of each partition."""
    with admin_client(settings.kafka) as admin:
        names = sorted(set(admin.list_topics()) & set(wanted(settings.topic_prefix)))
        topics = admin.describe_topics(names) if names else []
        parts = [TopicPartition(topic["name"], p["partition_index"]) for topic in topics for p in topic["partitions"]]
        first, last = (
            {(part.topic, part.partition): found.offset for part, found in admin.list_partition_offsets(asked).items()}
            for asked in (dict.fromkeys(parts, OffsetSpec.EARLIEST), dict.fromkeys(parts, OffsetSpec.LATEST))
        )
        return first, last


def _stored(settings: Settings) -> Offsets:
    """The next offset of each partition as the worker committed it; nothing before the first migration."""
    with connect(settings) as connection:
        try:
            rows = connection.execute("SELECT topic, partition, next_offset FROM progress").fetchall()
        except psycopg.errors.UndefinedTable:
            return {}
    return {(topic, partition): offset for topic, partition, offset in rows}
