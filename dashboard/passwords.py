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
    if name.lower() in password.lower():
        return "password_name"
    return "password_simple" if len(set(password)) < DIFFERENT or _runs(password) else ""


def _runs(password: str) -> bool:
    """Whether it only counts up, or goes along the keyboard: 1234567890, qwertyuiop."""
    rows = ("0123456789012345678901234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
    word = password.lower()
    return any(word in row or word[::-1] in row for row in rows)


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
