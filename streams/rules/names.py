"""Texts as 64-bit numbers: a key is its hash everywhere, so state survives a restart without a table of numbers given out.

A hash rather than a counter: the numbers do not depend on the order of arrival, and forgetting a text needs no renumbering.
Two of a million live texts collide with a chance of 3 in 10^8.
"""

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]

NOBODY = 0
"""What a missing text is; no text has this number."""

SWEEP_FROM = 200_000
"""How many texts may gather before those that nobody remembers are dropped: about 30 MB."""


def number_of(text: str) -> int:
    """The text's number: 8 bytes of BLAKE2b, signed, never NOBODY. Lone surrogates are taken as they come."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True) or 1


def by_word(column: pa.Array, number: Callable[[str], int]) -> tuple[Ints, list[int]]:
    """A number for each row of a column of strings, 0 for null, asked once a word; and the numbers of the words."""
    if column.null_count == len(column):
        return np.zeros(len(column), np.int64), []
    coded = column.dictionary_encode()
    words = [number(text) for text in coded.dictionary.to_pylist()]
    codes = coded.indices.fill_null(len(words)) if column.null_count else coded.indices
    found: Ints = np.array([*words, NOBODY], np.int64)[codes.to_numpy(zero_copy_only=False)]
    return found, words


class Names:
    """The texts behind the numbers in use."""

    def __init__(self) -> None:
        self._numbers: dict[str | None, int] = {None: NOBODY}
        self._texts: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def number(self, text: str | None) -> int:
        """The text's number, remembered for the way back."""
        known = self._numbers.get(text)
        if known is not None or text is None:
            return known or NOBODY
        number = self._numbers[text] = number_of(text)
        self._texts[number] = text
        return number

    def numbers(self, column: pa.Array) -> tuple[Ints, list[int]]:
        """The numbers of a column of strings, NOBODY for null; and the different ones."""
        return by_word(column, self.number)

    def text(self, number: int) -> str | None:
        """The text of a number; None for NOBODY."""
        return self._texts.get(number)

    def texts(self) -> Mapping[int, str]:
        """Every text that is remembered."""
        return self._texts

    def remember(self, texts: Mapping[int, str]) -> None:
        """Know these texts too."""
        self._texts.update(texts)
        self._numbers.update((text, number) for number, text in texts.items())

    def keep(self, live: Iterable[Ints]) -> None:
        """Forget every text whose number is in none of the arrays."""
        kept = set(pa.chunked_array([pa.array(array.ravel()) for array in live], pa.int64()).unique().to_pylist())
        self._texts = {number: text for number, text in self._texts.items() if number in kept}
        self._numbers = {None: NOBODY} | {text: number for number, text in self._texts.items()}
