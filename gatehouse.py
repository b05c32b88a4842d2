"""The command line. Every command imports what it starts when it starts, so that `gatehouse --help` is quick.

Exit status: 0 done, 1 the answer is no (a check failed, a figure does not hold), 2 wrong use.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from alerts.audit_cli import audit_app
from alerts.incidents_cli import incidents_app
from alerts.lists_cli import lists_app
from alerts.overrides_cli import register as register_overrides
from alerts.plans_cli import plans_app
from alerts.registers_cli import registers_app
from dashboard.door.users_cli import users_app
from dashboard.reports.cli import report_app
from schemas.errors import GatehouseError
from streams.rules_cli import rules_app

app = typer.Typer(
    name="gatehouse",
    help="The real-time control room of a residential community.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
site_app = typer.Typer(help="The community as data.", no_args_is_help=True)
letters_app = typer.Typer(help="Messages that could not be read.", no_args_is_help=True)
kiosk_app = typer.Typer(help="Links for walls without a keyboard.", no_args_is_help=True)
app.add_typer(site_app, name="site")
app.add_typer(rules_app, name="rules")
app.add_typer(lists_app, name="lists")
app.add_typer(plans_app, name="plans")
app.add_typer(registers_app, name="registers")
app.add_typer(letters_app, name="dead-letters")
app.add_typer(kiosk_app, name="kiosk")
app.add_typer(users_app, name="users")
app.add_typer(audit_app, name="audit")
app.add_typer(report_app, name="report")
app.add_typer(incidents_app, name="incidents")

register_overrides(rules_app)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


# One machine.


@app.command()
def up(simulate: Annotated[bool, typer.Option(help="Start the simulated community too.")] = True) -> None:
    """Start services and processes; return when an event has reached the wall."""
    from host.up import run

    raise typer.Exit(run(simulate=simulate))


@app.command()
def down() -> None:
    """Stop everything that `up` started."""
    from host.down import run

    raise typer.Exit(run())


@app.command()
def status(as_json: Json = False) -> None:
    """Say how each process and service is, and since when."""
    from host.status import run

    raise typer.Exit(run(as_json=as_json))


@app.command()
def doctor() -> None:
    """Say in sentences what is missing, and the command that mends it."""
    from host.doctor import run

    raise typer.Exit(run())


@app.command()
def logs(
    process: Annotated[str, typer.Argument(help="One process; all without it.")] = "",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as lines come.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many of the last lines.")] = 50,
) -> None:
    """Show what the processes say."""
    from host.logs import run

    raise typer.Exit(run(process, follow=follow, lines=lines))


@app.command()
def env() -> None:
    """Print shell exports of the addresses, for scripts."""
    from host.env import run

    raise typer.Exit(run())


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    from schemas.migrate import run

    raise typer.Exit(run())


@app.command()
def prepare() -> None:
    """Make tables, topics, keys and the first password, for services that already run."""
    from host.prepare import run

    raise typer.Exit(run())


# Data.


@site_app.command("check")
def site_check(file: Path) -> None:
    """Name every mistake in a site's files at once."""
    from schemas.site_file import run_check

    raise typer.Exit(run_check(file))


@site_app.command("generate")
def site_generate(
    out: Annotated[Path, typer.Option(help="Folder for site.yaml and devices.csv.")] = Path("sites/aozheng"),
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
) -> None:
    """Draw an illustrative community."""
    from schemas.site_generator import run

    raise typer.Exit(run(out, seed))


@app.command()
def schema(name: Annotated[str, typer.Argument(help="What to describe: event.")]) -> None:
    """Print the JSON Schema of our own messages."""
    from schemas.event_json import run

    raise typer.Exit(run(name))


@app.command()
def decode(
    files: Annotated[list[Path], typer.Argument(help="Captured bodies.")],
    source: Annotated[str, typer.Option("--source", help="The family that sent them.")],
    content_type: Annotated[str, typer.Option(help="The request's Content-Type; guessed without it.")] = "",
    as_json: Json = False,
) -> None:
    """Show what the gateway makes of a captured body, without any service."""
    from streams.gateway.decode import run

    raise typer.Exit(run(files, source, content_type, as_json=as_json))


@app.command()
def tail(
    kind: Annotated[str, typer.Option(help="Only one kind of event, or `alerts`.")] = "",
    as_json: Json = False,
) -> None:
    """Show events and alerts as they come."""
    from streams.tail import run

    raise typer.Exit(run(kind, as_json=as_json))


@letters_app.command("list")
def letters_list(
    as_json: Json = False, limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest so many.")] = 50
) -> None:
    """List what could not be read, and why."""
    from streams.dead_letters import run_list

    raise typer.Exit(run_list(limit, as_json=as_json))


@letters_app.command("show")
def letters_show(letter: Annotated[str, typer.Argument(help="The letter's id.")]) -> None:
    """Write one message's body as it came, for `gatehouse decode`."""
    from streams.dead_letters import run_show

    raise typer.Exit(run_show(letter))


@letters_app.command("retry")
def letters_retry(
    letter: Annotated[str, typer.Argument(help="One letter's id; all that are open without it.")] = "", as_json: Json = False
) -> None:
    """Read them again, after a fix."""
    from streams.dead_letters import run_retry

    raise typer.Exit(run_retry(letter, as_json=as_json))


# Processes.


@app.command()
def gateway() -> None:
    """Take devices' messages, write events to Kafka."""
    from streams.gateway.main import run

    raise typer.Exit(run())


@app.command()
def worker() -> None:
    """Judge events, write events and alerts to TimescaleDB."""
    from streams.worker.main import run

    raise typer.Exit(run())


