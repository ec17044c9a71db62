"""Hashing passwords with argon2. Slow on purpose: never inside `write`."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

# No letters that are read wrongly from paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@cache
def _hasher(memory_kib: int, rounds: int) -> PasswordHasher:
    return PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)


def _configured() -> PasswordHasher:
    return _hasher(current_app.config["PASSWORD_MEMORY_KIB"], current_app.config["PASSWORD_ROUNDS"])


def hash_password(password: str, *, salt: bytes | None = None) -> str:
    """The argon2 hash to store. `salt` is drawn anew; only the demonstration, known to all, gives one."""
    return _configured().hash(password, salt=salt)


@cache
def _stand_in(memory_kib: int, rounds: int) -> str:
    return _hasher(memory_kib, rounds).hash(secrets.token_hex(16))


def verify_password(stored: str | None, password: str) -> bool:
    """Does the password match? Without an account a stand-in is checked, so the time tells nothing."""
    config = current_app.config
    known = stored or _stand_in(config["PASSWORD_MEMORY_KIB"], config["PASSWORD_ROUNDS"])
    try:
        matches = _configured().verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(matches) and stored is not None


def make_password() -> str:
    """A first password that can be read out on the telephone: three groups of five."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(3))
