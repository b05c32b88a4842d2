"""An installation of its own for a trial that kills: own folder, own ports, own Kafka and database. It meets no other one."""

import os
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from host.layout import Layout
from host.programs import privileged
from host.services.cache import cache_folder
from host.supervisor import Supervisor
from schemas.errors import Unavailable
from schemas.settings import HOME, PREFIX, Settings, variable

LAST_WORDS = 15  # lines of what `up` said, where it failed


@dataclass(frozen=True, slots=True)
class Installation:
    """A running one: its settings, and the supervisor that keeps its processes."""

    settings: Settings
    supervisor: Supervisor

    def pid(self, name: str) -> int | None:
        """The process that runs under this name now, if one does."""
        state = self.supervisor.states().get(name)
        return state.pid if state else None


@contextmanager
def installation() -> Iterator[Installation]:
    """Start one without a simulator; end it and remove everything of it, also when we are told to end. Main thread only."""
    folder = Path(mkdtemp(prefix="gatehouse-chaos-"))
    environment = _environment(folder)
    share_compiled(folder / "local")
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        _command("up", environment, "--no-simulate")
        layout = Layout(folder / "local")
        settings = Settings(**tomllib.loads(layout.effective.read_text("utf-8")))
        yield Installation(settings, Supervisor(layout))
    finally:
        _command("down", environment)
        _remove(folder)
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, _: object) -> None:
    """End in order, so that what was started is ended too."""
    raise SystemExit(128 + number)


def share_compiled(local: Path) -> None:
    """Make an installation's local folder. Compiled rules are the same for every trial, and take a minute: they are kept where
    numba is told to keep them, else where downloaded parts are."""
    told = os.environ.get("NUMBA_CACHE_DIR")
    kept = Path(told).absolute() if told else cache_folder() / "numba-of-trials"
    kept.mkdir(parents=True, exist_ok=True)
    local.mkdir(mode=0o700)
    (local / "numba").symlink_to(kept)


def _environment(folder: Path) -> Mapping[str, str]:
    """Ours without any setting: a trial must not touch the services that somebody named there."""
    file = folder / "gatehouse.toml"
    file.write_text(f'local = "{folder / "local"}"\nengine = "native"\n', "utf-8")
    others = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    return {**others, variable("file"): str(file)}


def _command(name: str, environment: Mapping[str, str], *more: str) -> None:
    command = [sys.executable, str(HOME / "gatehouse.py"), name, *more]
    done = subprocess.run(command, env=environment, cwd=HOME, capture_output=True, text=True, check=False)
    if done.returncode:
        words = " ".join((done.stdout + done.stderr).split("\n")[-LAST_WORDS:]).strip()
        raise Unavailable(f"`gatehouse {name}` of the trial's own installation failed: {words}")


def _remove(folder: Path) -> None:
    """The database's files belong to its own user."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        subprocess.run(privileged(["rm", "-rf", "--one-file-system", str(folder)]), check=False)
