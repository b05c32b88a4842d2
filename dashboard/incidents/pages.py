"""The pages `/incidents` and `/incident`: an application of Dash of its own, so that the wall loads neither grid nor dialogs.

The server draws the shell and hands over the words; the scripts in assets/ draw the rest from what the feed pushes and from
/incidents.json and /incident.json. Mantine brings the dialog and the drawer, ag-grid the list.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

import dash_ag_grid
import dash_mantine_components as mantine
import orjson
from dash import html
from fastapi import FastAPI
from markupsafe import Markup
from starlette.types import ASGIApp, Receive, Scope, Send

from alerts.mutes import REMIND_BEFORE
from dashboard.door.access import Visitor
from dashboard.door.roles import ROLE_NAMES
from dashboard.figures import Figures
from dashboard.front import language
from dashboard.incidents.places import grouped
from dashboard.live import fed
from dashboard.live.hub import Hub
from dashboard.names import pair
from dashboard.shell import frame, rendered
from dashboard.words import WORDS
from dashboard.words.incidents import INCIDENT_WORDS, SHARED
from schemas.plans import model
from schemas.plans.model import Plan
from schemas.site import Name, Site

COLUMNS: Mapping[str, Mapping[str, int]] = {
    "severity": {"width": 64},
    "what": {"flex": 24, "minWidth": 150},
    "where": {"flex": 17, "minWidth": 110},
    "age": {"width": 84},
    "owner": {"width": 124},
    "next": {"flex": 34, "minWidth": 190},
    "count": {"width": 76},
}
"""The list's columns from left to right; each has its word `column_…` and its drawing in the scripts."""

ASSETS = Path(__file__).parent / "assets"
PREFIX = "/desk/"
PARTS = ("css", "app_entry", "config", "scripts", "renderer")  # what Dash makes of a page
LIST, ONE = "/incidents", "/incident"


class Id(StrEnum):
    """What the scripts find by its id."""

    DESK = "desk"
    LIST = "list"
    HEAD = "list-head"
    BODY = "list-body"
    NOTICE = "list-notice"
    GRID = "grid"
    FOOT = "list-foot"
    SIDE = "side"
    ONE = "one"
    DRAWER = "drawer"
    DRAWER_BODY = "drawer-body"
    DIALOG = "dialog"
    DIALOG_BODY = "dialog-body"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Pages:
    """What the pages need."""

    site: Site
    plans: Mapping[str, Plan]
    rules: Mapping[str, Name]
    hub: Hub
    figures: Figures
    version: str


_visitor: ContextVar[Visitor | None] = ContextVar("visitor", default=None)


class DeskDash(fed.FedDash):
    """Dash inside the shell that all pages for people have."""

    pages: Pages

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """The page's HTML; Dash fills in its scripts and styles. Without a visitor (the warm-up) there are only those."""
        visitor, given = _visitor.get(), {name: Markup(parts[name]) for name in PARTS}
        if visitor is None:
            return "".join(given.values())
        around = frame(self.pages.site, visitor, LIST)
        return rendered("incidents", **around, **given, told=Markup(told(self.pages)))


def told(pages: Pages) -> str:
    """What the scripts are told once, as JSON that may stand inside a page."""
    site, words = pages.site, {**{key: WORDS[key] for key in SHARED}, **INCIDENT_WORDS}
    whole: Mapping[str, Any] = {
        "version": pages.version,
        "words": {key: pair(name) for key, name in words.items()},
        "roles": {str(role): pair(name) for role, name in ROLE_NAMES.items()},
        "site": {"name": pair(site.name), "timezone": site.timezone, "illustrative": site.illustrative},
        "plans": {plan.id: pair(plan.name) for plan in pages.plans.values()},
        "wide": [plan.id for plan in pages.plans.values() if plan.scope is model.Scope.SITE],
        "places": grouped(site),
        "rules": {rule: pair(name) for rule, name in pages.rules.items()},
        "remind_ms": round(REMIND_BEFORE.total_seconds() * 1000),
        "buildings": {place.id: pair(place.name) for place in site.buildings},
    }
    return orjson.dumps(whole).decode().replace("<", "\\u003c")


