"""`gatehouse prepare`: what services that already run still need: tables, topics, keys and the first password."""

import secrets
from pathlib import Path

import typer

from host.probe import KEY_FILE
from host.services.topics import ensure_topics
from schemas.errors import SettingsError
from schemas.migrate import apply
from schemas.settings import Settings, load
from schemas.sources import ensure_sources, write_private

PASSWORD_FILE = "admin-password"
PASSWORD_BYTES = 15


def run() -> int:
    """Prepare the services of the settings; it may be done again at any time."""
    settings = load()
    if not settings.kafka or not settings.database_url.get_secret_value():
        raise SettingsError(
            "Kafka's and the database's addresses are not known: set them, or let `gatehouse up` bring its own."
        )
    private_files(settings.local)
    migrations, topics = tables_and_topics(settings)
    typer.echo(f"{migrations} migrations applied, {topics} topics made.")
    return 0


def private_files(local: Path) -> None:
    """The sources' keys, the password of the first account and the probe's key, each made where it is absent."""
    ensure_sources(local)
    for name in (PASSWORD_FILE, KEY_FILE):
        if not (local / name).exists():
            write_private(local / name, secrets.token_urlsafe(PASSWORD_BYTES) + "\n")


def tables_and_topics(settings: Settings) -> tuple[int, int]:
    """How many migrations were applied and topics made."""
    applied = apply(settings.database_url.get_secret_value())
    return applied, ensure_topics(settings.kafka, settings.topic_prefix, settings.partitions)
