"""What the trials need beyond the product: a real browser and its driver. `make tools` brings them.

The product itself runs without; a trial that finds them missing fetches them once, and says so.
"""

import importlib
import subprocess
from importlib.util import find_spec
from pathlib import Path

import typer

from schemas.errors import SettingsError

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
"""No sandbox, because root has none; and nothing that looks for the outside."""
ROOT = Path(__file__).parents[1]


def ensure_browser() -> None:
    """Chromium and playwright are here when this returns; SettingsError with the command to run where they cannot be had."""
    if _here():
        return
    typer.echo("Chromium and its driver are not here yet: `make tools` brings them now.", err=True)
    done = subprocess.run(["make", "--no-print-directory", "-C", str(ROOT), "tools"], stdout=2, check=False)
    importlib.invalidate_caches()
    if done.returncode or not _here():
        raise SettingsError("Chromium or playwright could not be installed: run `make tools` and read what it says.")


def _here() -> bool:
    return CHROMIUM.exists() and find_spec("playwright") is not None
