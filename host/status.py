"""`gatehouse status`: each process and service, its pid, whether it is well and since when, lag, spool, dead letters."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import typer

from host.answers import database_answers, kafka_answers
from host.engines import SERVICES
from host.lag import consumer_lag
from host.layout import Layout
from host.letters import waiting_letters
from host.memory import Memory, recall
from host.processes import PROCESSES, SIMULATOR
from host.readiness import Answer, ask
from host.supervisor import State, Supervisor
from schemas.errors import GatehouseError
from schemas.settings import Settings, load

STOPPED = State("", "STOPPED", None, None, "It does not run: `gatehouse up` starts it.")


@dataclass(frozen=True, slots=True)
class Line:
    """One process or service. `since` (ISO 8601, UTC) is when it became as it is; None where nobody knows."""

    pid: int | None
    state: str
    well: bool
    since: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Status:
    """All of one installation. `lag` is in records by topic and `total`, `dead_letters` those that wait; empty where nobody
    can be asked."""

    processes: Mapping[str, Line]
    services: Mapping[str, Line]
    lag: Mapping[str, int]
    spool: Mapping[str, int]
    dead_letters: Mapping[str, int]

    @property
    def well(self) -> bool:
        """Everything is as it should be."""
        return all(line.well for line in (*self.processes.values(), *self.services.values()))


def run(*, as_json: bool) -> int:
    """Print it; 0 when all is well, else 1."""
    settings = load()
    status = read(settings)
    if as_json:
        typer.echo(json.dumps(asdict(status), indent=2))
    else:
        _print(status)
    return 0 if status.well else 1


def read(settings: Settings) -> Status:
    """Ask everything once. Never raises for what does not answer: that is what it reports."""
    layout = Layout(settings.local)
    memory = recall(layout)
    states = Supervisor(layout).states()
    answers = {p.name: ask(p.port(settings), settings.reached) for p in PROCESSES if states.get(p.name, STOPPED).running}
    wanted = [process.name for process in PROCESSES if memory.simulate or process.name != SIMULATOR]
    return Status(
        {
            process.name: process_line(states.get(process.name, STOPPED), answers.get(process.name), process.name in wanted)
            for process in PROCESSES
        },
        {name: service_line(memory, states.get(name), name, _asks(settings)[name]) for name in SERVICES},
        _lag(settings),
        spool(answers.get("gateway")),
        _letters(settings),
    )


def process_line(state: State, answer: Answer | None, wanted: bool) -> Line:
    """One process, from what the supervisor and it itself say. One that nobody wants is well while it rests."""
    if not wanted and not state.running:
        return Line(None, "STOPPED", True, _iso(state.since), "Not wanted: started with SIMULATE=0.")
    if not state.running or answer is None:
        return Line(state.pid, state.state, False, _iso(state.since), state.sentence)
    since = _iso(state.since) if answer.ready or not answer.since else answer.since
    return Line(state.pid, state.state, answer.ready, since, answer.sentence)


def service_line(memory: Memory, state: State | None, name: str, lacks: Callable[[], str]) -> Line:
    """One service: who runs it, and whether it answers a client now."""
    engine = memory.engines.get(name, "")
    if not engine:
        return Line(None, "STOPPED", False, None, STOPPED.sentence)
    lack = lacks()
    sentence = f"It does not answer: {lack}." if lack else f"It answers ({engine})."
    if state is None:
        return Line(None, "RUNNING" if not lack else "UNKNOWN", not lack, None, sentence)
    return Line(state.pid, state.state, not lack, _iso(state.since), sentence)


def spool(gateway: Answer | None) -> Mapping[str, int]:
    """What the gateway holds on disk for Kafka; zero where the gateway does not tell."""
    figures = gateway.figures if gateway else {}
    return {name: int(figures.get(f"spool_{name}", 0)) for name in ("events", "bytes")}


def _asks(settings: Settings) -> Mapping[str, Callable[[], str]]:
    return {
        "kafka": lambda: kafka_answers(settings.kafka),
        "timescaledb": lambda: database_answers(settings.database_url.get_secret_value()),
    }


def _lag(settings: Settings) -> Mapping[str, int]:
    if not settings.kafka or not settings.database_url.get_secret_value():
        return {}
    try:
        return consumer_lag(settings)
    except GatehouseError:  # the service's own line says so
        return {}


def _letters(settings: Settings) -> Mapping[str, int]:
    if not settings.database_url.get_secret_value():
        return {}
    try:
        return {"waiting": waiting_letters(settings)}
    except GatehouseError:  # the service's own line says so
        return {}


def _iso(since: float | None) -> str | None:
    return datetime.fromtimestamp(since, UTC).isoformat(timespec="seconds") if since else None


def _print(status: Status) -> None:
    typer.echo(f"{'':<12} {'well':<5} {'state':<9} {'pid':>7}  {'since':<21}")
    for name, line in {**status.processes, **status.services}.items():
        well = typer.style(f"{'yes' if line.well else 'no':<5}", fg="green" if line.well else "red", bold=not line.well)
        since = (line.since or "")[:19].replace("T", " ") + ("Z" if line.since else "")
        typer.echo(f"{name:<12} {well} {line.state.lower():<9} {line.pid or '':>7}  {since:<21} {line.sentence}")
    typer.echo(
        f"lag {status.lag.get('total', '?')} records; spool {status.spool['events']} events, {status.spool['bytes']} bytes; "
        f"dead letters {status.dead_letters.get('waiting', '?')} waiting (gatehouse dead-letters list)"
    )
