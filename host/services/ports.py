"""Free ports on loopback."""

import random
import socket
from collections.abc import Collection

RANGE = range(20000, 32000)
"""Below the ports that Linux hands to outgoing connections (from 32768), so that a port stays free while its owner restarts."""
TRIES = 1000


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(draw: random.Random, taken: Collection[int] = ()) -> int:
    """A port that nothing listens on and that is not among `taken`; drawn, so that two who choose at once differ."""
    for _ in range(TRIES):
        port = draw.choice(RANGE)
        if port not in taken and is_free(port):
            return port
    raise OSError(f"No free port between {RANGE.start} and {RANGE.stop} after {TRIES} tries.")
