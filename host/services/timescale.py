"""TimescaleDB from Debian: the machine's own package, or the one in a Debian root of the cache.

The server runs as the user postgres in a mount namespace of its own, in which the root has /proc, /dev and the data. The
mounts end with the server, however it ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from host.programs import Program, privileged
from host.services.cache import MEND_ROOT, TIMESCALE_PACKAGE, postgres_bin
from host.shell import run
from schemas.errors import MachineError

ENTER = Path(__file__).parents[2] / "docker" / "timescaledb" / "enter.sh"
DATA = "/var/lib/postgresql/data"
SUPERUSER = "postgres"
DATABASE = "gatehouse"
MEND_MOUNT = f"it needs root that may mount (in a container: --cap-add SYS_ADMIN). If the Debian root is broken: {MEND_ROOT}"

SERVER: Mapping[str, str | int] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_preload_libraries": "timescaledb",
    "timescaledb.telemetry_level": "off",
    "max_connections": 200,
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "max_locks_per_transaction": 256,
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m %p ",
}
"""The server's settings: the screens' queries are short (jit would cost more than it saves), a view over many chunks
takes many locks, and tests open a database each."""


@dataclass(frozen=True, slots=True)
class Timescale:
    """One server: its data's folder, the root it is installed in, its port, and settings beyond SERVER."""

    folder: Path
    root: Path
    port: int
    more: Mapping[str, str | int] = field(default_factory=dict)

    def url(self, user: str, password: str, database: str) -> str:
        """The address for a client; passwords are made of URL-safe letters."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def _binary(self, name: str) -> str:
        folder = postgres_bin(self.root)
        if folder is None:
            raise MachineError(f"{self.root} has no {TIMESCALE_PACKAGE}: remove the folder and run `make up` again.")
        return str(folder / name)

    def _inside(self, *command: str) -> list[str]:
        unshare = ["unshare", "--mount", "--propagation", "unchanged", "/bin/sh", str(ENTER)]  # which makes it private
        return [*unshare, str(self.root), str(self.folder), *command]

    def prepare(self, password: str) -> None:
        """Make the data the first time, with this password for the superuser; begin again what was left half made."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if (self.folder / "made").exists():
            return
        initdb = f"{self._binary('initdb')} -D {DATA} -U {SUPERUSER} --data-checksums -E UTF8 --locale=C.UTF-8"
        steps = (
            f"umask 077 && rm -rf {DATA} && cat > {DATA}.password"
            f" && {initdb} -A scram-sha-256 --pwfile={DATA}.password && rm {DATA}.password"
        )
        run(privileged(self._inside("/bin/sh", "-c", steps)), stdin=password, mend=MEND_MOUNT)
        run(privileged(["touch", str(self.folder / "made")]), mend=MEND_MOUNT)

    def program(self) -> Program:
        """The server in the foreground."""
        options = {**SERVER, **self.more, "port": self.port}
        flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        argv = tuple(self._inside(self._binary("postgres"), "-D", DATA, *flags))
        # INT: end now and in good order; TERM would wait for the last client to go.
        return Program("timescaledb", argv, self.folder.parent, stop_s=30, rank=1, as_root=True, stop_signal="INT")


def ensure_database(superuser_url: str, password: str) -> None:
    """The database, its owner with this password, and the extension, made where they are absent.

    The owner is no superuser: Gatehouse's processes can do nothing to the server itself.
    """
    with psycopg.connect(superuser_url, autocommit=True, connect_timeout=5) as connection:
        _ensure_owner(connection, password)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(DATABASE)))
    inside = psycopg.conninfo.make_conninfo(superuser_url, dbname=DATABASE)
    with psycopg.connect(inside, autocommit=True, connect_timeout=5) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")


def _ensure_owner(connection: psycopg.Connection, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [DATABASE]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    rest = sql.SQL("ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(DATABASE), sql.Literal(password))
    connection.execute(verb + sql.SQL(" ") + rest)
