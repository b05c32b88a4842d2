"""One whole installation for the trials of this folder: starting it takes longer than most of them."""

from collections.abc import Iterator

import pytest

from trials.chaos_install import Installation, installation


@pytest.fixture(scope="session")
def place() -> Iterator[Installation]:
    """A running one without a simulator."""
    with installation() as running:
        yield running
