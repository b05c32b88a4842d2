"""What an installation remembers from one start to the next: its ports, and the passwords it made.

`services.json` is for `up` alone; `generated.toml` holds of it what the settings need, `effective.toml` the settings as the
processes are to see them. All three are private (mode 600).
"""

import json
import random
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from host.layout import Layout
from host.services.ports import free_port, is_free
from schemas.errors import SettingsError
from schemas.settings import GENERATED, Settings
from schemas.sources import write_private

SERVICE_PORTS = ("kafka", "controller", "timescaledb")
PROCESS_PORTS = ("gateway", "worker", "desk", "dashboard", "simulator")


@dataclass(frozen=True, slots=True)
class Memory:
    """Ports by name, the passwords of the database's superuser and owner, who runs each service, and whether the
    simulated community is wanted."""

    ports: Mapping[str, int] = field(default_factory=dict)
    superuser_password: str = ""
    owner_password: str = ""
    engines: Mapping[str, str] = field(default_factory=dict)
    simulate: bool = True


def recall(layout: Layout) -> Memory:
    """What was remembered; nothing before the first start."""
    try:
        return Memory(**json.loads(layout.remembered.read_text("utf-8")))
    except FileNotFoundError:
        return Memory()
    except (json.JSONDecodeError, TypeError) as err:
        raise SettingsError(f"{layout.remembered} is damaged ({err}): restore it; it holds the database's password.") from err


def remember(layout: Layout, memory: Memory) -> None:
    """Keep it, whole or not at all."""
    write_private(layout.remembered, json.dumps(asdict(memory), indent=2))


def completed(memory: Memory, draw: random.Random, *, stopped: bool) -> Memory:
    """The memory with a port for everything and both passwords.

    While all is `stopped`, a remembered port that somebody else has taken meanwhile is drawn anew.
    """
    ports: dict[str, int] = {}
    for name in (*SERVICE_PORTS, *PROCESS_PORTS):
        port = memory.ports.get(name, 0)
        keep = port and port not in ports.values() and (not stopped or is_free(port))
        ports[name] = port if keep else free_port(draw, [*ports.values(), *memory.ports.values()])
    return replace(
        memory,
        ports=ports,
        superuser_password=memory.superuser_password or secrets.token_urlsafe(24),
        owner_password=memory.owner_password or secrets.token_urlsafe(24),
    )


def write_generated(layout: Layout, values: Mapping[str, str | int]) -> None:
    """Write what the settings are to find."""
    write_private(layout.local / GENERATED, _toml(values, "Written by `gatehouse up`, anew at every start."))


def write_effective(layout: Layout, settings: Settings) -> None:
    """Write the settings as they are now, for the processes."""
    values = {name: _plain(value) for name, value in settings.model_dump().items()}
    write_private(layout.effective, _toml(values, "The settings as the last `gatehouse up` read them."))


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value) if isinstance(value, Path) else value


def _toml(values: Mapping[str, Any], comment: str) -> str:
    """Flat TOML; JSON's text and numbers are TOML's."""
    return "".join([f"# {comment}\n", *(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())])
