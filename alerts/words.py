"""What people write, as it is kept."""

from alerts.incidents.incident import Refused

LONGEST_TEXT = 2000


def kept(text: str, *, needed: bool = False) -> str:
    """The words without blanks around them; Refused where there are none, too many, or one that no text can hold."""
    text = text.strip()
    if needed and not text:
        raise Refused("text_missing")
    if len(text) > LONGEST_TEXT:
        raise Refused("text_long", LONGEST_TEXT)
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Refused("text_broken")
    return text
