"""Which configuration a lane judges by: a revision as of a time. It is saved with the rules' state.

So a replay is judged by the same one, and another one begins where a state was saved with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Stand:
    """A revision of the site's configuration, as of a time (overrides begin and end by themselves)."""

    revision: int
    as_of: datetime

    def saved(self) -> Mapping[str, Any]:
        """As JSON."""
        return {"revision": self.revision, "as_of": self.as_of.isoformat()}

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> "Stand":
        """From JSON."""
        return cls(int(saved["revision"]), datetime.fromisoformat(saved["as_of"]))
