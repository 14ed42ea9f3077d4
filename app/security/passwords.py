"""Staff passwords: argon2id, and what is too easy to be one.

Parameters: 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.secret import Secret

LEAST = 8
COMMONEST = frozenset(
    "password password1 password12 password123 passw0rd p@ssw0rd 12345678 123456789 1234567890"
    " 87654321 11111111 00000000 88888888 123123123 12341234 11223344 qwertyui qwertyuiop qwerty123"
    " 1q2w3e4r 1qaz2wsx iloveyou sunshine princess football baseball superman trustno1 welcome1"
    " letmein1 admin123 administrator abcd1234 asdfghjk asdfghjkl abc12345 computer internet"
    " changeme default1 nexustop nexustop1 nexustop123 whatever michelle jennifer blessing"
    " jesus123 godisgood chelsea1 arsenal1".split()
)
"""The commonest of eight characters and more; compared in small letters."""

_argon2 = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def too_easy(password: Secret) -> bool:
    """Shorter than LEAST, one of the commonest, or one character over and over?"""
    value = password.value
    return len(value) < LEAST or value.lower() in COMMONEST or len(set(value)) == 1


@cache
def _nobody() -> str:
    return _argon2.hash("nobody")


def make_hash(password: Secret) -> str:
    return _argon2.hash(password.value)


def matches(stored: str | None, password: Secret) -> bool:
    """Is this the password? As slow for somebody unknown (None) as for a wrong password; no
    transaction may be open."""
    try:
        return _argon2.verify(stored or _nobody(), password.value) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
