"""A plan that runs, as the browser gets it: every step with how it stands, and what this visitor may tick."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from alerts.plans.acts import may_tick
from alerts.plans.run import Is, Row, Run, StepState, answer_of, late_s, reminds_at
from dashboard.names import pair, when
from schemas.plans.model import Plan, Step
from schemas.site import Name

Json = dict[str, Any]


def steps_json(run: Run, role: str, now: datetime) -> list[Json]:
    """The steps in the plan's order; they do not jump."""
    return [_step(run, number, step, role, now) for number, step in enumerate(run.plan.steps, 1)]


def _step(run: Run, number: int, step: Step, role: str, now: datetime) -> Json:
    state = run.steps[step.id]
    answer = answer_of(step, state.answer)
    mine = run.ended_at is None and state.state is Is.OPEN and may_tick(step, role)
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
        "rows": [_row(row, whole=mine) for row in state.rows],
        "pictures": bool(step.rows and step.rows.pictures),
        "draft": _draft(step, state),
        "reminder": pair(step.reminder.text) if step.reminder else None,
        "reminds_at": when(reminds_at(step, state)),
        "may_skip": step.may_skip,
        "mine": mine,
        "why_skipped": state.why,
        "starts_on": _starts_on(run.plan, step) if state.state is Is.WAITING else None,
    }


def _row(row: Row, *, whole: bool) -> Json:
    """A line of a list; vehicles and households are whole for who works the step, while it is open."""
    return {
        "id": row.id,
        "text": [row.zh, row.en] if whole else pair(row.on_paper),
        "state": "done" if row.done_at else "open",
        "by": row.by,
        "at": when(row.done_at),
        "remark": row.remark,
        "before": row.before,
        "after": row.after,
    }


def _draft(step: Step, state: StepState) -> Json | None:
    if step.draft is None or state.draft is None:
        return None
    return {"to": step.draft.to, "text": list(state.draft)}


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
    return {**{name: summary.get(name) for name in ("name", "version", "plot", "done", "total", "next")}, "late": late}