@app.command()
def desk() -> None:
    """Make incidents of alerts."""
    from alerts.desk.main import run

    raise typer.Exit(run())


@app.command()
def dashboard() -> None:
    """Serve the wall."""
    from dashboard.main import run

    raise typer.Exit(run())


@app.command()
def simulate(
    seed: Annotated[int, typer.Option(help="The same seed gives the same messages.")] = 1,
    speed: Annotated[float, typer.Option(min=0.1, help="How many times faster than life.")] = 1.0,
    incidents: Annotated[str, typer.Option(help="A YAML file of incidents to put in, or none; without it a few an hour.")] = "",
    truth: Annotated[Path | None, typer.Option(help="Where to write what really happened, as JSON Lines.")] = None,
    seconds: Annotated[float, typer.Option(min=0, help="Stop after so many simulated seconds; 0: go on.")] = 0,
    day: Annotated[str, typer.Option(help="The community's own time at the start, as 2026-05-04T08:00; without it now.")] = "",
) -> None:
    """Be the whole community's devices, speaking their vendors' formats to the gateway."""
    from streams.simulator.main import run
    from streams.simulator.play import Order

    raise typer.Exit(run(Order(seed, speed, incidents, seconds, day), truth))


# Access to the wall.


@kiosk_app.command("create")
def kiosk_create(name: Annotated[str, typer.Argument(help="Where the screen hangs.")]) -> None:
    """Make a read-only link for one wall; it is shown once."""
    from dashboard.door.kiosk import run_create

    raise typer.Exit(run_create(name))


@kiosk_app.command("list")
def kiosk_list(as_json: Json = False) -> None:
    """List the links, without their secrets."""
    from dashboard.door.kiosk import run_list

    raise typer.Exit(run_list(as_json=as_json))


@kiosk_app.command("release")
def kiosk_release(name: str) -> None:
    """Let another screen have a link; the one that has it goes dark within a second or two."""
    from dashboard.door.kiosk import run_release

    raise typer.Exit(run_release(name))


@kiosk_app.command("revoke")
def kiosk_revoke(name: str) -> None:
    """End a link; a wall that uses it goes dark within a second or two."""
    from dashboard.door.kiosk import run_revoke

    raise typer.Exit(run_revoke(name))


# Promises, measured.


@app.command()
def drill(
    plan: Annotated[str, typer.Argument(help="fire, flood, elevator, snow, theft, injury, or a plan of the site's own.")],
    device: Annotated[str, typer.Option(help="The device that it starts from; without it one of the right kind.")] = "",
    auto: Annotated[bool, typer.Option("--auto", help="A scripted crew works it to its end.")] = False,
    kill: Annotated[bool, typer.Option("--kill", help="Kill desk and dashboard in the middle of --auto.")] = False,
    as_json: Json = False,
) -> None:
    """Exercise a plan from a device's event on, or by hand where none opens it; marked as a drill, kept out of all figures."""
    from trials.drill.main import run

    raise typer.Exit(run(plan, device, auto=auto, kill=kill, as_json=as_json))


@app.command("access-matrix")
def access_matrix(as_json: Json = False) -> None:
    """Walk the table of who may do what, cell by cell, against the dashboard that runs."""
    from trials.access_matrix import run

    raise typer.Exit(run(as_json=as_json))


@app.command()
def smoke(as_json: Json = False) -> None:
    """Post one Hikvision message and follow it to a real browser's DOM."""
    from trials.smoke import run

    raise typer.Exit(run(as_json=as_json))


@app.command()
def bench(
    only: Annotated[str, typer.Option(help="One part: rules or console. Without it the flow to the wall.")] = "",
    as_json: Json = False,
) -> None:
    """Measure speed and memory, as ratios in one run."""
    if only not in {"", "rules", "console"}:
        raise typer.BadParameter(f"{only!r} is no part of the bench: use rules, console, or none.", param_hint="--only")
    if only == "console":
        from trials.bench_console import run as run_console

        raise typer.Exit(run_console(as_json=as_json))
    if only:
        from trials.bench_rules import run as run_rules

        raise typer.Exit(run_rules(as_json=as_json))
    from trials.bench import run

    raise typer.Exit(run(as_json=as_json))


@app.command()
def score(
    days: Annotated[int, typer.Option(min=1, max=31, help="How many days of the whole community.")] = 7,
    seed: Annotated[int, typer.Option(help="Draws the days, their incidents and their nuisance.")] = 1,
    as_json: Json = False,
) -> None:
    """Judge simulated days with known incidents: recall, precision and delay of each rule, alerts an hour."""
    from trials.score import run

    raise typer.Exit(run(days=days, seed=seed, as_json=as_json))


@app.command()
def why(
    alert: Annotated[str, typer.Argument(help="The alert's id.")],
    as_json: Json = False,
) -> None:
    """Show why an alert was raised, and replay its events to the same alert."""
    from streams.why import run

    raise typer.Exit(run(alert, as_json=as_json))


@app.command()
def chaos(
    kills: Annotated[int, typer.Option(min=1, help="How many times to kill gateway or worker.")] = 20,
    outage_s: Annotated[float, typer.Option(min=1, help="How long Kafka, then the database, is stopped.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Draws the load and the kills.")] = 1,
    as_json: Json = False,
) -> None:
    """Kill and stop parts under load; count what was lost and what came twice."""
    from trials.chaos import run

    raise typer.Exit(run(kills=kills, outage_s=outage_s, seed=seed, as_json=as_json))


def main() -> None:
    """Run the command line; an error of ours is one sentence and exit status 1."""
    try:
        app()
    except GatehouseError as err:
        typer.echo(f"gatehouse: {err}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
