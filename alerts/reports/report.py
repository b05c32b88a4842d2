"""The report of an incident, from what was kept about it. Pure, without a clock: its "now" is the newest row that it covers."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from alerts.plans.run import Entry as WrittenIn
from alerts.plans.run import Is, Run, StepState, answer_of, draft_of
from alerts.plans.run import Row as ListRow
from alerts.reports.attached import attached
from alerts.reports.lines import alert_line
from alerts.reports.model import (
    AlertLine,
    Closing,
    EndedMute,
    Entry,
    Head,
    How,
    Late,
    Message,
    MuteLine,
    Naming,
    Remark,
    Report,
    Row,
    Rows,
    Score,
    StepLine,
    Ticked,
    Written,
)
from schemas.plans.model import Step
from schemas.plans.words import CREW
from schemas.site import Name

MADE = "report.make"
"""The action of a row that says a report was made. It is no part of what happened, so no report tells of it."""


def report(rows: Rows, naming: Naming) -> Report:
    """The report."""
    log = [entry for entry in rows.log if entry["action"] != MADE]
    steps = tuple(_steps(rows.run, naming, rows.as_of)) if rows.run else ()
    in_order = sorted(rows.alerts, key=lambda row: (row["raised_at"], str(row["id"])))
    alerts = tuple(alert_line(row, log, naming) for row in in_order)
    return Report(
        head=_head(rows, naming),
        late=(*_late_steps(steps), *_late_alerts(alerts)),
        score=_score(steps) if rows.incident.drill and rows.run else None,
        steps=steps,
        timeline=tuple(_entry(entry, naming) for entry in log),
        alerts=alerts,
        attachments=tuple(attached(rows.attachments, rows.run, log, naming)),
        messages=tuple(_messages(rows.run, naming)) if rows.run else (),
        mutes=tuple(_mute(one, naming) for one in rows.mutes),
        closing=_closing(rows, log, naming),
        covers=rows.covers,
        as_of=rows.as_of,
    )


def _head(rows: Rows, naming: Naming) -> Head:
    one, plan = rows.incident, rows.run.plan if rows.run else None
    return Head(
        number=one.number,
        what=naming.rule(one.rule),
        where=naming.where(one.device, one.building),
        device=naming.device(one.device) if one.device else Name("", ""),
        subject=naming.masked(one.subject),
        severity=naming.severity(int(one.severity)),
        severity_by=one.severity_by,
        owner=one.owner,
        drill=one.drill,
        plan=plan.name if plan else None,
        plan_version=plan.version if plan else 0,
        opened_at=one.opened_at,
        acknowledged_at=one.acknowledged_at,
        resolved_at=one.resolved_at,
        closed_at=one.closed_at,
        occurrences=one.occurrences if rows.alerts else 0,  # none where a person opened it, or they went into another
        children=one.children if rows.alerts else 0,
    )


# What happened.


def _entry(entry: Row, naming: Naming) -> Entry:
    says, detail = naming.said(entry)
    sent_later = entry["what"].get("at")
    return Entry(
        seq=entry["seq"],
        at=datetime.fromisoformat(entry["at"]),
        actor=entry["actor"],
        role=naming.role(entry["role"]),
        says=_plain(says, naming),
        detail=_plain(detail, naming),
        done_at=datetime.fromisoformat(sent_later) if sent_later else None,
    )


def _plain(name: Name, naming: Naming) -> Name:
    return Name(naming.plain(name.zh), naming.plain(name.en))


def _closing(rows: Rows, log: Sequence[Row], naming: Naming) -> Closing:
    one = rows.incident
    endings = [entry for entry in log if entry["action"] in {"incident.close", "incident.merge"}]
    last = endings[-1] if endings and one.reason else None
    return Closing(
        reason=naming.reason(str(one.reason)) if one.reason else None,
        by=last["actor"] if last else "",
        text=naming.plain(last["what"].get("text", "")) if last else "",
        into=last["what"].get("number") if last else None,
        remarks=tuple(_remark(entry, naming) for entry in log if entry["action"] == "incident.remark"),
    )


def _remark(entry: Row, naming: Naming) -> Remark:
    return Remark(datetime.fromisoformat(entry["at"]), entry["actor"], naming.plain(entry["what"].get("text", "")))


def _mute(one: EndedMute, naming: Naming) -> MuteLine:
    mute = one.mute
    what = (
        *([naming.rule(mute.rule)] if mute.rule else []),
        *([naming.device(mute.device)] if mute.device else []),
        *([naming.where("", mute.building)] if mute.building else []),
    )
    return MuteLine(what, mute.owner, naming.plain(mute.reason), mute.ends_at, one.held)


# The plan.


def _steps(run: Run, naming: Naming, as_of: datetime) -> Iterator[StepLine]:
    for number, step in enumerate(run.plan.steps, 1):
        yield _step(run, number, step, naming, as_of)


def _step(run: Run, number: int, step: Step, naming: Naming, as_of: datetime) -> StepLine:
    state = run.steps[step.id]
    answer = answer_of(step, state.answer)
    over = state.done_at or as_of
    return StepLine(
        number=number,
        text=step.text,
        who=step.who or CREW[step.role],
        state=state.state,
        opened_at=state.opened_at,
        due_at=state.due_at,
        done_at=state.done_at,
        late_s=max(0.0, (over - state.due_at).total_seconds()) if state.due_at else 0.0,
        by=state.by,
        first_by=state.first_by,
        first_at=state.first_at,
        answer=answer.text if answer else None,
        why=naming.plain(state.why),
        rows=tuple(_ticked(row, naming) for row in state.rows),
        note=naming.plain(state.note),
        entries=tuple(_written(entry, state, naming) for entry in state.entries),
    )


def _ticked(row: ListRow, naming: Naming) -> Ticked:
    return Ticked(_plain(row.on_paper, naming), row.by, row.done_at, naming.plain(row.remark))


def _written(entry: WrittenIn, state: StepState, naming: Naming) -> Written:
    of = next((row.on_paper for row in state.rows if row.id == entry.row), Name("", ""))
    return Written(entry.at, entry.by, _plain(of, naming), naming.plain(entry.text))


def _messages(run: Run, naming: Naming) -> Iterator[Message]:
    """The calls and notices: of each step that was done, the words that it had drafted, in the order of doing."""
    done = [(step, run.steps[step.id]) for step in run.plan.steps if run.steps[step.id].state is Is.DONE]
    for step, state in sorted(done, key=lambda pair: pair[1].done_at or run.opened_at):
        text = draft_of(run, step)
        if step.draft is not None and text is not None and state.done_at is not None:
            to = Name(step.draft.to, step.draft.to) if step.draft.to else step.who or Name("", "")
            yield Message(state.done_at, to, state.by, _plain(Name(*text), naming))


# What was late.

_HOW = {Is.DONE: How.DONE, Is.OPEN: How.OPEN, Is.SKIPPED: How.SKIPPED, Is.NOT_NEEDED: How.ENDED}


def _late_steps(steps: Sequence[StepLine]) -> Iterator[Late]:
    """Also what was skipped, or left when the plan ended, only after it was due: that is no way to be in time."""
    for step in steps:
        if step.late_s > 0:
            yield Late(_HOW[step.state], step.number, step.text, Name("", ""), step.late_s)


def _late_alerts(alerts: Sequence[AlertLine]) -> Iterator[Late]:
    yield from (Late(How.SHOWN, 0, one.what, one.device, one.shown_late_s) for one in alerts if one.shown_late_s > 0)


def _score(steps: Sequence[StepLine]) -> Score:
    skipped = sum(step.state is Is.SKIPPED for step in steps)
    late = sum(step.late_s > 0 and step.state is not Is.SKIPPED for step in steps)
    done = [step for step in steps if step.state is Is.DONE and step.late_s == 0]
    on_time = sum(step.due_at is not None for step in done)
    return Score(on_time, late, skipped, len(done) - on_time)
