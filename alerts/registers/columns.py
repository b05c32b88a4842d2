"""The columns of the registers' files: extinguishers and checkpoints. What a cell may be, in English or Chinese."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from alerts.registers.extinguishers import Extinguisher, Kind, Look
from alerts.registers.rounds import Checkpoint, Window
from alerts.registers.sheets import Column, Sheet
from schemas import lists_cells as cell
from schemas.site_file_mistakes import instead

E = TypeVar("E", bound=StrEnum)
LONGEST_ID, LONGEST_PLACE = 40, 100  # what a label holds

_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("干粉", "干粉灭火器", "abc干粉", "abc", "dry powder"), Kind.POWDER),
    **dict.fromkeys(("水", "水基", "水基型", "清水"), Kind.WATER),
    **dict.fromkeys(("泡沫", "泡沫灭火器"), Kind.FOAM),
    **dict.fromkeys(("洁净气体", "气体", "六氟丙烷", "clean gas"), Kind.GAS),
    **dict.fromkeys(("二氧化碳", "co₂"), Kind.CO2),
    **{str(kind): kind for kind in Kind},
}
_LOOKS: Mapping[str, Look] = {
    **dict.fromkeys(("每月", "月", "monthly"), Look.MONTH),
    **dict.fromkeys(("每半月", "半月", "half-monthly"), Look.HALF_MONTH),
    **{str(look): look for look in Look},
}


def _one_of(words: Mapping[str, E]) -> Callable[[str], E]:
    def read(text: str) -> E:
        found = words.get(text.strip().lower())
        if found is None:
            raise ValueError(f"is not known: {instead(text, dict.fromkeys(map(str, words.values())))}")
        return found

    return read


def name_of(text: str) -> str:
    """An id, as it stands on the label: no blanks."""
    found = cell.number(text)
    if len(found) > LONGEST_ID or any(char.isspace() for char in found):
        raise ValueError(f"is no id: write up to {LONGEST_ID} characters without blanks, such as EX-001.")
    return found


def _place(text: str) -> str:
    cell.impersonal(text)
    found = text.strip()
    if len(found) > LONGEST_PLACE:
        raise ValueError(f"is too long: write up to {LONGEST_PLACE} characters.")
    return found


YEARS = (1990, 2100)
"""An extinguisher of before is scrap, and a later date is a slip that no due date could be reckoned from."""


def day(text: str) -> date:
    """A day; it has no time, so no zone matters."""
    found = cell.day(text, "UTC")
    if found is None or not YEARS[0] <= found.year < YEARS[1]:
        raise ValueError("is no date: write YYYY-MM-DD, such as 2026-05-04.")
    return found


def _windows(text: str) -> tuple[Window, ...]:
    return tuple(dict.fromkeys(Window(*cell.clocks(part)) for part in cell.several(text, str.strip)))


def _extinguisher(values: Mapping[str, Any]) -> Extinguisher:
    return Extinguisher(**{**values, "look": values["look"] or Look.MONTH})


def _text(value: object) -> str:
    return "" if value is None else str(value)


EXTINGUISHERS: Sheet[Extinguisher] = Sheet(
    (
        Column("id", ("编号", "灭火器编号"), name_of),
        Column("place", ("位置", "设置位置", "地点"), _place),
        Column("kind", ("类型", "灭火器类型", "种类"), _one_of(_KINDS)),
        Column("look", ("检查周期", "周期"), _one_of(_LOOKS), needed=False),
        Column("made_on", ("出厂日期", "生产日期", "made"), day, needed=False),
        Column("charged_on", ("充装日期", "维修日期", "charge date", "charged"), day),
        Column("looked_on", ("上次检查", "检查日期", "last inspection"), day, needed=False),
    ),
    _extinguisher,
    lambda one: [
        *(one.id, one.place, str(one.kind), str(one.look)),
        *(_text(one.made_on), _text(one.charged_on), _text(one.looked_on)),
    ],
    lambda one: one.id,
)

CHECKPOINTS: Sheet[Checkpoint] = Sheet(
    (
        Column("id", ("编号", "巡查点编号"), name_of),
        Column("place", ("位置", "巡查点", "地点"), _place),
        Column("weekdays", ("星期", "巡查日"), cell.weekdays, needed=False),
        Column("windows", ("时段", "巡查时段"), _windows),
    ),
    lambda values: Checkpoint(**{**values, "weekdays": values["weekdays"] or ()}),
    lambda one: [one.id, one.place, ";".join(map(str, one.weekdays)), ";".join(map(str, one.windows))],
    lambda one: one.id,
)
