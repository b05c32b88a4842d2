"""What a name and a password may be, and one-time passwords and codes: decisions, without a database.

Codes are TOTP (RFC 6238: SHA-1, six digits, 30 s), as every phone's app makes them.
"""

import re
import secrets
from datetime import datetime
from hmac import compare_digest

import pyotp

SHORTEST, LONGEST = 10, 512
DIFFERENT = 5
SHORT_NAME = 4  # letters: one as short as `li` stands in many a word
_SWAPPED = str.maketrans("013457@$!", "oleastasi")
_ROWS = (
    *("0123456789012345678901234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm"),
    *("1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qazwsxedcrfvtgbyhnujm"),
)
_FIRST_TRIED = frozenset(
    {
        *("password", "passwort", "passw", "pass", "admin", "administrator", "gatehouse", "welcome"),
        *("letmein", "iloveyou", "qwerty", "qwert", "asdf", "abcd", "security", "monkey"),
        *("dragon", "master", "login", "guard", "test", "user", "root", "hello"),
        *("woaini", "baoan", "wuye", "xiaoqu", "jiankong", "anquan", "mima"),
    }
)
NAME = re.compile(r"[a-z][a-z0-9._-]{1,30}")
STEP_S = 30
ISSUER = "Gatehouse"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for another."""


def bad_name(name: str) -> str:
    """Why this is no name of an account, as a key of words.py; empty where it is one."""
    return "" if NAME.fullmatch(name) else "bad_name"


def bad_password(password: str, name: str) -> str:
    """Why a person should not choose it; empty where nothing speaks against it (length beats rules: NIST SP 800-63B)."""
    if not SHORTEST <= len(password) <= LONGEST:
        return "password_short"
    if len(name) >= SHORT_NAME and name.lower() in password.lower():
        return "password_name"
    easy = len(set(password)) < DIFFERENT or _runs(password) or _repeats(password) or _well_known(password, name)
    return "password_simple" if easy else ""


def _runs(password: str) -> bool:
    """Whether it only counts up, or goes along the keyboard: 1234567890, qwertyuiop, 1q2w3e4r5t."""
    word = password.lower()
    return any(word in row or word[::-1] in row for row in _ROWS)


def _repeats(password: str) -> bool:
    """Whether it is something short, again and again."""
    return (password + password).find(password, 1) <= len(password) // 2


def _well_known(password: str, name: str) -> bool:
    """Whether what is left without its digits, signs and the usual swaps is a word that everybody tries first."""
    core = password.lower().strip("0123456789!@#$%^&*_-+=.,? ")
    return core.translate(_SWAPPED) in {*_FIRST_TRIED, name}


def one_time() -> str:
    """A password to hand over once: 20 letters, 97 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


def new_key() -> str:
    """A new key for codes, as base32."""
    return pyotp.random_base32()


def address_of(key: str, account: str) -> str:
    """What a phone's app reads."""
    return pyotp.TOTP(key, name=account, issuer=ISSUER).provisioning_uri()


def step_of(key: str, code: str, now: datetime, last: int) -> int | None:
    """The time step that this code is of: now, or 30 s before or after; None where it is none, or one that was used."""
    totp, here = pyotp.TOTP(key), int(now.timestamp()) // STEP_S
    given = "".join(code.split())
    steps = [step for step in (here - 1, here, here + 1) if step > last]
    right = [step for step in steps if compare_digest(totp.at(step * STEP_S), given.encode("ascii", "replace").decode())]
    return max(right, default=None)
