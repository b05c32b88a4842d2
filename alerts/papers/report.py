"""The report of an incident on A4 pages, each with its number, and that it is a drill where it is one."""

import re
from collections.abc import Mapping
from typing import Any

from alerts.papers.typeset import Typeset, typeset
from alerts.reports.model import Report
from alerts.reports.telling import Language, told
from schemas.site import Site

TEMPLATE = "report.typ"
_ENDLESS = re.compile(r"[!-~]{24}")
_MAY_BREAK = "\u200b"


def report_paper(report: Report, language: Language, site: Site) -> Typeset:
    """The report as PDF; of the same report the same bytes."""
    return typeset(TEMPLATE, report_data(report, language, site))


def report_data(report: Report, language: Language, site: Site) -> Mapping[str, Any]:
    """What stands on the pages. A word too long for a column gets places where it may break."""
    said: Mapping[str, Any] = _breakable(told(report, language, site))
    return {**said, "hash": report.covers.hash}


def _breakable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _breakable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_breakable(one) for one in value]
    return _ENDLESS.sub(lambda run: run[0] + _MAY_BREAK, value) if isinstance(value, str) else value
