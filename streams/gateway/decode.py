"""`gatehouse decode`: what the gateway makes of captured bodies, without any service.

A capture may begin with the request's own header lines. Where the site's files can be read, its zone and devices are
used; else times without a zone are Shanghai's and devices keep their vendor's names. The file's own time stands in for
the arrival.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import typer

from schemas.decoded import Decoded
from schemas.errors import GatehouseError
from schemas.settings import load
from schemas.site import load_site
from streams.gateway.context import Context, Register, register_of
from streams.gateway.families import FAMILIES
from streams.gateway.read import read_body

ZONE = "Asia/Shanghai"
_REQUEST = (b"POST ", b"PUT ", b"GET ", b"HTTP/", b"Content-Type:", b"content-type:", b"Host:", b"host:")


def run(files: list[Path], source: str, content_type: str, *, as_json: bool) -> int:
    """Decode the files; 0 all read, 1 something rejected, 2 wrong use."""
    if source not in FAMILIES:
        typer.echo(f"There is no family {source!r}: known are {', '.join(FAMILIES)}.", err=True)
        return 2
    if missing := [str(file) for file in files if not file.is_file()]:
        typer.echo(f"There is no file {', '.join(missing)}.", err=True)
        return 2
    zone, register = _site()
    result = merged(_decode(file, source, content_type, zone, register) for file in files)
    _print(result, as_json)
    return 1 if result.rejected else 0


def _site() -> tuple[ZoneInfo, Register]:
    """The site's zone and devices, or the defaults: this command works on any machine."""
    try:
        site = load_site(load().site)
        return ZoneInfo(site.timezone), register_of(site.devices)
    except (GatehouseError, OSError, ImportError):
        return ZoneInfo(ZONE), {}


def _decode(file: Path, source: str, content_type: str, zone: ZoneInfo, register: Register) -> Decoded:
    headers, body = without_headers(file.read_bytes())
    arrived = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    context = Context(received_at=arrived, zone=zone, register=register, sender=source)
    return read_body(source, body, content_type or headers.get("content-type", ""), context)


def without_headers(captured: bytes) -> tuple[Mapping[str, str], bytes]:
    """(header fields, body) of a capture that begins with a request's header lines; ({}, all of it) of any other."""
    if not captured.startswith(_REQUEST):
        return {}, captured
    for end in (b"\r\n\r\n", b"\n\n"):
        head, found, body = captured.partition(end)
        if found and len(head) < 8192:
            lines = head.decode("latin-1").splitlines()
            return {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}, body
    return {}, captured


def merged(results: Iterator[Decoded]) -> Decoded:
    """All results as one."""
    all_results = list(results)
    return Decoded(
        events=tuple(event for result in all_results for event in result.events),
        heartbeats=tuple(beat for result in all_results for beat in result.heartbeats),
        rejected=tuple(rejected for result in all_results for rejected in result.rejected),
    )


def _print(result: Decoded, as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps(result.as_json(), option=orjson.OPT_INDENT_2).decode())
        return
    for event in result.events:
        subject = f" {event.subject}" if event.subject else ""
        typer.echo(f"event      {event.occurred_at.isoformat()} {event.kind}/{event.type} {event.device}{subject}")
    for beat in result.heartbeats:
        typer.echo(f"heartbeat  {beat.at.isoformat() if beat.at else '-'} {beat.kind} {beat.device}")
    for rejected in result.rejected:
        typer.echo(f"rejected   {rejected.reason} ({rejected.at})")
