"""Two people's browsers on the console: what is measured in them, by each page's own look at its document.

Every time is a page's own (bench_console.js); both browsers have the machine's clock. Nothing here waits without an end: a
fact that does not come within PATIENCE_MS is Unavailable, with what was waited for.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashboard.door.guard import CSRF_COOKIE, SESSION_COOKIE
from schemas.errors import Unavailable
from trials.bench_own import tell
from trials.people import Visitor
from trials.tools import CHROMIUM, FLAGS

SCRIPT = Path(__file__).with_name("bench_console.js")
PATIENCE_MS = 20_000.0
LOADS, SEARCHES, WHOLES = 5, 20, 10
TOLD_EACH = 10
TICKS_EACH = 3
"""Steps of a plan that are open from its beginning."""

_NEWS = ".severities button:nth-child(2)"
"""The button that shows the priority of what comes alone, so that it is in sight."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where, who (two), the numbers of the incidents with a plan by their ids, and how to let one more incident come."""

    url: str
    people: Sequence[Visitor]
    plans: Mapping[str, int]
    news: int
    come: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a page of the list was told while incidents came."""

    bytes: int = 0
    pushes: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Measured:
    """Milliseconds. `drawn_ms` by what the list was drawn anew for; `news_ms` from an alert's commit to its incident's row."""

    drawn_ms: dict[str, list[float]] = field(default_factory=lambda: {"search": [], "filter": [], "news": [], "whole": []})
    loads_ms: list[float] = field(default_factory=list)
    news_ms: list[float] = field(default_factory=list)
    ticks_ms: list[float] = field(default_factory=list)
    pushed: Pushed = Pushed()


async def measured(asked: Asked) -> Measured:
    """Everything, one after the other; Unavailable where the console does not do it."""
    from playwright.async_api import Error, async_playwright

    found = Measured()
    try:
        async with async_playwright() as play, _browser(play, asked, 0) as first, _browser(play, asked, 1) as second:
            worker, looker = await first.new_page(), await second.new_page()
            await _loads(looker, asked, found)
            await _news(looker, asked, found)
            await _redrawn(looker, asked, found)
            for number, plan in enumerate(asked.plans):
                if number % TOLD_EACH == 0:
                    tell(f"{number} of {len(asked.plans)} plans are ticked.")
                await _ticked((worker, looker), asked.url, plan, found)
    except Error as err:
        raise Unavailable(f"The console did not do it: {str(err).splitlines()[0]}") from err
    return found


@asynccontextmanager
async def _browser(play: Any, asked: Asked, which: int) -> AsyncIterator[Any]:
    """A browser of its own in which this person is logged in; it ends with the block."""
    visitor = asked.people[which]
    chromium = await play.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
    try:
        context = await chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        context.set_default_timeout(PATIENCE_MS)
        tokens = {SESSION_COOKIE: visitor.client.cookies.get(SESSION_COOKIE), CSRF_COOKIE: visitor.token}
        await context.add_cookies([{"name": name, "value": str(value), "url": asked.url} for name, value in tokens.items()])
        await context.add_init_script(path=SCRIPT)
        yield context
    finally:
        await chromium.close()


async def _loads(listed: Any, asked: Asked, found: Measured) -> None:
    """The whole page, from its address to the list; the first time nothing is in the browser's cache, which is not counted."""
    for number in range(LOADS + 1):
        await listed.goto(f"{asked.url}/incidents")
        await _until(listed, "the list is there", "bench.isListed")
        if number:
            found.loads_ms.append(await listed.evaluate("bench.loaded()"))
    await listed.evaluate("bench.listen()")


async def _news(listed: Any, asked: Asked, found: Measured) -> None:
    """Incidents that come: from the commit of the alert, and from when the page was told, to the row."""
    await listed.click(_NEWS)
    began = time.monotonic()
    for _ in range(asked.news):
        before = await listed.evaluate("bench.remember()")
        await asyncio.to_thread(asked.come)
        identity, at = await _until(listed, "the new incident is in the list", "bench.fresh")
        found.news_ms.append(at - before)
        found.drawn_ms["news"].append(at - await listed.evaluate("(id) => bench.known[id]", identity))
    seconds, sizes = time.monotonic() - began, await listed.evaluate("bench.sizes")
    found.pushed = Pushed(sum(sizes), len(sizes), round(seconds, 1))
    await listed.click(_NEWS)


async def _redrawn(listed: Any, asked: Asked, found: Measured) -> None:
    """What a person does to the list, and a whole list that comes anew."""
    for plan, number in list(asked.plans.items())[:SEARCHES]:
        found.drawn_ms["search"] += await listed.evaluate("(one) => bench.search(one)", [plan, f"#{number}"])
        found.drawn_ms["filter"] += await listed.evaluate("bench.filter()")
    found.drawn_ms["whole"] += await listed.evaluate("(times) => bench.whole(times)", WHOLES)


async def _ticked(pages: Sequence[Any], url: str, plan: str, found: Measured) -> None:
    """Tick the steps of one plan in the first browser, while the second has the same plan open."""
    worker, looker = pages
    for page in pages:
        await page.goto(f"{url}/incident?id={plan}")
        await _until(page, "the plan is there", "bench.isPlanned")
    steps = await worker.eval_on_selector_all(".step.mine:has(.btn.tick)", "steps => steps.map((step) => step.dataset.step)")
    for step in steps[:TICKS_EACH]:
        await worker.click(f'.step.mine[data-step="{step}"] .btn.tick')
        seen = await _until(looker, "the step is done", "(step) => bench.done[step]", step)
        found.ticks_ms.append(seen - await worker.evaluate("bench.clicked"))


async def _until(page: Any, what: str, fact: str, given: Any = None) -> Any:
    """What the fact says in the page as soon as it says something; Playwright's own waiting is against the pages' policy."""
    return await page.evaluate(f"([what, given]) => bench.until(what, {fact}, given)", [what, given])
