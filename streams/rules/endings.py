"""How alerts end and how their severity changes: by their rule's kernel, by events, or by themselves after a while."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import groupby
from uuid import UUID

from schemas.alerts import Clearing, Severity, SeverityChange
from schemas.kernels import Kernel
from schemas.rules import Rule
from streams.rules.frames import SECOND
from streams.rules.layout import NEVER
from streams.rules.moments import moment
from streams.rules.names import Ints

RISE, FALL = -1, 1
Where = tuple[str, int]
"""Rule and key."""


@dataclass(slots=True)
class Open:
    """An alert that has not ended. `due` is when it ends by itself or by its kernel, `rise_at` when it rises (NEVER: not).

    What changes its severity has been looked at up to `settled`.
    """

    rule: str
    key: int
    raised: int
    id: UUID
    severity: int
    due: int = NEVER
    rise_at: int = NEVER
    settled: int = 0


@dataclass(slots=True)
class Notes:
    """What events said about a rule's key, by time: it is over, it became worse (RISE), it became better (FALL)."""

    clears: list[int] = field(default_factory=list)
    steps: list[tuple[int, int]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.clears or self.steps)


@dataclass(slots=True)
class Settled:
    """What ended and what changed."""

    clearings: list[Clearing] = field(default_factory=list)
    changes: list[SeverityChange] = field(default_factory=list)


class Endings:
    """The open alerts of a site. An event clears what was raised before its time, never what was raised at its very time.

    Notes about a rule that answers at once are kept for a while, because an alert may still be raised before them.
    """

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = rules
        self._open: dict[Where, list[Open]] = {}
        self._notes: dict[Where, Notes] = defaultdict(Notes)
        self._timers: list[tuple[int, Where]] = []
        self._touched: set[Where] = set()

    def configure(self, rules: Mapping[str, Rule], kept: Collection[str], watermark: int) -> None:
        """Take other rules. Alerts of those that do not go on with what they remember end now: nothing else would end them."""
        self._rules = rules
        for where, alerts in self._open.items():
            if where[0] not in kept:
                for alert in alerts:
                    alert.due = min(alert.due, max(alert.raised, watermark))
                self._touched.add(where)

    def opened(self, rule: Rule, key: int, raised: int, identity: UUID) -> None:
        """An alert was raised."""
        alert = Open(rule.id, key, raised, identity, int(rule.severity), settled=raised)
        if rule.clear_after_s is not None:
            alert.due = raised + round(rule.clear_after_s * SECOND)
        if rule.rise_after_s is not None:
            alert.rise_at = raised + round(rule.rise_after_s * SECOND)
        self.hold(alert)

    def hold(self, alert: Open) -> None:
        """Know an open alert."""
        where = (alert.rule, alert.key)
        self._open.setdefault(where, []).append(alert)
        self._touched.add(where)
        for time in (alert.due, alert.rise_at):
            if time != NEVER:
                heappush(self._timers, (time, where))

    def cleared(self, rule: str, key: int, time: int) -> None:
        """The kernel says that the key's state ended: what was raised of it until now, in the kernel's order, ends."""
        for alert in self._open.get((rule, key), []):
            alert.due = min(alert.due, time)
        self._touched.add((rule, key))

    def note(self, rule: str, role: str, keys: Ints, times: Ints) -> None:
        """Events that play clears, rises or falls, all at or before the watermark."""
        for key, time in zip(keys.tolist(), times.tolist(), strict=True):
            notes = self._notes[rule, key]
            if role == "clears":
                notes.clears.append(time)
            else:
                notes.steps.append((time, RISE if role == "rises" else FALL))
            self._touched.add((rule, key))

    def settle(self, watermark: int, allowance: int) -> Settled:
        """End and change what there is up to the watermark; forget notes that no later alert can need."""
        settled = Settled()
        while self._timers and self._timers[0][0] <= watermark:
            self._touched.add(heappop(self._timers)[1])
        for where in sorted(self._touched):
            for alert in self._open.pop(where, []):
                if self._settle(alert, where, watermark, settled):
                    self._open.setdefault(where, []).append(alert)
        self._touched.clear()
        self._forget(watermark - allowance)
        return settled

    def _settle(self, alert: Open, where: Where, watermark: int, settled: Settled) -> bool:
        """Whether the alert stays open."""
        notes = self._notes.get(where) or Notes()
        ends = [alert.due, *(time for time in notes.clears if time > alert.raised)]
        end = min(ends)
        until = min(end, watermark)
        steps = [step for step in notes.steps if alert.settled < step[0] <= until]
        if alert.rise_at <= watermark and alert.rise_at < end:
            steps.append((alert.rise_at, RISE))
            alert.rise_at = NEVER
        settled.changes += self._changed(alert, sorted(steps))
        alert.settled = max(alert.settled, until)  # an alert may be raised ahead of the watermark
        if end > watermark:
            return True
        settled.clearings.append(Clearing(alert.id, moment(alert.raised), moment(max(end, alert.raised))))
        return False

    def _changed(self, alert: Open, steps: Sequence[tuple[int, int]]) -> Iterator[SeverityChange]:
        """One change an instant: what several events of it come to."""
        rule = self._rules.get(alert.rule)
        if rule is None or rule.worst is None:
            return
        for time, some in groupby(steps, key=lambda step: step[0]):
            before = alert.severity
            for _, step in some:
                alert.severity = min(max(alert.severity + step, int(rule.worst)), int(rule.severity))
            if alert.severity != before:
                yield SeverityChange(alert.id, moment(alert.raised), Severity(alert.severity), moment(time))

    def _forget(self, until: int) -> None:
        for where in list(self._notes):
            notes, rule = self._notes[where], self._rules.get(where[0])
            if rule is not None and rule.kernel is Kernel.EACH:
                notes.clears = [time for time in notes.clears if time > until]
                notes.steps = [step for step in notes.steps if step[0] > until]
            if rule is None or rule.kernel is not Kernel.EACH or not notes:
                del self._notes[where]

    # Saved state.

    def alerts(self) -> list[Open]:
        """The open alerts, in a fixed order."""
        found = [alert for alerts in self._open.values() for alert in alerts]
        return sorted(found, key=lambda alert: (alert.rule, alert.key, alert.raised, alert.id))

    def notes(self) -> Mapping[Where, Notes]:
        """What is kept of events."""
        return self._notes

    def remember(self, where: Where, notes: Notes) -> None:
        """Keep what a saved state kept."""
        self._notes[where] = notes

    def live(self) -> list[int]:
        """The keys that open alerts and notes have."""
        return [key for _, key in (*self._open, *self._notes)]
