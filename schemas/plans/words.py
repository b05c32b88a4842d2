"""A plan in words, the same on paper and on a terminal: who, by when, after what, where an answer leads."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from schemas.plans.model import Answer, Crew, Ending, Plan, RowsOf, Step
from schemas.site import Name

CREW: Mapping[Crew, Name] = {
    Crew.GUARD: Name("值班员", "Guard"),
    Crew.STEWARD: Name("网格管家", "Steward"),
    Crew.SUPERVISOR: Name("值班主管", "Supervisor"),
    Crew.MANAGER: Name("物业经理", "Manager"),
}
ENDING: Mapping[Ending, Name] = {
    Ending.NUISANCE: Name("误报，结束", "false alarm, end"),
    Ending.EQUIPMENT: Name("设备故障，结束", "equipment fault, end"),
}
ROWS: Mapping[RowsOf, Name] = {
    RowsOf.DOORS: Name("逐个单元门", "each unit door"),
    RowsOf.VEHICLES: Name("逐辆车", "each vehicle"),
    RowsOf.PARKED: Name("逐辆车", "each vehicle"),
    RowsOf.HELPLESS: Name("逐户", "each household"),
    RowsOf.ELDERLY: Name("逐户老人", "each elderly household"),
    RowsOf.RAMPS: Name("逐个坡道", "each ramp"),
    RowsOf.PUMPS: Name("逐个泵坑", "each pump pit"),
    RowsOf.AREAS: Name("逐片区域", "each area"),
    RowsOf.FOOTAGE: Name("逐路摄像头", "each camera"),
}
FIELDS: Mapping[str, Name] = {
    "address": Name("地址", "address"),
    "building": Name("楼栋", "building"),
    "spot": Name("具体位置", "where exactly"),
    "floor": Name("楼层", "floor"),
    "what": Name("情况", "what"),
    "gate": Name("大门", "gate"),
    "count": Name("人数", "how many"),
    "callback": Name("电话", "telephone"),
    "note": Name("记下的", "as noted"),
}
TWO_PEOPLE = Name("两人确认", "Two people confirm")
SECOND = Name("{0}先确认，另一人再确认", "{0} confirms first, then another person")
NO_SKIP = Name("不可跳过", "not to be skipped")
IN_WORDS = Name("写下来", "Write it down")
EACH_TIME = Name("每次记一笔", "Note each time")
_UNITS = (
    (86_400, 172_800, Name("天", "d")),
    (3600, 3600, Name("小时", "h")),
    (60, 60, Name("分钟", "min")),
    (1, 1, Name("秒", "s")),
)
"""A unit's seconds, and from how many it is used."""


def duration(seconds: int, language: str) -> str:
    """The shortest exact way to say it: 90 s, 3 min, 24 h."""
    size, unit = next((size, unit) for size, least, unit in _UNITS if seconds >= least and seconds % size == 0)
    return f"{seconds // size}{'' if language == 'zh' else ' '}{unit.in_language(language)}"


def who(step: Step, language: str) -> str:
    """Who acts: as the plan names them, else whose account ticks it."""
    return (step.who or CREW[step.role]).in_language(language)


def due(step: Step, language: str) -> str:
    """By when; empty without a due time."""
    zh = language == "zh"
    if step.by_clock is not None:
        return f"{step.by_clock}前" if zh else f"by {step.by_clock}"
    if step.due_s is None:
        return ""
    return f"{duration(step.due_s, language)}内" if zh else f"within {duration(step.due_s, language)}"


def two(step: Step, language: str) -> str:
    """That two people confirm, and which comes first where the other may be anybody; empty where one does."""
    if not step.two_people:
        return ""
    if step.second is None:
        return TWO_PEOPLE.in_language(language)
    return SECOND.in_language(language).format(CREW[step.role].in_language(language))


