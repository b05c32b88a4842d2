"""The known settings as lines of text: variable, unit, default, reason."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr

from schemas.settings import HOME, Settings, variable

UNITS = {"_per_s": "per second", "_s": "seconds", "_bytes": "bytes", "_port": "port"}


def unit(name: str) -> str:
    """The unit that a setting's name tells; empty without one."""
    if name.startswith("retention_days"):
        return "days"
    return next((word for suffix, word in UNITS.items() if name.endswith(suffix)), "")


def default(value: object) -> str:
    """A default as one would write it; paths from Gatehouse's own folder."""
    if isinstance(value, SecretStr):
        return '""'
    if isinstance(value, Path):
        return str(value.relative_to(HOME))
    return str(value) or '""'


def table() -> Iterator[str]:
    """A line a setting."""
    for name, field in Settings.model_fields.items():
        amount = f"{default(field.default)} {unit(name)}".rstrip()
        yield f"{variable(name):<36} {amount:<24} {field.description}"
