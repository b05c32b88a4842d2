"""The figures of a span of days as a page; and a stricter version of a rule that cried wolf, as a file for the back-test."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from alerts.figures import GOAL_PER_HOUR, LIMIT_PER_HOUR
from alerts.incidents import precision, review
from alerts.incidents.incident import Refused
from alerts.incidents.precision import Closed, watching_equipment
from alerts.incidents.proposals import offers, written_rules
from dashboard.door.accounts import Conn
from dashboard.front import language
from dashboard.names import Names
from dashboard.reports.making import Maker
from schemas.rules import load_catalogue
from schemas.site import Name

SPANS = (7, 30, 90)
DEVICES = 10

Facts = Mapping[str, Any]


def facts(maker: Maker, plans: Mapping[str, Name], asked: str) -> Facts:
    """What the page is filled with; `asked` is the number of days, the middle one where it is none of SPANS."""
    days, now = _days(asked), maker.clock()
    since = now - timedelta(days=days)
    with maker.connect() as conn:
        found = _read(conn, maker.names.site.id, since, now)
    aims = {"aim": GOAL_PER_HOUR, "most": LIMIT_PER_HOUR, "least": precision.LEAST}
    span = {"days": days, "spans": SPANS, "since": f"{since:%Y-%m-%dT%H:%M}+00:00", "until": f"{now:%Y-%m-%dT%H:%M}+00:00"}
    return {**found, **_judged(found["closed"]), **_named(maker.names, plans), **aims, **span}


def rule_file(maker: Maker, rule: str, asked: str) -> bytes:
    """The rule as it is offered; Refused where none is."""
    with maker.connect() as conn:
        closed = review.closed_since(conn, maker.names.site.id, maker.clock() - timedelta(days=_days(asked)))
    for offer in _judged(closed)["offers"]:
        if offer.of.name == rule:
            return bytes(offer.text, "utf-8")
    raise Refused("offer_none", rule[:60])


def _days(asked: str) -> int:
    return int(asked) if asked in {str(one) for one in SPANS} else SPANS[1]


def _read(conn: Conn, site: str, since: datetime, now: datetime) -> Facts:
    return {
        "closed": review.closed_since(conn, site, since),
        "taken": review.taken_since(conn, site, since),
        "load": review.load_since(conn, site, since, now),
        "worked": review.worked_since(conn, site, since),
    }


def _judged(closed: Sequence[Closed]) -> Facts:
    rules = load_catalogue()
    equipment = watching_equipment(rules.values())
    by_rule, by_device = precision.by_rule(closed, equipment), precision.by_device(closed, equipment)
    offered = offers(by_rule, rules, written_rules())
    return {"rules": by_rule, "devices": precision.worst(by_device, DEVICES), "offers": offered}


def _named(names: Names, plans: Mapping[str, Name]) -> Facts:
    speech = language.get()
    return {
        "rule_name": lambda rule: names.rule(rule).in_language(speech),
        "device_name": lambda device: names.device(device).in_language(speech),
        "plan_name": lambda plan: plans[plan].in_language(speech) if plan in plans else plan,
    }
