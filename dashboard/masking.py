"""What the wall may show of a plate, a card or a person: enough to recognise, not enough to know."""

import re

_DOTS = "•••"
_PLATE = re.compile(r"[一-鿿][A-Za-z][A-Za-z0-9]{4,5}[A-Za-z0-9挂学警港澳使领](?![A-Za-z0-9])")


def masked(subject: str | None) -> str:
    """`鲁Q71236` becomes `鲁Q·7•••6`; anything else keeps its last two characters, a short one none."""
    if not subject:
        return ""
    if _is_plate(subject):
        return f"{subject[:2]}·{subject[2]}{_DOTS}{subject[-1]}"
    return _DOTS + subject[-2:] if len(subject) >= 6 else _DOTS


def plates_masked(text: str) -> str:
    """Running text with every plate in it masked, as a list of vehicles in a plan or a remark holds them."""
    return _PLATE.sub(lambda found: masked(found[0]), text)


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
