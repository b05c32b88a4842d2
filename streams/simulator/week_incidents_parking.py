"""Incidents of lots, bays and barriers."""

from collections.abc import Sequence

from schemas.site import Device
from streams.simulator.rhythm import HOUR_S
from streams.simulator.week_incidents_camera import DAY, EVEN, Act
from streams.simulator.week_incidents_plate import stranger_car
from streams.simulator.week_ledger import Fill
from streams.simulator.week_rates import hours_of
from streams.simulator.week_rows import facts
from streams.simulator.week_stage import Plot, Stage

QUIET = hours_of("000000 000999 999000 000000")
"""When half the bays are free: what fills a lot then is a feast, a market, a fair."""

STREET_LOT, GARAGE_LOT = "bays-south", "garage"


def _lots(stage: Stage) -> Sequence[Device]:
    return stage.community.lots


def lot_at(stage: Stage, place: str) -> Device:
    """The first counter at a place whose id begins so."""
    return next(lot for lot in stage.community.lots if lot.place.startswith(place))


def _fill(full: bool) -> Act:
    """Bays fill within half an hour, stay so, and empty."""

    def act(stage: Stage, t: float) -> None:
        there, gone = t + 1800, t + 1800 + stage.rng.uniform(1200, 4800)
        lot = stage.pick(_lots(stage), t, gone + 1800, 6 * HOUR_S, 6 * HOUR_S)
        stage.fills.append(Fill(lot.id, t, there, gone, full=full))
        stage.true("lot-nearly-full", t, there, 900, devices=[lot.id])
        if full:
            stage.true("lot-full", t, there, 900, devices=[lot.id])

    return act


def _differs(stage: Stage, t: float) -> None:
    """A loop counts one car twice after the other: it says many more cars than bays are taken."""
    end = t + stage.rng.uniform(1, 3) * HOUR_S
    lot = stage.pick(_lots(stage), t, end, 6 * HOUR_S, 6 * HOUR_S)
    stage.fills.append(Fill(lot.id, t, t, end, difference=stage.rng.randint(14, 30)))
    stage.true("count-differs", t, t, 1200, devices=[lot.id])


def _overstay(stage: Stage, t: float) -> None:
    lot, bay = lot_at(stage, STREET_LOT), f"S{stage.rng.randrange(46):02d}"
    end = t + stage.rng.uniform(73, 79) * HOUR_S
    stage.claim(f"bay {bay}", t, end)
    plate = stranger_car(stage)
    stage.say(t, lot, "bay_taken", subject=plate, attributes=facts(bay=bay))
    stage.say(end, lot, "bay_freed", attributes=facts(bay=bay))
    stage.true("bay-overstay", t, t + 72 * HOUR_S, 600, devices=[lot.id], subjects=[plate])


def _others_bay(stage: Stage, t: float) -> None:
    owned = [car for car in stage.people.cars if car.bay]
    bay = stage.rng.choice(owned).bay or ""
    end = t + stage.rng.uniform(0.5, 5) * HOUR_S
    stage.claim(f"bay {bay}", t, end, 4 * HOUR_S, 4 * HOUR_S)
    lot, plate = lot_at(stage, GARAGE_LOT), stranger_car(stage)
    stage.say(t, lot, "bay_taken", subject=plate, attributes=facts(bay=bay))
    stage.say(end, lot, "bay_freed", subject=plate, attributes=facts(bay=bay))
    stage.true("others-bay", t, t, 60, subjects=[plate])


def _stuck(stage: Stage, t: float) -> None:
    lasts = stage.rng.uniform(400, 1800)
    barrier = stage.pick(stage.community.barriers, t, t + lasts, HOUR_S, HOUR_S)
    stage.say(t, barrier, "barrier_opened")
    stage.say(t + lasts, barrier, "barrier_closed")
    stage.true("barrier-stuck", t, t + 180, 60, devices=[barrier.id])


def _fault(stage: Stage, t: float) -> None:
    lasts = stage.rng.uniform(180, 1800)
    barrier = stage.pick(stage.community.barriers, t, t + lasts, HOUR_S, HOUR_S)
    stage.say(t, barrier, "barrier_fault")
    stage.say(t + lasts, barrier, "barrier_restored")
    stage.true("barrier-fault", t, t, 120, devices=[barrier.id])


PLOTS: tuple[Plot, ...] = (
    Plot("lot-full", 7, QUIET, 9000, _fill(True), "a feast fills a lot"),
    Plot("lot-nearly-full", 4, QUIET, 9000, _fill(False), "all bays but one"),
    Plot("count-differs", 7, EVEN, 11000, _differs, "a loop counts double"),
    Plot("bay-overstay", 7, DAY, 80 * HOUR_S, _overstay, "a car stays in a street bay"),
    Plot("others-bay", 10, DAY, 6 * HOUR_S, _others_bay, "a stranger in an owned bay"),
    Plot("barrier-stuck", 10, EVEN, 2000, _stuck, "the arm stays up"),
    Plot("barrier-fault", 10, EVEN, 2000, _fault, "the motor's protection has tripped"),
)
