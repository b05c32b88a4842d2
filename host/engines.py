"""Who runs Kafka and TimescaleDB: addresses given in the settings, a Docker engine that answers, or this Debian machine."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from host.layout import Layout
from host.memory import Memory
from host.services.docker import Containers
from host.services.timescale import DATABASE
from schemas.errors import SettingsError
from schemas.settings import Settings

SERVICES = ("kafka", "timescaledb")


class Engine(StrEnum):
    """Who runs a service."""

    GIVEN = "given"
    DOCKER = "docker"
    NATIVE = "native"


def choose(settings: Settings, memory: Memory, docker_answers: Callable[[], bool]) -> Mapping[str, Engine]:
    """The engine of each service. An address that `up` itself once generated does not count as given."""
    given = {"kafka": settings.kafka, "timescaledb": settings.database_url.get_secret_value()}
    ours = addresses(memory)
    wanted = [name for name in SERVICES if given[name] in ("", ours[name])]
    engine = _of_machine(settings, memory, docker_answers) if wanted else Engine.GIVEN
    return {name: engine if name in wanted else Engine.GIVEN for name in SERVICES}


def _of_machine(settings: Settings, memory: Memory, docker_answers: Callable[[], bool]) -> Engine:
    """Docker where it answers, but an installation stays with the engine that has its data."""
    if settings.engine != "auto":
        if settings.engine == "docker" and not docker_answers():
            raise SettingsError('engine = "docker", but no Docker engine answers: start it, or set engine = "auto".')
        return Engine(settings.engine)
    before = {Engine(name) for name in memory.engines.values()} - {Engine.GIVEN}
    if Engine.NATIVE in before:
        return Engine.NATIVE
    return Engine.DOCKER if docker_answers() else Engine.NATIVE


def addresses(memory: Memory) -> Mapping[str, str]:
    """Where the services answer that are ours; empty before ports are chosen."""
    kafka, database = memory.ports.get("kafka", 0), memory.ports.get("timescaledb", 0)
    return {
        "kafka": f"127.0.0.1:{kafka}" if kafka else "",
        "timescaledb": f"postgresql://{DATABASE}:{memory.owner_password}@127.0.0.1:{database}/{DATABASE}" if database else "",
    }


def containers(layout: Layout, memory: Memory) -> Containers:
    """The containers of this installation."""
    return Containers(layout.local, memory.ports["kafka"], memory.ports["timescaledb"], memory.owner_password)
