"""The catalogue as a whole: it loads, names every rule once, gives every number its own reason, and covers what it must."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from schemas.kernels import Kernel
from schemas.rules import CATALOGUE, Rule, load_catalogue
from schemas.rules_file import read_rules

RULES = load_catalogue()

BULLETS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "camera": {
        "offline": ["camera-offline", "camera-silent"],
        "video lost": ["video-lost"],
        "covered or turned": ["camera-covered"],
        "intrusion while armed": ["intrusion"],
        "line crossed or fence climbed": ["line-or-fence"],
        "loitering near a unit door at night": ["loitering-at-door"],
        "crowd": ["crowd"],
        "person down": ["person-down"],
        "smoke": ["smoke-seen"],
        "flame": ["flame-seen"],
        "smoke or flame confirmed by two sources": ["smoke-flame-confirmed", "smoke-flame-confirmed-place"],
        "e-bike in elevator": ["ebike-in-elevator"],
        "vehicle in the fire lane over 3 min": ["vehicle-in-fire-lane"],
        "object thrown from above": ["thrown-object"],
        "water on a ramp": ["water-on-ramp"],
        "snow on a path": ["snow-on-path"],
        "person in the pool area while closed": ["person-in-closed-pool"],
        "unstable device": ["unstable-device"],
        "unusual activity for the hour": ["unusual-activity"],
    },
    "outage": {
        "switch or recorder down": ["switch-down", "recorder-down"],
        "controller or power circuit down": ["controller-down", "power-circuit-down"],
        "one device of the others down": ["door-offline", "face-offline", "plate-offline"],
    },
    "face": {
        "watch-list hit, k of n over the line": ["face-watch-list"],
        "stranger at three or more buildings in 20 min": ["stranger-three-buildings"],
        "unknown at a unit door at night, repeated": ["unknown-at-night"],
        "worker outside permitted hours": ["worker-outside-hours"],
        "worker at a building not on the permit": ["worker-other-building"],
        "permit expired": ["permit-expired"],
        "resident on the care list not seen for 24 h": ["resident-not-seen"],
        "one person at two places": ["person-two-places"],
        "repeated failed liveness": ["liveness-failed"],
    },
    "plate": {
        "watch-list hit": ["plate-watch-list"],
        "cloned plate": ["plate-two-places", "plate-in-twice", "plate-vehicle-differs"],
        "out without in": ["plate-out-without-in"],
        "visitor in for over 24 h": ["visitor-over-a-day"],
        "unreadable share unusual at a point": ["plate-unreadable"],
        "permit expired": ["plate-permit-expired"],
        "unknown vehicle entering four times in a day": ["unknown-vehicle-four-times"],
    },
    "door": {
        "forced": ["door-forced", "forced-then-tamper"],
        "held open": ["door-held-open", "door-not-closed"],
        "five denials in two minutes": ["five-denials"],
        "tailgating": ["tailgating"],
        "card against face": ["card-face-mismatch"],
        "one card at two places": ["card-two-places"],
        "duress": ["duress"],
        "tamper": ["door-tamper"],
        "unusual hour for this door": ["door-unusual-hour"],
        "not secured again after a fire release": ["door-not-secured"],
        "unstable device": ["unstable-door"],
    },
    "parking": {
        "full and nearly full": ["lot-full", "lot-nearly-full"],
        "overstay": ["bay-overstay"],
        "parked where parking is not allowed": ["parked-where-not-allowed"],
        "barrier stuck open or closed": ["barrier-stuck", "barrier-fault"],
        "count differs from bays": ["count-differs"],
        "someone else's bay": ["others-bay"],
    },
    "facility": {
        "fire panel alarm": ["fire-panel-alarm"],
        "two detectors of one building in 3 min": ["fire-two-detectors"],
        "fire equipment fault over 24 h": ["fire-fault"],
        "water over the line": ["water-over-line"],
        "rain warning orange or red": ["rain-warning"],
        "snow warning or frost": ["snow-or-frost"],
        "person trapped": ["person-trapped"],
        "elevator fault three times in a day": ["elevator-three-faults"],
        "power lost": ["power-lost"],
        "extinguisher overdue": ["extinguisher-overdue", "extinguisher-date-passed"],
        "patrol point missed": ["patrol-missed", "patrol-window-missed"],
        "finding not rectified by its day": ["finding-past-due"],
    },
}
"""What the catalogue must reach, in the words of whoever runs the community, and the rules that do it: a file a family."""

EACH_RULE = pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))


def test_every_family_holds_exactly_the_rules_that_its_sentences_name() -> None:
    for family, bullets in BULLETS.items():
        expected = Counter(name for names in bullets.values() for name in names)
        assert Counter(list(read_rules([CATALOGUE / f"{family}.yaml"]))) == expected
    assert {path.stem for path in CATALOGUE.glob("*.yaml")} == set(BULLETS)


def test_every_kernel_has_work() -> None:
    assert {rule.kernel for rule in RULES.values()} == set(Kernel)


def test_no_two_numbers_share_a_reason() -> None:
    reasons = Counter(number.reason for rule in RULES.values() for number in rule.thresholds.values())
    assert [reason for reason, times in reasons.items() if times > 1] == []
    assert min(map(len, reasons)) > 25


def test_no_rules_mute_each_other() -> None:
    def muters(name: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        assert name not in seen, f"{name} mutes itself by way of others"
        return frozenset({name}).union(*(muters(other, seen | {name}) for other in RULES[name].muted_by))

    for name in RULES:
        assert muters(name) <= set(RULES)


def test_an_outage_takes_as_children_all_that_says_that_a_device_is_silent() -> None:
    silent = {"camera-offline", "camera-silent", "video-lost", "door-offline", "face-offline", "plate-offline"}
    for rule in RULES.values():
        assert set(rule.children) <= set(RULES)
        assert rule.id not in rule.children
    assert silent <= set(RULES["switch-down"].children)
    assert silent <= set(RULES["power-circuit-down"].children)


@EACH_RULE
def test_a_rule_is_named_in_both_languages(rule: Rule) -> None:
    assert any("\u4e00" <= letter <= "\u9fff" for letter in rule.name.zh)
    assert rule.name.en.isascii()
    assert max(len(rule.name.zh), len(rule.name.en) / 2) <= 32


@EACH_RULE
def test_a_rule_has_an_example_that_fires_one_that_nearly_does_and_one_that_ends(rule: Rule) -> None:
    assert len(rule.examples) >= 3
    assert any(example.alerts for example in rule.examples)
    assert any(not example.alerts for example in rule.examples)
    assert any(alert.cleared is not None for example in rule.examples for alert in example.alerts)
    assert len({example.says for example in rule.examples}) == len(rule.examples)


@EACH_RULE
def test_an_example_is_watched_until_all_that_it_expects_has_happened(rule: Rule) -> None:
    for example in rule.examples:
        assert set(example.with_rules) <= set(RULES)
        assert all(alert.at <= example.until for alert in example.alerts)
        assert all(alert.cleared <= example.until for alert in example.alerts if alert.cleared is not None)


@EACH_RULE
def test_what_is_critical_opens_a_plan(rule: Rule) -> None:
    assert rule.severity > 1 or rule.plan is not None
