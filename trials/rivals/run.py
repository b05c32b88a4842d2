"""Both rivals over one log in Kafka: with the database and without, each run a process of its own.

They have an environment of their own, because their packages and ours do not go together: `make bench-tools` brings it.
"""

import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from tempfile import TemporaryDirectory
from uuid import uuid4

import orjson
import psycopg

from host.services.admin import admin_client
from schemas.errors import SettingsError, Unavailable
from schemas.events import Kind
from schemas.migrate import apply
from schemas.settings import HOME
from trials.rivals import Done, Job

RIVALS = {"quix": "trials.rivals.quix", "bytewax": "trials.rivals.wax"}
PYTHON = HOME / ".venv-bench" / "bin" / "python"
SITE = HOME / "sites" / "aozheng" / "site.yaml"
SLOWEST_PER_S = 1_000  # whoever is slower is ended
START_S = 60.0
TABLES = (*(f"events_{kind}" for kind in Kind), "alerts")
LAST_WORDS = 400


def measure(kafka: str, database_url: str, events: int) -> Mapping[str, Mapping[str, object]]:
    """Each rival's events a second and alerts. The database must hold no events, and holds none afterwards."""
    _ensure_tools()
    apply(database_url)
    _ensure_empty(database_url)
    with _topic(kafka) as topic:
        job = Job(kafka, topic, events, str(SITE))
        _run("trials.rivals.load", job)
        return {name: _measure(module, job, database_url) for name, module in RIVALS.items()}


def _measure(module: str, job: Job, database_url: str) -> Mapping[str, object]:
    try:
        stored = _run(module, job, database_url)
        _check(database_url, stored)
    finally:
        _empty(database_url)
    judged = _run(module, job)
    return {
        "end_to_end_per_s": round(job.events / stored.seconds),
        "without_database_per_s": round(job.events / judged.seconds),
        "alerts": sum(stored.alerts.values()),
        "alerts_by_rule": dict(sorted(stored.alerts.items())),
    }


def _run(module: str, job: Job, database_url: str = "") -> Done:
    """One process from start to end; Unavailable with its last words where it fails or takes too long."""
    with TemporaryDirectory(prefix="gatehouse-rivals-") as folder:
        given = orjson.dumps(asdict(job) | {"folder": folder, "database_url": database_url})
        try:
            done = subprocess.run(
                [PYTHON, "-W", "ignore", "-m", module],
                input=given,
                cwd=HOME,
                capture_output=True,
                timeout=START_S + job.events / SLOWEST_PER_S,
                check=False,
            )
        except subprocess.TimeoutExpired as err:
            raise Unavailable(f"{module} did not end within {err.timeout:.0f} s.") from None
    if done.returncode:
        raise Unavailable(f"{module} failed: …{done.stderr.decode('utf-8', 'replace').strip()[-LAST_WORDS:]}")
    return Done(**orjson.loads(done.stdout))


def _ensure_tools() -> None:
    if not PYTHON.exists():
        raise SettingsError("Quix Streams and Bytewax are not installed: run `make bench-tools`.")


@contextmanager
def _topic(kafka: str) -> Iterator[str]:
    """A topic of one partition, as a site has; deleted afterwards."""
    name = f"bench-rivals-{uuid4().hex[:8]}"
    with admin_client(kafka) as admin:
        admin.create_topics({name: {"num_partitions": 1}}, wait_for_metadata=True)
        try:
            yield name
        finally:
            admin.delete_topics([name])


def _ensure_empty(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        for table in TABLES:
            if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
                raise SettingsError(f"The comparison wants a database of its own, and {table} of this one is not empty.")


def _empty(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(f"TRUNCATE {', '.join(TABLES)}")


def _check(database_url: str, done: Done) -> None:
    """What the rival says that it wrote is there."""
    with psycopg.connect(database_url) as connection:
        rows = sum(n for (n,) in connection.execute("SELECT count(*) FROM events"))
        alerts = Counter(rule for (rule,) in connection.execute("SELECT rule FROM alerts"))
    if rows != done.rows or alerts != done.alerts:
        raise Unavailable(f"It says that it stored {done.rows} rows and {done.alerts}; {rows} and {dict(alerts)} are there.")
