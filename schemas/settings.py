"""Settings: environment variables named GATEHOUSE_…, then one TOML file, then what `up` generated, then the defaults here.

Each setting has a type, a unit where it has one (in its name), a default and a reason (its description). An unknown
or wrong setting stops the start with a sentence that names it. `gatehouse.toml` in the working directory is the file, else
the one in Gatehouse's own folder; GATEHOUSE_FILE names another. Addresses, ports and the database's password that nobody
gave come from `generated.toml` in the local folder, which `gatehouse up` writes (mode 600).

A relative path is relative to where it is written: a variable's to the working directory, the file's to the file, a
default to Gatehouse's own folder. So every command works from any directory. An empty variable counts as not given.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from schemas.errors import SettingsError
from schemas.letters import LARGEST_BODY

PREFIX = "GATEHOUSE_"
MIB = 1024 * 1024
HOME = Path(__file__).resolve().parents[1]
"""Gatehouse's own folder: the checkout."""
GENERATED = "generated.toml"
PATHS = ("local", "site")

Seconds = Annotated[float, Field(gt=0)]
Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseSettings):
    """All settings of all processes; a process reads what it needs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    # Where things are.
    local: Path = Field(HOME / ".local", description="folder of everything generated: data, logs, passwords (mode 600)")
    site: Path = Field(HOME / "sites" / "aozheng" / "site.yaml", description="the community; its devices' CSV is named in it")
    database_url: SecretStr = Field(SecretStr(""), description="TimescaleDB; empty: `gatehouse up` brings its own")
    kafka: str = Field("", description="Kafka bootstrap servers; empty: `gatehouse up` brings its own")
    engine: Literal["auto", "native", "docker"] = Field(
        "auto",
        description="who runs Kafka and TimescaleDB: Docker where it answers, else Debian's packages",
    )

    # Where the processes listen. Port 0: `up` chooses a free one and remembers it in .local/.
    host: str = Field("127.0.0.1", description="loopback unless a site decides otherwise")
    gateway_port: Port = Field(0, description="devices post here")
    worker_port: Port = Field(0, description="the worker's /healthz, /readyz, /metrics")
    desk_port: Port = Field(0, description="the desk's /healthz, /readyz, /metrics")
    dashboard_port: Port = Field(0, description="the wall")
    simulator_port: Port = Field(0, description="the simulator's /healthz, /readyz, /metrics")
    gateway_url: str = Field("", description="how others reach the gateway; empty: from host and port")
    callback: str = Field("", description="the control room's telephone, for the words of emergency plans")
    own_plans: str = Field("", description="a folder of the site's own emergency plans, beside the six of the house")
    dashboard_url: str = Field("", description="how others reach the wall; empty: from host and port")

    # Streams.
    topic_prefix: str = Field("gatehouse", pattern=r"^[a-z0-9.-]+$", description="two systems on one Kafka need two prefixes")
    partitions: int = Field(4, ge=1, le=64, description="per topic; a site lives in one, so this bounds the workers")
    tick_s: Seconds = Field(0.25, description="how often the gateway states the time in the log; timers are this exact")
    lateness_s: Seconds = Field(2.0, description="how long an ordered rule waits for events that arrive out of order")
    skew_limit_s: Seconds = Field(
        1.0,
        description="a device's clock further off than this is not trusted: arrival time places its events; what is trusted "
        "of it is lost of lateness_s, so keep it well under that",
    )
    settle_s: Seconds = Field(
        3.0, description="after a start devices repeat what they could not deliver: time stands still so long"
    )
    block_events: int = Field(
        16384, ge=1, le=262144, description="most events in one transaction while it catches up: larger adds memory, not speed"
    )
    state_every_s: Seconds = Field(5.0, description="how often rule state is saved: the most that is read again after a kill")

    # Gateway limits.
    body_limit_bytes: int = Field(
        8 * MIB, ge=1024, le=LARGEST_BODY, description="three pictures are under 3 MiB; more than 11 is no dead letter"
    )
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
    retention_days_dead_letters: int = Field(
        31,
        ge=31,
        description="time to mend a decoder, no longer, as bodies hold pictures; beyond Kafka's month, so none comes back",
    )
    retention_days_alerts: int = Field(1095, ge=1, description="an alert is part of an incident's record: three years")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="of every process")

    @field_validator("database_url")
    @classmethod
    def _is_an_address(cls, value: SecretStr) -> SecretStr:
        """Refuse here what psycopg would refuse later with its password in the sentence."""
        try:
            conninfo_to_dict(value.get_secret_value())
        except ProgrammingError:
            raise ValueError("it is no address of the form postgresql://user:password@host:port/database") from None
        return value

    @property
    def reached(self) -> str:
        """The host by which this machine itself reaches the processes: a server on all addresses is on loopback too."""
        return "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host

    @property
    def gateway_at(self) -> str:
        """Where devices post: the address given, else host and port. Without a slash at the end."""
        return self.gateway_url.rstrip("/") or address(self.reached, self.gateway_port)

    @property
    def plans_folder(self) -> Path | None:
        """Where the site's own emergency plans are; None without any."""
        return Path(self.own_plans) if self.own_plans else None

    @property
    def dashboard_at(self) -> str:
        """Where the wall is: the address given, else host and port. Without a slash at the end."""
        return self.dashboard_url.rstrip("/") or address(self.reached, self.dashboard_port)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments alone: `load` puts the other sources under them, and a test's settings are what the test says."""
        return (init_settings,)


