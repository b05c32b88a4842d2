"""Browsers as the tests open them. Whoever waits in one waits long: on a busy machine a page may stand still for seconds."""

from playwright.sync_api import Browser, BrowserContext, expect

LONG_MS = 90_000
expect.set_options(timeout=LONG_MS)


def screen(browser: Browser, width: int = 1920, height: int = 1080) -> BrowserContext:
    """A visitor of its own, who prefers Chinese, before a screen of this size."""
    return _patient(browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN"))


def telephone(browser: Browser) -> BrowserContext:
    """The same on a telephone."""
    return _patient(browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True))


def _patient(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(LONG_MS)
    return context
