"""Reading and checking a site's two files: every mistake at once, each with file, line and what to write instead.

`check` never raises for what stands in a file: an unreadable one is a mistake like any other.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import typer

from schemas.errors import SiteError
from schemas.site import Device, DeviceKind, Site
from schemas.site_file_checks import check_counts, check_devices, check_draft
from schemas.site_file_csv import read_devices
from schemas.site_file_mistakes import Findings, Mistake
from schemas.site_file_yaml import At, Draft, read_draft

__all__ = ["Mistake", "check", "read_site", "run_check"]

COUNTED = {
    DeviceKind.CAMERA: "cameras",
    DeviceKind.FACE: "face points",
    DeviceKind.PLATE: "plate points",
    DeviceKind.DOOR: "unit doors",
}


def check(path: Path) -> list[Mistake]:
    """Every mistake of the site whose YAML this is, and of its CSV, in the order of their lines."""
    return _read(path)[2]


def read_site(path: Path) -> Site:
    """The site of a YAML file and the CSV that it names; SiteError with every mistake, a line each."""
    draft, devices, mistakes = _read(path)
    if mistakes:
        raise SiteError("\n".join([f"The site has {_counted(len(mistakes), 'mistake')}:", *map(str, mistakes)]))
    return _site(draft, devices)


def run_check(path: Path) -> int:
    """Print every mistake, or in a line what the site holds. 0 without mistakes, else 1."""
    draft, devices, mistakes = _read(path)
    for mistake in mistakes:
        typer.echo(str(mistake))
    if mistakes:
        files = len({mistake.file for mistake in mistakes})
        typer.echo(f"{_counted(len(mistakes), 'mistake')} in {_counted(files, 'file')}")
        return 1
    typer.echo(_summary(_site(draft, devices)))
    return 0


def _read(path: Path) -> tuple[Draft, list[At[Device]], list[Mistake]]:
    in_yaml = Findings(path)
    text = _text(path, in_yaml)
    if text is None:
        return Draft(), [], in_yaml.mistakes
    draft = read_draft(text, in_yaml)
    check_draft(draft, in_yaml)
    if not draft.devices:
        return draft, [], _sorted(in_yaml)
    in_csv = Findings(path.parent / draft.devices)
    rows = _text(in_csv.file, in_csv)
    devices = None if rows is None else read_devices(rows, in_csv)
    if devices is not None:
        check_devices(draft, devices, in_csv)
        check_counts(draft, devices, in_yaml)
    return draft, devices or [], _sorted(in_yaml) + _sorted(in_csv)


def _sorted(findings: Findings) -> list[Mistake]:
    return sorted(findings.mistakes, key=lambda mistake: mistake.line)


def _text(path: Path, findings: Findings) -> str | None:
    """A file's text (UTF-8, with or without a mark), or None with the mistake told."""
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as err:
        reason = err.strerror if isinstance(err, OSError) and err.strerror else str(err)
        findings.tell(0, f"The file cannot be read ({reason}): correct its name or its rights.")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        line = data.count(b"\n", 0, err.start) + 1
        findings.tell(line, "This line is not UTF-8: save the file as UTF-8.")
        return None


def _site(draft: Draft, devices: Sequence[At[Device]]) -> Site:
    return Site(
        id=draft.id,
        name=draft.name,
        address=draft.address,
        timezone=draft.timezone,
        illustrative=draft.illustrative,
        width=draft.width,
        height=draft.height,
        places={place.id: place for _, place in draft.places},
        lines=tuple(line for _, line in draft.lines),
        grids=tuple(grid for _, grid in draft.grids),
        devices={device.id: device for _, device in devices},
        watch_plates=frozenset(plate for _, plate in draft.watch_plates),
        watch_persons=frozenset(person for _, person in draft.watch_persons),
        holidays=frozenset(day for _, day in draft.holidays),
        calendars={calendar.id: calendar for _, calendar in draft.calendars},
        contacts={contact.id: contact for _, contact in draft.contacts},
        trees=tuple(tree for _, tree in draft.trees),
    )


def _summary(site: Site) -> str:
    kinds = Counter(device.kind for device in site.devices.values())
    counted = ", ".join(f"{kinds[kind]} {words}" for kind, words in COUNTED.items())
    return f"ok: {len(site.buildings)} buildings, {counted}, {len(site.devices)} devices in all, {len(site.grids)} grids"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
