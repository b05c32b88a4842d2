"""The process supervisor (supervisord): starting it, and speaking to it through its socket."""

import http.client
import os
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import Faults, SupervisorTransport

from host.layout import Layout
from host.programs import privileged
from schemas.errors import MachineError, Unavailable
from schemas.settings import PREFIX

START_S = 30.0
STOP_S = 90.0
PAUSE_S = 0.05
AWAY = (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError)


@dataclass(frozen=True, slots=True)
class State:
    """One program as the supervisor sees it: `since` (Unix time) is its start while it runs, else its end."""

    name: str
    state: str
    pid: int | None
    since: float | None
    sentence: str

    @property
    def running(self) -> bool:
        """It lives, if only just."""
        return self.state in ("RUNNING", "STARTING")

    @property
    def failing(self) -> bool:
        """It ends as soon as it is started."""
        return self.state in ("BACKOFF", "FATAL")


@dataclass(frozen=True, slots=True)
class Supervisor:
    """A running supervisord, spoken to through its socket."""

    layout: Layout

    @contextmanager
    def _calls(self) -> Iterator[Any]:
        """Its calls; Unavailable where it does not answer or goes away, MachineError where it refuses."""
        transport = SupervisorTransport(None, None, serverurl=f"unix://{self.layout.socket}")
        try:
            yield xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor
        except AWAY as err:
            raise Unavailable("The supervisor does not answer: run `gatehouse up` again.") from err
        except xmlrpc.client.Fault as fault:
            raise MachineError(f"The supervisor refused ({fault.faultString}): see `gatehouse logs supervisord`.") from fault
        finally:
            transport.close()

    def answers(self) -> bool:
        """Whether it runs and takes orders."""
        try:
            with self._calls() as calls:
                return bool(calls.getState()["statename"] == "RUNNING")
        except Unavailable:
            return False

    def states(self) -> Mapping[str, State]:
        """Every program by name; none where no supervisor runs."""
        try:
            with self._calls() as calls:
                return {info["name"]: _state(info) for info in calls.getAllProcessInfo()}
        except Unavailable:
            return {}

    def ensure_running(self, *, as_root: bool) -> None:
        """Start supervisord where it does not run; otherwise let it read its configuration again."""
        if self.answers():
            self._reread()
            return
        self.layout.socket.unlink(missing_ok=True)
        words = _launch(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.layout.supervisor_config)], as_root=as_root
        )
        if words or not until(self.answers, START_S):
            raise MachineError(f"supervisord did not start ({words}): see {self.layout.logs / 'supervisord.log'}.")

    def _reread(self) -> None:
        with self._calls() as calls:
            added, changed, removed = calls.reloadConfig()[0]
            for name in [*changed, *removed]:
                calls.stopProcessGroup(name)
                calls.removeProcessGroup(name)
            for name in [*added, *changed]:
                calls.addProcessGroup(name)

    def start(self, name: str) -> None:
        """See that it runs; one that waits for its next try is tried now."""
        with self._calls() as calls:
            if calls.getProcessInfo(name)["statename"] == "BACKOFF":
                calls.stopProcess(name)
            try:
                calls.startProcess(name, False)
            except xmlrpc.client.Fault as fault:
                if fault.faultCode != Faults.ALREADY_STARTED:
                    raise MachineError(
                        f"{name} cannot be started ({fault.faultString}): see `gatehouse logs {name}`."
                    ) from fault

    def stop(self, name: str) -> None:
        """See that it does not run."""
        with self._calls() as calls:
            try:
                calls.stopProcess(name)
            except xmlrpc.client.Fault as fault:
                if fault.faultCode != Faults.NOT_RUNNING:
                    raise _refused(name, "stopped", fault) from fault

    def shut_down(self) -> bool:
        """Stop everything in order and end; whether one was there to do so."""
        pid = self.pid()
        try:
            with self._calls() as calls:
                calls.shutdown()
        except (Unavailable, MachineError):
            return False
        return pid is None or until(lambda: not _lives(pid), STOP_S)

    def pid(self) -> int | None:
        """Supervisord's process id, if its file says one."""
        try:
            return int(self.layout.supervisor_pid.read_text().strip())
        except (FileNotFoundError, ValueError):
            return None


def _launch(command: list[str], *, as_root: bool) -> str:
    """Start the daemon; its last words where it did not go into the background.

    Our settings do not go with it: the processes read the file that `up` wrote.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    if as_root and os.geteuid() != 0:
        command = privileged(["env", f"PATH={environment.get('PATH', os.defpath)}", *command])
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    return (done.stderr or done.stdout).strip()[-300:] if done.returncode else ""


def _refused(name: str, what: str, fault: xmlrpc.client.Fault) -> MachineError:
    return MachineError(f"{name} cannot be {what} ({fault.faultString}): see `gatehouse logs {name}`.")


def _state(info: Mapping[str, Any]) -> State:
    running = info["statename"] in ("RUNNING", "STARTING", "STOPPING")
    since = info["start"] if running else info["stop"]
    sentence = info["spawnerr"] or info["description"]
    return State(info["name"], info["statename"], info["pid"] or None, float(since) or None, sentence)


def _lives(pid: int) -> bool:
    """Whether the process runs; one that has ended and whom nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(fact: Callable[[], bool], within_s: float) -> bool:
    """Whether the fact becomes true in time."""
    deadline = time.monotonic() + within_s
    while not fact():
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_S)
    return True
