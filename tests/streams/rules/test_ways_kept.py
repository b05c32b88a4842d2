"""The ways of a site are worked out once, whatever lies where they are kept."""

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from schemas.site import Site, load_site
from streams.rules.ways_kept import FILES, WORTH, kept_ways
from tests.schemas.test_ways import COMMITTED


@pytest.fixture(scope="module")
def site() -> Site:
    whole = load_site(COMMITTED)
    return replace(whole, devices=dict(list(whole.devices.items())[:WORTH]))


def moved(site: Site, metres: float) -> Site:
    first = next(iter(site.devices.values()))
    return replace(site, devices={**site.devices, first.id: replace(first, x=first.x + metres)})


def test_are_read_as_they_were_worked_out_and_follow_the_map(site: Site, tmp_path: Path) -> None:
    worked_out = kept_ways(site, tmp_path)
    (file,) = tmp_path.iterdir()
    written = file.stat().st_mtime_ns
    again = kept_ways(site, tmp_path)
    for how in ("walk", "drive"):
        np.testing.assert_array_equal(worked_out[how], again[how])
        assert again[how].flags.writeable and again[how].flags.c_contiguous, "kernels are compiled for such arrays"
    assert file.stat().st_mtime_ns == written
    assert (kept_ways(moved(site, 30.0), tmp_path)["walk"][0] != worked_out["walk"][0]).any()


def test_a_damaged_file_is_said_and_written_anew(site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    whole = kept_ways(site, tmp_path)
    (file,) = tmp_path.iterdir()
    for damaged in (b"", b"PK\x03\x04 no archive", file.read_bytes()[:5000]):
        file.write_bytes(damaged)
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            np.testing.assert_array_equal(kept_ways(site, tmp_path)["walk"], whole["walk"])
        assert "worked out anew" in caplog.text
    assert [one.name for one in tmp_path.iterdir()] == [file.name]


def test_a_folder_that_cannot_be_written_stops_nobody(site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "taken").write_text("a file where the folder would be")
    with caplog.at_level(logging.WARNING):
        assert kept_ways(site, tmp_path / "taken")["walk"].shape == (len(site.devices),) * 2
    assert "cannot be kept" in caplog.text


def test_old_maps_are_removed(site: Site, tmp_path: Path) -> None:
    for n in range(FILES + 2):
        kept_ways(moved(site, float(n)), tmp_path)
    assert len(list(tmp_path.iterdir())) == FILES
