"""What an operator would have had of these alerts: how many a shift and an hour, where, by which rules; and the budget.

Children are consequences of another alert: they are stored and not told, and count for nothing here but their own number.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.alerts import Alert
from schemas.site import Site

SHIFTS: Mapping[str, tuple[int, int]] = {"07-15": (7, 15), "15-23": (15, 23), "23-07": (23, 7)}
"""Local hours of the guards' three shifts of eight hours: the handover at 23 lies after the evening's return, the one at 7
before the morning's leaving."""

FLOOD_N, FLOOD = 10, timedelta(minutes=10)
"""More alerts than so many within so long is a flood: an operator deals with one alert a minute, not with more."""

FLOOD_SHARE = 0.01
"""Of the time that may be in flood: a quarter of an hour a day."""


@dataclass(frozen=True, slots=True)
class Often:
    """How many in all, on average in one such stretch of time, and in the worst one (and when that began)."""

    total: int
    mean: float
    worst: int
    worst_at: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one version of the rules. `flood_share` is of the whole time."""

    since: datetime
    until: datetime
    told: int
    children: int
    hour: Often
    shifts: Mapping[str, Often]
    flood_share: float
    by_rule: Mapping[str, int]
    by_place: Mapping[str, int]
    by_building: Mapping[str, int]

    def broken(self, budget: float) -> list[str]:
        """Why the alarm budget does not hold, a sentence each; empty where it does."""
        found = []
        if self.hour.mean > budget:
            found.append(f"{self.hour.mean:.2f} alerts an hour are more than the {budget:g} that an operator can deal with.")
        if self.flood_share > FLOOD_SHARE:
            minutes = FLOOD // timedelta(minutes=1)
            found.append(
                f"{self.flood_share:.2%} of the time brings more than {FLOOD_N} alerts in {minutes} minutes;"
                f" {FLOOD_SHARE:.0%} may."
            )
        return found


def figures(alerts: Sequence[Alert], site: Site, since: datetime, until: datetime) -> Figures:
    """The figures of what was raised from `since` to `until`."""
    told = sorted((alert for alert in alerts if alert.parent is None), key=lambda alert: alert.raised_at)
    zone = ZoneInfo(site.timezone)
    times = [alert.raised_at for alert in told]
    hours = max((until - since) / timedelta(hours=1), 1.0)
    return Figures(
        since=since,
        until=until,
        told=len(told),
        children=len(alerts) - len(told),
        hour=_often([time.replace(minute=0, second=0, microsecond=0) for time in times], hours),
        shifts={name: _shift(name, times, zone, (since, until)) for name in SHIFTS},
        flood_share=in_flood(times) / max(until - since, FLOOD),
        by_rule=_counted(alert.rule for alert in told),
        by_place=_counted(place_of(alert, site) for alert in told),
        by_building=_counted(building for alert in told if (building := building_of(alert, site))),
    )


def _often(stretches: Iterable[datetime], number: float) -> Often:
    counts = Counter(stretches)
    worst_at = max(counts, key=lambda at: (counts[at], -at.timestamp()), default=None)
    return Often(counts.total(), counts.total() / number, counts[worst_at] if worst_at else 0, worst_at)


def _shift(name: str, times: Iterable[datetime], zone: ZoneInfo, span: tuple[datetime, datetime]) -> Often:
    starts = [start for time in times if (start := began(time, zone)).hour == SHIFTS[name][0]]
    return _often(starts, max(len(_shifts_between(name, zone, span)), 1))


def began(time: datetime, zone: ZoneInfo) -> datetime:
    """When the shift began that this instant lies in, in local time."""
    local = time.astimezone(zone)
    first = next((start for start, end in SHIFTS.values() if start <= local.hour < end), SHIFTS["23-07"][0])
    day = local if local.hour >= first else local - timedelta(days=1)
    return day.replace(hour=first, minute=0, second=0, microsecond=0)


def _shifts_between(name: str, zone: ZoneInfo, span: tuple[datetime, datetime]) -> set[datetime]:
    """The shifts of this name that any part of the span lies in."""
    steps = int((span[1] - span[0]) / timedelta(hours=1)) + 1
    found = {began(min(span[0] + timedelta(hours=step), span[1]), zone) for step in range(steps)}
    return {start for start in found if start.hour == SHIFTS[name][0]}


def in_flood(times: Sequence[datetime]) -> timedelta:
    """For how long more than FLOOD_N of these (in order) lay within the last FLOOD."""
    whole, until = timedelta(), datetime.min.replace(tzinfo=UTC)
    for first, last in zip(times, times[FLOOD_N:], strict=False):
        end = first + FLOOD
        if last < end:
            whole += end - max(last, until) if end > until else timedelta()
            until = max(until, end)
    return whole


def _counted(names: Iterable[str]) -> Mapping[str, int]:
    """Most frequent first, then by name."""
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


def place_of(alert: Alert, site: Site) -> str:
    """The id of the place that the alert's device serves; its building, or itself, where it serves none."""
    device = site.devices.get(alert.device)
    return (device.place or device.building if device else "") or alert.device


def building_of(alert: Alert, site: Site) -> str:
    """The id of its device's building, or nothing."""
    device = site.devices.get(alert.device)
    return device.building if device else ""
