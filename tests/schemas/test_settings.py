"""Settings: who wins, what stops the start, and where relative paths start."""

from pathlib import Path

import pytest

from schemas.errors import SettingsError
from schemas.settings import HOME, Settings, load, variable


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variable of ours, an empty working directory, and a local folder without generated values."""
    for name in (*Settings.model_fields, "file"):
        monkeypatch.delenv(variable(name), raising=False)
    monkeypatch.setenv(variable("local"), str(tmp_path / "local"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def generated(tmp_path: Path, text: str) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "generated.toml").write_text(text, "utf-8")


def test_the_environment_wins_over_the_file_and_the_file_over_what_up_generated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    generated(tmp_path, 'kafka = "generated:1"\nhost = "generated"\ntopic_prefix = "generated"\n')
    Path("gatehouse.toml").write_text('kafka = "file:1"\nhost = "file"\n', "utf-8")
    monkeypatch.setenv("GATEHOUSE_KAFKA", "environment:1")
    settings = load()
    assert (settings.kafka, settings.host, settings.topic_prefix) == ("environment:1", "file", "generated")
    assert load(kafka="argument:1").kafka == "argument:1"


def test_without_any_source_the_defaults_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(variable("local"))
    settings = load()
    assert settings.local == HOME / ".local"
    assert settings.site == HOME / "sites" / "aozheng" / "site.yaml"


def test_an_empty_variable_counts_as_not_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    generated(tmp_path, 'kafka = "generated:1"\n')
    monkeypatch.setenv("GATEHOUSE_KAFKA", "")
    monkeypatch.setenv("GATEHOUSE_GATEWAY_PORT", "")
    assert load().kafka == "generated:1"


def test_an_unknown_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_KAFKAS", "x")
    with pytest.raises(SettingsError, match="GATEHOUSE_KAFKAS"):
        load()


def test_an_unknown_name_in_the_file_is_named_with_the_file(tmp_path: Path) -> None:
    Path("gatehouse.toml").write_text("latenes_s = 2\n", "utf-8")
    with pytest.raises(SettingsError, match=rf"'latenes_s' in {tmp_path}/gatehouse\.toml"):
        load()


def test_every_wrong_value_is_named_at_once_with_where_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("gatehouse.toml").write_text("tick_s = -1\nlocal = 3\n[gateway]\nport = 1\n", "utf-8")
    monkeypatch.setenv("GATEHOUSE_ENGINE", "podman")
    monkeypatch.delenv(variable("local"))
    with pytest.raises(SettingsError) as caught:
        load()
    for part in ("tick_s in /", "local in /", "'gateway' in /", "engine in GATEHOUSE_ENGINE"):
        assert part in str(caught.value)


def test_a_wrong_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    generated(tmp_path, 'database_url = ["postgresql://u:hunter2@h/d"]\n')
    with pytest.raises(SettingsError, match=r"database_url in .*generated\.toml") as caught:
        load()
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(Settings(database_url="postgresql://u:hunter2@h/d"))


@pytest.mark.parametrize("address", ["postgresql://u:hunter%zz2@h/d", "mysql://u:hunter2@h/d", "postgres://u:hunter2@[h/d"])
def test_a_database_address_that_cannot_be_read_stops_the_start_and_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("GATEHOUSE_DATABASE_URL", address)
    with pytest.raises(SettingsError, match="database_url in GATEHOUSE_DATABASE_URL is wrong") as caught:
        load()
    assert "hunter" not in str(caught.value)


@pytest.mark.parametrize("content", [b"kafka = ", b"\xff\xfe"])
def test_a_file_that_is_not_toml_is_named(content: bytes) -> None:
    Path("gatehouse.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"gatehouse\.toml is not TOML"):
        load()


def test_a_file_that_is_named_and_absent_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_FILE", "absent.toml")
    with pytest.raises(SettingsError, match=r"absent\.toml"):
        load()


def test_a_relative_path_starts_where_it_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "east.toml").write_text('site = "east.yaml"\nlocal = "never"\n', "utf-8")
    monkeypatch.setenv("GATEHOUSE_FILE", "config/east.toml")
    monkeypatch.setenv("GATEHOUSE_LOCAL", "beside")
    settings = load()
    assert settings.site == folder / "east.yaml"
    assert settings.local == tmp_path / "beside"


def test_addresses_follow_from_host_and_port_unless_they_are_given() -> None:
    assert Settings(host="0.0.0.0", gateway_port=8001).gateway_at == "http://127.0.0.1:8001"
    assert Settings(host="10.1.2.3", gateway_port=8001).reached == "10.1.2.3"
    assert Settings(host="::1", gateway_port=8001).gateway_at == "http://[::1]:8001"
    assert Settings(dashboard_url="https://wall.example/").dashboard_at == "https://wall.example"


def test_every_setting_has_a_reason() -> None:
    assert not [name for name, field in Settings.model_fields.items() if not field.description]
