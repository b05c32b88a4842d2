"""From what devices say to what arrives: silences, flapping links, late and repeated messages, wrong clocks.

The faults are those of faults.py, for whole columns at once. An incident's words are spared lateness and loss, not repetition.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from schemas.events import Kind
from streams.simulator.faults import FLAP_EVERY_S, FLAP_S, LATE, REPEATED, STATELESS, Faults
from streams.simulator.week_ledger import Silence
from streams.simulator.week_rows import KINDS, Floats, Ints, Rows, joined
from streams.simulator.week_scribe import Scribe

SKEW_LIMIT_S = 1.0
"""As the gateway's setting: a clock further off is not trusted, and arrival places its events."""


@dataclass(slots=True)
class Lines:
    """All devices' links and clocks."""

    scribe: Scribe
    faults: Faults
    silences: Sequence[Silence]
    _clock: Floats = field(default_factory=lambda: np.zeros(0))
    _begins: Floats = field(init=False)
    _ends: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Sort the silences."""
        self.silences = sorted(self.silences, key=lambda silence: silence.begin)
        self._begins = np.array([silence.begin for silence in self.silences])
        self._ends = np.array([silence.end for silence in self.silences])

    def sent(self, rows: Rows, rng: np.random.Generator) -> Rows:
        """The rows that arrive, with their arrival; repeated ones twice."""
        rows = self._flapped(self._silenced(rows, rng))
        sent = rows.sent.copy()
        stateless = np.isin(rows.type, [self.scribe.book.number(word) for word in sorted(STATELESS)])
        late = stateless & ~rows.staged & (rng.random(len(rows)) < LATE)
        sent[late] += rng.uniform(3, 60, int(late.sum()))
        rows = _with_sent(rows, sent)
        again = rows.where(rng.random(len(rows)) < REPEATED)
        return joined([rows, _with_sent(again, again.sent + rng.uniform(0.2, 5, len(again)))])

    def times(self, rows: Rows) -> tuple[Floats, Floats]:
        """What the devices' clocks say, and the times that the rows are ordered by."""
        off = self._clocks()[rows.device]
        occurred = rows.at + off
        return occurred, np.where(np.abs(off) > SKEW_LIMIT_S, rows.sent, occurred)

    def _clocks(self) -> Floats:
        texts = self.scribe.book.texts
        if len(self._clock) != len(texts):
            self._clock = np.array([self.faults.clock_s.get(text, 0.0) for text in texts])
        return self._clock

    def _silenced(self, rows: Rows, rng: np.random.Generator) -> Rows:
        """Without what nobody hears; what a controller keeps while its network is gone comes within a minute of its return."""
        if not len(rows):
            return rows
        lost, sent = np.zeros(len(rows), np.bool_), rows.sent.copy()
        order = np.argsort(rows.device, kind="stable")
        devices = rows.device[order]
        for silence in self.between(rows.at.min(), rows.at.max()):
            number = self.scribe.book.number(silence.device)
            first, last = np.searchsorted(devices, [number, number + 1])
            mine = order[first:last]
            mine = mine[(rows.at[mine] >= silence.begin) & (rows.at[mine] < silence.end) & ~rows.staged[mine]]
            if silence.stored and len(mine) and KINDS[int(rows.kind[mine[0]])] is not Kind.CAMERA:
                sent[mine] = silence.end + rng.uniform(5, 60, len(mine))
            elif not silence.beats:
                lost[mine] = True
        return _with_sent(rows, sent).where(~lost)

    def _flapped(self, rows: Rows) -> Rows:
        """A link that is down for 20 s of every 7 min: what is told then arrives together."""
        sent = rows.sent.copy()
        for device, begin in self.faults.flap_at.items():
            mine = np.flatnonzero(rows.device == self.scribe.book.number(device))
            gone = np.mod(rows.at[mine] - begin, FLAP_EVERY_S)
            sent[mine] += np.where(gone < FLAP_S, FLAP_S - gone, 0)
        return _with_sent(rows, sent)

    def between(self, first: float, last: float) -> Iterator[Silence]:
        """The silences that touch this time."""
        for n in np.flatnonzero((self._begins <= last) & (self._ends > first)):
            yield self.silences[int(n)]


def _with_sent(rows: Rows, sent: Floats | Ints) -> Rows:
    return replace(rows, sent=np.asarray(sent, np.float64))
