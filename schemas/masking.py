"""What screens, papers and logs may show of a plate, a card, a household or a person: enough to recognise, not to know."""

import re

_DOTS = "•••"
_PLATE = re.compile(r"[一-鿿][A-Za-z][·•. ]?[A-Za-z0-9]{4,5}[A-Za-z0-9挂学警港澳使领](?![A-Za-z0-9])")
_NUMBER = re.compile(r"(?<!\d)(?:(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}|\d{17}[\dXx])(?![0-9A-Za-z])")


def masked(subject: str | None) -> str:
    """`鲁Q71236` becomes `鲁Q·7•••6`; anything else keeps its last two characters, a short one none."""
    if not subject:
        return ""
    if _is_plate(subject):
        return f"{subject[:2]}·{subject[2]}{_DOTS}{subject[-1]}"
    return _DOTS + subject[-2:] if len(subject) >= 6 else _DOTS


def text_masked(text: str) -> str:
    """Running text, such as a remark, with every plate, mobile telephone and identity number in it masked."""
    plates = _PLATE.sub(lambda found: masked(re.sub("[·•. ]", "", found[0])), text)
    return _NUMBER.sub(lambda found: masked(found[0]), plates)


def _is_plate(text: str) -> bool:
    """A province's character, a letter, and five or six letters and digits more."""
    return (
        len(text) in (7, 8)
        and "一" <= text[0] <= "鿿"
        and text[1].isascii()
        and text[1].isalpha()
        and text[2:-1].isascii()
        and text[2:-1].isalnum()
        and (text[-1] in "挂学警港澳使领" or (text[-1].isascii() and text[-1].isalnum()))
    )
