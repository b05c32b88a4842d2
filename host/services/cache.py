"""Downloaded parts, kept once for all checkouts of a user: Kafka's jars and the Debian root that holds TimescaleDB.

A part is fetched under a lock and appears under its name only when it is whole, so that two checkouts may start at once
and an interrupted download is simply begun again.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from host.programs import privileged
from host.shell import run

POM = Path(__file__).parents[2] / "docker" / "kafka" / "pom.xml"
DEBIAN_RELEASE = "trixie"
TIMESCALE_PACKAGE = "postgresql-17-timescaledb"
DEBIAN_MIRROR = "http://deb.debian.org/debian"
DEBIAN_KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
MEND_MAVEN = "run `apt-get install maven default-jre-headless` and see that repo.maven.apache.org is reachable."
MEND_ROOT = "run `apt-get install debootstrap debian-archive-keyring` and see that deb.debian.org is reachable."


def cache_folder() -> Path:
    """Where parts are kept: XDG's cache folder of this user."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "gatehouse"


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _once(part: Path, fetch: Callable[[Path], None], remove: Callable[[Path], None]) -> Path:
    """The part, fetched into a draft beside it and renamed when it is whole."""
    with _alone(part.with_name(part.name + ".lock")):
        if not part.exists():
            draft = part.with_name(part.name + ".part")
            remove(draft)
            fetch(draft)
            draft.rename(part)
    return part


def kafka_jars() -> Path:
    """The folder of Kafka's jars; named after the pom, so that a new version is a new folder."""
    version = hashlib.sha256(POM.read_bytes()).hexdigest()[:12]
    return _once(cache_folder() / f"kafka-{version}", _fetch_jars, lambda path: shutil.rmtree(path, ignore_errors=True))


def _fetch_jars(draft: Path) -> None:
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={draft}", "-DincludeScope=runtime"]
    run(["mvn", "-q", "-B", "-f", str(POM), *goal], mend=MEND_MAVEN)


def timescale_root() -> Path:
    """The root in which TimescaleDB is installed: the machine's own where its Debian has it, else one in the cache."""
    if postgres_bin(Path("/")) is not None:
        return Path("/")
    return _once(cache_folder() / f"timescaledb-{DEBIAN_RELEASE}", _fetch_root, _remove_root)


def _fetch_root(draft: Path) -> None:
    draft.parent.mkdir(parents=True, exist_ok=True)
    keys = [f"--keyring={DEBIAN_KEYS}"] if DEBIAN_KEYS.exists() else []
    command = ["debootstrap", "--variant=minbase", f"--include={TIMESCALE_PACKAGE}", *keys]
    run(privileged([*command, DEBIAN_RELEASE, str(draft), _mirror()]), mend=MEND_ROOT)


def _remove_root(draft: Path) -> None:
    """Remove a half-made root, but never what may still be mounted in it."""
    if draft.exists():
        run(privileged(["rm", "-rf", "--one-file-system", str(draft)]), mend=f"remove {draft} by hand.")


def _mirror() -> str:
    """The mirror that this machine's apt uses for Debian, so that a site's own mirror is used here too."""
    wanted = "$(ORIGIN) $(COMPONENT) $(REPO_URI)"
    listed = run(["apt-get", "indextargets", "--format", wanted, "Created-By: Packages"], mend=MEND_ROOT)
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    uris = [row[2] for row in rows if len(row) == 3 and row[:2] == ["Debian", "main"]]
    return next((uri for uri in uris if "security" not in uri and uri.startswith("http")), DEBIAN_MIRROR)


def postgres_bin(root: Path) -> Path | None:
    """The folder of the newest PostgreSQL in `root` that has TimescaleDB, as seen from inside; None without one."""
    libraries = sorted(root.glob("usr/lib/postgresql/*/lib/timescaledb.so"), key=lambda path: int(path.parts[-3]))
    return Path("/") / libraries[-1].parents[1].relative_to(root) / "bin" if libraries else None
