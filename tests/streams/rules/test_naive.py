"""The slow twins themselves, held against docs/rules.md by hand: kernels, conditions, and what alerts have in common.

Second 0 of a scene is 08:00 of Thursday, 1 January 2026, where the site stands.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest

from schemas.alerts import alert_id
from schemas.conditions import Condition
from schemas.lists import ListName, Lists
from schemas.rules import Rule
from tests.streams.rules.scenes import LISTS, SITE, START, at, numbered, row
from trials.naive import SECOND, Raised, Row, judge
from trials.naive_conditions import World, fits, holds, in_hours, named

HOUR = 3600


def a_rule(kernel: str, match: Mapping[str, Any], limits: Mapping[str, float], **more: Any) -> Rule:
    """A rule of doors, unless it says otherwise."""
    thresholds = {name: {"value": value, "reason": "said for a test"} for name, value in limits.items()}
    given = {"id": "a-rule", "version": 1, "name": {"zh": "一", "en": "one"}, "severity": 3, "kernel": kernel, "kind": "door"}
    return Rule.model_validate(given | {"match": match, "thresholds": thresholds} | more)


def on(*types: str, **more: Any) -> dict[str, Any]:
    """A condition on the type, and more."""
    return {"types": list(types), **more}


def judged(rows: Sequence[Row], *rules: Rule, until: float = 50_000) -> list[Raised]:
    """All alerts by this second."""
    return judge(numbered(rows), rules, SITE, at(until), LISTS)


def spans(alerts: Sequence[Raised]) -> list[tuple[float, float | None]]:
    """From which second to which each alert stood."""
    return [(second(one.at), None if one.cleared is None else second(one.cleared)) for one in alerts]


def second(micros: int) -> float:
    """The second of the scene."""
    return (micros - START) / SECOND


def the_id(rule: str, key: str, cause: str) -> UUID:
    """The id of an alert of the scenes' site."""
    return alert_id("here", rule, key, cause)


class TestEach:
    def test_without_a_hold_every_event_speaks_at_once(self) -> None:
        rule = a_rule("each", {"event": on("duress")}, {"clear_after_s": 60})
        rows = [row("door", "duress", "door-1", 5), row("door", "duress", "door-1", 6)]
        alerts = judged(rows, rule, until=5)
        assert spans(alerts) == [(5, None), (6, None)]
        assert alerts[0].id == the_id("a-rule", "door-1", str(rows[0].id))

    def test_with_a_hold_the_first_one_read_of_an_aligned_window_speaks(self) -> None:
        rule = a_rule("each", {"event": on("duress")}, {"clear_after_s": 600, "hold_s": 60})
        rows = [row("door", "duress", "door-1", second) for second in (50, 10, 59, 60, 119, 125)]
        alerts = judged(rows, rule, until=0)
        assert spans(alerts) == [(50, None), (60, None), (125, None)]
        assert alerts[0].id == the_id("a-rule", "door-1", f"window {START} of version 1")
        assert alerts[1].id == the_id("a-rule", "door-1", f"window {START + 60 * SECOND} of version 1")

    def test_a_late_one_speaks_a_very_late_one_does_not(self) -> None:
        rule = a_rule("each", {"event": on("duress")}, {"clear_after_s": 60})
        late = row("door", "duress", "door-1", 5, late=True, received=at(300))
        very = row("door", "duress", "door-2", 5, late=True, very_late=True, received=at(700))
        assert [one.key for one in judged([late, very], rule)] == ["door-1"]


