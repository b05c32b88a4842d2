"""Pictures and papers of a report: what each shows, in the order of the plan, before and after side by side."""

from collections.abc import Iterator, Mapping, Sequence

from alerts.attachments.content import JPEG
from alerts.attachments.model import Attachment, Side
from alerts.plans.run import Run
from alerts.reports.model import Attached, Naming, Row
from schemas.site import Name

_SIDES = (Side.NONE, Side.BEFORE, Side.AFTER)


def attached(them: Sequence[Attachment], run: Run | None, log: Sequence[Row], naming: Naming) -> Iterator[Attached]:
    """All of them; what belongs to no step stands first."""
    order = {step.id: number for number, step in enumerate(run.plan.steps, 1)} if run else {}
    said = _said(log)
    for one in sorted(
        them, key=lambda one: (order.get(one.spot.step, 0), one.spot.line, _SIDES.index(one.spot.side), one.at, one.id)
    ):
        yield Attached(
            id=str(one.id),
            name=naming.plain(one.name),
            is_picture=one.kind == JPEG,
            of=_of(one, run, naming),
            side=one.spot.side,
            at=one.at,
            by=one.by,
            text=naming.plain(said.get(str(one.id), "")),
            sha256=one.sha256,
            withdrawn_by=one.withdrawn_by or "",
        )


def _said(log: Sequence[Row]) -> Mapping[str, str]:
    """What was written with each."""
    acts = (entry["what"] for entry in log if entry["action"] == "incident.attach")
    return {what["file"]["id"]: what.get("text", "") for what in acts}


def _of(one: Attachment, run: Run | None, naming: Naming) -> Name:
    """The line, else the step, that it belongs to."""
    step = run.plan.step(one.spot.step) if run else None
    if run is None or step is None:
        return Name("", "")
    row = next((row for row in run.steps[step.id].rows if row.id == one.spot.line), None)
    shown = Name(row.zh, row.en) if row else step.text
    number = run.plan.steps.index(step) + 1
    return Name(naming.plain(f"{number} {shown.zh}"), naming.plain(f"{number} {shown.en}"))
