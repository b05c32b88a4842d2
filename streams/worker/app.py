"""The Faust application: six agents, one a kind, each handing its records to the lane of their partition.

Nothing is acknowledged here: an agent's stream is `noack`, and a lane acknowledges what a saved state covers. Agents do not
raise: a record is handed over whole, and what is in it is the lane's business.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import faust

from schemas.events import Kind
from schemas.topics import topic
from streams.worker.fetching import PromptConsumer
from streams.worker.lanes import Lanes
from streams.worker.log_reader import record_of

SESSION_S = 6.0  # Kafka's own lower limit: a killed worker's partitions are free after this
HEARTBEAT_S = 1.5
BUFFERED_RECORDS = 16  # of each topic, between Kafka and the lane; a busy gateway's record has 100 kB
FETCH_BYTES = 1024 * 1024
COMMIT_S = 1.0


@dataclass(frozen=True, slots=True)
class Stream:
    """Where the records are. `instance` names this member of the group: restarted, it has its partitions at once."""

    kafka: str
    prefix: str
    instance: str | None = None


def create_app(stream: Stream, lanes: Lanes) -> faust.App:
    """The application of one worker; starting and stopping it is the composition root's."""
    app = faust.App(
        f"{stream.prefix}.worker",
        broker=";".join(f"aiokafka://{address}" for address in stream.kafka.split(",")),
        store="memory://",
        autodiscover=False,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        stream_wait_empty=False,
        stream_buffer_maxsize=BUFFERED_RECORDS,
        stream_recovery_delay=0.0,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=FETCH_BYTES,
        consumer_group_instance_id=stream.instance,
        broker_session_timeout=SESSION_S,
        broker_heartbeat_interval=HEARTBEAT_S,
        broker_commit_interval=COMMIT_S,
        broker_max_poll_interval=600.0,
        worker_redirect_stdouts=False,
    )
    for kind in (Kind.CAMERA, Kind.FACE, Kind.PLATE, Kind.DOOR, Kind.PARKING, Kind.FACILITY):
        source = app.topic(topic(stream.prefix, kind), key_serializer="raw", value_serializer="raw")
        app.agent(source, name=str(kind))(_agent(kind, lanes))

    async def revoked(_: Any, *gone: Any, **__: Any) -> None:
        await lanes.close({tp.partition for partitions in gone for tp in partitions})

    cast(Any, app.transport).Consumer = PromptConsumer
    app.on_partitions_revoked.connect(cast(Any, revoked))
    return app


def _agent(kind: Kind, lanes: Lanes) -> Callable[[Any], Awaitable[None]]:
    """One kind's agent."""

    async def agent(stream: Any) -> None:
        events: AsyncIterator[Any] = stream.noack().events()
        async for event in events:
            await lanes.put(event.message.partition, record_of(kind, event.message), event)

    return agent