class TestSequence:
    RULE = a_rule(
        "sequence",
        {"first": on("read", direction="in"), "then": on("read", direction="in"), "unless": on("read", direction="out")},
        {"window_s": 600, "clear_after_s": 60},
        kind="plate",
        key="subject",
    )

    def passes(self, *told: tuple[float, str]) -> list[Row]:
        return [row("plate", "read", f"{way}-1", second, subject="鲁A1", direction=way) for second, way in told]

    def test_in_and_in_again_without_out(self) -> None:
        assert spans(judged(self.passes((0, "in"), (100, "in")), self.RULE)) == [(100, 160)]

    def test_an_out_between_throws_the_steps_away(self) -> None:
        assert judged(self.passes((0, "in"), (50, "out"), (100, "in")), self.RULE) == []

    def test_the_steps_are_used_up(self) -> None:
        assert spans(judged(self.passes((0, "in"), (100, "in"), (200, "in"), (300, "in")), self.RULE)) == [
            (100, 160),
            (300, 360),
        ]

    def test_a_window_old_is_too_old(self) -> None:
        assert judged(self.passes((0, "in"), (600, "in")), self.RULE) == []

    def test_an_out_that_was_late_throws_away_what_stands_when_it_arrives(self) -> None:
        out = row("plate", "read", "out-1", 50, subject="鲁A1", direction="out", late=True, received=at(150))
        assert judged([*self.passes((100, "in"), (200, "in")), out], self.RULE) == []


class TestSurplus:
    RULE = a_rule(
        "surplus",
        {"event": on("known", "stranger", kind="face"), "allow": on("granted")},
        {"excess_n": 1, "window_s": 8, "before_s": 5, "hold_s": 60, "clear_after_s": 100},
        key="place",
        of="face_household",
    )

    def faces(self, *told: tuple[float, str]) -> list[Row]:
        return [row("face", "known", "face-0", second, subject=who) for second, who in told]

    def opening(self, *seconds: float) -> list[Row]:
        return [row("door", "granted", "door-0", second, subject="card-1") for second in seconds]

    def test_two_strangers_on_one_opening(self) -> None:
        rows = [*self.opening(0), *self.faces((2, "x"), (6, "y"))]
        alerts = judged(rows, self.RULE)
        assert spans(alerts) == [(10, 110)]
        assert alerts[0].id == the_id("a-rule", "B0-1", str(rows[1].id))
        assert (alerts[0].key, alerts[0].device) == ("B0-1", "face-0")

    def test_one_household_is_one(self) -> None:
        assert judged([*self.opening(0), *self.faces((2, "face-1"), (6, "face-2"))], self.RULE) == []

    def test_each_with_an_opening_of_his_own(self) -> None:
        assert judged([*self.opening(0, 10), *self.faces((2, "x"), (6, "y"))], self.RULE) == []

    def test_what_comes_at_the_very_end_belongs_to_the_episode_and_later_ones_do_not(self) -> None:
        assert spans(judged([*self.opening(0), *self.faces((2, "x"), (10, "y"))], self.RULE)) == [(10, 110)]
        assert judged([*self.opening(0, 12), *self.faces((2, "x"), (10.5, "y"))], self.RULE) == []

    def test_an_opening_too_long_ago_allows_nobody(self) -> None:
        assert judged([*self.opening(0, 6), *self.faces((5, "x"), (7, "y"))], self.RULE) == []
        assert spans(judged([*self.opening(0, 6), *self.faces((5.5, "x"), (7, "y"))], self.RULE)) == [(13.5, 113.5)]

    def test_without_any_opening_they_walk_by(self) -> None:
        assert judged(self.faces((0, "x"), (1, "y"), (2, "z")), self.RULE) == []

    def test_no_episode_begins_within_the_hold(self) -> None:
        rows = [*self.opening(0, 68), *self.faces((0, "x"), (1, "y"), (67, "x"), (68, "y"), (69, "z"))]
        assert spans(judged(rows, self.RULE)) == [(8, 108), (76, 176)]

    def test_who_is_nobody_counts_for_nothing(self) -> None:
        assert judged([*self.opening(0), *self.faces((1, "x")), row("face", "stranger", "face-0", 2)], self.RULE) == []

    def test_an_opening_that_was_late_allows_at_its_arrival(self) -> None:
        rows = [*self.opening(0), *self.faces((0, "x"), (1, "y"))]
        late = row("door", "granted", "door-0", 2, late=True, received=at(6))
        assert spans(judged(rows, self.RULE)) == [(8, 108)]
        assert judged([*rows, late], self.RULE) == []


