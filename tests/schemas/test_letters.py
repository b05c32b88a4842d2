"""Dead letters through Kafka's bytes and back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import RecordError
from schemas.letters import Letter, decode_letter, encode_letter, letter_id

AT = datetime(2030, 5, 1, 8, tzinfo=UTC)


@given(st.binary(max_size=100), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50))
def test_a_letter_is_read_as_written(body: bytes, reason: str) -> None:
    letter = Letter(letter_id("lobby", AT, body), "lobby", "hikvision", "text/xml", AT, reason, "line 3", body)
    assert decode_letter(encode_letter(letter)) == letter


def test_texts_that_no_table_can_hold_are_made_plain_and_short() -> None:
    letter = Letter(letter_id("lobby", AT, b""), "lobby", "", "", AT, "a\x00b\ud800" + "x" * 5000, "", b"")
    reason = decode_letter(encode_letter(letter)).reason
    assert reason.startswith("a\ufffdb?")
    assert len(reason) == 2000


@pytest.mark.parametrize("value", [b"", b"null", b"{}", b'{"id": 1}', b"[1]"])
def test_what_is_no_letter_is_refused(value: bytes) -> None:
    with pytest.raises(RecordError):
        decode_letter(value)
