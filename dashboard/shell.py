"""What all pages for people have around them: the way to the other pages, who looks, how to speak. One table, one template.

The wall has none of it: it is a screen, not a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2

from dashboard.door.access import Visitor
from dashboard.door.roles import READ, ROLE_NAMES, Role, asked_by, may
from dashboard.front import language
from dashboard.words import LANGUAGES, say
from schemas.site import Site


@dataclass(frozen=True, slots=True)
class Place:
    """A page to go to: its address, the word for it, its picture in assets/icons.svg."""

    path: str
    word: str
    icon: str


PLACES = (
    Place("/wall", "nav_wall", "wall"),
    Place("/incidents", "nav_incidents", "list"),
    Place("/extinguishers", "nav_extinguishers", "bottle"),
    Place("/patrols", "nav_patrols", "route"),
    Place("/lists", "nav_lists", "lists"),
    Place("/figures", "nav_figures", "chart"),
    Place("/account", "nav_account", "user"),
    Place("/accounts", "nav_accounts", "users"),
    Place("/links", "nav_links", "link"),
    Place("/audit", "nav_audit", "book"),
)

_PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def rendered(template: str, **facts: object) -> str:
    """A page's template, filled."""
    return _PAGES.get_template(f"{template}.html").render(facts)


def frame(site: Site, visitor: Visitor, here: str) -> Mapping[str, object]:
    """What the template asks for, in the language of the request that is answered.

    A page that is in the navigation has its word there as `title`. Others say `title` or `heading` (a text, not a word's key),
    of which `section` they are, and what their address `asked` beside its path.
    """
    speech = language.get()
    return {
        "lang": LANGUAGES[speech],
        "speech": speech,
        "say": lambda key, *values: say(key, speech, *values),
        "role_name": lambda role: ROLE_NAMES[Role(role)].in_language(speech),
        "site": site.name.in_language(speech),
        "visitor": visitor,
        "here": here,
        "section": here,
        "asked": "",
        "heading": "",
        "strip": None,
        "title": next((place.word for place in PLACES if place.path == here), ""),
        "places": [] if visitor.must_change else [place for place in PLACES if _may_read(visitor, place.path)],
    }


def _may_read(visitor: Visitor, path: str) -> bool:
    action = asked_by(READ, path)
    return action is not None and may(visitor.role, action)
