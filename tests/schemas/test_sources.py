"""Who may post, and the file that says so."""

import stat
from pathlib import Path

import pytest

from schemas.errors import SettingsError
from schemas.sources import FIRST, ensure_sources, read_sources, write_private


def test_the_first_start_makes_keys_that_only_the_owner_reads(tmp_path: Path) -> None:
    sources = ensure_sources(tmp_path)
    assert {name: source.family for name, source in sources.items()} == FIRST
    assert len({source.key for source in sources.values()}) == len(FIRST)
    assert stat.S_IMODE((tmp_path / "sources.json").stat().st_mode) == 0o600


def test_a_second_start_keeps_the_keys(tmp_path: Path) -> None:
    assert ensure_sources(tmp_path) == ensure_sources(tmp_path)


def test_an_absent_file_is_named_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="gatehouse up"):
        read_sources(tmp_path)


@pytest.mark.parametrize("text", ["{", "[1]", '[{"name": "a"}]', '{"name": "a"}'])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "sources.json").write_text(text)
    with pytest.raises(SettingsError, match=r"sources\.json is wrong"):
        read_sources(tmp_path)


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
