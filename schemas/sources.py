"""Who may post to the gateway: a source has a name, a family of messages, and a key of its own.

Kept in `.local/sources.json`, mode 600, made with fresh keys at the first start. A site adds its own sources there.
A device proves itself by HTTP Basic (user: the source's name, password: the key), by the header X-Gatehouse-Key, or, where
it can be given nothing but an address, by the key as the last part of the path.
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from schemas.errors import SettingsError

FILE = "sources.json"
FIRST = {"hikvision": "hikvision", "isecure": "isecure", "gatehouse": "gatehouse"}
"""The sources that a new installation has, by name, with the family that each speaks."""


@dataclass(frozen=True, slots=True)
class Source:
    """One sender: `family` names the decoder, `site` whose events these are (empty: the installation's site)."""

    name: str
    family: str
    key: str
    site: str = ""


def read_sources(local: Path) -> Mapping[str, Source]:
    """The sources by name; SettingsError with a sentence where the file is absent or wrong."""
    path = local / FILE
    try:
        rows = json.loads(path.read_text("utf-8"))
        return {row["name"]: Source(**row) for row in rows}
    except FileNotFoundError as err:
        raise SettingsError(f"{path} is absent: `gatehouse up` makes it.") from err
    except (json.JSONDecodeError, TypeError, KeyError) as err:
        raise SettingsError(f'{path} is wrong ({err}): it holds [{{"name", "family", "key", "site"}}, …].') from err


def ensure_sources(local: Path) -> Mapping[str, Source]:
    """The sources, made with fresh keys where there are none yet."""
    path = local / FILE
    if not path.exists():
        local.mkdir(parents=True, exist_ok=True)
        rows = [asdict(Source(name, family, secrets.token_urlsafe(24))) for name, family in FIRST.items()]
        write_private(path, json.dumps(rows, indent=2))
    return read_sources(local)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
