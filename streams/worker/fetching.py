"""Faust's Kafka consumer with a shorter wait in each fetch.

Faust fixes it at 1.5 s, and the client has one fetch under way for all partitions of a broker: one whose records were not
taken yet when the fetch began is not in it, and would wait that long behind the quiet ones.
"""

from typing import Any

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer

WAIT_MS = 15


class _PromptThread(AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = WAIT_MS
        return consumer


class PromptConsumer(Consumer):
    """To be set as the `Consumer` of an application's transport."""

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _PromptThread(self, loop=self.loop, beacon=self.beacon)
