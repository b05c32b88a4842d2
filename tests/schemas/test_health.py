"""The board that says how a process is."""

from datetime import UTC, datetime, timedelta

import httpx
from prometheus_client import CollectorRegistry, Counter
from starlette.applications import Starlette

from schemas.health import Health, routes

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_a_process_without_facts_is_not_ready() -> None:
    assert not Health("gateway").ready


def test_since_moves_only_when_a_fact_turns() -> None:
    health = Health("gateway")
    health.say("kafka", True, "Kafka answers.", NOON)
    health.say("kafka", True, "Kafka still answers.", NOON + timedelta(seconds=1))
    assert health.facts["kafka"].since == NOON
    health.say("kafka", False, "Kafka does not answer.", NOON + timedelta(seconds=2))
    assert health.facts["kafka"].since == NOON + timedelta(seconds=2)
    assert not health.ready


async def test_the_three_paths_answer() -> None:
    registry = CollectorRegistry()
    Counter("gatehouse_test_events", "Counted.", registry=registry).inc()
    health = Health("gateway")
    transport = httpx.ASGITransport(app=Starlette(routes=routes(health, registry)))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        health.say("kafka", True, "Kafka answers.", NOON)
        ready = await client.get("/readyz")
        assert ready.status_code == 200
        assert ready.json()["facts"]["kafka"]["since"] == NOON.isoformat()
        assert "gatehouse_test_events_total 1.0" in (await client.get("/metrics")).text
