"""Who may do what: one table of roles and actions, and which address asks for which action.

An address that no row names is nobody's: the guard answers that there is nothing. `gatehouse access-matrix` and the tests walk
every cell of the table against a dashboard that runs.
"""

from collections.abc import Mapping
from enum import StrEnum

from schemas.plans.words import CREW
from schemas.site import Name


class Role(StrEnum):
    """What a visitor is. WALL is a screen's link; all others are people with an account."""

    WALL = "wall"
    GUARD = "guard"
    STEWARD = "steward"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Action(StrEnum):
    """What somebody may want to do."""

    SEE_WALL = "see_wall"
    SAY_SHOWN = "say_shown"
    OWN_ACCOUNT = "own_account"
    SEE_ACCOUNTS = "see_accounts"
    CHANGE_ACCOUNTS = "change_accounts"
    SEE_LINKS = "see_links"
    CHANGE_LINKS = "change_links"
    SEE_AUDIT = "see_audit"
    SEE_INCIDENTS = "see_incidents"
    WORK_INCIDENTS = "work_incidents"
    DIRECT_INCIDENTS = "direct_incidents"
    SET_MUTES = "set_mutes"
    SEE_FIGURES = "see_figures"
    SEE_REGISTERS = "see_registers"
    WORK_ROUNDS = "work_rounds"
    CHANGE_REGISTERS = "change_registers"
    ISSUE_PERMITS = "issue_permits"
    KEEP_LISTS = "keep_lists"
    UNMASK_LISTS = "unmask_lists"


PEOPLE = frozenset(Role) - {Role.WALL}

MAY: Mapping[Action, frozenset[Role]] = {
    Action.SEE_WALL: frozenset(Role),
    Action.SAY_SHOWN: frozenset(Role),
    Action.OWN_ACCOUNT: PEOPLE,
    Action.SEE_ACCOUNTS: frozenset({Role.MANAGER, Role.AUDITOR, Role.ADMIN}),
    Action.CHANGE_ACCOUNTS: frozenset({Role.ADMIN}),
    Action.SEE_LINKS: frozenset({Role.MANAGER, Role.AUDITOR, Role.ADMIN}),
    Action.CHANGE_LINKS: frozenset({Role.MANAGER, Role.ADMIN}),
    Action.SEE_AUDIT: frozenset({Role.MANAGER, Role.AUDITOR, Role.ADMIN}),
    Action.SEE_INCIDENTS: PEOPLE,
    Action.WORK_INCIDENTS: frozenset({Role.GUARD, Role.STEWARD, Role.SUPERVISOR, Role.MANAGER}),
    Action.DIRECT_INCIDENTS: frozenset({Role.SUPERVISOR, Role.MANAGER}),
    Action.SET_MUTES: frozenset({Role.SUPERVISOR, Role.MANAGER}),
    Action.SEE_FIGURES: frozenset({Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMIN}),
    Action.SEE_REGISTERS: PEOPLE,
    Action.WORK_ROUNDS: frozenset({Role.GUARD, Role.STEWARD, Role.SUPERVISOR, Role.MANAGER}),
    Action.CHANGE_REGISTERS: frozenset({Role.SUPERVISOR, Role.MANAGER}),
    Action.ISSUE_PERMITS: frozenset({Role.GUARD, Role.SUPERVISOR, Role.MANAGER}),  # at the gate's desk
    Action.KEEP_LISTS: frozenset({Role.SUPERVISOR, Role.MANAGER}),  # plates and households whole, and as a file
    Action.UNMASK_LISTS: frozenset({Role.GUARD, Role.STEWARD, Role.SUPERVISOR, Role.MANAGER}),
}

ROLE_NAMES: Mapping[Role, Name] = {  # who works plans is called on screens what plans call them
    Role.WALL: Name("大屏", "Wall"),
    **{Role(crew): name for crew, name in CREW.items()},
    Role.AUDITOR: Name("审计员", "Auditor"),
    Role.ADMIN: Name("系统管理员", "Admin"),
}

READ, WRITE, SOCKET = "read", "write", "socket"

