"""A lane over a real database, with a log in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

import psycopg

from schemas.codec import encode, to_batch
from schemas.events import Kind
from schemas.letters import Letter
from schemas.rules import load_catalogue
from schemas.topics import ARROW
from streams.rules.engine import Admitted, Engine, Judgement
from streams.worker.judge import Judge
from streams.worker.lane import Lane, Observer, Tools
from streams.worker.log_reader import LogReader
from streams.worker.records import Places, Record
from tests.streams.worker.log import WRITTEN_MS, event, received
from tests.streams.worker.test_replay import SITE, lane

GOOD, BAD = "door-good", "door-bad"


class Brittle(Engine):
    """Rules with a mistake in them."""

    def step(self, admitted: Sequence[Admitted], watermark_us: int | None) -> Judgement:
        if any(BAD in each.batch.column("device").to_pylist() for each in admitted):
            raise KeyError("a mistake of ours")
        return super().step(admitted, watermark_us)


class MemoryLog:
    """Kafka's log, for a lane that starts again."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records

    async def between(self, places: Places, targets: Mapping[Kind, int]) -> AsyncIterator[list[Record]]:
        wanted = [r for r in self._records if places[r.kind].next_offset <= r.offset < targets.get(r.kind, 0)]
        if wanted:
            yield wanted


class Event:
    """What Faust hands over."""

    def ack(self) -> bool:
        return True


def doors(*devices: str) -> list[Record]:
    rows = [received(event(Kind.DOOR, "opened", device, number), site=SITE.id) for number, device in enumerate(devices)]
    return [Record(Kind.DOOR, n, WRITTEN_MS, SITE.id.encode(), ARROW, encode(to_batch(row))) for n, row in enumerate(rows)]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.05)


async def test_a_record_that_our_own_code_fails_at_is_buried_and_those_beside_it_are_stored(database_url: str) -> None:
    records, letters = doors(GOOD, BAD, GOOD, GOOD), list[Letter]()
    session, first = lane(database_url)
    rules = list(load_catalogue().values())

    def judge() -> Judge:
        return Judge(replace(first._bench, engine=Brittle(SITE, rules)), session.load({}))

    async def bury(found: Sequence[Letter]) -> None:
        letters.extend(found)

    seen = Observer(lambda *_: None, lambda *_: None, lambda *_: None, lambda: None)
    tools = Tools(session, cast(LogReader, MemoryLog(records)), bury, judge, seen, 60.0, 1000)
    working = Lane(0, tools)
    for record in records:
        await working.inbox.put(record, Event())
    task = asyncio.create_task(working.run())
    with psycopg.connect(database_url, autocommit=True) as connection:
        count = "SELECT count(*) FROM events_door WHERE device = %s"
        await until(lambda: connection.execute(count, (GOOD,)).fetchone() == (3,))
        assert connection.execute(count, (BAD,)).fetchone() == (0,)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert {letter.source for letter in letters} == {"kafka:t.door/0/1"}
    assert "KeyError" in letters[0].reason
