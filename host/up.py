"""`gatehouse up`: from nothing, or from anything half started, to an event on the wall.

Every step may be done again; a second `up` finds what is there. A step that cannot be done ends it with one sentence that
says what is missing and the command that mends it.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import typer

from host import probe, remains
from host.answers import database_answers, kafka_answers
from host.engines import Engine, addresses, choose, containers
from host.layout import Layout
from host.logs import last_line
from host.memory import Memory, completed, recall, remember, write_effective, write_generated
from host.prepare import PASSWORD_FILE, private_files, tables_and_topics
from host.processes import PROCESSES, SIMULATOR, Process, programs, version_of
from host.programs import Program
from host.readiness import ask
from host.services.docker import engine_answers
from host.services.native import Native
from host.services.ports import is_free
from host.supervisor import Supervisor, until
from host.supervisor_config import configure, needs_root
from host.turn import disk, turn
from schemas.errors import MachineError, Unavailable
from schemas.settings import Settings, load
from schemas.site import load_site

SERVICE_S = 90.0
PROCESS_S = 240.0  # the first start of the worker compiles the rules
EVENT_S = 60.0
USER = "admin"


@contextmanager
def _step(what: str) -> Iterator[None]:
    """A line that says what is done, and how long it took."""
    typer.echo(f"  {what} … ", nl=False)
    begin, end = time.monotonic(), "no"
    try:
        yield
        end = f"{time.monotonic() - begin:.1f} s"
    finally:
        typer.echo(end)


def run(*, simulate: bool) -> int:
    """Start everything; 0 when an event has gone the whole way to the wall's socket."""
    begin = time.monotonic()
    settings = load()
    load_site(settings.site)
    layout = Layout(settings.local)
    with disk(layout):
        layout.make()
        with turn(layout):
            typer.echo("Gatehouse starts.")
            seconds = _Start(layout, simulate).run()
    _farewell(load(), seconds, time.monotonic() - begin)
    return 0


@dataclass(slots=True)
class _Start:
    """One run of `up`."""

    layout: Layout
    simulate: bool

    def run(self) -> float:
        """All steps in order; seconds that the event took from the gateway to the wall's socket."""
        supervisor = Supervisor(self.layout)
        stopped = not supervisor.answers()
        if stopped and remains.remains(self.layout):
            with _step("ending what a killed start left behind"):
                remains.clear(self.layout)
        memory = self._memory(stopped=stopped)
        native = Native(self.layout, memory)
        wanted = self._services(native)
        settings = self._settings(memory)
        version = version_of(self.layout.effective)
        everything = [*wanted, *programs(self.layout, settings, version=version)]
        configure(self.layout, everything)
        supervisor.ensure_running(as_root=needs_root(everything))
        self._start_services(supervisor, settings, native, [program.name for program in wanted])
        self._start_processes(supervisor, settings)
        with _step("one event from the gateway to the wall's socket"):
            return probe.follow(settings, f"up-{uuid4()}", datetime.now(UTC), EVENT_S)

    def _memory(self, *, stopped: bool) -> Memory:
        """Ports, passwords and engines, chosen and kept; private files made."""
        before = recall(self.layout)
        engines = choose(load(), before, engine_answers)
        memory = completed(before, random.SystemRandom(), stopped=stopped)
        memory = replace(memory, engines={name: str(engine) for name, engine in engines.items()}, simulate=self.simulate)
        remember(self.layout, memory)
        private_files(self.layout.local)
        return memory

    def _services(self, native: Native) -> list[Program]:
        """The programs of the services that run on this machine itself; containers are started here."""
        engines = native.memory.engines
        if Engine.DOCKER in engines.values():
            with _step("Kafka and TimescaleDB in Docker"):
                wanted = tuple(name for name, engine in engines.items() if engine == Engine.DOCKER)
                containers(self.layout, native.memory).start(wanted)
        prepared = []
        if engines["kafka"] == Engine.NATIVE:
            with _step("Kafka's parts (downloaded once for all checkouts)"):
                prepared.append(native.kafka(uuid4()))
        if engines["timescaledb"] == Engine.NATIVE:
            with _step("TimescaleDB's parts (downloaded once for all checkouts, 700 MB)"):
                prepared.append(native.timescaledb())
        return prepared

    def _settings(self, memory: Memory) -> Settings:
        """The settings with all addresses, written for the processes."""
        ours = addresses(memory)
        ports = {f"{process.name}_port": memory.ports[process.name] for process in PROCESSES}
        write_generated(self.layout, {"kafka": ours["kafka"], "database_url": ours["timescaledb"], **ports})
        settings = load()
        write_effective(self.layout, settings)
        return settings

    def _start_services(self, supervisor: Supervisor, settings: Settings, native: Native, names: list[str]) -> None:
        for name in names:
            supervisor.start(name)
        with _step("Kafka answers"):
            _wait(lambda: kafka_answers(settings.kafka), "kafka", SERVICE_S)
        with _step("TimescaleDB answers"):
            own = "timescaledb" in names
            _wait(lambda: self._database(settings, native if own else None), "timescaledb", SERVICE_S)
        with _step("tables and topics"):
            tables_and_topics(settings)

    def _database(self, settings: Settings, native: Native | None) -> str:
        """Empty when the database answers; ours is made in the server first."""
        if native is not None:
            try:
                native.ensure_database()
            except Unavailable as err:
                return str(err)
        return database_answers(settings.database_url.get_secret_value())

    def _start_processes(self, supervisor: Supervisor, settings: Settings) -> None:
        if not self.simulate:
            supervisor.stop(SIMULATOR)
        wanted = [process for process in PROCESSES if self.simulate or process.name != SIMULATOR]
        states = supervisor.states()
        for process in wanted:
            _check_port(process, settings, running=states[process.name].running)
            supervisor.start(process.name)
        for process in wanted:
            with _step(f"{process.name} {process.does}"):
                _wait(partial(_lacks, supervisor, process, settings), process.name, PROCESS_S)