def make(pages: Pages) -> tuple[DeskDash, ASGIApp]:
    """The application, and what answers under `/desk/` for it."""
    server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    dash = DeskDash(
        "gatehouse-desk",
        server=cast(Any, server),
        assets_folder=str(ASSETS),
        requests_pathname_prefix=PREFIX,
        routes_pathname_prefix=PREFIX,
        title="Gatehouse",
        update_title=cast(Any, None),
        websocket_inactivity_timeout=0,
    )
    dash.pages = pages
    dash.layout = _layout  # asked for each page, in its language
    fed.feed(dash, pages.hub, pages.figures)
    return dash, _with_visitor(server)


def _with_visitor(server: ASGIApp) -> ASGIApp:
    """The pages' own addresses are Dash's one page, drawn for whom the guard let in."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        _visitor.set(scope.get("gatehouse.visitor"))
        if scope["path"] in (LIST, ONE):
            scope = {**scope, "path": PREFIX, "raw_path": PREFIX.encode()}
        await server(scope, receive, send)

    return serve


def is_ours(path: str) -> bool:
    """Whether a path is answered here."""
    return path in (LIST, ONE) or path.startswith(PREFIX)


def _layout() -> Any:
    body = html.Div([_grid(), html.Div(id=Id.NOTICE)], id=Id.BODY)
    listed = html.Div([html.Div(id=Id.HEAD), body, html.Div(id=Id.FOOT)], id=Id.LIST)
    pages = html.Div([listed, html.Div(id=Id.SIDE), html.Div(id=Id.ONE)], id=Id.DESK)
    shared = {"keepMounted": True, "opened": False, "withCloseButton": False, "transitionProps": {"duration": 0}}
    dialog = mantine.Modal(html.Div(id=Id.DIALOG_BODY), id=Id.DIALOG, centered=True, size=560, **shared)
    drawer = mantine.Drawer(html.Div(id=Id.DRAWER_BODY), id=Id.DRAWER, position="right", size=432, **shared)
    return mantine.MantineProvider([pages, dialog, drawer, *fed.stores()], id=Id.PROVIDER, forceColorScheme="dark")


def _grid() -> dash_ag_grid.AgGrid:
    """The list. Its rows, the order and the cells are the scripts'; the grid keeps what is in sight in the page."""
    return dash_ag_grid.AgGrid(
        id=Id.GRID,
        rowData=[],
        columnDefs=[
            {
                "colId": name,
                "field": "mark",
                "headerName": INCIDENT_WORDS[f"column_{name}"].in_language(language.get()),
                "cellRenderer": f"Incident_{name}",
                "cellClass": f"c-{name}",
                "headerClass": f"c-{name}",
                **sizes,
            }
            for name, sizes in COLUMNS.items()
        ],
        defaultColDef={"sortable": False, "resizable": False, "suppressMovable": True, "suppressHeaderMenuButton": True},
        getRowId="params.data.id",
        rowClassRules={name: f"params.data.{name}" for name in ("fresh", "late", "practice", "picked")},
        dashGridOptions={
            "theme": {"function": "gatehouseTheme(themeQuartz)"},
            "isFullWidthRow": {"function": "gatehouseIsGroup(params)"},
            "fullWidthCellRenderer": "Incident_group",
            "getRowHeight": {"function": "gatehouseRowHeight(params)"},
            "headerHeight": 32,
            "suppressCellFocus": True,
            "suppressHeaderFocus": True,
            "suppressNoRowsOverlay": True,
            "animateRows": False,
            "rowBuffer": 2,  # beyond what is in sight; each row is as much work as one that is seen
        },
    )
