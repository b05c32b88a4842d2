"""An installation of a test's own: a real gateway and a real worker, and the command line beside them."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import httpx
import pytest

from schemas.settings import Settings
from schemas.sources import ensure_sources
from tests.streams.worker.processes import ROOT, end, environment
from tests.waiting import wait_for

READY_S = 60.0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Installation:
    """A gateway and a worker that do their work, on the test's own database and topics."""

    settings: Settings
    port: int

    def post(self, source: str, body: bytes, content_type: str) -> dict[str, object]:
        """The gateway's answer to a message of that source."""
        key = ensure_sources(self.settings.local)[source].key
        headers = {"X-Gatehouse-Key": key, "Content-Type": content_type}
        answer = httpx.post(f"http://127.0.0.1:{self.port}/in/{source}", content=body, headers=headers, trust_env=False)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def environment(self) -> dict[str, str]:
        """What makes a command one of this installation."""
        return environment(self.settings, GATEWAY_PORT=str(self.port), SETTLE_S="0.5")

    def command(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """One command of `gatehouse`, run to its end."""
        argv = [sys.executable, str(ROOT / "gatehouse.py"), *words]
        return subprocess.run(argv, env=self.environment(), cwd=self.settings.local, capture_output=True, check=False)

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """A command that goes on; killed at the end where it still does."""
        argv = [sys.executable, str(ROOT / "gatehouse.py"), *words]
        pipe = subprocess.PIPE
        with subprocess.Popen(argv, env=self.environment(), cwd=self.settings.local, stdout=pipe, stderr=pipe) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGKILL)


@pytest.fixture
def commands(settings: Settings) -> Installation:
    """The command line on the test's database and topics; no process runs."""
    ensure_sources(settings.local)
    return Installation(settings, _free_port())


@pytest.fixture
def installation(commands: Installation) -> Iterator[Installation]:
    """Gateway and worker too, ready, and ended at the end."""
    ports = {"gateway": commands.port, "worker": _free_port()}
    started = [_start(commands, name, port) for name, port in ports.items()]
    try:
        with httpx.Client(trust_env=False) as client:  # to make one costs more than to ask
            for name, port in ports.items():
                wait_for(partial(_ready, client, port), f"the {name} is ready", READY_S)
        yield commands
    finally:
        for process in started:
            end(process)


def _start(one: Installation, name: str, port: int) -> subprocess.Popen[bytes]:
    given = one.environment() | {f"GATEHOUSE_{name.upper()}_PORT": str(port)}
    argv = [sys.executable, str(ROOT / "gatehouse.py"), name]
    with (one.settings.local / f"{name}.log").open("ab") as log:
        return subprocess.Popen(argv, env=given, cwd=one.settings.local, stdout=log, stderr=log)


def _ready(client: httpx.Client, port: int) -> bool:
    try:
        return client.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.TransportError:
        return False