class TestMismatch:
    RULE = a_rule(
        "mismatch",
        {"event": on("granted"), "witness": on("known", kind="face")},
        {"window_s": 10, "hold_s": 0, "clear_after_s": 100},
        key="place",
        of="household",
    )

    def card(self, second: float, who: str = "card-1") -> Row:
        return row("door", "granted", "door-0", second, subject=who)

    def face(self, second: float, who: str) -> Row:
        return row("face", "known", "face-0", second, subject=who)

    def test_a_card_of_one_household_with_the_face_of_another(self) -> None:
        for seen in (11, 20, 30):
            card = self.card(20, "card-2")
            alerts = judged([card, self.face(seen, "face-1")], self.RULE)
            assert spans(alerts) == [(30, 130)]
            assert alerts[0].id == the_id("a-rule", "B0-1", str(card.id))

    def test_a_face_of_its_own_answers(self) -> None:
        assert judged([self.card(20), self.face(21, "face-1")], self.RULE) == []
        assert judged([self.card(20), self.face(15, "face-2"), self.face(21, "stranger")], self.RULE) == []

    def test_no_face_at_all_says_nothing(self) -> None:
        assert judged([self.card(20)], self.RULE) == []
        assert judged([self.card(20, "card-2"), self.face(10, "face-1"), self.face(30.5, "face-1")], self.RULE) == []

    def test_a_face_whose_own_card_was_there_too_says_nothing(self) -> None:
        rows = [self.card(20, "card-2"), self.card(22, "card-1"), self.face(23, "face-1")]
        assert judged(rows, self.RULE) == []

    def test_a_card_while_an_episode_is_under_way_is_no_episode_of_its_own(self) -> None:
        rows = [self.card(20, "card-1"), self.card(25, "card-2"), self.face(22, "face-1")]
        assert judged(rows, self.RULE) == []


class TestLevel:
    RULE = a_rule(
        "level",
        {"over": on("unreadable"), "under": on("read")},
        {"over_n": 2, "readings_n": 3, "window_s": 600},
        kind="plate",
    )

    def points(self, said: str) -> list[Row]:
        words = {"x": "unreadable", ".": "read"}
        return [row("plate", words[letter], "in-1", 10 * n) for n, letter in enumerate(said)]

    def test_two_of_the_last_three_over_and_two_of_the_last_three_under(self) -> None:
        assert spans(judged(self.points("..x.x"), self.RULE)) == [(40, None)]
        assert spans(judged(self.points("x..x"), self.RULE)) == []
        assert spans(judged(self.points("xx.x."), self.RULE)) == [(10, 40)]

    def test_what_raised_does_not_count_again(self) -> None:
        assert spans(judged(self.points("xx..x"), self.RULE)) == [(10, 30)]


