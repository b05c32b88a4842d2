"""Whether a process does its work: what it says itself at /readyz."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.settings import address

PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Answer:
    """`since` (ISO 8601) is when the fact named in the sentence turned; empty where nothing answered."""

    ready: bool
    sentence: str
    since: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


def ask(port: int, host: str = "127.0.0.1") -> Answer:
    """What the process at this port says of itself. Never raises: no answer is an answer."""
    try:
        with urllib.request.urlopen(f"{address(host, port)}/readyz", timeout=PATIENCE_S) as response:
            return read(response.read())
    except urllib.error.HTTPError as err:
        with err:
            return read(err.read())
    except (OSError, http.client.HTTPException) as err:
        return Answer(False, f"It does not answer at port {port} ({getattr(err, 'reason', err)}).")


def read(body: bytes) -> Answer:
    """The answer of a health board: ready with how many facts hold, else the sentences of those that do not."""
    try:
        board = json.loads(body)
        facts = board["facts"].values()
        failing = [fact for fact in facts if not fact["ok"]]
        since = max((fact["since"] for fact in failing or facts), default="")
        sentence = " ".join(fact["sentence"] for fact in failing) or "All is well."
        return Answer(bool(board["ready"]), sentence, since, board.get("figures", {}))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Answer(False, "What it says about itself is not readable: another program may be at its port.")