ADDRESSES: Mapping[tuple[str, str], Action] = {
    (READ, "/"): Action.SEE_WALL,
    (READ, "/wall"): Action.SEE_WALL,
    (READ, "/index"): Action.SEE_WALL,
    (READ, "/plan.json"): Action.SEE_WALL,
    (READ, "/session"): Action.SEE_WALL,
    (SOCKET, "/_dash-ws-callback"): Action.SEE_WALL,
    (WRITE, "/shown"): Action.SAY_SHOWN,
    (WRITE, "/logout"): Action.OWN_ACCOUNT,
    (READ, "/account"): Action.OWN_ACCOUNT,
    (WRITE, "/account/password"): Action.OWN_ACCOUNT,
    (WRITE, "/account/sign-out-everywhere"): Action.OWN_ACCOUNT,
    (WRITE, "/account/code/new"): Action.OWN_ACCOUNT,
    (WRITE, "/account/code/confirm"): Action.OWN_ACCOUNT,
    (WRITE, "/account/code/cancel"): Action.OWN_ACCOUNT,
    (WRITE, "/account/code/off"): Action.OWN_ACCOUNT,
    (READ, "/accounts"): Action.SEE_ACCOUNTS,
    (WRITE, "/accounts/create"): Action.CHANGE_ACCOUNTS,
    (WRITE, "/accounts/change"): Action.CHANGE_ACCOUNTS,
    (READ, "/links"): Action.SEE_LINKS,
    (WRITE, "/links/create"): Action.CHANGE_LINKS,
    (WRITE, "/links/release"): Action.CHANGE_LINKS,
    (WRITE, "/links/revoke"): Action.CHANGE_LINKS,
    (READ, "/audit"): Action.SEE_AUDIT,
    (READ, "/audit.csv"): Action.SEE_AUDIT,
    (READ, "/incidents"): Action.SEE_INCIDENTS,
    (READ, "/incident"): Action.SEE_INCIDENTS,
    (SOCKET, "/desk/_dash-ws-callback"): Action.SEE_INCIDENTS,
    (READ, "/incidents.json"): Action.SEE_INCIDENTS,
    (READ, "/incidents/whole.json"): Action.SEE_INCIDENTS,
    (READ, "/incident.json"): Action.SEE_INCIDENTS,
    (READ, "/mutes.json"): Action.SEE_INCIDENTS,
    (READ, "/report"): Action.SEE_INCIDENTS,
    (READ, "/report.pdf"): Action.SEE_INCIDENTS,
    (READ, "/plan.pdf"): Action.SEE_INCIDENTS,
    (READ, "/levels.json"): Action.SEE_WALL,
    (READ, "/phone"): Action.SEE_INCIDENTS,
    (READ, "/phone-worker.js"): Action.SEE_INCIDENTS,
    (WRITE, "/incidents/act"): Action.WORK_INCIDENTS,
    (WRITE, "/incidents/attach"): Action.WORK_INCIDENTS,
    (READ, "/attachment"): Action.SEE_INCIDENTS,
    (WRITE, "/mutes/act"): Action.SET_MUTES,
    (READ, "/figures"): Action.SEE_FIGURES,
    (READ, "/figures/rule.yaml"): Action.SEE_FIGURES,
    (READ, "/extinguishers"): Action.SEE_REGISTERS,
    (READ, "/extinguishers.csv"): Action.SEE_REGISTERS,
    (READ, "/extinguishers/labels.pdf"): Action.SEE_REGISTERS,
    (READ, "/extinguisher"): Action.SEE_REGISTERS,
    (WRITE, "/extinguisher/look"): Action.WORK_ROUNDS,
    (WRITE, "/extinguishers/add"): Action.CHANGE_REGISTERS,
    (WRITE, "/extinguishers/serve"): Action.CHANGE_REGISTERS,
    (WRITE, "/extinguishers/remove"): Action.CHANGE_REGISTERS,
    (WRITE, "/extinguishers/import"): Action.CHANGE_REGISTERS,
    (READ, "/patrols"): Action.SEE_REGISTERS,
    (READ, "/checkpoints.csv"): Action.SEE_REGISTERS,
    (READ, "/checkpoints/labels.pdf"): Action.SEE_REGISTERS,
    (READ, "/checkpoint"): Action.SEE_REGISTERS,
    (READ, "/photo"): Action.SEE_REGISTERS,
    (WRITE, "/checkpoint/pass"): Action.WORK_ROUNDS,
    (WRITE, "/findings/rectify"): Action.WORK_ROUNDS,
    (WRITE, "/checkpoints/add"): Action.CHANGE_REGISTERS,
    (WRITE, "/checkpoints/remove"): Action.CHANGE_REGISTERS,
    (WRITE, "/checkpoints/import"): Action.CHANGE_REGISTERS,
    (READ, "/lists"): Action.SEE_REGISTERS,
    (READ, "/lists.csv"): Action.KEEP_LISTS,
    (READ, "/permit.pdf"): Action.ISSUE_PERMITS,
    (WRITE, "/permits/issue"): Action.ISSUE_PERMITS,
    (WRITE, "/permits/end"): Action.ISSUE_PERMITS,
    (WRITE, "/lists/unmask"): Action.UNMASK_LISTS,
    (WRITE, "/lists/add"): Action.CHANGE_REGISTERS,
    (WRITE, "/lists/remove"): Action.CHANGE_REGISTERS,
    (WRITE, "/lists/import"): Action.CHANGE_REGISTERS,
}
UPLOADS = frozenset(
    {
        *("/incidents/attach", "/extinguisher/look", "/checkpoint/pass"),
        *("/extinguishers/import", "/checkpoints/import", "/lists/import"),
    }
)
"""Where a form may have a file in it: only there may a request be large."""

INSIDE = frozenset({Action.DIRECT_INCIDENTS})
"""What no address asks for: it is looked at within a form, where what somebody may depends on whose the incident is."""

FOLDERS: Mapping[tuple[str, str], Action] = {
    (READ, "/assets/"): Action.SEE_WALL,
    (READ, "/_dash-"): Action.SEE_WALL,
    (READ, "/_reload-hash"): Action.SEE_WALL,
    (READ, "/desk/assets/"): Action.SEE_INCIDENTS,
    (READ, "/desk/_dash-"): Action.SEE_INCIDENTS,
    (READ, "/desk/_reload-hash"): Action.SEE_INCIDENTS,
}
"""What begins so: the screens' own scripts and styles."""

BEFORE_CHANGE = frozenset({"/account", "/account/password", "/logout", "/session"})
"""What is left to somebody who has to choose a password first, beside styles and scripts."""


def may(role: Role, action: Action) -> bool:
    """The cell."""
    return role in MAY[action]


def asked_by(how: str, path: str) -> Action | None:
    """The action that a request is; None where there is nothing."""
    if (found := ADDRESSES.get((how, path))) is not None:
        return found
    return next((action for (way, folder), action in FOLDERS.items() if way == how and path.startswith(folder)), None)