def _check_port(process: Process, settings: Settings, *, running: bool) -> None:
    port = process.port(settings)
    if not running and not until(lambda: is_free(port, settings.reached), process.stop_s):
        raise MachineError(f"Port {port} ({process.name}_port) is taken by another program: end it, or set another port.")


def _lacks(supervisor: Supervisor, process: Process, settings: Settings) -> str:
    """Empty when the process does its work, else what it lacks; Unavailable where it ends as soon as it is started."""
    state = supervisor.states().get(process.name)
    if state is not None and state.failing:
        last = last_line(supervisor.layout.logs / f"{process.name}.log") or state.sentence
        raise Unavailable(f"{process.name} ends as soon as it is started ({last}): see `gatehouse logs {process.name}`.")
    if state is None or not state.running:
        return (state and state.sentence) or "it is starting"
    answer = ask(process.port(settings), settings.reached)
    return "" if answer.ready else answer.sentence


def _wait(lack: Callable[[], str], name: str, within_s: float) -> None:
    """Wait until nothing lacks; else say what did last, and where to look."""
    last = ""

    def done() -> bool:
        nonlocal last
        last = lack()
        return not last

    if not until(done, within_s):
        raise Unavailable(f"{name} is not ready after {within_s:.0f} s ({last}): see `gatehouse logs {name}`.")


def _farewell(settings: Settings, seconds: float, all_s: float) -> None:
    typer.echo(f"Ready in {all_s:.0f} s; an event took {seconds * 1000:.0f} ms from the gateway to the wall.")
    typer.echo(f"  Wall      {settings.dashboard_at}/wall")
    typer.echo(f"  Log in    as {USER}; the first password stands in {settings.local / PASSWORD_FILE}")
    typer.echo(f"  Devices   post to {settings.gateway_at}/in/SOURCE; the keys stand in {settings.local / 'sources.json'}")
    typer.echo(f"  Logs      {settings.local / 'logs'}, or `gatehouse logs`")
    typer.echo("  Stop      make down")
