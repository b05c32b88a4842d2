"""A plan that runs, as the browser gets it: every step with how it stands, and what this visitor may tick."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from alerts.incidents.incident import Who
from alerts.plans.acts import Undo, may_tick
from alerts.plans.run import Entry, Is, Row, Run, StepState, answer_of, draft_of, late_s, reminds_at, reminds_since
from alerts.plans.undo import may_undo
from dashboard.names import pair, when
from schemas.plans.model import Plan, Step
from schemas.site import Name

Json = dict[str, Any]


def steps_json(run: Run, who: Who | None, now: datetime) -> list[Json]:
    """The steps in the plan's order; they do not jump."""
    return [_step(run, number, step, who, now) for number, step in enumerate(run.plan.steps, 1)]


def _step(run: Run, number: int, step: Step, who: Who | None, now: datetime) -> Json:
    state = run.steps[step.id]
    answer = answer_of(step, state.answer)
    works = who is not None and run.ended_at is None and may_tick(step, who.role, state)
    mine = works and state.state is Is.OPEN
    taken_back = partial(_may_undo, run, step, who, now)
    return {
        "id": step.id,
        "no": number,
        "text": pair(step.text),
        "hint": pair(step.hint) if step.hint else None,
        "role": str(step.role),
        "who": pair(step.who) if step.who else None,
        "state": str(state.state),
        "opened_at": when(state.opened_at),
        "due_at": when(state.due_at),
        "due_s": step.due_s,
        "done_at": when(state.done_at),
        "by": state.by,
        "late_s": round(late_s(state, now)),
        "answer": pair(answer.text) if answer else None,
        "answers": [
            {"id": one.id, "text": pair(one.text), "ends": str(one.ends) if one.ends else None} for one in step.answers
        ],
        "two_people": step.two_people,
        "first_by": state.first_by,
        "first_at": when(state.first_at),
        "asks": str(step.asks) if step.asks else None,
        "note": state.note,
        "takes_entries": step.takes_entries,
        "entries": [_entry(entry, state) for entry in state.entries],
        "rows": [{**_row(row, n, whole=mine), "may_undo": taken_back(row.id)} for n, row in enumerate(state.rows, 1)],
        "pictures": bool(step.rows and step.rows.pictures),
        "draft": _draft(run, step),
        "facts": [pair(fact) for fact in state.facts],
        "reminder": pair(step.reminder.text) if step.reminder else None,
        "reminds_at": when(reminds_at(step, state)),
        "reminds_since": when(reminds_since(step, state)),
        "may_skip": step.may_skip,
        "mine": mine,
        "may_undo": taken_back() and (step.two_people or not state.rows),  # a list is taken back line by line
        "may_answer_again": bool(works and answer),
        "why_skipped": state.why,
        "starts_on": _starts_on(run.plan, step) if state.state is Is.WAITING else None,
    }


def _row(row: Row, number: int, *, whole: bool) -> Json:
    """A line of a list; vehicles and households are whole for who works the step, while it is open, by their ids too."""
    return {
        "id": row.id if whole or not row.paper_zh else f"line {number}",
        "text": [row.zh, row.en] if whole else pair(row.on_paper),
        "state": "done" if row.done_at else "open",
        "by": row.by,
        "at": when(row.done_at),
        "remark": row.remark,
        "before": row.before,
        "after": row.after,
    }


def _may_undo(run: Run, step: Step, who: Who | None, now: datetime, row: str = "") -> bool:
    return who is not None and may_undo(run, Undo(step.id, row), who, now)


def _entry(entry: Entry, state: StepState) -> Json:
    of = next((pair(row.on_paper) for row in state.rows if row.id == entry.row), None)
    return {"at": when(entry.at), "by": entry.by, "text": entry.text, "of": of}


def _draft(run: Run, step: Step) -> Json | None:
    text = draft_of(run, step)
    return {"to": step.draft.to, "text": list(text)} if step.draft and text else None


def _starts_on(plan: Plan, step: Step) -> list[str]:
    """What a waiting step waits for, in words."""
    before = plan.step(step.when.step if step.when else step.after or "")
    if before is None:
        return ["", ""]
    number = plan.steps.index(before) + 1
    if step.when is None:
        return [f"第{number}步之后", f"after step {number}"]
    texts: Sequence[Name] = [answer.text for answer in before.answers if answer.id in step.when.answers]
    zh, en = "、".join(f"“{one.zh}”" for one in texts), " or ".join(f"“{one.en}”" for one in texts)
    return [f"第{number}步答{zh}后", f"on {en} to step {number}"]


def summary_json(summary: Mapping[str, Any], now: datetime) -> Json:
    """A run in a list: what is late is counted now."""
    late = sum(datetime.fromisoformat(due) < now for due in summary.get("dues", ()))
    shown = {name: summary.get(name) for name in ("name", "version", "plot", "done", "total", "next")}
    return {**shown, "late": late, "skips": summary.get("skips", [])}
