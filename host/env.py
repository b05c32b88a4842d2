"""`gatehouse env`: the addresses as shell exports, for scripts: eval "$(gatehouse env)"."""

import shlex

import typer

from schemas.errors import SettingsError
from schemas.settings import Settings, load, variable


def run() -> int:
    """Print them; SettingsError before the first start."""
    for name, value in exports(load()).items():
        typer.echo(f"export {name}={shlex.quote(value)}")
    return 0


def exports(settings: Settings) -> dict[str, str]:
    """The four variables. The database's address holds its password: it is meant for the caller's shell, not for a log."""
    values = {
        variable("database_url"): settings.database_url.get_secret_value(),
        variable("kafka"): settings.kafka,
        variable("gateway_url"): settings.gateway_at,
        variable("dashboard_url"): settings.dashboard_at,
    }
    known = bool(settings.gateway_url or settings.gateway_port) and bool(settings.dashboard_url or settings.dashboard_port)
    if not known or not all(values.values()):
        raise SettingsError("The addresses are not known before the first start: run `gatehouse up`.")
    return values