class TestHours:
    def test_they_bound_what_raises_and_not_what_ends(self) -> None:
        night = {"from": "22:00", "to": "06:00", "reason": "said for a test"}
        rule = a_rule("without", {"event": on("opened"), "unless": on("closed")}, {"window_s": 60}, hours=night)
        opened = [row("door", "opened", "door-1", 13 * HOUR), row("door", "opened", "door-1", 14 * HOUR)]
        assert spans(judged([*opened, row("door", "closed", "door-1", 24 * HOUR)], rule, until=24 * HOUR)) == [
            (14 * HOUR + 60, 24 * HOUR)
        ]

    @pytest.mark.parametrize(
        ("hours", "inside", "outside"),
        [
            ({"from": "08:00", "to": "09:00"}, [0, 0.99], [-0.01, 1]),
            ({"from": "22:00", "to": "06:00"}, [14, 21.99], [13.99, 22]),
            ({"from": "22:00", "to": "06:00", "weekdays": [4]}, [14, 20], [-10, 38]),
            ({"weekdays": [4]}, [0, 15.9], [-8.1, 16]),
            ({"holidays": "only"}, [16, 39], [15, 40]),
            ({"holidays": "never"}, [15, 40], [16, 39]),
            ({"weekdays": [7], "holidays": "as_sunday"}, [16, 39, 65], [15, 41]),
            ({"weekdays": [5], "holidays": "as_sunday"}, [], [16, 39]),
            ({"from": "22:00", "to": "06:00", "holidays": "only"}, [38, 45], [16, 21]),
            ({"first": "12-31", "last": "01-01"}, [-10, 15], [16, -33]),
            ({"calendar": "pool"}, [25, 36], [0, 24, 37]),
            ({"calendar": "pool", "outside": True}, [0, 24, 37], [25, 36]),
            ({"calendar": "sauna"}, [], [0, 25]),
        ],
    )
    def test_a_part_of_the_week(self, hours: dict[str, Any], inside: list[float], outside: list[float]) -> None:
        rule = a_rule(
            "count", {"event": on("denied")}, {"events_n": 1, "window_s": 1, "hold_s": 0, "clear_after_s": 1},
            hours=hours | {"reason": "said for a test"},
        )  # fmt: skip
        assert rule.hours
        for hour in (*inside, *outside):
            assert in_hours(rule.hours, at(hour * HOUR), World(SITE, LISTS, 0)) == (hour in inside), hour


def answers(asked: Mapping[str, Any], one: Row, lists: Lists = LISTS) -> bool:
    """Whether a condition fits a row. A half is `line_n`."""
    limits = {"events_n": 1, "window_s": 1, "hold_s": 0, "clear_after_s": 1, "line_n": 0.5}
    rule = a_rule("count", {"event": {"at_least": {"score": "line_n"}}}, limits)
    return holds(Condition.model_validate(asked), rule, one, one.at, World(SITE, lists, 0))


FACE = row("face", "known", "face-0", 0, subject="face-1", zone="hall", direction="in", score=0.8,
           attributes={"n": 3, "sure": True, "word": "red", "text": "3"})  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({}, True),
        ({"types": ["known"]}, True),
        ({"types": ["stranger"]}, False),
        ({"places": ["unit", "gate"]}, True),
        ({"places": ["gate"]}, False),
        ({"buildings": ["B0"]}, True),
        ({"buildings": ["B1"]}, False),
        ({"zones": ["hall"]}, True),
        ({"zones": ["yard"]}, False),
        ({"direction": "in"}, True),
        ({"direction": "out"}, False),
        ({"in_list": ["faces", "care"]}, True),
        ({"in_list": ["care"]}, False),
        ({"not_in_list": ["care", "cards"]}, True),
        ({"not_in_list": ["faces", "care"]}, False),
        ({"attributes": {"word": ["blue", "red"]}}, True),
        ({"attributes": {"word": ["blue"]}}, False),
        ({"attributes": {"sure": [True]}}, True),
        ({"attributes": {"sure": ["true"]}}, True),
        ({"attributes": {"sure": [1]}}, False),
        ({"attributes": {"n": ["3"]}}, True),
        ({"attributes": {"other": [False]}}, False),
        ({"at_least": {"score": "line_n"}}, True),
        ({"at_most": {"score": "line_n"}}, False),
        ({"at_least": {"attributes.n": "line_n"}}, True),
        ({"at_least": {"attributes.text": "line_n"}}, False),
        ({"at_least": {"attributes.sure": "line_n"}}, False),
        ({"at_least": {"value": "line_n"}}, False),
        ({"any": [{"types": ["stranger"]}, {"buildings": ["B0"]}]}, True),
        ({"any": [{"types": ["stranger"]}, {"buildings": ["B1"]}]}, False),
        ({"all": [{"types": ["known"]}, {"buildings": ["B1"]}]}, False),
        ({"types": ["known"], "not": [{"buildings": ["B1"]}, {"zones": ["yard"]}]}, True),
        ({"types": ["known"], "not": [{"buildings": ["B0"]}]}, False),
    ],
)
def test_all_that_a_condition_asks_must_be_so(asked: dict[str, Any], answer: bool) -> None:
    assert answers(asked, FACE) is answer


