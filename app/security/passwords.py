"""Passwords of the back-office: argon2id, and what is too easy to be one.

Parameters: 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet). The commonest
passwords are the 30,000 that zxcvbn counted in leaks, and some that are common where we are.
"""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.secret import Secret

LEAST = 8
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
LOCAL = frozenset(
    "nexustop nexustop1 nexustop12 nexustop123 blessing1 godisgood jesusislord jesuslovesme"
    " favour123 nigeria1 nigeria123 naija123 lagos123 kenya123 password12 abcd12345 12341234"
    " changeme1 default1 admin1234 airtime123".split()
)
"""Common here and not in the list; compared in small letters."""

_argon2 = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def too_easy(password: Secret) -> bool:
    """Shorter than LEAST, one of the commonest, or one character over and over?"""
    value = password.value
    return len(value) < LEAST or len(set(value)) == 1 or value.lower() in _commonest()


@cache
def _commonest() -> frozenset[str]:
    # The lists take 0.2 s to load, and only a new password wants them.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    leaked = FREQUENCY_LISTS["passwords"]
    return LOCAL | {password for password in leaked if len(password) >= LEAST}


@cache
def _nobody() -> str:
    return _argon2.hash("nobody")


def made_up() -> Secret:
    """A first password to read out: four groups of four, no letter that looks like a digit."""
    letters = "".join(secrets.choice(_READABLE) for _ in range(16))
    return Secret("-".join(letters[at : at + 4] for at in range(0, 16, 4)))


def make_hash(password: Secret) -> str:
    return _argon2.hash(password.value)


def matches(stored: str | None, password: Secret) -> bool:
    """Is this the password? As slow for somebody unknown (None) as for a wrong password; no
    transaction may be open."""
    try:
        return _argon2.verify(stored or _nobody(), password.value) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
