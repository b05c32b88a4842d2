"""What things are called where a browser is told of them. Names are [zh, en], times ISO 8601 in UTC, subjects masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.masking import masked
from schemas.site import WHOLE_SITE, Name, Site


@dataclass(frozen=True, slots=True)
class Names:
    """The site's and the catalogue's own."""

    site: Site
    rules: Mapping[str, Name]

    def rule(self, rule: str) -> Name:
        """A rule's name; its id where the catalogue has it no more."""
        return self.rules.get(rule, Name(rule, rule))

    def device(self, device: str) -> Name:
        """A device's name; its id where the site has it no more."""
        row = self.site.devices.get(device)
        return row.name if row else Name(device, device)

    def where(self, device: str, building: str) -> Name:
        """The building, else the place that the device serves, else the device; without any of them it is the whole site."""
        if not (device or building):
            return WHOLE_SITE
        row = self.site.devices.get(device)
        place = self.site.places.get(building) or self.site.places.get(row.place if row else "")
        return place.name if place else self.device(device)

    def note(self, device: str, subject: str | None) -> list[str]:
        """Which device, and before it the masked subject where there is one."""
        return ["  ".join(part for part in (masked(subject), name) if part) for name in pair(self.device(device))]


def pair(name: Name) -> list[str]:
    """A name as the browser takes it."""
    return [name.zh, name.en]


def when(moment: datetime | None) -> str | None:
    """A time, or none."""
    return moment.isoformat() if moment else None
