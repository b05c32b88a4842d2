"""Reading a plan's file: every mistake with its line, and nothing but PlanError whatever stands in it."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import PlanError
from schemas.plans.file import HOUSE, load_plans, read_plan
from schemas.rules import Plan as Named
from schemas.written import LARGEST_BYTES
from tests.schemas.plans.written import CALL, CLOSE, REAL, mistakes, plan, text, written

FIRE = (HOUSE / "fire.yaml").read_text("utf-8")
HEAD = "id: gas\nversion: 1\nname: {zh: 气, en: Gas}\nopens_on: {zh: 气, en: Gas}\n"


def test_every_plan_that_a_rule_may_open_is_there_under_its_own_name() -> None:
    plans = load_plans()
    assert set(plans) == {str(one) for one in Named}
    assert all(read_plan(HOUSE / f"{name}.yaml") == plan for name, plan in plans.items())


def test_a_sites_own_plan_comes_beside_those_of_the_house_and_may_take_a_places_of_one(tmp_path: Path) -> None:
    written(tmp_path, plan())
    (tmp_path / "ours.yaml").write_text(FIRE.replace("version: 2", "version: 7"), "utf-8")
    plans = load_plans(tmp_path)
    assert set(plans) == {str(one) for one in Named} | {"gas"}
    assert plans["fire"].version == 7


def test_two_files_with_one_id_are_told(tmp_path: Path) -> None:
    written(tmp_path, plan())
    (tmp_path / "other.yaml").write_text((tmp_path / "gas.yaml").read_text("utf-8"), "utf-8")
    with pytest.raises(PlanError, match=r"other\.yaml:2: id: gas is the id of another file too"):
        load_plans(tmp_path)


def test_a_mistake_names_file_line_field_and_the_nearest_name(tmp_path: Path) -> None:
    said = mistakes(tmp_path, HEAD + "steps:\n  - {id: one, text: {zh: 字, en: word}, role: gard}\n")
    assert said == ["gas.yaml:6: steps.0.role: 'gard' is none of guard, steward, supervisor, manager (did you mean guard?)"]


def test_every_mistake_is_told_at_once_also_behind_one_of_form(tmp_path: Path) -> None:
    steps = [REAL, CALL | {"du_s": 5, "when": {"step": "rael", "answers": ["yes"]}}, CLOSE | {"role": "gard"}]
    said = mistakes(tmp_path, plan(*steps))
    assert [line.split(": ")[1] for line in said] == ["steps.1.when.step", "steps.1.du_s", "steps.2.role"]
    assert "(did you mean due_s?)" in said[1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (HEAD + "steps: &a [*a]", "gas.yaml:5: an alias (*…) is not read here"),
        (HEAD + "name: {zh: 又, en: Again}\nsteps: []", "gas.yaml:5: name: is given twice; the last one would count"),
        (HEAD + "steps: [", "gas.yaml: is not YAML"),
        (HEAD + "steps: !!python/object:os.system x", "gas.yaml:5: the tag"),
        (HEAD + "steps: " + "[" * 5000, "gas.yaml:5: lists and mappings are nested over 40 deep"),
        (HEAD + "? [a]\n: b", "gas.yaml:5: a list or mapping cannot be the name of a field"),
        (HEAD + "steps: 2030-99-99", "gas.yaml:5: '2030-99-99' cannot be read as it stands: quote it"),
        (HEAD + "steps: =", "gas.yaml:5: '=' cannot be read as it stands: quote it"),
        (HEAD + "<<: {a: b}", "gas.yaml:5: '<<' cannot be read as it stands: quote it"),
        (HEAD + "a: " + "9" * 5000, "cannot be read as it stands: quote it"),
        (HEAD + "steps: []\n--- {}", "gas.yaml: is not YAML"),
        (HEAD + "# " + "x" * LARGEST_BYTES, "gas.yaml: is over 1024 KiB"),
        ("", "gas.yaml:1: a plan's file is one plan: id, version, name, opens_on, steps"),
        ("- 1", "gas.yaml:1: a plan's file is one plan"),
        (HEAD, "gas.yaml:1: steps: is missing"),
        (plan(id="Gas"), "gas.yaml:2: id: 'Gas' is not a plan's id: small letters"),
        (plan(REAL | {"id": "Real"}, CLOSE), "steps.0.id: 'Real' is not an id: small letters"),
        (plan(REAL, CLOSE | {"by_clock": "7:00"}), "'7:00' is not a local time as 08:30, quoted"),
        (plan(REAL, CLOSE | {"draft": {"to": "1", "text": text()}}), "'1' is not a telephone number"),
        (plan(REAL, CLOSE | {"rows": {"of": "door"}}), "(did you mean doors?)"),
        (plan(REAL, CLOSE | {"text": text() | {"fr": "mot"}}), "steps.1.text.fr: is no field here; allowed: zh, en"),
        (HEAD + "steps:\n  - {id: yes, text: {zh: 字, en: word}, role: guard}", "steps.0.id: a text is needed; quote it"),
    ],
)  # fmt: skip
def test_whatever_stands_in_the_file_is_a_sentence(tmp_path: Path, given: Any, said: str) -> None:
    found = mistakes(tmp_path, given)
    assert any(said in line for line in found), found


def test_another_encoding_and_no_file_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "gbk.yaml").write_bytes("id: gas\nname: 燃气".encode("gb18030"))
    with pytest.raises(PlanError, match=r"gbk\.yaml:2: is not YAML in UTF-8: save the file in UTF-8"):
        read_plan(tmp_path / "gbk.yaml")
    with pytest.raises(PlanError, match=r"none\.yaml: cannot be read: No such file"):
        read_plan(tmp_path / "none.yaml")
    (tmp_path / "empty").mkdir()
    with pytest.raises(PlanError, match=r"empty holds no \*\.yaml"):
        load_plans(tmp_path / "empty")


def told_or_read(path: Path) -> bool:
    """Whether reading ends with a plan, or with PlanError whose every line names the file."""
    try:
        return bool(read_plan(path).steps)
    except PlanError as err:
        return all(line.startswith(path.name) for line in str(err).split("\n"))


pieces = st.sampled_from(
    ["[", "]", "{", "}", "&a ", "*a", "!!int ", ": ", "\n", "  ", "- ", "'", '"', "|", "\x00", "\t", "{x}"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(FIRE)), st.integers(0, 40), pieces | st.text(max_size=6)), min_size=1, max_size=4))
def test_mangled_text_never_gives_anything_but_plan_error(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int, str]]
) -> None:
    mangled = FIRE
    for place, length, put in cuts:
        mangled = mangled[:place] + put + mangled[place + length :]
    path = tmp_path_factory.getbasetemp() / "mangled.yaml"
    path.write_bytes(mangled.encode("utf-8", "surrogatepass"))
    assert told_or_read(path)


def _parts(value: Any) -> list[tuple[Any, Any]]:
    """Every container of the plan with each of its keys."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [part for key in keys for part in _parts(value[key])]


@settings(max_examples=150, deadline=None)
@given(st.data(), values)
def test_a_value_of_another_kind_anywhere_never_gives_anything_but_plan_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, put: Any
) -> None:
    whole = deepcopy(yaml.safe_load(FIRE))
    parts = _parts(whole)
    holder, key = parts[data.draw(st.integers(0, len(parts) - 1))]
    holder[key] = put
    path = tmp_path_factory.getbasetemp() / "changed.yaml"
    path.write_text(yaml.safe_dump(whole), "utf-8")
    assert told_or_read(path)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_never_give_anything_but_plan_error(tmp_path_factory: pytest.TempPathFactory, given: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.yaml"
    path.write_bytes(given)
    assert told_or_read(path)
