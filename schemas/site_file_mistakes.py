"""What is wrong in a site's files: where, and what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mistake:
    """One sentence about one line; line 0 is the file as a whole."""

    file: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


MOST_TOLD = 200
"""Nobody reads more of them, and a file of another kind has one in each cell."""


@dataclass(slots=True)
class Findings:
    """The mistakes of one file, in the order found, the first MOST_TOLD of them."""

    file: Path
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether reading on would tell nothing new."""
        return len(self.mistakes) > MOST_TOLD

    def tell(self, line: int, sentence: str) -> None:
        """Note a mistake; in place of the one after the last that there are more."""
        if not self.full:
            last = len(self.mistakes) == MOST_TOLD
            more = f"There are more mistakes: correct the first {MOST_TOLD}, and read the file again."
            self.mistakes.append(Mistake(self.file, line, more if last else sentence))


def instead(word: str, known: Iterable[str]) -> str:
    """What to write instead of an unknown word: the nearest known one, or which there are."""
    choices = [str(one) for one in known]
    if near := get_close_matches(word, choices, n=1, cutoff=0.6):
        return f"did you mean {near[0]!r}?"
    shown = ", ".join(choices[:20]) + (", …" if len(choices) > 20 else "")
    return f"write one of {shown}." if choices else "there is none to name."
