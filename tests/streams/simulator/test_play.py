"""That a run says that it goes on."""

import asyncio

from streams.simulator.play import keep_marked


async def test_a_run_is_marked_by_the_clock_whatever_it_waits_for() -> None:
    marks, enough = 0, asyncio.Event()

    def mark() -> None:
        nonlocal marks
        marks += 1
        if marks == 3:
            enough.set()

    marking = asyncio.create_task(keep_marked(mark, every_s=0.0))
    await enough.wait()
    marking.cancel()
    await asyncio.gather(marking, return_exceptions=True)
