"""What a step's lists and facts are made from, read from a real database."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from alerts.incidents import store
from alerts.incidents.incident import DESK, Change, Incident
from alerts.plans.run import Filled
from alerts.plans.scene import Surroundings, fill_for
from schemas.drills import twin
from schemas.plans.file import load_plans
from tests.alerts.made import NOW, incident, told
from tests.alerts.reports.made import SITE

Conn = psycopg.Connection[Any]
PLANS = load_plans()


@pytest.fixture
def conn(database_url: str) -> Iterator[Conn]:
    with psycopg.connect(database_url, autocommit=True) as found:
        yield found


def happened(conn: Conn, kind: str, type_: str, device: str, minutes: float, subject: str | None = None, **facts: str) -> None:
    """An event so many minutes after NOW, as the worker stores it."""
    at = NOW + timedelta(minutes=minutes)
    query = f"""
        insert into events_{kind} (id, site, kind, type, device, occurred_at, received_at, event_time, subject, attributes,
                                   late, kafka_partition, kafka_offset)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false, 0, 0)"""
    conn.execute(query, (uuid4(), SITE.id, kind, type_, device, at, at, at, subject, Jsonb(facts)))


def filled(conn: Conn, plan: str, step: str, of: Incident) -> Filled:
    """What the system puts into a step."""
    found = PLANS[plan].step(step)
    assert found is not None
    return fill_for(conn, Surroundings(SITE, ""), of)(found)


RAIN = incident(device="WX-01", building="", site=SITE.id)


def test_a_warning_is_told_until_it_is_lifted_the_newest_of_each_hazard(conn: Conn) -> None:
    happened(conn, "facility", "weather_warning", "WX-01", -90, hazard="rain", level="orange")
    happened(conn, "facility", "weather_warning", "WX-01", -30, hazard="rain", level="red")
    happened(conn, "facility", "weather_warning", "WX-01", -20, hazard="snow", level="blue")
    happened(conn, "facility", "weather_cleared", "WX-01", -10, hazard="snow")
    happened(conn, "facility", "weather_warning", twin("WX-01"), -5, hazard="rain", level="blue")
    assert [fact.en for fact in filled(conn, "flood", "colour", RAIN).facts] == [
        "Official warning: Rain, red (since 05-06 10:30)"
    ]
    drill = incident(device="WX-01", building="", site=SITE.id, drill=True)
    assert [fact.en for fact in filled(conn, "flood", "colour", drill).facts] == [
        "Official warning: Rain, blue (since 05-06 10:55)"
    ]


def test_vehicles_that_bays_and_ramps_told_are_listed(conn: Conn) -> None:
    happened(conn, "parking", "bay_taken", "L-01", -600, "鲁QD0071", bay="A-012")
    happened(conn, "parking", "entered", "B-13", -300, "鲁QD0072")
    happened(conn, "parking", "entered", "B-01", -200, "鲁QD0073")  # through the gate, to above ground
    happened(conn, "parking", "bay_taken", "L-01", -100, "鲁QD0074", bay="A-014")
    happened(conn, "parking", "bay_freed", "L-01", -50, bay="A-014")
    assert [row.zh for row in filled(conn, "flood", "vehicles", RAIN).rows] == [
        "鲁QD0071，车主未登记（西地库 A-012）",
        "鲁QD0072，车主未登记（3号坡道进口道闸）",
    ]


def test_footage_begins_ten_minutes_before_the_first_alert_that_the_incident_has(conn: Conn) -> None:
    burning = incident(device="FP-03", building="b03", site=SITE.id)
    with conn.transaction():
        store.write(conn, Change(burning, "incident.open"), DESK, NOW)
        for minutes in (0, -25):
            store.belong(conn, burning.id, told(device="FP-03", raised_at=NOW + timedelta(minutes=minutes)))
    assert all(row.en.endswith("from 05-06 10:25") for row in filled(conn, "fire", "footage", burning).rows)
