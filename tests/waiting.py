"""Waiting for a fact, with a deadline; the only place in the tests that sleeps."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
PAUSE_S = 0.02


def wait_for(fact: Callable[[], T], what: str, within_s: float = 100.0) -> T:
    """What `fact` says as soon as it is truthy; a failed test that names `what` when it has not become so in time."""
    deadline = time.monotonic() + within_s
    while not (said := fact()):
        if time.monotonic() > deadline:
            raise AssertionError(f"Within {within_s:.0f} s it did not come true: {what}. Last answer: {said!r}")
        time.sleep(PAUSE_S)
    return said


async def wait_until(fact: Callable[[], Awaitable[T]], what: str, within_s: float = 100.0) -> T:
    """As `wait_for`, in an event loop."""
    deadline = time.monotonic() + within_s
    while not (said := await fact()):
        if time.monotonic() > deadline:
            raise AssertionError(f"Within {within_s:.0f} s it did not come true: {what}. Last answer: {said!r}")
        await asyncio.sleep(PAUSE_S)
    return said
