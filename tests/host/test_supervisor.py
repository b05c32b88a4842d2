"""The supervisor with small programs of the test's own: kept running, stopped in order, nothing left."""

import os
import signal
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from host import remains
from host.layout import Layout
from host.programs import END_WITH_PARENT, Program
from host.supervisor import Supervisor
from host.supervisor_config import configure
from host.turn import turn
from schemas.errors import MachineError, Unavailable
from tests.waiting import wait_for

SLEEPS = (*END_WITH_PARENT, sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(600)")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path / "a local folder")
    made.make()
    return made


@pytest.fixture
def program(layout: Layout) -> Program:
    return Program("sleeper", SLEEPS, layout.local, {"WORD": "a % b"})


@pytest.fixture
def supervisor(layout: Layout, program: Program) -> Iterator[Supervisor]:
    configure(layout, [program])
    running = Supervisor(layout)
    running.ensure_running(as_root=False)
    yield running
    running.shut_down()
    remains.clear(layout)


def pid_of(supervisor: Supervisor) -> int:
    def begun() -> int | None:
        state = supervisor.states()["sleeper"]
        return state.pid if state.running else None

    return wait_for(begun, "the program runs") or 0


def test_a_program_that_is_killed_comes_back(supervisor: Supervisor) -> None:
    supervisor.start("sleeper")
    wait_for(lambda: supervisor.states()["sleeper"].state == "RUNNING", "it is past its early days")
    first = pid_of(supervisor)
    os.kill(first, signal.SIGKILL)
    assert wait_for(lambda: pid_of(supervisor) != first, "it runs again")


def test_starting_what_runs_and_stopping_what_rests_are_no_errors(supervisor: Supervisor) -> None:
    supervisor.start("sleeper")
    first = pid_of(supervisor)
    supervisor.start("sleeper")
    assert pid_of(supervisor) == first
    supervisor.stop("sleeper")
    supervisor.stop("sleeper")
    assert not supervisor.states()["sleeper"].running


def test_a_program_that_changed_is_replaced_and_one_that_did_not_goes_on(
    supervisor: Supervisor, layout: Layout, program: Program
) -> None:
    supervisor.start("sleeper")
    first = pid_of(supervisor)
    configure(layout, [program])
    supervisor.ensure_running(as_root=False)
    assert pid_of(supervisor) == first
    configure(layout, [replace(program, environment={"WORD": "other"})])
    supervisor.ensure_running(as_root=False)
    assert not supervisor.states()["sleeper"].running
    supervisor.start("sleeper")
    assert pid_of(supervisor) != first


def test_a_killed_supervisor_leaves_nothing_behind(supervisor: Supervisor, layout: Layout) -> None:
    supervisor.start("sleeper")
    wait_for(lambda: pid_of(supervisor) in remains.remains(layout), "the program has its own environment")
    os.kill(supervisor.pid() or 0, signal.SIGKILL)
    wait_for(lambda: not remains.remains(layout), "the kernel has ended the program")
    assert not supervisor.answers()


def test_what_does_not_listen_is_killed(layout: Layout) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    configure(layout, [Program("sleeper", (sys.executable, "-c", deaf), layout.local, stop_s=1)])
    supervisor = Supervisor(layout)
    supervisor.ensure_running(as_root=False)
    supervisor.start("sleeper")
    wait_for(lambda: "deaf" in (layout.logs / "sleeper.log").read_text("utf-8"), "it has begun")
    assert supervisor.shut_down()
    assert not remains.remains(layout)


def test_without_a_supervisor_there_are_no_states_and_nothing_to_shut_down(layout: Layout) -> None:
    assert Supervisor(layout).states() == {}
    assert not Supervisor(layout).shut_down()


def test_its_configuration_is_private_and_odd_folders_are_refused(layout: Layout, program: Program) -> None:
    configure(layout, [program])
    assert stat.S_IMODE(layout.supervisor_config.stat().st_mode) == 0o600
    for odd in ("/a ;b", "/100%"):
        with pytest.raises(MachineError, match="use another folder"):
            configure(layout, [replace(program, directory=Path(odd))])


def test_a_supervisor_that_is_away_or_refuses_is_said_in_a_sentence(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="BAD_NAME: stranger"):
        supervisor.start("stranger")
    with pytest.raises(Unavailable, match="`gatehouse up` again"):
        Supervisor(Layout(tmp_path)).start("sleeper")


def test_a_socket_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = Layout(tmp_path / ("x" * 120))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    somebody_else = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: somebody_else)
    with pytest.raises(MachineError, match="belongs to somebody else"):
        layout.make()


def test_two_commands_do_not_work_in_one_folder_at_once(layout: Layout) -> None:
    with turn(layout), pytest.raises(MachineError, match="Another `up` or `down`"), turn(layout):
        raise AssertionError("the second got its turn")