def test_nobody_is_a_stranger_to_a_list_that_was_never_brought() -> None:
    asked = {"not_in_list": ["vehicles", "watch_plates"]}
    assert answers(asked, FACE)
    assert answers(asked, FACE, Lists({ListName.VEHICLES: LISTS.of(ListName.VEHICLES)}))
    assert not answers(asked, FACE, Lists({ListName.WATCH_PLATES: LISTS.of(ListName.WATCH_PLATES)}))


@pytest.mark.parametrize(
    ("question", "subject", "device", "hour", "answer"),
    [
        ("outside_hours", "worker-1", "door-1", 0, False),
        ("outside_hours", "worker-1", "door-1", -0.01, True),
        ("outside_hours", "worker-1", "door-1", 10, True),
        ("outside_hours", "worker-1", "door-1", 48, True),  # Saturday
        ("outside_hours", "worker-2", "door-1", 15, False),
        ("outside_hours", "worker-2", "door-1", -3, False),
        ("outside_hours", "worker-2", "door-1", 0, True),
        ("outside_hours", "worker-2", "door-1", 17, False),  # expired by then
        ("expired", "worker-2", "door-1", 15.99, False),
        ("expired", "worker-2", "door-1", 16, True),
        ("expired", "worker-1", "door-1", 16, False),
        ("expired", "nobody", "door-1", 16, False),
        ("other_building", "worker-1", "door-1", 0, False),
        ("other_building", "worker-1", "door-2", 0, True),
        ("other_building", "worker-1", "in-1", 0, False),  # a gate is no building
        ("other_building", "worker-2", "door-2", 0, False),
    ],
)
def test_what_a_permit_says(question: str, subject: str, device: str, hour: float, answer: bool) -> None:
    assert answers({"permit": question}, row("face", "permit", device, hour * HOUR, subject=subject)) is answer


def test_an_entry_counts_on_its_days() -> None:
    for hour, answer in ((-8, True), (15.99, True), (16, False)):
        assert answers({"in_list": ["watch_persons"]}, row("face", "known", "face-0", hour * HOUR, subject="face-3")) is answer
        assert answers({"in_list": ["faces"]}, row("face", "known", "face-0", hour * HOUR, subject="face-4")) is not answer


def test_a_car_that_differs_from_its_entry() -> None:
    for subject, colour, answer in (
        ("鲁Q00003", "white", False),
        ("鲁Q00003", "black", True),
        ("鲁Q00001", "black", False),
        ("鲁Q00003", None, False),
    ):
        one = row("plate", "read", "in-1", 0, subject=subject, attributes={} if colour is None else {"colour": colour})
        assert answers({"differs": {"colour": "vehicles.colour"}}, one) is answer


def test_a_bay_taken_by_another_than_its_owner() -> None:
    for subject, bay, answer in (
        ("鲁Q00003", "7", False),
        ("鲁Q00001", "7", True),
        ("鲁Q00001", "8", False),
        (None, "7", False),
    ):
        one = row("parking", "bay_taken", "lot-1", 0, subject=subject, attributes={"bay": bay})
        assert answers({"not_bay_owner": True}, one) is answer


def test_heartbeats_are_taken_where_the_role_asks_for_them() -> None:
    for life, answer in (
        ({"heartbeats": True, "buildings": ["B0"]}, True),
        ({"heartbeats": True, "any": [{"buildings": ["B0"]}]}, True),
        ({"heartbeats": True, "types": ["motion"], "not": [{"types": ["offline"]}]}, True),
        ({"heartbeats": True, "buildings": ["B1"]}, False),
        ({"any": [{"heartbeats": True}]}, False),
        ({}, False),
    ):
        rule = a_rule("absence", {"life": life}, {"window_s": 60}, kind="camera")
        beat = row("camera", "heartbeat", "cam-0", 0)
        assert fits(rule, "life", beat, beat.at, World(SITE, LISTS, 0)) is answer


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("device", "lot-1"),
        ("subject", "鲁Q00003"),
        ("building", None),
        ("place", "lot"),
        ("zone", "lot-1/east"),
        ("bay", "lot-1/7"),
        ("person", "鲁Q00003"),
        ("household", "B1-101"),
        ("site", "here"),
    ],
)
def test_the_keys_words(key: str, text: str | None) -> None:
    rule = a_rule("count", {"event": {}}, {"events_n": 1, "window_s": 1, "hold_s": 0, "clear_after_s": 1}, key=key)
    one = row("parking", "bay_taken", "lot-1", 0, subject="鲁Q00003", zone="east", attributes={"bay": 7})
    assert named(rule.key, one, World(SITE, LISTS, 0)) == text


