"""What the doctor looks at. Each check says what it found; none of them changes anything."""

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from kafka.admin import KafkaAdminClient

from host.answers import database_answers, kafka_answers
from host.engines import Engine, choose
from host.layout import Layout
from host.memory import recall
from host.processes import PROCESSES
from host.services.admin import admin_client
from host.services.cache import postgres_bin
from host.services.docker import engine_answers
from host.services.ports import is_free
from host.services.topics import wanted
from host.status import read
from host.supervisor import Supervisor
from schemas.errors import GatehouseError
from schemas.migrate import pending
from schemas.settings import GENERATED, Settings
from schemas.site import load_site

GIB = 1024**3
DISK = 10 * GIB  # the parts (1 GiB), the database's first weeks, Kafka's three days, the spool
MEMORY = 2 * GIB  # Kafka 0.5, TimescaleDB 0.5, gateway 0.3, worker 0.6, the rest for the machine
PRIVATE = (
    *(GENERATED, "effective.toml", "services.json", "supervisord.conf"),
    *("sources.json", "admin-password", "probe-key", "browser-key"),
)
TOOLS = {
    "java": "default-jre-headless",
    "mvn": "maven",
    "unshare": "util-linux",
    "setpriv": "util-linux",
    "flock": "util-linux",
}
START = "gatehouse up"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` is the command, where it is not as it should be."""

    ok: bool
    sentence: str
    mend: str = ""


def site(settings: Settings) -> Iterator[Finding]:
    """The community's files."""
    try:
        found = load_site(settings.site)
    except (GatehouseError, OSError) as err:
        yield Finding(False, f"The site {settings.site} cannot be read: {_first(err)}", f"gatehouse site check {settings.site}")
        return
    yield Finding(True, f"The site {found.id} has {len(found.devices)} devices.")


def machine(settings: Settings) -> Iterator[Finding]:
    """Disk, memory, private files, and what native services need."""
    folder = _existing(settings.local)
    free = shutil.disk_usage(folder).free
    yield Finding(
        free >= DISK, f"{free / GIB:.0f} GiB are free under {folder}; {DISK / GIB:.0f} are wanted.", f"df -h {folder}"
    )
    memory = _available_memory()
    running = bool(Supervisor(Layout(settings.local)).states())
    yield Finding(running or memory >= MEMORY, f"{memory / GIB:.1f} GiB of memory are available.", "free -h")
    yield from _private(settings.local)
    engines = choose(settings, recall(Layout(settings.local)), engine_answers)
    for name, engine in engines.items():
        yield Finding(True, f"{name}: {_ENGINES[engine]}.")
    if Engine.NATIVE in engines.values():
        yield from _native()


_ENGINES = {
    Engine.GIVEN: "its address is given in the settings",
    Engine.DOCKER: "run by the Docker engine that answers",
    Engine.NATIVE: "run on this machine itself, as no address is given and no Docker engine is used",
}


def _native() -> Iterator[Finding]:
    root = os.geteuid() == 0 or shutil.which("sudo") is not None
    yield Finding(root, "TimescaleDB is started as root or through sudo.", "run as root, or: apt-get install sudo")
    for tool, package in TOOLS.items():
        yield _command(tool, package)
    if postgres_bin(Path("/")) is None:
        yield _command("debootstrap", "debootstrap debian-archive-keyring")


def _command(tool: str, package: str) -> Finding:
    there = shutil.which(tool) is not None
    return Finding(there, f"The command {tool} is {'there' if there else 'absent'}.", f"apt-get install {package}")


def _private(local: Path) -> Iterator[Finding]:
    for path in (local / name for name in PRIVATE):
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600
        if mode & 0o077:
            yield Finding(False, f"{path} can be read by others.", f"chmod 600 {path}")


def services(settings: Settings) -> Iterator[Finding]:
    """Kafka with its topics, the database with its tables."""
    if lack := kafka_answers(settings.kafka) if settings.kafka else "no address is known yet":
        yield Finding(False, f"Kafka does not answer: {lack}.", START)
    else:
        yield Finding(True, "Kafka answers.")
        with admin_client(settings.kafka) as admin:
            yield from _topics(admin, settings)
    url = settings.database_url.get_secret_value()
    if lack := database_answers(url) if url else "no address is known yet":
        yield Finding(False, f"The database does not answer: {lack}.", START)
    else:
        yield Finding(True, "The database answers.")
        yield from _database(url)


def _topics(admin: KafkaAdminClient, settings: Settings) -> Iterator[Finding]:
    absent = sorted(set(wanted(settings.topic_prefix)) - set(admin.list_topics()))
    yield Finding(not absent, f"Topics: {', '.join(absent) + ' are absent' if absent else 'all are there'}.", START)


def _database(url: str) -> Iterator[Finding]:
    with psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'").fetchone()
    yield Finding(
        row is not None, f"The extension timescaledb: {row[0] if row else 'absent'}.", "psql -c 'CREATE EXTENSION timescaledb'"
    )
    left = pending(url)
    yield Finding(
        not left, f"Tables: {len(left)} migrations are not applied." if left else "Tables: up to date.", "gatehouse migrate"
    )


def whole(settings: Settings) -> Iterator[Finding]:
    """The processes, and the ports that they are to listen on."""
    states = Supervisor(Layout(settings.local)).states()
    if not states:
        for process in PROCESSES:
            port = process.port(settings)
            if port and not is_free(port, settings.reached):
                setting = f"{process.name}_port"
                yield Finding(False, f"Port {port} ({setting}) is taken by another program.", f"ss -ltnp sport = :{port}")
        yield Finding(False, "No process runs.", START)
        return
    for name, line in read(settings).processes.items():
        yield Finding(line.well, f"{name}: {line.sentence}", f"gatehouse logs {name}")


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _available_memory() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))


def _first(err: Exception) -> str:
    return str(err).splitlines()[0][:200]
