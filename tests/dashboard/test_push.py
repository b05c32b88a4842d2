"""One browser's push loop, on a line that only remembers."""

import asyncio
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry

from dashboard.door.access import Visitor
from dashboard.door.guard import Visit
from dashboard.door.roles import Role
from dashboard.figures import Figures
from dashboard.live.hub import Hub, Push
from dashboard.live.push import GONE, QUEUE_MOST, Line, push_to


@dataclass(slots=True)
class Remembering:
    """A browser with so many texts `queued`; it goes away when it has been told `goes_after`."""

    texts: list[str] = field(default_factory=list)
    queued: int = 0
    goes_after: str = ""

    def line(self) -> Line:
        return Line(send=self.texts.append, waiting=lambda: self.queued, closed=lambda: self.goes_after in self.texts)


def push(seq: int) -> Push:
    return Push(seq, lambda sent: f"snapshot {seq} since {sent}", seq, seq, 0.0)


async def test_a_browser_gets_what_is_newest_when_it_comes() -> None:
    hub, browser = Hub(), Remembering(goes_after="snapshot 2 since 0")
    for seq in (1, 2):
        hub.publish(push(seq))
    await push_to(browser.line(), hub, Figures(CollectorRegistry()), None)
    assert browser.texts == ["snapshot 2 since 0"]


async def test_a_browser_that_does_not_read_is_left_out_until_it_does() -> None:
    hub, browser, figures = Hub(), Remembering(queued=QUEUE_MOST, goes_after="snapshot 9 since 0"), Figures(CollectorRegistry())
    running = asyncio.ensure_future(push_to(browser.line(), hub, figures, None))
    hub.publish(push(1))
    while not figures.registry.get_sample_value("gatehouse_dashboard_pushes_skipped_total"):
        await asyncio.sleep(0)
    hub.publish(push(9))
    browser.queued = 0
    await running
    assert browser.texts == ["snapshot 9 since 0"]


async def test_a_browser_is_told_what_came_since_it_was_told_last() -> None:
    hub, browser = Hub(), Remembering(goes_after="snapshot 5 since 2")
    running = asyncio.ensure_future(push_to(browser.line(), hub, Figures(CollectorRegistry()), None))
    hub.publish(push(2))
    while not browser.texts:
        await asyncio.sleep(0)
    hub.publish(push(5))
    await running
    assert browser.texts == ["snapshot 2 since 0", "snapshot 5 since 2"]


async def test_a_browser_whose_session_ended_is_told_so_and_nothing_more() -> None:
    hub, browser = Hub(), Remembering(goes_after="never")
    hub.publish(push(1))
    visit = Visit(Visitor(Role.WALL, "lobby"), ended=True)
    await push_to(browser.line(), hub, Figures(CollectorRegistry()), visit)
    assert browser.texts == [GONE]
