"""Where everything of one installation lies: the local folder, and the names in it."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import MachineError

LONGEST_SOCKET = 100  # Linux allows 107 bytes for the name of a Unix socket, and supervisord first makes a longer draft
DRAFT_SUFFIX = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """The names in one local folder. Two installations have two folders and so never meet."""

    local: Path

    def make(self) -> None:
        """Make the folders; only their owner may look into them."""
        self.local.mkdir(parents=True, exist_ok=True)
        self.local.chmod(0o700)
        self.logs.mkdir(exist_ok=True)
        self.numba.mkdir(exist_ok=True)
        self.socket.parent.mkdir(mode=0o700, exist_ok=True)
        if self.socket.parent.stat().st_uid != os.geteuid():  # the folder for temporary files is everybody's
            raise MachineError(f"{self.socket.parent} belongs to somebody else: remove it, or use another local folder.")

    @property
    def logs(self) -> Path:
        """One rotated log a process."""
        return self.local / "logs"

    @property
    def numba(self) -> Path:
        """Compiled kernels, so that a second start does not compile."""
        return self.local / "numba"

    @property
    def remembered(self) -> Path:
        """Ports and passwords of the services of this installation."""
        return self.local / "services.json"

    @property
    def effective(self) -> Path:
        """The settings as `up` read them; what the processes are started with."""
        return self.local / "effective.toml"

    @property
    def supervisor_config(self) -> Path:
        """What supervisord reads."""
        return self.local / "supervisord.conf"

    @property
    def supervisor_pid(self) -> Path:
        """Supervisord's process id."""
        return self.local / "supervisord.pid"

    @property
    def turn(self) -> Path:
        """Held while `up` or `down` works."""
        return self.local / "turn.lock"

    @property
    def socket(self) -> Path:
        """Supervisord's socket; in the folder for temporary files where the local folder's name is too long for one."""
        path = self.local / "supervisor.sock"
        if len(os.fsencode(path)) + DRAFT_SUFFIX <= LONGEST_SOCKET:
            return path
        name = hashlib.sha256(os.fsencode(self.local)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"gatehouse-{os.geteuid()}-{name}" / "supervisor.sock"
