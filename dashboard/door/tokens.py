"""Secrets that a browser holds: random tokens, what is stored of them, and the proof that a request is its page's own."""

import secrets
from hashlib import blake2b, sha256
from hmac import compare_digest
from hmac import digest as keyed

MOST_VOUCHED = 16  # accounts at one browser: the guards of all shifts; 1.7 kB of a cookie's 4
BESIDE = "+"
TOKEN_BYTES = 32  # 256 bits: beyond guessing, so a fast hash is enough to store


def new_token() -> str:
    """A fresh secret, safe in an address and in a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def stored(token: str) -> bytes:
    """What the database keeps of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def csrf_of(token: str) -> str:
    """The second token of a session, which the page may read and sends back with each write; the session is not in it."""
    return blake2b(token.encode("utf-8", "surrogatepass"), digest_size=24, person=b"gatehouse-csrf").hexdigest()


def same(given: str, expected: str) -> bool:
    """Compare in constant time."""
    return compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode("utf-8", "surrogatepass"))


def vouch(account: str, key: bytes, before: str = "") -> str:
    """Words for a browser that has logged in as `account`, and `before` as others: the room's is everybody's in turn. Only who
    has the key can make one; the oldest of many is left out."""
    name = new_token()
    others = [word for word in before.split(BESIDE) if word and not _named(word, account, key)]
    return BESIDE.join([f"{name}.{_proof(name, account, key)}", *others][:MOST_VOUCHED])


def vouched(words: str, account: str, key: bytes) -> str:
    """The name of the browser that one of these words was given to for `account`; empty where none is ours."""
    return next(filter(None, (_named(word, account, key) for word in words.split(BESIDE)[:MOST_VOUCHED])), "")


def _named(word: str, account: str, key: bytes) -> str:
    name, _, proof = word.partition(".")
    return name if same(proof, _proof(name, account, key)) else ""


def _proof(name: str, account: str, key: bytes) -> str:
    return keyed(key, f"{name} {account}".encode("utf-8", "surrogatepass"), "sha256").hex()
