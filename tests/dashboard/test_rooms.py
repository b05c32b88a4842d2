"""Work off the event loop: each sort in threads of its own, and bounded."""

import asyncio
import threading

import pytest

from dashboard.front import language
from dashboard.rooms import Full, Room


async def test_one_room_that_is_full_keeps_no_other_waiting_and_takes_no_more() -> None:
    papers, acts, done = Room("papers", workers=1, most=3), Room("acts", workers=1, most=3), threading.Event()
    printing = [asyncio.ensure_future(papers.do(done.wait)) for _ in range(3)]
    await asyncio.sleep(0)
    assert await acts.do(lambda: "done") == "done"
    with pytest.raises(Full):
        await papers.do(lambda: "printed")
    done.set()
    assert await asyncio.gather(*printing) == [True] * 3
    assert await papers.do(lambda: "printed") == "printed"


async def test_the_work_is_done_in_the_callers_language_and_its_error_is_the_callers() -> None:
    room = Room("acts", workers=1, most=1)
    language.set("en")
    assert await room.do(language.get) == "en"
    with pytest.raises(ZeroDivisionError):
        await room.do(lambda: 1 // 0)
    assert room.inside == 0
