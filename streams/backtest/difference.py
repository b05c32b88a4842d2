"""What one version of the rules says that the other does not.

Two alerts with one id are the same. Of the others, an alert of one version and one of the other are the same incident told
otherwise where rule, device and subject agree and the times between raise and end meet.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from schemas.alerts import Alert, Clearing

Key = tuple[str, str, str | None]
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Difference:
    """`moved` pairs the other version's alert with this one's."""

    same: int
    added: Sequence[Alert]
    removed: Sequence[Alert]
    moved: Sequence[tuple[Alert, Alert]]


@dataclass(frozen=True, slots=True)
class Version:
    """What a version said."""

    alerts: Sequence[Alert]
    clearings: Sequence[Clearing]

    def ends(self) -> Mapping[UUID, datetime]:
        """When each alert that ended did."""
        return {clearing.id: clearing.cleared_at for clearing in self.clearings}


def difference(this: Version, other: Version) -> Difference:
    """What `this` adds to `other`, removes from it and moves."""
    mine, theirs = {alert.id for alert in this.alerts}, {alert.id for alert in other.alerts}
    new = [alert for alert in this.alerts if alert.id not in theirs]
    gone = [alert for alert in other.alerts if alert.id not in mine]
    moved = list(_pairs(gone, other.ends(), new, this.ends()))
    told = {alert.id for pair in moved for alert in pair}
    return Difference(
        same=len(mine & theirs),
        added=[alert for alert in new if alert.id not in told],
        removed=[alert for alert in gone if alert.id not in told],
        moved=moved,
    )


def _pairs(
    gone: Iterable[Alert], gone_ends: Mapping[UUID, datetime], new: Iterable[Alert], new_ends: Mapping[UUID, datetime]
) -> Iterable[tuple[Alert, Alert]]:
    """Each at most once, in the order of time."""
    waiting: dict[Key, list[Alert]] = defaultdict(list)
    for alert in sorted(new, key=_when):
        waiting[_key(alert)].append(alert)
    for before in sorted(gone, key=_when):
        end = gone_ends.get(before.id, _FOR_EVER)
        for after in waiting[_key(before)]:
            if after.raised_at <= end and before.raised_at <= new_ends.get(after.id, _FOR_EVER):
                waiting[_key(before)].remove(after)
                yield before, after
                break


def _key(alert: Alert) -> Key:
    return alert.rule, alert.device, alert.subject


def _when(alert: Alert) -> tuple[datetime, UUID]:
    return alert.raised_at, alert.id
