"""The ways of a site kept in a file beside the compiled kernels: seconds to work out, milliseconds to read.

A worker that was killed is back sooner by that much. The file is named by a digest of the map and of the code that measures
it, so another map is another file; one that cannot be read or written is said, and the ways are worked out.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4
from zipfile import BadZipFile

import numpy as np
from numba.core import config

import schemas
from schemas.site import Site
from schemas.ways import How, Ways
from streams.rules.columns import Floats

log = logging.getLogger(__name__)

HOWS: tuple[How, ...] = ("walk", "drive")
WORTH = 200  # devices: the ways between fewer are worked out in no time
FILES = 3  # of maps: an older one is of another site, or of one that was changed


def kept_ways(site: Site, folder: Path | None = None) -> Mapping[str, Floats]:
    """Metres between any two devices, on foot and by car, in the devices' order: float64[n, n] each.

    `folder` is where numba keeps what it compiled, unless given.
    """
    if len(site.devices) < WORTH:
        return _worked_out(site)
    file = (folder or _beside_kernels()) / f"ways-{_digest(site)}.npz"
    found = _read(file)
    if found is None:
        found = _worked_out(site)
        _keep(file, found)
    return found


def _worked_out(site: Site) -> Mapping[str, Floats]:
    ways, devices = Ways(site), list(site.devices)
    return {how: np.ascontiguousarray(ways.matrix(devices, how), np.float64) for how in HOWS}


def _read(file: Path) -> Mapping[str, Floats] | None:
    try:
        with file.open("rb") as raw, np.load(raw) as kept:
            return {how: kept[how] for how in HOWS}
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as err:
        log.warning("The ways kept in %s cannot be read (%r) and are worked out anew.", file, err)
        return None


def _beside_kernels() -> Path:
    return Path(getattr(config, "CACHE_DIR", "") or Path(__file__).parent / "__pycache__")


def _digest(site: Site) -> str:
    """Of all that the ways follow from: the map, where devices stand on it, and the code."""
    told = repr((site.places, site.lines, list(site.devices.values())))
    digest = blake2b(told.encode("utf-8", "surrogatepass"), digest_size=12)
    for source in sorted(Path(schemas.__file__).parent.glob("ways*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _keep(file: Path, found: Mapping[str, Floats]) -> None:
    """Whole or not at all: of several processes that start at once the last one's file stays."""
    part = file.with_name(f"{uuid4().hex}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as out:
            np.savez(out, allow_pickle=False, **found)
        part.replace(file)
        for other in sorted(file.parent.glob("ways-*.npz"), key=lambda one: one.stat().st_mtime_ns)[:-FILES]:
            other.unlink(missing_ok=True)
    except OSError as err:
        log.warning("The ways cannot be kept in %s (%s): every start works them out.", file.parent, err.strerror)
        with suppress(OSError):
            part.unlink()