@dataclass(frozen=True, slots=True)
class _Source:
    """Values of one source, the folder that its relative paths start from, and its name for sentences."""

    values: Mapping[str, Any]
    folder: Path
    name: str

    def placed(self) -> dict[str, Any]:
        """The values with absolute paths; what is no path at all is left for the check to name."""
        return {
            key: self.folder / value if key in PATHS and isinstance(value, str | Path) else value
            for key, value in self.values.items()
        }


def load(**given: Any) -> Settings:
    """Read every source once; raise SettingsError with a sentence for each wrong setting. `given` wins over all."""
    if unknown := _unknown_variables():
        raise SettingsError(f"Unknown setting {', '.join(unknown)}: `gatehouse doctor` lists the known ones.")
    file = _file()
    sources = [_from_file(file) if file else _Source({}, HOME, ""), _from_environment(), _Source(given, Path.cwd(), "")]
    local = _merged(sources).get("local", Settings.model_fields["local"].default)
    if isinstance(local, Path):
        sources.insert(0, _from_file(local / GENERATED))
    try:
        return Settings(**_merged(sources))
    except ValidationError as err:
        raise SettingsError(" ".join(_sentence(dict(error), sources) for error in err.errors())) from err


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def address(host: str, port: int) -> str:
    """The URL of a server."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _merged(sources: list[_Source]) -> dict[str, Any]:
    return {key: value for source in sources for key, value in source.placed().items()}


def _file() -> Path | None:
    """The settings file, absolute; None where there is none."""
    if named := os.environ.get(variable("file"), ""):
        if not Path(named).is_file():
            raise SettingsError(f"{variable('file')} names {named}, which is no file: correct the name or unset it.")
        return Path(named).resolve()
    usual = (Path.cwd() / "gatehouse.toml", HOME / "gatehouse.toml")
    return next((path for path in usual if path.is_file()), None)


def _from_file(path: Path) -> _Source:
    """A TOML file's values; an absent file has none."""
    try:
        return _Source(tomllib.loads(path.read_text("utf-8")), path.parent, str(path))
    except FileNotFoundError:
        return _Source({}, path.parent, str(path))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise SettingsError(f"{path} is not TOML: {err}.") from err
    except OSError as err:
        raise SettingsError(f"{path} cannot be read: {err.strerror}.") from err


def _from_environment() -> _Source:
    return _Source(EnvSettingsSource(Settings)(), Path.cwd(), "")


def _unknown_variables() -> list[str]:
    known = {variable(name) for name in (*Settings.model_fields, "file")}
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)


def _sentence(error: Mapping[str, Any], sources: list[_Source]) -> str:
    """What is wrong, where it was read, what to do; never the value, which may be a password."""
    name = str(error["loc"][0])
    where = next((source.name for source in reversed(sources) if name in source.values), "") or variable(name)
    if error["type"] == "extra_forbidden":
        return f"Unknown setting {name!r} in {where}: remove it or correct its name; `gatehouse doctor` lists the known ones."
    return f"Setting {name} in {where} is wrong: {error['msg']}."
