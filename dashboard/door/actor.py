"""Who acts, and whether it was done before: asked in the transaction that acts, whatever the guard said of the request."""

from datetime import datetime
from uuid import UUID

from alerts.incidents.incident import Refused, Who
from dashboard.door.accounts import Conn, role_held
from dashboard.door.roles import Action, Role, may


def who(name: str, role: Role) -> Who:
    """An account as the incidents and registers know it."""
    return Who(name, str(role), directs=may(role, Action.DIRECT_INCIDENTS))


def actor(conn: Conn, name: str, action: Action | None) -> Who:
    """The account as it is in this very transaction; Refused where it may no longer do this, or nobody may (None)."""
    role = role_held(conn, name)
    if role is None or action is None or not may(role, action):
        raise Refused("no_longer")
    return who(name, role)


def is_new(conn: Conn, once: UUID | None, who: Who, now: datetime) -> bool:
    """Whether the act of this id was not done before; it is from now on. One without an id is always new."""
    if once is None:
        return True
    query = "insert into done_once (once, actor, done_at) values (%s, %s, %s) on conflict do nothing"
    return conn.execute(query, (once, who.name, now)).rowcount == 1
