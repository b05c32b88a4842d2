"""What closing reasons say of rules, and the stricter rules that are offered to a back-test."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from alerts.incidents.precision import LEAST, Closed, by_device, by_rule, worst
from alerts.incidents.proposals import STRICTER, stricter
from schemas.incidents import Reason
from schemas.kernels import Kernel
from schemas.rules import CATALOGUE, Rule, load_catalogue
from schemas.rules_file import read_rules

RULES = load_catalogue()
WRITTEN = {row["id"]: row for path in CATALOGUE.glob("*.yaml") for row in yaml.safe_load(path.read_text("utf-8"))}
EQUIPMENT = frozenset({"camera-offline"})

closed = st.builds(Closed, st.sampled_from(["a", "camera-offline"]), st.sampled_from(["d1", "d2"]), st.sampled_from(Reason))


def several(rule: str, **reasons: int) -> list[Closed]:
    """So many closed incidents of a rule."""
    return [Closed(rule, "d", Reason(reason)) for reason, n in reasons.items() for _ in range(n)]


@given(st.lists(closed, max_size=40))
def test_every_closed_incident_is_counted_once(ones: list[Closed]) -> None:
    for found in (by_rule(ones, EQUIPMENT), by_device(ones, EQUIPMENT)):
        assert sum(sum(one.reasons.values()) for one in found) == len(ones)
        assert all(0 <= one.right <= one.judged <= sum(one.reasons.values()) for one in found)
        shares = [one.share for one in found if one.share is not None]
        assert shares == sorted(shares)


def test_equipment_is_right_where_equipment_is_watched_and_drills_say_nothing() -> None:
    (one,) = by_rule(several("camera-offline", equipment=4, nuisance=1, drill=9, duplicate=3), EQUIPMENT)
    assert (one.right, one.judged, one.share) == (4, 5, 0.8)
    (other,) = by_rule(several("intrusion", equipment=4, real=1), EQUIPMENT)
    assert other.share == 0.2


def test_a_few_say_nothing_and_what_is_always_right_is_not_among_the_worst() -> None:
    found = by_rule(several("a", nuisance=LEAST - 1) + several("b", real=9) + several("c", real=1, nuisance=9), EQUIPMENT)
    assert [one.name for one in worst(found, 5)] == ["c"]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_stricter_row_of_every_rule_is_a_right_row(rule: Rule, tmp_path: Path) -> None:
    proposal = stricter(rule, WRITTEN[rule.id], right=3, judged=9)
    if proposal is None:
        assert STRICTER[rule.kernel].parameter not in " ".join(rule.thresholds)
        return
    path = tmp_path / "stricter.yaml"
    path.write_text(yaml.safe_dump([proposal.row], allow_unicode=True), "utf-8")
    changed = read_rules([path])[rule.id]
    assert changed.version == rule.version + 1
    differing = {name for name in rule.numbers if changed.numbers[name] != rule.numbers[name]}
    assert differing == {proposal.threshold}


def test_every_kernel_has_its_way() -> None:
    assert set(STRICTER) == set(Kernel)
