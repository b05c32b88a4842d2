"""`gatehouse chaos`: nothing lost and nothing doubled, whatever is killed.

An installation of its own is loaded with the simulated community; gateway and worker are killed at random, Kafka and the
database are stopped for a while. In the end the gateway is stopped, so that time stands still in the log, and what the tables
hold is compared with what devices were told (events) and with what the naive twins make of Kafka's log (alerts).
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
import typer

from host.lag import consumer_lag
from schemas.configuration import read_configuration
from schemas.database import connect
from schemas.errors import Unavailable
from schemas.events import Kind
from schemas.rules import load_catalogue
from schemas.settings import Settings
from schemas.site import Site, load_site
from schemas.topics import kinds_by_topic
from trials import naive
from trials.chaos_blows import Striker
from trials.chaos_compare import Findings, compare, read_stored
from trials.chaos_install import Installation, installation
from trials.chaos_load import Ledger, under_load
from trials.chaos_log import read_log
from trials.chaos_plan import plan

RECOVERY_S = 10.0
SETTLED_S = 120.0  # for the spool's and the log's rest after the last blow
POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Outcome:
    """The figures of one trial."""

    accepted: int
    stored: int
    repeated: int
    late: int
    expected: dict[str, int]
    findings: Findings
    recoveries: list[tuple[str, float]]

    @property
    def recovery_s(self) -> float:
        """The longest."""
        return max((seconds for _, seconds in self.recoveries), default=0.0)

    @property
    def ok(self) -> bool:
        """Everything promised holds, and there was something to hold."""
        wrong = any(self.findings.counts().values())
        return not wrong and self.recovery_s <= RECOVERY_S and self.accepted > 0 and bool(self.expected)

    def as_json(self) -> bytes:
        """The figures, the promised ones first."""
        counts = self.findings.counts()
        promised = {name: counts.pop(name) for name in ("lost", "twice", "alerts_lost", "alerts_twice")}
        return orjson.dumps(
            {
                "accepted": self.accepted,
                "stored": self.stored,
                **promised,
                "recovery_s": round(self.recovery_s, 2),
                "ok": self.ok,
                **counts,
                "repeated": self.repeated,
                "late": self.late,
                "alerts": self.expected,
                "recoveries": [[what, round(seconds, 2)] for what, seconds in self.recoveries],
                "examples": self.findings.examples(),
            },
            option=orjson.OPT_INDENT_2,
        )


def run(*, kills: int, outage_s: float, seed: int, as_json: bool) -> int:
    """Run the trial and print its figures; 0 only where all of them hold."""
    logging.getLogger("streams.simulator").setLevel(logging.ERROR)  # a gateway that is away is what this is about
    with installation() as place:
        outcome = trial(place, kills, outage_s, seed)
    typer.echo(outcome.as_json().decode() if as_json else _sentences(outcome))
    return 0 if outcome.ok else 1


def trial(place: Installation, kills: int, outage_s: float, seed: int) -> Outcome:
    """One whole trial in an installation that nobody else needs; it runs again afterwards."""
    site = load_site(place.settings.site)
    striker = Striker(place, lambda sentence: typer.echo(sentence, err=True))
    steps = plan(kills, outage_s, seed)
    ledger = asyncio.run(under_load(place.settings, site, seed, lambda: striker.carry_out(steps), striker.ended))
    _settle(place)
    outcome = _judge(place.settings, site, ledger, striker)
    place.supervisor.start("gateway")
    return outcome


def _settle(place: Installation) -> None:
    """Wait until time has passed the last event, stop the gateway, and wait until the worker has stored the rest of the log."""
    begin = time.time()
    margin = place.settings.lateness_s + 2 * place.settings.tick_s
    _until(lambda: _tick(place.settings) > begin + margin, "Time did not go on after the load")
    place.supervisor.stop("gateway")
    _until(lambda: _behind(place.settings) == 0, "The worker did not come to the end of the log")


def _tick(settings: Settings) -> float:
    """The oldest of the six topics' stored times, Unix seconds; 0 where one has none."""
    with connect(settings, autocommit=True) as conn:
        row = conn.execute("select min(tick), count(tick) from progress where tick is not null").fetchone()
    return float(row[0].timestamp()) if row and row[1] >= len(Kind) else 0.0


def _behind(settings: Settings) -> int:
    """Records of the six topics that are not stored yet."""
    lag = consumer_lag(settings)
    return sum(lag.get(name, 0) for name in kinds_by_topic(settings.topic_prefix))


def _until(fact: Callable[[], bool], else_: str) -> None:
    deadline = time.monotonic() + SETTLED_S
    while not fact():
        if time.monotonic() > deadline:
            raise Unavailable(f"{else_} within {SETTLED_S:.0f} s.")
        time.sleep(POLL_S)


def _judge(settings: Settings, site: Site, ledger: Ledger, striker: Striker) -> Outcome:
    log = read_log(settings, site.id)
    with connect(settings, autocommit=True) as conn:
        stored = read_stored(conn)
        now = datetime.fromtimestamp(log.watermark // naive.SECOND, UTC)
        configuration = read_configuration(conn, site, load_catalogue(), None, now)
    expected = naive.judge(log.rows, configuration.rules, site, log.watermark, configuration.lists)
    accepted = ledger.ids | striker.probes
    late = log.late()
    return Outcome(
        accepted=len(accepted),
        stored=len(stored.events),
        repeated=log.copies,
        late=sum(late.values()),
        expected=dict(sorted(Counter(alert.rule for alert in expected).items())),
        findings=compare(accepted, late, expected, stored),
        recoveries=[(f"{r.step.blow} {'+'.join(r.step.targets)}", r.seconds) for r in striker.recoveries],
    )


def _sentences(outcome: Outcome) -> str:
    counts = outcome.findings.counts()
    wrong = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items() if n) or "nothing lost, nothing twice"
    return (
        f"{outcome.accepted:,} events accepted, {outcome.stored:,} stored, {sum(outcome.expected.values())} alerts expected: "
        f"{wrong}; longest recovery {outcome.recovery_s:.1f} s (allowed {RECOVERY_S:.0f})."
    )
