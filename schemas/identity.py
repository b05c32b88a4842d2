"""Ids that follow from what they name, so that the same thing named twice has one id."""

from hashlib import blake2b
from uuid import UUID


def uuid_of(*parts: str) -> UUID:
    """128 bits of BLAKE2b over the parts, each with its length, so that no two lists of parts read alike.

    Devices send lone surrogates; they are hashed as they come.
    """
    digest = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(4, "big"))
        digest.update(data)
    return UUID(bytes=digest.digest())
