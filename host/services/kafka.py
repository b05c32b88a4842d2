"""Kafka from Maven's jars: one node, KRaft, loopback."""

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from host.programs import END_WITH_PARENT, Program
from host.services.cache import MEND_MAVEN
from host.shell import run
from schemas.topics import LARGEST_RECORD

LOGGING = Path(__file__).parents[2] / "docker" / "kafka" / "log4j2.properties"
HEAP_MIB = 512  # measured: 375 MiB resident at this heap under the full load of one community
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Kafka:
    """One broker: its data's folder, the jars, and the two ports it listens on."""

    folder: Path
    jars: Path
    port: int
    controller_port: int

    @property
    def bootstrap(self) -> str:
        """What clients are given."""
        return f"127.0.0.1:{self.port}"

    @property
    def properties_file(self) -> Path:
        """The broker's settings, written by `prepare`."""
        return self.folder / "server.properties"

    @property
    def _classpath(self) -> str:
        return f"{self.jars}/*"

    def properties(self) -> dict[str, str | int]:
        """The broker's settings. Replication is 1 because there is one node; topics are made by `up` alone."""
        return {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@127.0.0.1:{self.controller_port}",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": str(self.folder / "data"),
            "auto.create.topics.enable": "false",
            "default.replication.factor": 1,
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            "group.initial.rebalance.delay.ms": 0,
            "group.min.session.timeout.ms": 1000,
            "message.max.bytes": LARGEST_RECORD,
            "replica.fetch.max.bytes": LARGEST_RECORD,
            "log.retention.check.interval.ms": HOUR_MS // 12,
        }

    def prepare(self, cluster: UUID) -> None:
        """Write the settings; format the data's folder the first time. `cluster` names a new cluster."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{key}={value}\n" for key, value in self.properties().items()]
        self.properties_file.write_text("".join(lines), "utf-8")
        if not (self.folder / "data" / "meta.properties").exists():
            name = base64.urlsafe_b64encode(cluster.bytes).decode().rstrip("=")
            tool = ["java", "-cp", self._classpath, "kafka.tools.StorageTool", "format", f"--cluster-id={name}"]
            run([*tool, "-c", str(self.properties_file)], mend=MEND_MAVEN)

    def program(self) -> Program:
        """The broker in the foreground."""
        flags = (f"-Xmx{HEAP_MIB}m", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true")
        logging = f"-Dlog4j2.configurationFile={LOGGING}"
        java = ("java", *flags, logging, "-cp", self._classpath, "kafka.Kafka", str(self.properties_file))
        path = {"PATH": os.environ.get("PATH", os.defpath)}
        return Program("kafka", (*END_WITH_PARENT, *java), self.folder, path, stop_s=30, rank=1)
