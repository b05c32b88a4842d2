"""Secrets that a browser holds: random tokens, what is stored of them, and the proof that a request is its page's own."""

import secrets
from hashlib import blake2b, sha256
from hmac import compare_digest

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
