"""What an incident is: one thing that happened, however many alerts told of it, from the first alert to its closing reason."""

from enum import StrEnum

CHANNEL = "gatehouse_incidents"
"""Where the database says, with the site's id, that incidents or mutes changed (LISTEN, NOTIFY)."""


class State(StrEnum):
    """In this order, except that a resolved incident may be taken up again."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Reason(StrEnum):
    """As what an incident is closed."""

    REAL = "real"
    DRILL = "drill"
    NUISANCE = "nuisance"
    EQUIPMENT = "equipment"
    DUPLICATE = "duplicate"
