"""Pictures and papers of a report: what each shows, in the order of the plan, before and after side by side."""

from collections.abc import Iterator, Mapping, Sequence

from alerts.attachments.content import JPEG
from alerts.attachments.model import Attachment, Side
from alerts.plans.run import Run
from alerts.reports.model import Attached, Naming, Row
from schemas.site import Name

_SIDES = tuple(Side)


def attached(them: Sequence[Attachment], run: Run | None, log: Sequence[Row], naming: Naming) -> Iterator[Attached]:
    """All of them; what belongs to no step stands first."""
    order, said = _order(run), _said(log)
    for one in sorted(
        them, key=lambda one: (order.get((one.spot.step, one.spot.line), 0), _SIDES.index(one.spot.side), one.at, one.id)
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


def _order(run: Run | None) -> Mapping[tuple[str, str], int]:
    """Where each step and each line of its list stands in the plan."""
    if run is None:
        return {}
    places = ((step.id, line) for step in run.plan.steps for line in ("", *(row.id for row in run.steps[step.id].rows)))
    return {place: number for number, place in enumerate(places, 1)}


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
    shown = row.on_paper if row else step.text
    number = run.plan.steps.index(step) + 1
    return Name(naming.plain(f"{number} {shown.zh}"), naming.plain(f"{number} {shown.en}"))
