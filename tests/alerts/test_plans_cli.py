"""`gatehouse plans …` as it is typed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alerts.plans_cli import plans_app
from schemas.errors import PlanError
from schemas.plans.file import HOUSE
from tests.schemas.plans.written import CALL, CLOSE, REAL, plan, step, written


def run(*arguments: object) -> Result:
    """The command, with errors of ours let through."""
    return CliRunner().invoke(plans_app, [str(one) for one in arguments], catch_exceptions=False)


def test_check_says_how_many_are_fine(tmp_path: Path) -> None:
    done = run("check", written(tmp_path, plan()), HOUSE)
    assert (done.exit_code, done.stdout) == (0, "7 plans, 82 steps, fine.\n")
    assert run("check", written(tmp_path, plan())).stdout == "1 plan, 3 steps, fine.\n"


def test_check_prints_every_sentence_and_exits_with_one(tmp_path: Path) -> None:
    wrong = plan(REAL, CALL | {"after": "real"}, step("one", after="tow"), CLOSE)
    done = run("check", written(tmp_path, wrong))
    assert done.exit_code == 1
    assert [line.split(": ")[1] for line in done.stdout.splitlines()] == ["steps.1.when", "steps.2.after"]
    assert done.stderr == "2 mistakes.\n"


def test_list_names_each_plan_also_a_sites_own(tmp_path: Path) -> None:
    written(tmp_path, plan())
    assert "gas" in run("list", "--own", tmp_path).stdout
    told = json.loads(run("list", "--json").stdout)["plans"]
    assert {one["id"] for one in told} == {"fire", "flood", "elevator", "snow", "theft", "injury"}
    assert next(one for one in told if one["id"] == "snow")["name"] == {"zh": "清雪", "en": "Snow"}


def test_show_is_readable_in_both_languages_and_knows_near_names() -> None:
    assert "119" in run("show", "fire").stdout
    assert "□ No fire → false alarm, end" in run("show", "fire", "--lang", "en").stdout
    with pytest.raises(PlanError, match=r"no plan fier \(did you mean fire\?\)"):
        run("show", "fier")


def test_print_writes_one_page(tmp_path: Path) -> None:
    out = tmp_path / "fire.pdf"
    assert run("print", "fire", "--lang", "en", "--out", out).exit_code == 0
    assert out.read_bytes().startswith(b"%PDF-")


def test_print_says_where_it_cannot_write_or_needs_more_pages(tmp_path: Path) -> None:
    done = run("print", "fire", "--out", tmp_path / "none" / "fire.pdf")
    assert (done.exit_code, "cannot be written: No such file" in done.stderr) == (1, True)
    long = [step(f"one{number}", text={"zh": "字" * 200, "en": "word " * 40}) for number in range(59)]
    written(tmp_path, plan(*long, step("close", role="manager")))
    done = run("print", "gas", "--own", tmp_path, "--out", tmp_path / "gas.pdf")
    assert done.exit_code == 1 and "pages, because the plan is too long for one" in done.stderr
