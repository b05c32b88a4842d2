"""Gatehouse's topics in Kafka: made by `up` with their retention, never by a client in passing."""

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from host.services.admin import admin_client
from schemas.errors import MachineError
from schemas.topics import LARGEST_RECORD, dead_letter_topic, kinds_by_topic

DAY_MS = 24 * 3_600_000
EVENTS_MS = 3 * DAY_MS  # a worker that stands still from Friday evening to Monday morning still finds everything
DEAD_LETTERS_MS = 30 * DAY_MS


def wanted(prefix: str) -> dict[str, dict[str, str]]:
    """Each topic's settings, by its name."""
    events = {
        "retention.ms": str(EVENTS_MS),
        "cleanup.policy": "delete",
        "max.message.bytes": str(LARGEST_RECORD),
        "message.timestamp.type": "LogAppendTime",  # the broker's clock, which no writer can set
    }
    letters = {**events, "retention.ms": str(DEAD_LETTERS_MS)}
    return {**dict.fromkeys(kinds_by_topic(prefix), events), dead_letter_topic(prefix): letters}


def ensure_topics(bootstrap: str, prefix: str, partitions: int) -> int:
    """Make the topics that are absent, and give those that are there today's settings; how many were made.

    A topic with another number of partitions is refused with a sentence.
    """
    with admin_client(bootstrap) as admin:
        return _ensure(admin, prefix, partitions)


def _ensure(admin: KafkaAdminClient, prefix: str, partitions: int) -> int:
    topics = wanted(prefix)
    present = set(admin.list_topics()) & set(topics)
    for found in admin.describe_topics(sorted(present)) if present else []:
        if len(found["partitions"]) != partitions:
            raise MachineError(
                f"Topic {found['name']} has {len(found['partitions'])} partitions and the settings say {partitions}:"
                f" set partitions = {len(found['partitions'])}, because a site's events must stay in one partition."
            )
    if present:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, topics[name]) for name in sorted(present)])
    absent = {name: configs for name, configs in topics.items() if name not in present}
    if absent:
        new = {name: {"num_partitions": partitions, "configs": configs} for name, configs in absent.items()}
        admin.create_topics(new, wait_for_metadata=True)
    return len(absent)
