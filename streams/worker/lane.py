"""A lane: one partition of the six topics, from records to commits, for as long as this worker owns it.

While one block commits the next is prepared, when there is enough for one; a lone record goes at once. A database that is
away is waited for with the block in hand and nothing further taken. A Fenced lane, or one whose block PostgreSQL refuses,
starts again from the database; after a refusal it goes on record by record until the bad one is found and buried.
"""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from schemas.configuration import Configuration
from schemas.errors import Fenced, GatehouseError, RecordError, Unavailable
from schemas.events import Kind
from schemas.letters import Letter
from schemas.topics import TICK
from streams.worker.inbox import Inbox
from streams.worker.judge import Judge, Prepared
from streams.worker.log_reader import LogReader
from streams.worker.records import Place, Places, Record
from streams.worker.session import Refused, Session

log = logging.getLogger(__name__)
T = TypeVar("T")

FLUSH_S = 1.0  # the devices' newest words and the time: what the wall shows is this old at most
EVENT_BYTES = 160  # of an event in an Arrow batch of hundreds; one with a long text takes more, so a block has fewer
BUSY_BYTES = 256 * 1024  # from here on the next block is prepared while one commits; below, waiting makes a fuller one
UNSAVED_BYTES = 32 * 1024 * 1024  # records kept until a state covers them
FENCED_S = 1.0  # a worker that lost the partition hears it with its next heartbeat
RETRY_S = (0.2, 0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a lane is given: its database session, the log, how to bury letters, how to tell how it is, how often to save,
    how large a block may be, and the newest configuration that is known."""

    session: Session
    log_reader: LogReader
    bury: Callable[[Sequence[Letter]], Awaitable[None]]
    new_judge: Callable[[], Judge]
    observe: "Observer"
    state_every_s: float
    block_events: int
    configuration: Callable[[], Configuration | None] = lambda: None
    clock: Callable[[], float] = time.monotonic


@dataclass(slots=True)
class Observer:
    """Where a lane tells what happened; the composition root ties it to health and metrics."""

    say: Callable[[bool, str], None]
    prepared: Callable[[Prepared, float], None]
    stored: Callable[[Prepared, float], None]
    fenced: Callable[[], None]


@dataclass(slots=True)
class _Suspicion:
    """A block that PostgreSQL refused: until `end`, records go one by one; `dead` are those found guilty."""

    end: Places = field(default_factory=dict)
    dead: dict[tuple[Kind, int], str] = field(default_factory=dict)

    def covers(self, record: Record) -> bool:
        """Whether the record was in the refused block."""
        return record.kind in self.end and record.offset < self.end[record.kind].next_offset


class Lane:
    """One partition's worker."""

    def __init__(self, partition: int, tools: Tools) -> None:
        self.partition = partition
        self.inbox = Inbox()
        self._tools = tools
        self._suspicion = _Suspicion()
        self._committing: asyncio.Task[None] | None = None
        self._threads = ThreadPoolExecutor(2, thread_name_prefix=f"lane-{partition}")
        self.judge: Judge | None = None

    async def run(self) -> None:
        """Work until cancelled."""
        attempt = 0
        try:
            while True:
                try:
                    await self._work()
                except Fenced as err:
                    self._tools.observe.fenced()
                    self._restart(str(err))
                    await asyncio.sleep(FENCED_S)
                except Refused as err:
                    self._suspect(err)
                except Unavailable as err:
                    self._restart(str(err))
                    await asyncio.sleep(RETRY_S[min(attempt, len(RETRY_S) - 1)])
                    attempt += 1
                except Exception:  # supervised: what a lane dies of is said, and it starts again from the database
                    log.exception("Partition %d failed and starts again from the database.", self.partition)
                    self._restart("It failed; the log says why.")
                    await asyncio.sleep(RETRY_S[-1])
        finally:
            self._drop_commit()
            self._tools.session.close()
            self._threads.shutdown(wait=False)

    def _restart(self, sentence: str) -> None:
        log.warning("Partition %d starts again from the database: %s", self.partition, sentence)
        self._tools.observe.say(False, sentence)
        self._drop_commit()

    def _drop_commit(self) -> None:
        if self._committing is not None:
            self._committing.cancel()
            self._committing = None

    def _suspect(self, refused: Refused) -> None:
        """One record alone is guilty; of several, each is tried."""
        self._restart(str(refused))
        if refused.lone is not None:
            self._suspicion.dead[(refused.lone.kind, refused.lone.offset)] = str(refused)
        else:
            self._suspicion.end = refused.end

    async def _work(self) -> None:
        """Load the place from the database, catch up with what was received, then go on with what comes."""
        self.inbox.forget()
        judge = await self._in_thread(self._tools.new_judge)
        judge.dead = self._suspicion.dead
        self.judge = judge
        pace = _Pace(self._tools.clock, self._tools.state_every_s, fresh=judge.fresh)
        await self._catch_up(judge, pace, dict(self.inbox.received))
        self._tools.observe.say(True, "It judges and stores what comes.")
        while True:
            records = await self._next(pace)
            if gap := self._gap(judge, records):
                self.inbox.put_back(records)
                await self._catch_up(judge, pace, gap)
                continue
            await self._all(judge, pace, records)

    async def _next(self, pace: "_Pace") -> list[Record]:
        """What waits, or nothing when it is time to write anyhow."""
        if self._committing is not None and self.inbox.waiting_bytes < BUSY_BYTES:
            await self._settle()
        await self.inbox.wait(pace.idle_s())
        return self.inbox.take(self._tools.block_events * EVENT_BYTES)

    def _gap(self, judge: Judge, records: Sequence[Record]) -> dict[Kind, int]:
        """By kind, the offset of the first record that does not follow on the lane's place."""
        expected = {kind: place.next_offset for kind, place in judge.places.items()}
        gap: dict[Kind, int] = {}
        for record in records:
            if record.offset > expected[record.kind]:
                gap.setdefault(record.kind, record.offset)
            expected[record.kind] = max(expected[record.kind], record.offset + 1)
        return gap

    async def _catch_up(self, judge: Judge, pace: "_Pace", targets: dict[Kind, int]) -> None:
        async for records in self._tools.log_reader.between(judge.places, targets):
            await self._all(judge, pace, records)
        for kind, offset in targets.items():
            judge.skip_to(kind, offset)

    async def _all(self, judge: Judge, pace: "_Pace", records: list[Record]) -> None:
        """The records in one block, or one by one where a bad one is among them."""
        if not any(self._suspicion.covers(record) and not judge.is_replay(record) for record in records):
            await self._block(judge, pace, records)
            return
        for record in records:
            await self._block(judge, pace, [record], careful=True)
            await self._settle()

    async def _block(self, judge: Judge, pace: "_Pace", records: list[Record], careful: bool = False) -> None:
        flush, save = pace.due(sum(len(record.value) for record in records))
        buries = any((record.kind, record.offset) in judge.dead for record in records)
        newest = self._tools.configuration()
        fresh = newest if judge.waits_for(newest) else None
        began = self._tools.clock()
        prepared = await self._judged(
            judge,
            records,
            lambda: judge.step(records, flush=flush, save=save or buries, careful=careful, configuration=fresh),
        )
        self._tools.observe.prepared(prepared, self._tools.clock() - began)
        if not prepared.worth_storing:
            return
        if prepared.letters:
            await self._tools.bury(prepared.letters)
        await self._settle()
        judge.emitted(prepared.block)
        lone = records[0] if len(records) == 1 else None
        self._committing = asyncio.create_task(self._commit(prepared, lone))

    async def _judged(self, judge: Judge, records: Sequence[Record], step: Callable[[], Prepared]) -> Prepared:
        """The block. Supervised: a record that our own code fails at is sought and buried like one that PostgreSQL refuses,
        because trying it again for ever would stop the partition. A tick is never guilty: what it brings to judgement is, and
        without it time would stand still unseen."""
        try:
            return await self._in_thread(step)
        except (GatehouseError, MemoryError, OSError):
            raise
        except Exception as err:
            new = [record for record in records if not judge.is_replay(record)]
            if not new or (len(records) == 1 and records[0].content_type == TICK):
                raise
            log.exception("Partition %d cannot judge a block.", self.partition)
            end = {record.kind: Place(record.offset + 1) for record in new}
            reason = f"The worker fails at it ({type(err).__name__}): its log says where."
            raise Refused(reason, end, records[0] if len(records) == 1 else None) from err

    async def _settle(self) -> None:
        """Wait for the block that is being committed; its error, if it has one, is raised here."""
        if self._committing is not None:
            committing, self._committing = self._committing, None
            await committing

    async def _commit(self, prepared: Prepared, lone: Record | None) -> None:
        began, attempt = self._tools.clock(), 0
        while True:
            try:
                await self._in_thread(lambda: self._tools.session.commit(prepared.block))
                break
            except RecordError as err:
                raise Refused(str(err), prepared.block.end, lone) from err
            except Unavailable as err:
                self._tools.observe.say(False, str(err))
                await asyncio.sleep(RETRY_S[min(attempt, len(RETRY_S) - 1)])
                attempt += 1
        if attempt:
            self._tools.observe.say(True, "It judges and stores what comes.")
        self._tools.observe.stored(prepared, self._tools.clock() - began)
        if prepared.saves_state:
            self.inbox.acknowledge(prepared.block.state_at)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


class _Pace:
    """When to write the devices' newest words, and when to save the rules' state."""

    def __init__(self, clock: Callable[[], float], state_every_s: float, *, fresh: bool) -> None:
        """`fresh`: no state was ever saved; the first block does, so that a replay knows what judged it."""
        self._clock, self._state_every_s = clock, state_every_s
        self._flushed, self._saved = -math.inf, -math.inf if fresh else clock()  # the first block of all says how far time is
        self._unsaved_bytes = 0

    def due(self, more_bytes: int) -> tuple[bool, bool]:
        """Whether to flush and to save with this block, which has so many bytes. A block that flushes is stored."""
        now = self._clock()
        self._unsaved_bytes += more_bytes
        save = now - self._saved >= self._state_every_s or self._unsaved_bytes >= UNSAVED_BYTES
        flush = save or now - self._flushed >= FLUSH_S
        if flush:
            self._flushed = now
        if save:
            self._saved, self._unsaved_bytes = now, 0
        return flush, save

    def idle_s(self) -> float:
        """How long to wait for a record at most."""
        return FLUSH_S
