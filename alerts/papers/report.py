"""The report of an incident on A4 pages, each with its number, and that it is a drill where it is one."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from alerts.attachments.model import Side
from alerts.papers.framed import framed
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
    files = {f"{identity}.svg": framed(jpeg) for identity, jpeg in pictures.items()}
    return typeset(TEMPLATE, report_data(report, language, site, pictures), files=files)


def report_data(report: Report, language: Language, site: Site, pictures: Pictures) -> Mapping[str, Any]:
    """What stands on the pages. A word too long for a column gets places where it may break."""
    said = told(report, language, site)
    files = [f"{one['id']}.svg" if one["id"] in pictures else "" for one in said["attachments"]]
    cells = side_by_side([(one.of.en, one.side) for one in report.attachments])
    return {**_breakable(said), "hash": report.covers.hash, "files": files, "cells": cells}


def side_by_side(them: Sequence[tuple[str, Side]]) -> list[int]:
    """What stands in the cells of two columns, by number, of pictures each with what it shows: before and after of the same
    share a row, and of another never; -1 is an empty cell."""
    cells: list[int] = []
    for number, (of, side) in enumerate(them):
        pair = side is Side.AFTER and number > 0 and them[number - 1] == (of, Side.BEFORE)
        if len(cells) % 2 and side is not Side.NONE and not pair:
            cells.append(-1)
        cells.append(number)
        if (side is Side.AFTER and not pair) or (side is Side.BEFORE and them[number + 1 : number + 2] != [(of, Side.AFTER)]):
            cells.append(-1)
    return cells


def _breakable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _breakable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_breakable(one) for one in value]
    return _ENDLESS.sub(lambda run: run[0] + _MAY_BREAK, value) if isinstance(value, str) else value
