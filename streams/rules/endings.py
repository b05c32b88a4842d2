"""How alerts end: by their rule's kernel, by an event that clears them, or by themselves after a while of event time."""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from uuid import UUID

import numpy as np

from schemas.alerts import Clearing
from streams.rules.layout import NEVER
from streams.rules.names import Ints
from streams.rules.verdict import moment


@dataclass(frozen=True, slots=True, order=True)
class Open:
    """An alert that has not ended. `due` is when it ends by itself (NEVER: only an event ends it)."""

    due: int
    rule: str
    key: int
    raised: int
    id: UUID


@dataclass(slots=True)
class _Log:
    """Events that clear a rule's alerts: keys and times, kept while an alert may still be raised before them."""

    keys: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    times: Ints = field(default_factory=lambda: np.empty(0, np.int64))

    def add(self, keys: Ints, times: Ints) -> None:
        self.keys, self.times = np.append(self.keys, keys), np.append(self.times, times)

    def first_after(self, key: int, time: int) -> int:
        found = self.times[(self.keys == key) & (self.times > time)]
        return int(found.min()) if len(found) else NEVER

    def forget(self, until: int) -> None:
        kept = self.times > until
        self.keys, self.times = self.keys[kept], self.times[kept]


class Endings:
    """The open alerts of a site. An event clears what was raised before its time, never what was raised at its very time."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], list[Open]] = {}
        self._due: list[Open] = []
        self._logs: dict[str, _Log] = {}

    def opened(self, alert: Open) -> None:
        """An alert was raised."""
        self._open.setdefault((alert.rule, alert.key), []).append(alert)
        if alert.due != NEVER:
            heappush(self._due, alert)

    def cleared(self, rule: str, key: int, time: int) -> list[Clearing]:
        """The kernel says that the key's state ended."""
        return [_clearing(alert, time) for alert in self._open.pop((rule, key), [])]

    def note(self, rule: str, keys: Ints, times: Ints) -> None:
        """Events that clear the rule's alerts, all at or before the watermark."""
        self._logs.setdefault(rule, _Log()).add(keys, times)

    def settle(self, watermark: int, allowance: int) -> list[Clearing]:
        """End what ended up to the watermark; forget clearing events older than any alert that may still be raised."""
        ended = [clearing for rule, log in self._logs.items() if len(log.keys) for clearing in self._by_events(rule, log)]
        while self._due and self._due[0].due <= watermark:
            alert = heappop(self._due)
            if self._close(alert):
                ended.append(_clearing(alert, alert.due))
        for log in self._logs.values():
            log.forget(watermark - allowance)
        return ended

    def _by_events(self, rule: str, log: _Log) -> list[Clearing]:
        mine = [alert for (name, _), alerts in self._open.items() if name == rule for alert in alerts]
        found = [(alert, log.first_after(alert.key, alert.raised)) for alert in mine]
        return [_clearing(alert, time) for alert, time in found if time <= alert.due and time != NEVER and self._close(alert)]

    def _close(self, alert: Open) -> bool:
        alerts = self._open.get((alert.rule, alert.key), [])
        if alert not in alerts:
            return False
        alerts.remove(alert)
        if not alerts:
            del self._open[alert.rule, alert.key]
        return True

    # Saved state.

    def alerts(self, rule: str) -> list[Open]:
        """The rule's open alerts."""
        return sorted(alert for (name, _), alerts in self._open.items() if name == rule for alert in alerts)

    def log(self, rule: str) -> tuple[Ints, Ints]:
        """Keys and times of the rule's clearing events that are kept."""
        log = self._logs.get(rule) or _Log()
        return log.keys, log.times


def _clearing(alert: Open, time: int) -> Clearing:
    return Clearing(alert.id, moment(alert.raised), moment(time))
