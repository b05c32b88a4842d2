"""Where both rivals write: events and alerts by COPY, in large transactions, into the product's own tables.

A thread of its own writes while the next batch is judged: it waits for the database outside the interpreter's lock. Times stay
the text that the record brought, and nothing of a row is parsed that need not be. With no database it only counts.
"""

import queue
import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import orjson
import psycopg

from schemas.alerts import alert_id
from schemas.events import HEARTBEAT
from trials.rivals.rules import SECOND, Alert, Event

BATCH_ROWS = 10_000
WAITING = 2  # batches that may wait for the database before the judging does
CONNECT_TIMEOUT_S = 5
COLUMNS = (
    *("id", "site", "kind", "type", "device", "occurred_at", "received_at", "event_time", "subject", "score", "value"),
    *("zone", "direction", "attributes", "picture", "late", "kafka_partition", "kafka_offset"),
)
ALERT_COLUMNS = (
    *("id", "site", "rule", "rule_version", "severity", "device", "subject"),
    *("raised_at", "occurred_at", "judged_at", "stored_at", "why"),
)
SEVERITY: Mapping[str, int] = {
    "fire-panel-alarm": 1,
    "plate-watch-list": 2,
    "five-denials": 3,
    "stranger-three-buildings": 3,
    "forced-then-tamper": 2,
    "door-not-closed": 4,
    "camera-silent": 4,
    "door-held-open": 3,
    "water-over-line": 2,
    "card-two-places": 3,
}
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_NULL = r"\N"
_EMPTY = "{}"

Batch = dict[str, list[str]]
"""Lines of COPY's text, by table."""


class Sink:
    """Takes events and alerts; counts them, and writes them where there is a database."""

    def __init__(self, url: str, site: str) -> None:
        self._site, self._batch, self._size = site, Batch(), 0
        self.rows, self.alerts, self.last = 0, Counter[str](), 0.0
        self._writer = _Writer(url) if url else None

    def event(self, event: Event, offset: int) -> None:
        """One event; a heartbeat is no row."""
        if event["type"] == HEARTBEAT:
            return
        self.rows += 1
        if self._writer is None:
            return
        self._batch.setdefault(f"events_{event['kind']}", []).append(_line(event, offset))
        self._size += 1
        if self._size >= BATCH_ROWS:
            self._hand_over(self._writer)

    def raised(self, alerts: Iterable[Alert]) -> None:
        """Alerts, to be written with the next batch of events."""
        for alert in alerts:
            self.alerts[alert.rule] += 1
            if self._writer is not None:
                self._batch.setdefault("alerts", []).append(_alert_line(self._site, alert))

    def flush(self) -> None:
        """Return when all that was taken is committed; `last` is when that was."""
        if self._writer is not None:
            self._hand_over(self._writer)
            self._writer.wait()
        self.last = time.perf_counter()

    def close(self) -> None:
        """End the thread."""
        if self._writer is not None:
            self._writer.close()

    def _hand_over(self, writer: "_Writer") -> None:
        if self._batch:
            writer.take(self._batch)
            self._batch, self._size = {}, 0


class _Writer:
    """The thread with the connection."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S, options="-c timezone=UTC")
        self._batches: queue.Queue[Batch | None] = queue.Queue(WAITING)
        self._broken: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="copy", daemon=True)
        self._thread.start()

    def take(self, batch: Batch) -> None:
        """Write it next; waits while too many wait already."""
        self._batches.put(batch)

    def wait(self) -> None:
        """Until everything is committed; what went wrong meanwhile is raised here."""
        self._batches.join()
        if self._broken is not None:
            raise self._broken

    def close(self) -> None:
        """End."""
        self._batches.put(None)
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while (batch := self._batches.get()) is not None:
            try:
                if self._broken is None:
                    self._write(batch)
            except psycopg.Error as err:
                self._broken = err
            finally:
                self._batches.task_done()

    def _write(self, batch: Batch) -> None:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            for table, lines in batch.items():
                columns = ", ".join(ALERT_COLUMNS if table == "alerts" else COLUMNS)
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write("".join(lines))


def _line(event: Event, offset: int) -> str:
    get = event.get
    attributes, score, value = get("attributes"), get("score"), get("value")
    time = event["event_time"]
    texts = (
        *(event["id"], event["site"], event["kind"], event["type"], event["device"], get("occurred_at", time)),
        *(event["received_at"], time, _or_null(get("subject")), _NULL if score is None else str(score)),
        *(_NULL if value is None else str(value), _or_null(get("zone")), _or_null(get("direction"))),
        *(_json(attributes) if attributes else _EMPTY, _or_null(get("picture"))),
    )
    return "\t".join(texts) + f"\tf\t0\t{offset}\n"


def _or_null(text: str | None) -> str:
    if text is None:
        return _NULL
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def _json(value: object) -> str:
    return orjson.dumps(value).decode().replace("\\", "\\\\")


def _alert_line(site: str, alert: Alert) -> str:
    now, at = datetime.now(UTC).isoformat(), datetime.fromtimestamp(alert.at / SECOND, UTC).isoformat()
    identity = str(alert_id(site, alert.rule, alert.key, alert.cause))
    why = _json({"rule": alert.rule, "version": 1, "cause": alert.cause})
    names = (_or_null(alert.device), _or_null(alert.subject))
    fields = (identity, site, alert.rule, "1", str(SEVERITY[alert.rule]), *names, at, at, now, now, why)
    return "\t".join(fields) + "\n"
