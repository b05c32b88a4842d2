"""Two pairs of hands that work an incident in the browser: a mouse's, which press no key, and a keyboard's, which never click.

Words that have to be written are typed by both. `mark` is what a button of the plan is told apart by: `call_119 tick`,
`doors row D-0081`, `real answer yes`, `count write` where words are asked.
"""

from dataclasses import dataclass
from typing import Protocol

from playwright.sync_api import Download, Page, expect

from trials.people import Visitor

WORDS = "-"  # where a step asks for some
MOST_STEPS = 60  # of a walk by keys: more than any plan and any list of ours is long


class Hands(Protocol):
    """What a person does."""

    @property
    def page(self) -> Page:
        """What is before them."""

    def enter(self, url: str, who: Visitor) -> None:
        """Go to the list of incidents, and log in on the way."""

    def open(self, incident: str, number: int) -> None:
        """From the list to the incident, found by its number among however many there are."""

    def take(self) -> None:
        """Make it mine."""

    def press(self, mark: str) -> None:
        """Press one button of the plan, and see that it is pressed."""

    def close(self) -> None:
        """Close it as real."""

    def paper(self) -> Download:
        """From the incident by its report to the PDF."""


def marks(page: Page) -> list[str]:
    """The ticks that the page offers this person now, from above."""
    found = page.locator(".steplist button[data-mark]").evaluate_all("all => all.map(one => one.dataset.mark)")
    return [mark for mark in found if not mark.endswith((" skip", " attach", " cannot", " entry")) and " answer " not in mark]


def button(page: Page, mark: str) -> str:
    """Its selector, once it is there."""
    found = f'.steplist button[data-mark="{mark}"]'
    page.wait_for_selector(found)
    return found


@dataclass(frozen=True, slots=True)
class Mouse:
    """Clicks."""

    page: Page

    def enter(self, url: str, who: Visitor) -> None:
        """The fields are clicked into."""
        self.page.goto(f"{url}/incidents")
        for name, word in (("account", who.name), ("password", who.password)):
            self.page.click(f"input[name={name}]")
            self.page.keyboard.type(word)
        self.page.click("form button")
        self.page.wait_for_url("**/incidents")

    def open(self, incident: str, number: int) -> None:
        """Searched for; a click on the row shows it beside the list, another opens it."""
        self.page.click("#query")
        self.page.keyboard.type(f"#{number}")
        self.page.click(f'#grid [row-id="{incident}"]')
        self.page.wait_for_selector(f'#grid .picked[row-id="{incident}"]')
        self.page.click('#side [data-act="open"]')
        self.page.wait_for_url(f"**/incident?id={incident}")

    def take(self) -> None:
        """By the button in the head."""
        self.page.click('.inchead [data-act="take"]:not([aria-disabled])')
        self.page.wait_for_selector('.lines [data-action="incident.take"]')

    def press(self, mark: str) -> None:
        """A click on it."""
        found = button(self.page, mark)
        self.page.click(found)
        if mark.endswith(" write"):
            self.page.fill("#dialog-body textarea", WORDS)
            self.page.click("#dialog-body button[type=submit]")
        self.page.wait_for_selector(found, state="detached")

    def close(self) -> None:
        """The reason is clicked, and the button below."""
        self.page.click('.inchead [data-act="close"]:not([aria-disabled])')
        self.page.click("#dialog-body label.option >> nth=0")
        self.page.click("#dialog-body button[type=submit]")
        self.page.wait_for_selector('.lines [data-action="incident.close"]')

    def paper(self) -> Download:
        """Two links."""
        self.page.click('.inchead [data-act="report"]')
        self.page.wait_for_url("**/report?id=*")
        with self.page.expect_download() as found:
            self.page.click("a[hreflang=zh][download]")
        return found.value


@dataclass(frozen=True, slots=True)
class Keys:
    """Presses keys. Where the focus is, it sees as a person does, by looking."""

    page: Page

    def enter(self, url: str, who: Visitor) -> None:
        """The account's field has the focus."""
        self.page.goto(f"{url}/incidents")
        self.page.wait_for_selector("input[name=account]:focus")
        for word, then in ((who.name, "Tab"), (who.password, "Enter")):
            self.page.keyboard.type(word)
            self.page.keyboard.press(then)
        self.page.wait_for_url("**/incidents")

    def open(self, incident: str, number: int) -> None:
        """Searched for; down the list to its row, and Enter."""
        self.page.wait_for_selector("body[data-ready]")
        self.page.keyboard.press("/")
        self.page.wait_for_selector("#query:focus")
        self.page.keyboard.type(f"#{number}")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(f'#grid [row-id="{incident}"]')
        for _ in range(MOST_STEPS):
            picked = self.page.locator("#grid .picked").first.get_attribute("row-id")
            if picked == incident:
                break
            self.page.keyboard.press("j")
            self.page.wait_for_selector(f'#grid .picked:not([row-id="{picked}"])')
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"**/incident?id={incident}")

    def take(self) -> None:
        """T."""
        self.page.wait_for_selector('.inchead [data-act="take"]:not([aria-disabled])')
        self.page.keyboard.press("t")
        self.page.wait_for_selector('.lines [data-action="incident.take"]')

    def press(self, mark: str) -> None:
        """J and K walk along the plan to it; after a press the focus stands on the next one already."""
        found = button(self.page, mark)
        for _ in range(MOST_STEPS):
            if not (way := self.page.evaluate(WAY, mark)):
                break
            self.page.keyboard.press("j" if way > 0 else "k")
        expect(self.page.locator(found)).to_be_focused()
        self.page.keyboard.press("Enter")
        if mark.endswith(" write"):
            self.page.wait_for_selector("#dialog-body textarea:focus")
            self.page.keyboard.type(WORDS)
            self.page.keyboard.press("Enter")
        self.page.wait_for_selector(found, state="detached")

    def close(self) -> None:
        """C, the first reason by Space, Enter."""
        self.page.wait_for_selector('.inchead [data-act="close"]:not([aria-disabled])')
        self.page.keyboard.press("c")
        self.page.wait_for_selector("#dialog-body input:focus")
        self.page.keyboard.press("Space")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector('.lines [data-action="incident.close"]')

    def paper(self) -> Download:
        """V for the report, there past the navigation to the first paper."""
        self.page.keyboard.press("v")
        self.page.wait_for_selector("html[data-ready]")
        for key in ("Tab", "Enter", "Tab"):  # the first link of a page leads past its navigation
            self.page.keyboard.press(key)
        expect(self.page.locator("a[hreflang=zh][download]")).to_be_focused()
        with self.page.expect_download() as found:
            self.page.keyboard.press("Enter")
        return found.value


WAY = """mark => {
  const all = [...document.querySelectorAll(".steplist button")], at = all.indexOf(document.activeElement);
  return all.findIndex((one) => one.dataset.mark === mark) - at;
}"""
"""How many of the plan's buttons lie between the focus and that one; below 0 it is above."""
