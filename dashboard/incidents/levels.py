"""Water levels against the rules' lines: what a flood's plan draws beside its steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard.door.accounts import Conn
from dashboard.names import Names, pair
from schemas.kernels import Kernel
from schemas.rules import Rule
from schemas.site import DeviceKind

SPAN = timedelta(hours=6)
STEP = timedelta(minutes=2)
"""180 points a gauge: more than a screen of this size tells apart."""

_LEVELS = """
    select device, time_bucket(%(step)s, event_time) as at, max(value) from events_facility
    where site = %(site)s and type = 'water_level' and event_time > %(since)s and event_time <= %(now)s and value is not null
    group by device, at order by device, at"""


@dataclass(frozen=True, slots=True)
class Line:
    """A level in metres at which a rule rings (`line_m`) or is quiet again (`low_line_m`)."""

    rule: str
    name: str
    at: float


def lines(rules: Mapping[str, Rule]) -> tuple[Line, ...]:
    """Those of the rules that watch water."""
    level = [rule for rule in rules.values() if rule.kernel is Kernel.LEVEL and "water_level" in str(rule.match)]
    names = ("line_m", "low_line_m")
    return tuple(Line(rule.id, name, rule.numbers[name]) for rule in level for name in names if name in rule.numbers)


def levels_json(names: Names, drawn: Sequence[Line], conn: Conn, now: datetime) -> dict[str, Any]:
    """Each gauge's highest level in steps of STEP over the last SPAN, and the lines; metres."""
    given = {"site": names.site.id, "step": STEP, "since": now - SPAN, "now": now}
    gauges = [device.id for device in names.site.devices.values() if device.kind is DeviceKind.WATER_LEVEL]
    points: dict[str, list[tuple[str, float]]] = {gauge: [] for gauge in gauges}
    for device, at, value in conn.execute(_LEVELS, given).fetchall():
        points.setdefault(device, []).append((at.isoformat(), round(float(value), 3)))
    return {
        "from": (now - SPAN).isoformat(),
        "to": now.isoformat(),
        "unit": "m",
        "lines": [{"name": line.name, "rule": pair(names.rule(line.rule)), "at": line.at} for line in drawn],
        "series": [{"device": one, "name": pair(names.device(one)), "points": found} for one, found in points.items()],
    }
