"""Who may post, and how fast."""

from base64 import b64encode

import pytest

from schemas.sources import Source
from streams.gateway.limits import Bucket, Gate, Verdict, offered_keys

SOURCES = {"cams": Source("cams", "hikvision", "right-key"), "bare": Source("bare", "gatehouse", "")}


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("name", "path", "header", "authorization", "verdict"),
    [
        ("cams", "right-key", "", "", Verdict.WELCOME),
        ("cams", "", "right-key", "", Verdict.WELCOME),
        ("cams", "", "", basic("cams", "right-key"), Verdict.WELCOME),
        ("cams", "", "", basic("else", "right-key"), Verdict.UNAUTHORISED),
        ("cams", "wrong", "", "", Verdict.UNAUTHORISED),
        ("cams", "", "", "", Verdict.UNAUTHORISED),
        ("cams", "", "", "Basic %%%", Verdict.UNAUTHORISED),
        ("nobody", "right-key", "", "", Verdict.UNAUTHORISED),
        ("nobody", "\x00" * 32, "", "", Verdict.UNAUTHORISED),
        ("bare", "", "", basic("bare", ""), Verdict.UNAUTHORISED),
    ],
)
def test_a_source_is_let_in_by_its_own_key_alone(
    name: str, path: str, header: str, authorization: str, verdict: Verdict
) -> None:
    gate = Gate(SOURCES, rate=100)
    assert gate.admit(name, offered_keys(name, path, header, authorization), now=0.0)[0] is verdict


def test_a_source_that_is_too_fast_is_told_to_wait_and_is_let_in_later() -> None:
    gate = Gate(SOURCES, rate=5)
    verdicts = [gate.admit("cams", ["right-key"], 0.0)[0] for _ in range(11)]
    assert verdicts == [Verdict.WELCOME] * 10 + [Verdict.TOO_FAST]
    assert gate.admit("cams", ["right-key"], 1.0)[0] is Verdict.WELCOME


def test_a_long_silence_saves_no_more_than_a_burst() -> None:
    bucket = Bucket(0.0, 0.0)
    assert sum(bucket.take(1000.0, 5) for _ in range(100)) == 10
