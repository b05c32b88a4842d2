"""The one error of this room, a GatehouseError: the events that somebody named cannot be read."""

from schemas.errors import GatehouseError


class EventsError(GatehouseError):
    """Events cannot be read from where they are said to be; the text says where and what to do."""