class TestSeverity:
    def rule(self, **more: Any) -> Rule:
        match = {"event": on("held_open"), "clears": on("closed"), "rises": on("forced"), "falls": on("secured")}
        return a_rule("each", match, {"rise_after_s": 100}, severity=3, worst=1, **more)

    def severity(self, *told: tuple[str, float], until: float = 1000) -> int:
        rows = [row("door", "held_open", "door-1", 0), *(row("door", word, "door-1", second) for word, second in told)]
        (alert,) = judged(rows, self.rule(), until=until)
        return alert.severity

    def test_it_rises_by_events_and_once_by_time_and_never_beyond_the_worst(self) -> None:
        assert self.severity(until=99) == 3
        assert self.severity(until=100) == 2
        assert self.severity(("forced", 5), until=50) == 2
        assert self.severity(("forced", 5)) == 1
        assert self.severity(("forced", 5), ("forced", 6)) == 1

    def test_it_falls_by_a_step_and_never_beyond_what_it_began_as(self) -> None:
        assert self.severity(("secured", 5), ("forced", 6), until=50) == 2
        assert self.severity(("forced", 5), ("secured", 6), until=50) == 3

    def test_only_what_lies_after_the_raise_and_at_or_before_the_end_counts(self) -> None:
        assert self.severity(("forced", 0), ("closed", 20)) == 3
        assert self.severity(("forced", 20), ("closed", 20)) == 2
        assert self.severity(("forced", 21), ("closed", 20)) == 3

    def test_what_ends_in_the_moment_in_which_it_would_rise_by_time_does_not(self) -> None:
        assert self.severity(("closed", 100)) == 3
        assert self.severity(("closed", 100.1)) == 2


class TestMuting:
    CHATTER = a_rule(
        "count", {"event": on("tamper")}, {"events_n": 3, "window_s": 60, "hold_s": 600, "clear_after_s": 100}, id="unstable"
    )
    FORCED = a_rule(
        "count", {"event": on("forced")}, {"events_n": 1, "window_s": 1, "hold_s": 0, "clear_after_s": 60},
        id="forced", muted_by=["unstable"],
    )  # fmt: skip

    @pytest.mark.parametrize(
        ("device", "second", "muted"),
        [
            ("door-1", 9, False),
            ("door-1", 10, True),
            ("door-1", 110, True),
            ("door-1", 111, False),
            ("door-2", 50, False),
        ],
    )
    def test_an_open_alert_of_the_same_device_mutes(self, device: str, second: float, muted: bool) -> None:
        chatter = [row("door", "tamper", "door-1", n) for n in (0, 5, 10)]
        alerts = judged([*chatter, row("door", "forced", device, second)], self.CHATTER, self.FORCED)
        (unstable,) = [one for one in alerts if one.rule == "unstable"]
        (forced,) = [one for one in alerts if one.rule == "forced"]
        assert forced.parent == (unstable.id if muted else None)
        assert unstable.parent is None


