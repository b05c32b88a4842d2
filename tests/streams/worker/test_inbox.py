"""An inbox is bounded by bytes, keeps the order, and acknowledges what a saved state covers."""

import asyncio
from dataclasses import dataclass

from schemas.events import Kind
from streams.worker.inbox import LIMIT_BYTES, Inbox
from streams.worker.records import Place, Record


@dataclass(slots=True)
class Receipt:
    """Remembers whether it was acknowledged."""

    done: bool = False

    def ack(self) -> bool:
        """As Faust's event."""
        self.done = True
        return True


def record(offset: int, size: int = 10) -> Record:
    """A door's record."""
    return Record(Kind.DOOR, offset, 0, b"", "", bytes(size))


def test_records_come_out_in_their_order_in_portions_of_bytes() -> None:
    async def story() -> None:
        inbox = Inbox()
        for offset in range(5):
            await inbox.put(record(offset), Receipt())
        first = inbox.take(25)
        inbox.put_back(first[1:])
        assert [one.offset for one in first] == [0, 1, 2]
        assert [one.offset for one in inbox.take(1000)] == [1, 2, 3, 4]
        assert inbox.waiting_bytes == 0

    asyncio.run(story())


def test_who_finds_no_room_waits_until_there_is_some() -> None:
    async def story() -> None:
        inbox = Inbox()
        await inbox.put(record(0, LIMIT_BYTES), Receipt())
        waiting = asyncio.create_task(inbox.put(record(1), Receipt()))
        await asyncio.sleep(0)
        assert not waiting.done()
        inbox.take(1)
        await waiting
        assert [one.offset for one in inbox.take(1)] == [1]

    asyncio.run(story())


def test_only_what_a_saved_state_covers_is_acknowledged() -> None:
    async def story() -> None:
        inbox, receipts = Inbox(), [Receipt() for _ in range(3)]
        for offset, receipt in enumerate(receipts):
            await inbox.put(record(offset), receipt)
        inbox.acknowledge({Kind.DOOR: Place(2), Kind.CAMERA: Place(9)})
        assert [receipt.done for receipt in receipts] == [True, True, False]

    asyncio.run(story())
