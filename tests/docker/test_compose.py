"""docker/compose.yaml against the settings, the commands, the table of processes and the services without Docker."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from gatehouse import app
from host.processes import PROCESSES
from host.services.cache import POM
from host.services.docker import COMPOSE, SERVICES, Containers
from host.services.kafka import Kafka
from host.services.timescale import SERVER
from schemas.settings import PREFIX, Settings

DOCKER = COMPOSE.parent
OWN_ADDRESSES = {
    *("listeners", "advertised.listeners", "controller.quorum.voters", "log.dirs"),
    "listener.security.protocol.map",
}
NOT_IN_A_CONTAINER = {"listen_addresses", "unix_socket_directories", "log_line_prefix"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file, with its merge keys resolved."""
    return dict(yaml.safe_load(COMPOSE.read_text("utf-8")))


def test_every_process_runs_with_its_own_command(compose: dict[str, Any]) -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for process in PROCESSES:
        assert tuple(compose["services"][process.name]["command"]) == process.arguments
    used = [service["command"][0] for service in compose["services"].values() if service["image"] == "gatehouse"]
    assert set(used) <= set(commands)


def filled(value: str) -> Any:
    """As compose hands it over: a variable's default, and a password where one must be chosen."""
    return re.sub(r"\$\{[A-Z_]+:(?:-([^}]*)|\?[^}]*)\}", lambda found: found[1] or "chosen", value)


def test_every_variable_is_a_setting_and_its_value_is_right(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        given: dict[str, Any] = {k: v for k, v in service.get("environment", {}).items() if k.startswith(PREFIX)}
        settings = Settings(**{name.removeprefix(PREFIX).lower(): filled(value) for name, value in given.items()})
        assert not given or settings.kafka == "kafka:19092"


def test_nothing_is_published_beyond_loopback(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_no_password_has_a_default() -> None:
    passwords = re.findall(r"\$\{DATABASE_PASSWORD([^}]*)\}", COMPOSE.read_text("utf-8"))
    assert passwords
    assert all(rest.startswith(":?") for rest in passwords)


def test_kafka_is_the_same_version_with_the_same_settings_as_without_docker(compose: dict[str, Any], tmp_path: Path) -> None:
    service = compose["services"]["kafka"]
    version = re.search(r"<artifactId>kafka_2\.13</artifactId>\s*<version>([^<]+)</version>", POM.read_text("utf-8"))
    assert version and service["image"] == f"apache/kafka:{version[1]}"
    for name, value in Kafka(tmp_path, tmp_path, 9092, 9093).properties().items():
        variable = "KAFKA_" + name.upper().replace(".", "_")
        assert variable in service["environment"]
        if name not in OWN_ADDRESSES:
            assert service["environment"][variable] == str(value)


def test_timescaledb_has_the_same_settings_as_without_docker(compose: dict[str, Any]) -> None:
    flags = set(compose["services"]["timescaledb"]["command"][1:])
    assert flags == {f"-c{name}={value}" for name, value in SERVER.items() if name not in NOT_IN_A_CONTAINER}


def test_up_asks_for_services_and_variables_that_the_file_has(compose: dict[str, Any], tmp_path: Path) -> None:
    assert set(SERVICES) <= set(compose["services"])
    text = COMPOSE.read_text("utf-8")
    for name in Containers(tmp_path, 1, 2, "x").variables():
        assert "${" + name + ":" in text


def test_prometheus_asks_every_process_at_its_port(compose: dict[str, Any]) -> None:
    jobs = yaml.safe_load((DOCKER / "prometheus" / "prometheus.yml").read_text("utf-8"))["scrape_configs"]
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in jobs}
    environment = compose["services"]["gateway"]["environment"]
    expected = {p.name: [f"{p.name}:{environment[f'{PREFIX}{p.name.upper()}_PORT']}"] for p in PROCESSES}
    assert targets == expected


def test_promtool_takes_the_configuration_where_it_is_installed() -> None:
    config = DOCKER / "prometheus" / "prometheus.yml"
    tool = shutil.which("promtool")
    checked = subprocess.run([tool, "check", "config", str(config)], capture_output=True, check=False) if tool else None
    assert checked is None or checked.returncode == 0


def test_the_image_and_the_machine_have_the_same_fonts_for_papers() -> None:
    image, machine = DOCKER / "Dockerfile", DOCKER / "debian" / "packages.sh"
    named = [set(re.findall(r"fonts-noto-\w+", file.read_text("utf-8"))) for file in (image, machine)]
    assert named == [{"fonts-noto-cjk", "fonts-noto-core"}] * 2


def test_the_image_holds_what_the_processes_need_and_locked_packages_alone() -> None:
    text = (DOCKER / "Dockerfile").read_text("utf-8")
    copied = re.findall(r"^COPY ([a-z_.]+) /", text, re.MULTILINE)
    assert {"schemas", "streams", "alerts", "dashboard", "host", "sites", "gatehouse.py"} <= set(copied)
    assert all((DOCKER.parent / path).exists() for path in copied)
    assert "--require-hashes -r /requirements.lock" in text
    kept = {line.removeprefix("!") for line in (DOCKER.parent / ".dockerignore").read_text("utf-8").splitlines()}
    assert set(copied) <= kept
