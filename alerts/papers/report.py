"""The report of an incident on A4 pages, each with its number, and that it is a drill where it is one."""

import re
from collections.abc import Mapping
from typing import Any

from alerts.papers.typeset import Typeset, typeset
from alerts.reports.model import Report
from alerts.reports.telling import Language, told
from schemas.site import Site

TEMPLATE = "report.typ"

Pictures = Mapping[str, bytes]
"""JPEG by the id of the attachment."""

_ENDLESS = re.compile(r"[!-~]{24}")
_MAY_BREAK = "\u200b"


def report_paper(report: Report, language: Language, site: Site, pictures: Pictures) -> Typeset:
    """The report as PDF; of the same report the same bytes."""
    files = {f"{identity}.jpg": jpeg for identity, jpeg in pictures.items()}
    return typeset(TEMPLATE, report_data(report, language, site, pictures), files=files)


def report_data(report: Report, language: Language, site: Site, pictures: Pictures) -> Mapping[str, Any]:
    """What stands on the pages. A word too long for a column gets places where it may break."""
    said = told(report, language, site)
    files = [f"{one['id']}.jpg" if one["id"] in pictures else "" for one in said["attachments"]]
    return {**_breakable(said), "hash": report.covers.hash, "files": files}


def _breakable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _breakable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_breakable(one) for one in value]
    return _ENDLESS.sub(lambda run: run[0] + _MAY_BREAK, value) if isinstance(value, str) else value
