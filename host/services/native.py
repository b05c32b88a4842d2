"""Both services of one installation on a machine without a Docker engine."""

from dataclasses import dataclass
from uuid import UUID

import psycopg

from host.layout import Layout
from host.memory import Memory
from host.programs import Program
from host.services.cache import kafka_jars, timescale_root
from host.services.kafka import Kafka
from host.services.timescale import SUPERUSER, Timescale, ensure_database
from schemas.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Native:
    """The services that this installation runs itself, of kafka and timescaledb."""

    layout: Layout
    memory: Memory

    def kafka(self, cluster: UUID) -> Program:
        """The broker's program, its parts fetched and its data prepared."""
        broker = Kafka(self.layout.local / "kafka", kafka_jars(), self.memory.ports["kafka"], self.memory.ports["controller"])
        broker.prepare(cluster)
        return broker.program()

    def timescaledb(self) -> Program:
        """The server's program, its parts fetched and its data prepared."""
        server = self._server()
        server.prepare(self.memory.superuser_password)
        return server.program()

    def ensure_database(self) -> None:
        """The database with its owner and extension, in the server that runs."""
        url = self._server().url(SUPERUSER, self.memory.superuser_password, "postgres")
        try:
            ensure_database(url, self.memory.owner_password)
        except psycopg.OperationalError as err:
            raise Unavailable(
                "The database does not take our password or does not answer: `gatehouse logs timescaledb`."
            ) from err

    def _server(self) -> Timescale:
        return Timescale(self.layout.local / "timescaledb", timescale_root(), self.memory.ports["timescaledb"])
