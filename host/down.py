"""`gatehouse down`: end everything that `up` started, also when it was only half started."""

import typer

from host import remains
from host.engines import Engine, containers
from host.layout import Layout
from host.memory import recall
from host.supervisor import Supervisor
from host.turn import disk, turn
from schemas.errors import MachineError
from schemas.settings import load


def run() -> int:
    """Stop processes, then services, then the supervisor; 0 when nothing is left."""
    layout = Layout(load().local)
    if not layout.local.exists():
        typer.echo("Nothing was ever started here.")
        return 0
    with disk(layout), turn(layout):
        stopped = Supervisor(layout).shut_down()
        cleared = remains.clear(layout)
        _containers(layout)
    if left := remains.remains(layout):
        raise MachineError(f"Processes {', '.join(map(str, left))} did not end: end them by hand (kill -9).")
    typer.echo("Gatehouse has stopped." if stopped or cleared else "Nothing was running.")
    return 0


def _containers(layout: Layout) -> None:
    memory = recall(layout)
    if Engine.DOCKER in memory.engines.values():
        containers(layout, memory).stop()
