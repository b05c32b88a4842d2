"""The truth of a run: what was put in, where, when, which rule should answer. JSON Lines, written when an incident is over."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TextIO

import orjson

from schemas.errors import SettingsError
from streams.simulator.incidents import Incident
from streams.simulator.post import Answer
from streams.simulator.schedule import Pace
from streams.simulator.words import Message


@dataclass(slots=True)
class _Open:
    incident: Incident
    unheard: int
    spoilt: bool = False


@dataclass(slots=True)
class Truth:
    """Follows each incident's messages to the gateway's answer; writes nothing where no file is given."""

    pace: Pace
    path: Path | None
    _file: TextIO | None = None
    _open: dict[int, _Open] = field(default_factory=dict)

    def __enter__(self) -> "Truth":
        """Open the file, anew."""
        if self.path is not None:
            try:
                self._file = self.path.open("w", encoding="utf-8")
            except OSError as err:
                raise SettingsError(f"The truth cannot be written to {self.path}: {err.strerror}.") from err
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None:
        """What the run's end cuts off is written as not delivered."""
        for entry in list(self._open.values()):
            entry.spoilt = True
            self._write(entry)
        if self._file is not None:
            self._file.close()

    def open(self, incidents: Iterable[Incident]) -> None:
        """Incidents that are about to begin."""
        for incident in incidents:
            self._open[incident.number] = _Open(incident, len(incident.says))

    def heard(self, message: Message, answer: Answer) -> None:
        """The gateway's word about a message; a copy or a damaged one tells nothing about its incident."""
        entry = self._open.get(message.say.incident)
        if entry is None or message.copy or message.broken:
            return
        entry.unheard -= 1
        entry.spoilt |= answer is not Answer.HEARD
        if not entry.unheard:
            self._write(entry)

    def passed(self, seconds: float) -> None:
        """The run has come so far: a silence that is over needs no message to be told."""
        for entry in list(self._open.values()):
            if entry.incident.silent and entry.incident.end <= seconds:
                self._write(entry)

    def spoil(self, numbers: Iterable[int]) -> None:
        """Seconds were left out: these incidents did not happen as planned."""
        for number in numbers:
            if entry := self._open.get(number):
                entry.spoilt = True
                self._write(entry)

    def _write(self, entry: _Open) -> None:
        incident = self._open.pop(entry.incident.number).incident
        if self._file is None:
            return
        line = {
            "id": incident.number,
            "rule": incident.rule,
            "device": incident.device.id,
            "building": incident.device.building,
            "subject": incident.subject,
            "from": self.pace.told(incident.begin).isoformat(timespec="milliseconds"),
            "due": self.pace.told(incident.due).isoformat(timespec="milliseconds"),
            "delivered": not entry.spoilt,
        }
        self._file.write(orjson.dumps(line).decode() + "\n")
        self._file.flush()
