"""Which logs the six topics are now: Kafka gives every topic an id when it is made, and another one when it is made anew."""

from collections.abc import Mapping
from uuid import UUID

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from schemas.errors import Unavailable
from schemas.events import Kind
from schemas.topics import kinds_by_topic

_BOOTSTRAP_MS = 3000


def log_ids(kafka: str, prefix: str) -> Mapping[Kind, UUID]:
    """Each kind's log; Unavailable where Kafka does not answer or has no such topic."""
    names = kinds_by_topic(prefix)
    try:
        client = KafkaAdminClient(bootstrap_servers=kafka.split(","), bootstrap_timeout_ms=_BOOTSTRAP_MS)
        try:
            found = client.describe_topics(list(names))
        finally:
            client.close()
    except (KafkaError, OSError) as err:
        raise Unavailable(f"Kafka does not say which logs its topics are ({type(err).__name__}): `gatehouse doctor`.") from err
    if missing := [each["name"] for each in found if each["error_code"]]:
        raise Unavailable(f"Kafka has no topic {', '.join(missing)}: `gatehouse up` makes them.")
    return {names[each["name"]]: UUID(str(each["topic_id"])) for each in found}