def begins(plan: Plan, step: Step, language: str) -> str:
    """After what it starts; empty where it starts with the plan. Where every answer that goes on starts it, none is named."""
    zh = language == "zh"
    above = step.when.step if step.when is not None else step.after
    if above is None:
        return ""
    number, asked = number_of(plan, above), plan.step(above)
    go_on = [one for one in asked.answers if one.ends is None] if asked is not None else []
    texts = [one.text.in_language(language) for one in go_on if step.when is not None and one.id in step.when.answers]
    if len(texts) in {0, len(go_on)}:
        return f"第{number}步后" if zh else f"after {number}"
    return f"第{number}步答“{'”“'.join(texts)}”" if zh else f"{number} answered “{'” or “'.join(texts)}”"


def reminder(step: Step, language: str) -> str:
    """What is said again and again; empty without."""
    if step.reminder is None:
        return ""
    every, text = duration(step.reminder.every_s, language), step.reminder.text.in_language(language)
    return f"每{every}：{text}" if language == "zh" else f"Every {every}: {text}"


def leads(plan: Plan, step: Step, answer: Answer, language: str) -> str:
    """Where an answer leads: the steps that it starts, or the end."""
    if answer.ends is not None:
        return ENDING[answer.ends].in_language(language)
    steps = [number for number, other in enumerate(plan.steps, 1) if _started(other, step, answer)]
    if not steps:
        return "继续" if language == "zh" else "go on"
    return f"第{spans(steps, '、')}步" if language == "zh" else f"{'step' if len(steps) == 1 else 'steps'} {spans(steps)}"


def _started(other: Step, asked: Step, answer: Answer) -> bool:
    if other.after == asked.id:
        return True
    return other.when is not None and other.when.step == asked.id and answer.id in other.when.answers


def number_of(plan: Plan, identity: str) -> int:
    """A step's number on paper, from 1."""
    return 1 + next(place for place, step in enumerate(plan.steps) if step.id == identity)


def spans(numbers: Sequence[int], between: str = ", ") -> str:
    """1–3, 5: rising numbers, with those that follow one another drawn together."""
    breaks = [0, *(place for place, (one, two) in enumerate(pairwise(numbers), 1) if two != one + 1), len(numbers)]
    runs = [numbers[begin:end] for begin, end in pairwise(breaks)]
    return between.join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def lines_of(plan: Plan, language: str) -> Iterator[str]:
    """The whole plan as readable lines."""
    zh = language == "zh"
    yield f"{plan.name.in_language(language)}  {f'第{plan.version}版' if zh else f'version {plan.version}'}  ({plan.id})"
    yield f"{'启动' if zh else 'Opens on'}{'：' if zh else ': '}{plan.opens_on.in_language(language)}"
    for number, step in enumerate(plan.steps, 1):
        yield ""
        yield f"{number:>2}  {step.text.in_language(language)}"
        yield from (f"    {line}" for line in _details(plan, step, language))


def _details(plan: Plan, step: Step, language: str) -> Iterator[str]:
    yield " · ".join(_facts(plan, step, language))
    if step.hint is not None:
        yield step.hint.in_language(language)
    for answer in step.answers:
        yield f"□ {answer.text.in_language(language)} → {leads(plan, step, answer, language)}"
    if step.draft is not None:
        to = "" if step.draft.to is None else f"{step.draft.to} "
        yield f"{to}“{step.draft.text.in_language(language)}”"
    if said := reminder(step, language):
        yield said


def _facts(plan: Plan, step: Step, language: str) -> Iterator[str]:
    zh = language == "zh"
    account = CREW[step.role].in_language(language)
    yield account if step.who is None else f"{who(step, language)}{f'（{account}）' if zh else f' ({account})'}"
    yield from filter(None, (begins(plan, step, language), due(step, language)))
    if step.rows is not None:
        yield ROWS[step.rows.of].in_language(language)
    if step.show_cameras is not None:
        ways = ("（去大门的路上）", " on the ways to the gates") if step.ways_out else ("", "")
        yield f"显示{step.show_cameras}路摄像头{ways[0]}" if zh else f"cameras shown: {step.show_cameras}{ways[1]}"
    if step.asks is not None:
        yield IN_WORDS.in_language(language)
    if step.entries:
        yield EACH_TIME.in_language(language)
    if said := two(step, language):
        yield said
    if not step.may_skip:
        yield NO_SKIP.in_language(language)
