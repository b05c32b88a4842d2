"""Lists from files, in the place of those that are at work: `--lists cards=cards.csv`."""

from collections.abc import Sequence
from pathlib import Path

from schemas.lists import ListName, Lists
from schemas.lists_file import read_list
from schemas.site import Site
from schemas.written_sentences import near
from streams.backtest.errors import EventsError


def read_lists(given: Sequence[str], others: Lists, site: Site) -> Lists:
    """The others with each list that a LIST=FILE names; EventsError with every mistake of the files."""
    entries = dict(others.entries)
    mistakes: list[str] = []
    for one in given:
        name, _, file = one.partition("=")
        if name not in set(ListName) or not file:
            raise EventsError(f"--lists {one}: write LIST=FILE, LIST one of {', '.join(ListName)}{near(name, ListName)}.")
        found = read_list(Path(file), ListName(name), site)
        mistakes += [str(mistake) for mistake in found.mistakes]
        entries[ListName(name)] = found.entries
    if mistakes:
        raise EventsError("\n".join(mistakes))
    return Lists(entries)
