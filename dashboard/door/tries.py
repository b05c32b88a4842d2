"""How often somebody may try to log in: failures of one account from one place, and of nobody else.

A place is an address, or a browser that has logged in as this account before. So wrong guesses from elsewhere lock
nobody out: neither another account at the same address, nor the same account at its own browser. Who guesses from many
addresses (or says so in a header) is slowed at STRANGERS, where all browsers that are not known count together.

So a person's first login at a new browser may have to wait for what strangers did to that very account: nothing tells the two
apart, so to let one by would let the others by. Where they have logged in before they wait for nobody.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

MOST_FAILURES = 8  # a person who forgot tries four or five
FORGET_AFTER_S = 300.0
STRANGERS = "strangers"
MOST_OF_STRANGERS = 40  # five people who forgot, from browsers that nobody knows, within the five minutes
MOST_PLACES = 10_000  # bounds the memory; the longest unused is forgotten


@dataclass(slots=True)
class Tries:
    """Failed logins by (account, place). Times are seconds of a monotonic clock."""

    _failures: OrderedDict[tuple[str, str], list[float]] = field(default_factory=OrderedDict)

    def wait_s(self, account: str, place: str, now: float) -> int:
        """Seconds until the next try is looked at; 0: now."""
        most = MOST_OF_STRANGERS if place == STRANGERS else MOST_FAILURES
        recent = [t for t in self._failures.get((account, place), []) if now - t < FORGET_AFTER_S]
        if len(recent) < most:
            return 0
        return max(1, int(recent[-most] + FORGET_AFTER_S - now) + 1)

    def tried(self, account: str, place: str, now: float) -> None:
        """Note a try before it is looked at, so that of many at once only the first few are."""
        key = (account, place)
        recent = [t for t in self._failures.pop(key, []) if now - t < FORGET_AFTER_S]
        self._failures[key] = [*recent[-MOST_OF_STRANGERS:], now]
        while len(self._failures) > MOST_PLACES:
            self._failures.popitem(last=False)

    def unseen(self, account: str, place: str) -> None:
        """Take back the newest try: nobody could look at it."""
        if noted := self._failures.get((account, place)):
            noted.pop()

    def succeeded(self, account: str, place: str) -> None:
        """Forget the failures of this account here."""
        self._failures.pop((account, place), None)
