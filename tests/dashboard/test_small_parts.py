"""The dashboard's pure parts: words, masking, tries, pace, tokens."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.door.tokens import MOST_VOUCHED, csrf_of, new_token, same, stored, vouch, vouched
from dashboard.door.tries import FORGET_AFTER_S, MOST_FAILURES, MOST_PLACES, Tries
from dashboard.live.hub import BEAT_GAP_S, BURST, PUSHES_PER_S, URGENT_GAP_S, Hub, Pace, Push
from dashboard.words import SHORT_RULES, WORDS, choose, say
from schemas.masking import masked
from schemas.rules import load_catalogue


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("鲁QD0006", "鲁Q·D•••6"),
        ("鲁QD00006", "鲁Q·D•••6"),
        ("card-77120", "•••20"),
        ("张三", "•••"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_subject_is_masked(subject: str | None, shown: str) -> None:
    assert masked(subject) == shown


@given(st.text(min_size=1, max_size=40))
def test_no_subject_leaves_whole(subject: str) -> None:
    assert subject not in masked(subject).replace("•••", "")


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "language"),
    [
        ("en", "zh", "zh", "en"),
        ("fr", "zh", "en", "zh"),
        (None, None, "fr, en;q=0.8, zh;q=0.7", "en"),
        (None, None, "en;q=0.2, zh-CN;q=0.9", "zh"),
        (None, None, "en;q=broken", "en"),
        (None, None, "fr", "zh"),
        ("", "", "", "zh"),
    ],
)
def test_the_language_is_asked_for_kept_or_accepted(asked: str | None, kept: str | None, accepted: str, language: str) -> None:
    assert choose(asked, kept, accepted) == language


def test_every_word_has_the_same_places_for_values_in_both_languages() -> None:
    places = {key: (name.zh.count("{0}"), name.en.count("{0}")) for key, name in WORDS.items()}
    assert {key for key, (zh, en) in places.items() if max(zh, en) > 1} == set()
    assert {key for key, (zh, en) in places.items() if zh != en} == {"stale_head"}
    assert say("minutes", "en", 5) == "5 min"


def test_every_rule_has_a_name_in_both_languages_that_can_be_read_from_afar() -> None:
    catalogue = load_catalogue()
    assert SHORT_RULES.keys() <= catalogue.keys()
    for rule in catalogue.values():
        name = SHORT_RULES.get(rule.id, rule.name)
        assert 0 < len(name.zh) <= 8, rule.id
        assert 0 < len(name.en) <= 22, rule.id


def test_guesses_of_one_account_from_one_place_are_slowed_until_forgotten() -> None:
    tries = Tries()
    for n in range(MOST_FAILURES):
        assert tries.wait_s("admin", "here", n) == 0
        tries.tried("admin", "here", n)
    wait = tries.wait_s("admin", "here", MOST_FAILURES)
    assert 0 < wait <= FORGET_AFTER_S
    assert tries.wait_s("admin", "elsewhere", MOST_FAILURES) == 0
    assert tries.wait_s("somebody", "here", MOST_FAILURES) == 0
    assert tries.wait_s("admin", "here", FORGET_AFTER_S + MOST_FAILURES) == 0


def test_a_try_that_nobody_could_look_at_does_not_count() -> None:
    tries = Tries()
    for n in range(MOST_FAILURES + 1):
        tries.tried("admin", "here", n)
        tries.unseen("admin", "here")
    assert tries.wait_s("admin", "here", 0) == 0
    tries.unseen("nobody", "here")


def test_a_browser_is_known_by_a_word_that_only_the_server_can_make() -> None:
    word = vouch("admin", b"key")
    assert vouched(word, "admin", b"key")
    assert not vouched(word, "somebody", b"key")
    assert not vouched(word, "admin", b"other")
    assert not vouched("", "admin", b"key")
    assert not vouched("a" * 43, "admin", b"key")


def test_a_browser_that_many_use_in_turn_is_known_to_each_of_them() -> None:
    words = ""
    for account in ("wang", "zhou", "wang", "chief"):
        words = vouch(account, b"key", words)
    assert all(vouched(words, account, b"key") for account in ("wang", "zhou", "chief"))
    assert words.count(".") == 3
    assert not vouched(words, "admin", b"key")
    for n in range(MOST_VOUCHED):
        words = vouch(f"guard.{n}", b"key", words)
    assert not vouched(words, "chief", b"key")
    assert len(words) < 2000


def test_a_right_password_forgets_the_wrong_ones() -> None:
    tries = Tries()
    for _ in range(MOST_FAILURES):
        tries.tried("admin", "here", 0)
    tries.succeeded("admin", "here")
    assert tries.wait_s("admin", "here", 0) == 0


def test_what_is_remembered_of_guesses_is_bounded() -> None:
    tries = Tries()
    for n in range(MOST_PLACES + 50):
        tries.tried(f"name {n}", "here", 0)
    assert len(tries._failures) == MOST_PLACES


def news(seq: int, urgent: bool = False) -> Push:
    """A push that changes the open alerts."""
    return Push(seq, str, seq, seq if urgent else 0, 0.0)


@given(st.lists(st.floats(min_value=0, max_value=0.3), min_size=1, max_size=200))
def test_a_browser_gets_a_burst_of_news_and_then_two_a_second(gaps: list[float]) -> None:
    pace, now, sent = Pace(), 0.0, 0
    for gap in gaps:
        now += gap
        if pace.wait_s(now, news(sent + 1), sent) == 0:
            pace.pushed(now, news(sent + 1), sent)
            sent += 1
    assert sent <= BURST + now * PUSHES_PER_S + 1e-6


def test_an_urgent_push_does_not_wait_for_the_pace() -> None:
    pace = Pace()
    for seq in range(int(BURST)):
        pace.pushed(0.0, news(seq + 1), seq)
    assert pace.wait_s(0.2, news(99), 98) > 0
    assert pace.wait_s(0.2, news(99, urgent=True), 98) == 0
    assert pace.wait_s(0.01, news(99, urgent=True), 98) == pytest.approx(URGENT_GAP_S - 0.01)


def test_a_beat_waits_for_a_quiet_second_and_costs_nothing() -> None:
    pace, beat = Pace(), Push(5, str, 4, 0, 0.0)
    for second in range(100):
        pace.pushed(float(second), beat, 4)
    assert pace.wait_s(99.1, beat, 4) == pytest.approx(BEAT_GAP_S - 0.1)
    assert pace.wait_s(99.1, news(6), 5) == 0


async def test_a_slow_browser_skips_to_the_newest() -> None:
    hub = Hub()
    for seq in (1, 2, 3):
        hub.publish(Push(seq, str, 1, 1, 0.0))
    push = await hub.after(1, 0.01)
    assert push is not None
    assert push.seq == 3
    assert await hub.after(3, 0.01) is None


async def test_whoever_waits_hears_the_next_push() -> None:
    hub = Hub()
    waiting = [asyncio.ensure_future(hub.after(0, 10)) for _ in range(3)]
    await asyncio.sleep(0)
    hub.publish(Push(1, str, 1, 1, 0.0))
    assert [push.seq for push in await asyncio.gather(*waiting) if push] == [1] * 3


def test_a_token_is_stored_and_proved_without_being_told() -> None:
    token = new_token()
    assert token.encode() not in stored(token)
    assert token not in csrf_of(token)
    assert csrf_of(token) != csrf_of(new_token())
    assert same("é", "é")
    assert not same("\udcff", "a")
