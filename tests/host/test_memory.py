"""What an installation remembers: ports, passwords, engines, and how private that is."""

import random
import socket
import stat
from pathlib import Path

import pytest

from host.engines import Engine, addresses, choose
from host.layout import LONGEST_SOCKET, Layout
from host.memory import PROCESS_PORTS, SERVICE_PORTS, Memory, completed, recall, remember, write_effective, write_generated
from host.prepare import PASSWORD_FILE, private_files
from host.probe import KEY_FILE
from schemas.errors import SettingsError
from schemas.settings import GENERATED, Settings, load, variable
from schemas.sources import FILE


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path / ".local")
    made.make()
    return made


def no_docker() -> bool:
    return False


def docker() -> bool:
    return True


def test_ports_and_passwords_are_remembered(layout: Layout) -> None:
    first = completed(recall(layout), random.Random(1), stopped=True)
    remember(layout, first)
    assert recall(layout) == first
    assert completed(recall(layout), random.Random(2), stopped=True) == first
    assert set(first.ports) == {*SERVICE_PORTS, *PROCESS_PORTS}


def test_two_installations_get_different_ports(layout: Layout) -> None:
    one, two = (completed(Memory(), random.Random(seed), stopped=True) for seed in (1, 2))
    assert not set(one.ports.values()) & set(two.ports.values())
    assert one.owner_password != two.owner_password


def test_a_port_that_another_program_took_meanwhile_is_drawn_anew() -> None:
    first = completed(Memory(), random.Random(1), stopped=True)
    with socket.socket() as other:
        other.bind(("127.0.0.1", first.ports["gateway"]))
        other.listen()
        while_stopped = completed(first, random.Random(3), stopped=True)
        while_running = completed(first, random.Random(3), stopped=False)
    assert while_stopped.ports["gateway"] != first.ports["gateway"]
    assert {**while_stopped.ports, "gateway": 0} == {**first.ports, "gateway": 0}
    assert while_running == first


def test_a_damaged_memory_is_named_and_not_overwritten(layout: Layout) -> None:
    layout.remembered.write_text("{", "utf-8")
    with pytest.raises(SettingsError, match=r"services\.json is damaged"):
        recall(layout)
    assert layout.remembered.read_text("utf-8") == "{"


def test_every_file_with_a_secret_is_for_its_owner_alone(layout: Layout) -> None:
    private_files(layout.local)
    remember(layout, Memory())
    write_generated(layout, {"kafka": "127.0.0.1:1"})
    write_effective(layout, Settings())
    for name in (PASSWORD_FILE, KEY_FILE, FILE, GENERATED, "services.json", "effective.toml"):
        assert stat.S_IMODE((layout.local / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(layout.local.stat().st_mode) == 0o700


def test_a_password_is_made_once(layout: Layout) -> None:
    private_files(layout.local)
    first = (layout.local / PASSWORD_FILE).read_text("utf-8")
    private_files(layout.local)
    assert (layout.local / PASSWORD_FILE).read_text("utf-8") == first
    assert len(first.strip()) >= 20


def test_processes_read_the_settings_as_up_saw_them(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Settings(local=layout.local, database_url='postgresql://u:p"ä\\@h/d', tick_s=0.5, host="::1")
    write_effective(layout, seen)
    monkeypatch.setenv(variable("file"), str(layout.effective))
    read = load()
    assert read == seen
    assert read.database_url.get_secret_value() == 'postgresql://u:p"ä\\@h/d'


def test_a_long_folder_still_has_a_socket(tmp_path: Path) -> None:
    long = Layout(tmp_path / ("x" * LONGEST_SOCKET) / ".local")
    assert len(str(long.socket)) < LONGEST_SOCKET
    assert long.socket != Layout(tmp_path / ("y" * LONGEST_SOCKET) / ".local").socket


def test_addresses_in_the_settings_come_first_then_docker_then_this_machine() -> None:
    given = Settings(kafka="k:1", database_url="postgresql://u@h/d")
    assert set(choose(given, Memory(), docker).values()) == {Engine.GIVEN}
    assert choose(Settings(kafka="k:1"), Memory(), no_docker) == {"kafka": Engine.GIVEN, "timescaledb": Engine.NATIVE}
    assert set(choose(Settings(), Memory(), docker).values()) == {Engine.DOCKER}
    assert set(choose(Settings(), Memory(), no_docker).values()) == {Engine.NATIVE}


def test_what_up_generated_itself_does_not_count_as_given() -> None:
    memory = completed(Memory(), random.Random(1), stopped=True)
    ours = addresses(memory)
    settings = Settings(kafka=ours["kafka"], database_url=ours["timescaledb"])
    assert set(choose(settings, memory, no_docker).values()) == {Engine.NATIVE}


def test_an_installation_stays_with_the_engine_that_has_its_data() -> None:
    memory = Memory(engines={"kafka": "native", "timescaledb": "native"})
    assert set(choose(Settings(), memory, docker).values()) == {Engine.NATIVE}
    assert set(choose(Settings(engine="docker"), memory, docker).values()) == {Engine.DOCKER}


def test_docker_that_is_demanded_and_absent_is_said() -> None:
    with pytest.raises(SettingsError, match="no Docker engine answers"):
        choose(Settings(engine="docker"), Memory(), no_docker)
