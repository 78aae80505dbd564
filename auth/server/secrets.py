"""Secrets: how they are made, and what is kept of them."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
_NOBODYS = _HASHER.hash(secrets.token_urlsafe())


def fresh() -> str:
    """256 random bits, as text."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Of a token that is random, so that a plain digest of it tells nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def hashed(secret: str) -> str:
    """By Argon2id, with its salt and parameters."""
    return _HASHER.hash(secret)


def matches(kept: str | None, given: str) -> bool:
    """Takes as long for who has no secret, or does not exist, as for a wrong one."""
    try:
        return _HASHER.verify(kept or _NOBODYS, given) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
