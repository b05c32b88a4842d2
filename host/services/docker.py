"""Kafka and TimescaleDB by a Docker engine: docker/compose.yaml, these two services of it."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from host.shell import run

COMPOSE = Path(__file__).parents[2] / "docker" / "compose.yaml"
SERVICES = ("kafka", "timescaledb")
PATIENCE_S = 5
MEND = 'see `docker compose ls` and `docker info`, or set engine = "native".'


def engine_answers() -> bool:
    """Whether a Docker engine with compose answers; a client without an engine does not count."""
    if shutil.which("docker") is None:
        return False
    return all(_succeeds(["docker", *words]) for words in (("info",), ("compose", "version")))


def _succeeds(argv: list[str]) -> bool:
    try:
        return subprocess.run(argv, capture_output=True, check=False, timeout=PATIENCE_S).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@dataclass(frozen=True, slots=True)
class Containers:
    """The two containers of one installation; its project's name follows from the local folder."""

    local: Path
    kafka_port: int
    database_port: int
    password: str

    def _compose(self, *words: str) -> list[str]:
        name = "gatehouse-" + hashlib.sha256(os.fsencode(self.local)).hexdigest()[:10]
        return ["docker", "compose", "-p", name, "-f", str(COMPOSE), *words]

    def variables(self) -> Mapping[str, str]:
        """What the compose file asks for."""
        ports = {"KAFKA_PORT": str(self.kafka_port), "DATABASE_PORT": str(self.database_port)}
        return {**ports, "DATABASE_PASSWORD": self.password}

    def start(self, services: tuple[str, ...] = SERVICES) -> None:
        """Start them and wait until their health checks pass."""
        run(self._compose("up", "-d", "--wait", *services), mend=MEND, environment=self.variables())

    def stop(self) -> None:
        """Stop and remove them; their volumes stay."""
        run(self._compose("stop", *SERVICES), mend=MEND, environment=self.variables())
