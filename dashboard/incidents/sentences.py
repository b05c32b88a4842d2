"""What the log of an incident says, as sentences for people in both languages; one row an action.

A sentence's fields are the entry's details; {rule} and {device} are put in by name, {account} says who.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.attachments.model import SIDES, Side
from schemas.site import Name

Entry = Mapping[str, Any]
Called = Callable[[str], Name]

REASONS: Mapping[str, Name] = {
    "real": Name("真实", "real"),
    "drill": Name("演练", "drill"),
    "nuisance": Name("误报", "nuisance"),
    "equipment": Name("设备故障", "equipment fault"),
    "duplicate": Name("重复", "duplicate"),
}

SAYS: Mapping[str, Name] = {
    "incident.open": Name("告警：{rule}", "Alert: {rule}"),
    "incident.alert": Name("又一次告警：{rule}", "Another alert: {rule}"),
    "incident.again": Name("解决后再次告警：{rule}", "Alert again after it was resolved: {rule}"),
    "incident.follow": Name("由此引起的告警{n}条", "{n} alerts that follow from it"),
    "incident.cleared": Name("告警消除，还有{left}条未消除", "An alert ended, {left} still open"),
    "incident.severity": Name("级别从{from}改为{to}", "Priority {from} became {to}"),
    "incident.take": Name("确认并接手", "acknowledged and took it"),
    "incident.hand_on": Name("交给{to}", "handed it on to {to}"),
    "incident.resolve": Name("处理完毕", "resolved it"),
    "incident.reopen": Name("重新处理", "took it up again"),
    "incident.close": Name("关闭：{reason}", "closed it: {reason}"),
    "incident.remark": Name("{text}", "{text}"),
    "incident.attach": Name("附上{file}", "attached {file}"),
    "incident.withdraw": Name("撤下{file}", "withdrew {file}"),
    "plan.open": Name("预案启动：{plan}", "Plan opened: {plan}"),
    "plan.tick": Name("办完第{no}步：{step}", "did step {no}: {step}"),
    "plan.first": Name("先确认第{no}步：{step}", "confirmed step {no} as the first of two: {step}"),
    "plan.answer": Name("第{no}步答：{answer}", "answered step {no}: {answer}"),
    "plan.again": Name("第{no}步改答：{answer}（原答：{was}）", "answered step {no} again: {answer} (before: {was})"),
    "plan.entry": Name("第{no}步记一笔：{of}", "noted at step {no}: {of}"),
    "plan.skip": Name("跳过第{no}步：{step}", "skipped step {no}: {step}"),
    "plan.row": Name("第{no}步：{row}", "step {no}: {row}"),
    "plan.picture": Name("第{no}步：{row}，{side}照片", "step {no}: {row}, picture {side}"),
    "plan.undo": Name("撤回第{no}步", "took step {no} back"),
    "plan.undo_row": Name("撤回第{no}步：{row}", "took back at step {no}: {row}"),
    "plan.stop": Name("停止预案", "stopped the plan"),
    "plan.overdue": Name("第{no}步逾期：{step}", "Step {no} is overdue: {step}"),
    "plan.remind": Name("提醒：{reminds}", "Reminder: {reminds}"),
    "report.make": Name("生成报告", "made the report as a paper"),
    "incident.merge": Name("并入事件{number}", "merged it into incident {number}"),
    "incident.absorb": Name("并入了事件{number}", "took in incident {number}"),
    "incident.split": Name("拆出告警另立事件", "split alerts off into an incident of their own"),
}
"""What somebody did begins with a verb, for the name of who did it stands before it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and what stands below it."""

    says: Name
    detail: Name


PAIRS: Mapping[str, str] = {
    "plan": "name",
    "step": "says",
    "answer": "answer",
    "row": "row",
    "reminds": "reminds",
    "was": "was",
    "of": "of",
}
"""Fields that the entry holds in both languages, and under which name."""


def said(entry: Entry, rule_called: Called, device_called: Called) -> Said:
    """What an entry of the log tells people; an action that has no sentence is told by its name."""
    what, action = entry["what"], str(entry["action"])
    row = SAYS.get(action, Name(action, action))
    called = {"rule": rule_called(str(what.get("rule", ""))), "reason": REASONS.get(str(what.get("reason")), Name("", ""))}
    called["file"] = Name(*(str(what.get("file", {}).get("name", "")),) * 2)
    called["side"] = SIDES.get(what.get("side", Side.NONE), SIDES[Side.NONE])
    called |= {field: Name(*what[key]) for field, key in PAIRS.items() if key in what}
    zh, en = (
        _filled(row.in_language(speech), {**what, **{key: name.in_language(speech) for key, name in called.items()}})
        for speech in ("zh", "en")
    )
    return Said(Name(zh, en), _detail(action, what, device_called))


def _filled(sentence: str, fields: Mapping[str, Any]) -> str:
    """Put in what a sentence names, once: what people wrote is never read as a field."""
    out = []
    for piece in sentence.split("{"):
        name, closing, rest = piece.partition("}")
        out.append(f"{fields.get(name, '')}{rest}" if closing else piece)
    return "".join(out)


def _detail(action: str, what: Mapping[str, Any], device_called: Called) -> Name:
    devices: Sequence[str] = [what["device"]] if what.get("device") else what.get("devices", [])
    names = [device_called(device) for device in devices[:3]]
    text = "" if action == "incident.remark" else str(what.get("text", ""))
    if action == "incident.attach" and "no" in what:
        row = what.get("row", ("", ""))
        parts = (f"第{what['no']}步", row[0], text), (f"step {what['no']}", row[1], text)
        return Name(*(" ".join(filter(None, part)) for part in parts))
    more = f" +{len(devices) - 3}" if len(devices) > 3 else ""
    zh = "、".join(name.zh for name in names) + more
    en = ", ".join(name.en for name in names) + more
    return Name(f"{zh} {text}".strip(), f"{en} {text}".strip())
