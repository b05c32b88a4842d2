"""A drill of a plan that no event opens: by hand, worked to its end by the crew, a drill everywhere."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Databases
from tests.dashboard.conftest import Served, serve
from tests.schemas.plans.written import plan, written


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dashboard of a site with a plan of its own, `gas`."""
    folder: Path = tmp_path_factory.mktemp("plans")
    written(folder, plan())
    with databases() as url, serve(url, tmp_path_factory.mktemp("dashboard")) as found:
        found.environment["GATEHOUSE_OWN_PLANS"] = str(folder)
        yield found


def test_a_sites_own_plan_is_opened_by_hand_and_that_is_said(served: Served) -> None:
    done = served.run("drill", "gas", "--auto", "--json", "--device", "D-001")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["ok"], told["plan"], told["steps"], told["done"], told["reason"]) == (True, "gas", 3, 3, "drill")
    assert "No device's event opens the plan gas: it is opened by hand, as a drill at D-001." in done.stderr
    assert served.stream.ask("select plan, drill, state, device from incidents") == [("gas", True, "closed", "D-001")]


def test_a_plan_that_is_nobodys_is_a_sentence_and_opens_nothing(served: Served) -> None:
    told = served.run("drill", "gaz")
    assert (told.returncode != 0, "There is no plan gaz (did you mean gas?)" in told.stderr) == (True, True)
    assert "The site has no device D-9999" in served.run("drill", "gas", "--device", "D-9999").stderr
    assert served.stream.ask("select count(*) from incidents where state <> 'closed'") == [(0,)]
