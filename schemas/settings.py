"""Settings: environment variables named GATEHOUSE_…, then one TOML file, then the defaults here.

Each setting has a type, a unit where it has one (in its name), a default and a reason (its description). An unknown
or wrong setting stops the start with a sentence that names it. `gatehouse.toml` in the working directory is the file;
GATEHOUSE_FILE names another. Generated values (addresses, passwords) come from `.local/`, which `gatehouse up` fills.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from schemas.errors import SettingsError

PREFIX = "GATEHOUSE_"
MIB = 1024 * 1024

Seconds = Annotated[float, Field(gt=0)]
Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseSettings):
    """All settings of all processes; a process reads what it needs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    # Where things are.
    local: Path = Field(Path(".local"), description="folder of everything generated: data, logs, passwords (mode 600)")
    site: Path = Field(Path("sites/aozheng/site.yaml"), description="the community; its devices' CSV is named in it")
    database_url: SecretStr = Field(SecretStr(""), description="TimescaleDB; empty: `gatehouse up` brings its own")
    kafka: str = Field("", description="Kafka bootstrap servers; empty: `gatehouse up` brings its own")
    engine: str = Field(
        "auto",
        pattern="^(auto|native|docker)$",
        description="who runs Kafka and TimescaleDB: Docker where it answers, else Debian's packages",
    )

    # Where the processes listen. Port 0: `up` chooses a free one and remembers it in .local/.
    host: str = Field("127.0.0.1", description="loopback unless a site decides otherwise")
    gateway_port: Port = Field(0, description="devices post here")
    worker_port: Port = Field(0, description="the worker's /healthz, /readyz, /metrics")
    dashboard_port: Port = Field(0, description="the wall")
    gateway_url: str = Field("", description="how others reach the gateway; empty: from host and port")
    dashboard_url: str = Field("", description="how others reach the wall; empty: from host and port")

    # Streams.
    topic_prefix: str = Field("gatehouse", pattern=r"^[a-z0-9.-]+$", description="two systems on one Kafka need two prefixes")
    partitions: int = Field(4, ge=1, le=64, description="per topic; a site lives in one, so this bounds the workers")
    tick_s: Seconds = Field(0.25, description="how often the gateway states the time in the log; timers are this exact")
    lateness_s: Seconds = Field(2.0, description="how long an ordered rule waits for events that arrive out of order")
    skew_limit_s: Seconds = Field(
        2.0, description="a device's clock further off than this is not trusted: arrival time places its events"
    )
    settle_s: Seconds = Field(
        3.0, description="after a start devices repeat what they could not deliver: time stands still so long"
    )
    block_events: int = Field(
        16384, ge=1, le=262144, description="most events in one transaction: larger adds latency, not speed"
    )
    state_every_s: Seconds = Field(5.0, description="how often rule state is saved: the most that is read again after a kill")

    # Gateway limits.
    body_limit_bytes: int = Field(8 * MIB, ge=1024, description="a push with three pictures is under 3 MiB")
    depth_limit: int = Field(32, ge=4, le=200, description="nesting of XML or JSON; real messages stay under 12")
    rate_limit_per_s: float = Field(2000.0, gt=0, description="messages a second from one source, before 429")
    spool_limit_bytes: int = Field(
        512 * MIB, ge=MIB, description="disk kept for when Kafka is away: about 12 h of a normal site"
    )

    # Retention, days; a lawyer of the site has the last word.
    retention_days_camera: int = Field(90, ge=1, description="as long as footage may be asked for, and the season's comparison")
    retention_days_face: int = Field(
        7, ge=1, description="biometric: the shortest that serves the rules and one week of enquiry"
    )
    retention_days_plate: int = Field(30, ge=1, description="personal data; as long as footage is kept (Order 799)")
    retention_days_door: int = Field(90, ge=1, description="enquiries about entry come within a quarter")
    retention_days_parking: int = Field(180, ge=1, description="disputes about fees")
    retention_days_facility: int = Field(1095, ge=1, description="fire and elevator records: three years")
    retention_days_alerts: int = Field(1095, ge=1, description="an alert is part of an incident's record: three years")

    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="of every process")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment; the file is handed in as the lowest by `load`."""
        return env_settings, init_settings


def _file_values(path: Path) -> dict[str, Any]:
    """The TOML file's values; an absent file has none."""
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as err:
        raise SettingsError(f"{path} is not TOML: {err}.") from err


def _unknown_variables() -> list[str]:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {PREFIX + "FILE"}
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)


def _generated(local: Path) -> dict[str, Any]:
    """Addresses and passwords that `up` wrote; absent before the first start."""
    return _file_values(local / "generated.toml")


def load(**given: Any) -> Settings:
    """Read every source once; raise SettingsError with a sentence for each wrong setting."""
    if unknown := _unknown_variables():
        raise SettingsError(f"Unknown setting {', '.join(unknown)}: `gatehouse doctor` lists the known ones.")
    file = Path(os.environ.get(PREFIX + "FILE", "gatehouse.toml"))
    values = {**_file_values(file), **given}
    local = Path(os.environ.get(PREFIX + "LOCAL", values.get("local", ".local")))
    try:
        return Settings(**{**_generated(local), **values})
    except ValidationError as err:
        raise SettingsError(" ".join(_sentence(dict(e), file) for e in err.errors())) from err


def _sentence(error: dict[str, Any], file: Path) -> str:
    name = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"Unknown setting {name!r} in {file}: remove it or correct its name."
    return f"Setting {name} ({PREFIX}{name.upper()} or {file}) is wrong: {error['msg']}."