class TestOutage:
    """Cameras 0 to 2 hang on switch 1, cameras 3 and 4 on switch 2, all on one recorder and one power circuit."""

    OFFLINE = a_rule(
        "without", {"event": on("offline"), "unless": on("online")}, {"window_s": 10}, id="camera-offline", kind="camera"
    )
    DOOR = a_rule("without", {"event": on("offline"), "unless": on("online")}, {"window_s": 10}, id="door-offline")

    def outage(self, box: str, share: float = 0.5, devices: int = 2) -> Rule:
        limits = {"window_s": 30, "share_of_1": share, "devices_n": devices, "left_s": 60}
        return a_rule("outage", {}, limits, id=f"{box}-down", box=box, children=["camera-offline", "door-offline"])

    def alerts(self, rows: Sequence[Row], *boxes: str, until: float = 50_000, share: float = 0.5) -> list[Raised]:
        spoke = [row("camera", "motion", f"cam-{n}", -100) for n in range(5)]
        rules = [self.OFFLINE, self.DOOR, *(self.outage(box, share) for box in boxes)]
        return judged([*spoke, *rows], *rules, until=until)

    def down(self, **seconds: float) -> list[Row]:
        return [row("camera", "offline", name.replace("_", "-"), second) for name, second in seconds.items()]

    def up(self, **seconds: float) -> list[Row]:
        return [row("camera", "online", name.replace("_", "-"), second) for name, second in seconds.items()]

    def test_two_of_three_cameras_on_a_switch_are_the_switch(self) -> None:
        found = self.alerts([*self.down(cam_0=0, cam_1=5), *self.up(cam_0=100, cam_1=110)], "switch")
        first, second, box = found[0], found[2], found[1]
        assert [(one.rule, one.key, one.parent) for one in (first, second)] == [
            ("camera-offline", "cam-0", box.id),
            ("camera-offline", "cam-1", box.id),
        ]
        assert (box.rule, box.key, box.device, box.parent) == ("switch-down", "SW-1", "SW-1", None)
        assert box.id == the_id("switch-down", "SW-1", str(first.id))
        assert spans([first, second, box]) == [(10, 100), (15, 110), (10, 100)]

    def test_nothing_is_told_before_it_is_decided(self) -> None:
        assert self.alerts(self.down(cam_0=0, cam_1=5), "switch", until=39.9) == []
        assert len(self.alerts(self.down(cam_0=0, cam_1=5), "switch", until=40)) == 2
        assert len(self.alerts(self.down(cam_0=0), "switch", until=39.9)) == 0
        assert len(self.alerts(self.down(cam_0=0), until=10)) == 1

    def test_one_of_three_is_a_camera(self) -> None:
        (alert,) = self.alerts(self.down(cam_0=0), "switch")
        assert (alert.rule, alert.parent) == ("camera-offline", None)

    def test_half_is_not_more_than_half(self) -> None:
        assert {one.rule for one in self.alerts(self.down(cam_3=0), "switch", share=0.5)} == {"camera-offline"}

    def test_silences_too_far_apart_have_no_cause(self) -> None:
        assert {one.rule for one in self.alerts(self.down(cam_0=0, cam_1=31), "switch")} == {"camera-offline"}
        assert {one.rule for one in self.alerts(self.down(cam_0=0, cam_1=30), "switch")} == {"camera-offline", "switch-down"}

    def test_what_is_back_before_the_decision_counts_too(self) -> None:
        found = self.alerts([*self.down(cam_0=0, cam_1=5), *self.up(cam_1=20)], "switch")
        (box,) = [one for one in found if one.rule == "switch-down"]
        assert spans([box]) == [(10, 20)]  # one of two is no longer more than half
        assert spans([one for one in found if one.key == "cam-0"]) == [(10, 80), (80, None)]

    def test_what_is_muted_counts_as_silent_and_stays_with_what_mutes_it(self) -> None:
        chatter = a_rule(
            "count", {"event": on("covered")}, {"events_n": 1, "window_s": 60, "hold_s": 0, "clear_after_s": 500},
            id="unstable", kind="camera",
        )  # fmt: skip
        offline = self.OFFLINE.model_copy(update={"muted_by": ("unstable",)})
        rows = [*(row("camera", "motion", f"cam-{n}", -100) for n in range(5)), row("camera", "covered", "cam-0", -50)]
        found = judged([*rows, *self.down(cam_0=0, cam_1=5)], chatter, offline, self.outage("switch"))
        parents = {one.key: one.parent for one in found if one.rule == "camera-offline"}
        unstable, box = (next(one for one in found if one.rule == rule) for rule in ("unstable", "switch-down"))
        assert parents == {"cam-0": unstable.id, "cam-1": box.id}

    def test_the_box_with_most_silent_devices_is_the_cause_and_of_equal_ones_power(self) -> None:
        all_down = self.down(cam_0=0, cam_1=1, cam_2=2, cam_3=3, cam_4=4)
        found = self.alerts(all_down, "switch", "recorder", "power")
        assert [one.key for one in found if one.parent is None] == ["PW-1"]
        assert [one.key for one in self.alerts(all_down, "switch", "recorder") if one.parent is None] == ["NVR-1"]
        three = self.alerts(self.down(cam_0=0, cam_1=1, cam_2=2), "switch", "recorder", "power")
        assert [one.key for one in three if one.parent is None] == ["PW-1"]

    def test_a_door_hangs_on_its_controllers_switch(self) -> None:
        doors = [row("door", "offline", f"door-{n}", n) for n in range(3)]
        found = self.alerts(doors, "switch", share=0.4)
        assert [one.key for one in found if one.parent is None] == ["SW-1"]
        found = self.alerts(doors, "switch", "controller", share=0.4)
        assert [one.key for one in found if one.parent is None] == ["SW-1"]  # as many silent, and a switch stands first

    def test_whoever_falls_silent_while_the_box_is_down_is_its_child(self) -> None:
        rows = [*self.down(cam_0=0, cam_1=5, cam_2=500), *self.up(cam_0=1000, cam_1=1100, cam_2=1150)]
        found = self.alerts(rows, "switch")
        assert [one.key for one in found if one.parent is None] == ["SW-1"]
        (box,) = [one for one in found if one.rule == "switch-down"]
        assert spans([box]) == [(10, 1100)]  # two of three are more than half

    def test_what_is_still_dead_after_the_box_is_back_is_raised_by_itself(self) -> None:
        found = self.alerts([*self.down(cam_0=0, cam_1=5, cam_2=6), *self.up(cam_0=1000, cam_1=1001, cam_2=5000)], "switch")
        (box,) = [one for one in found if one.rule == "switch-down"]
        assert spans([box]) == [(10, 1001)]
        child, own = [one for one in found if one.key == "cam-2"]
        assert spans([child, own]) == [(16, 1061), (1061, 5000)]
        assert (child.parent, own.parent) == (box.id, None)
        assert own.id == the_id("camera-offline", "cam-2", f"left {box.id}")

    def test_devices_that_never_spoke_do_not_count(self) -> None:
        rows = [row("camera", "motion", "cam-0", -5), *self.down(cam_0=0)]
        found = judged(rows, self.OFFLINE, self.outage("switch", devices=1))
        assert [one.key for one in found if one.parent is None] == ["SW-1"]
        assert [one.key for one in judged(rows, self.OFFLINE, self.outage("switch", devices=2))] == ["cam-0"]

    def test_a_box_is_muted_like_any_other(self) -> None:
        lost = a_rule("each", {"event": on("power_lost")}, {"clear_after_s": 500}, id="power-lost", kind="facility")
        outage = self.outage("switch").model_copy(update={"muted_by": ("power-lost",)})
        told = [row("facility", "power_lost", "SW-1", -10), *(row("camera", "motion", f"cam-{n}", -100) for n in range(3))]
        found = judged([*told, *self.down(cam_0=0, cam_1=5)], lost, self.OFFLINE, outage)
        assert [one.rule for one in found if one.parent is None] == ["power-lost"]
        power, box = (next(one for one in found if one.rule == rule) for rule in ("power-lost", "switch-down"))
        assert {one.rule: one.parent for one in found} == {
            "power-lost": None,
            "switch-down": power.id,
            "camera-offline": box.id,
        }
