"""From nothing to an event on the wall, and back to nothing, by the commands that a person types."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from host.layout import Layout
from host.memory import recall
from host.remains import remains
from host.services.ports import is_free
from tests.conftest import ROOT
from tests.waiting import wait_for
from trials.chaos_install import share_compiled

UP_S = 280
KEYS = ("admin-password", "probe-key", "browser-key")


class Installation:
    """One local folder, and `gatehouse` for it."""

    def __init__(self, folder: Path) -> None:
        self.layout = Layout(folder / ".local")

    def gatehouse(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command from another directory than Gatehouse's own."""
        environment = {**os.environ, "GATEHOUSE_LOCAL": str(self.layout.local), "GATEHOUSE_ENGINE": "native", **more}
        command = [sys.executable, str(ROOT / "gatehouse.py"), *words]
        return subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=False, timeout=UP_S)

    def status(self) -> dict[str, Any]:
        """What `status --json` says."""
        return dict(json.loads(self.gatehouse("status", "--json").stdout))


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    yield made
    if made.layout.local.exists():
        made.gatehouse("down")


def test_an_unknown_setting_stops_the_start_before_anything_is_made(installation: Installation) -> None:
    done = installation.gatehouse("up", GATEHOUSE_TICKS="1")
    assert done.returncode == 1
    assert "Unknown setting GATEHOUSE_TICKS" in done.stderr
    assert not installation.layout.local.exists()


def test_a_site_that_cannot_be_read_stops_the_start(installation: Installation) -> None:
    done = installation.gatehouse("up", GATEHOUSE_SITE="/absent/site.yaml")
    assert done.returncode == 1
    assert "/absent/site.yaml" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["up", "down"])
def test_a_local_folder_that_cannot_be_written_is_said_in_a_sentence(installation: Installation, command: str) -> None:
    installation.layout.local.mkdir()
    installation.layout.turn.mkdir()
    done = installation.gatehouse(command)
    assert done.returncode == 1
    assert f"gatehouse: {installation.layout.turn}: Is a directory" in done.stderr
    assert "Traceback" not in done.stderr
    installation.layout.turn.rmdir()


def test_down_where_nothing_was_started_is_no_error(installation: Installation) -> None:
    assert installation.gatehouse("down").returncode == 0


@pytest.mark.timeout(2 * UP_S)
def test_up_ends_with_an_event_on_the_wall_mends_what_is_killed_and_down_leaves_nothing(
    installation: Installation,
) -> None:
    share_compiled(installation.layout.local)
    first = installation.gatehouse("up", "--no-simulate")
    assert first.returncode == 0, first.stdout + first.stderr
    assert re.search(r"Wall +http://127\.0\.0\.1:\d+/wall", first.stdout)
    memory = recall(installation.layout)

    status = installation.status()
    assert all(line["well"] for line in (*status["processes"].values(), *status["services"].values()))
    os.kill(status["processes"]["gateway"]["pid"], signal.SIGKILL)
    os.kill(status["services"]["timescaledb"]["pid"], signal.SIGKILL)
    second = installation.gatehouse("up", "--no-simulate")
    assert second.returncode == 0, second.stdout + second.stderr
    assert recall(installation.layout) == memory

    secrets = [memory.owner_password, memory.superuser_password]
    secrets += [(installation.layout.local / name).read_text("utf-8").strip() for name in KEYS]
    logs = "".join(path.read_text("utf-8", "replace") for path in installation.layout.logs.glob("*.log"))
    assert [secret for secret in secrets if secret in logs + first.stdout + second.stdout] == []
    for path in installation.layout.local.iterdir():
        if path.suffix in (".json", ".toml", ".conf") or path.name in KEYS:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    assert installation.gatehouse("down").returncode == 0
    assert remains(installation.layout) == []
    wait_for(lambda: all(is_free(port) for port in memory.ports.values()), "every port is free again")
