"""The illustrative site, read once: what the simulator plays is the whole community."""

from pathlib import Path

import pytest

from schemas.site import Site, load_site

SITE = Path(__file__).parents[3] / "sites" / "aozheng" / "site.yaml"


@pytest.fixture(scope="session")
def community_site() -> Site:
    """The community that the product ships."""
    return load_site(SITE)
