"""Merchants' API keys: how one looks, and what makes it a key of ours.

`nxk_live_<id>_<secret>` or `nxk_test_...`: the prefix and six characters of checksum at its end let
a scanner of source code recognise one, and let us turn away what never was one without asking the
database. The id is public; the 43 characters of the secret hold 256 bits.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.secret import Secret

_ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 12
_SECRET_LENGTH = 43
_CHECK_LENGTH = 6
_KEY = re.compile(
    rf"nxk_(live|test)_([a-z0-9]{{{_ID_LENGTH}}})_[0-9A-Za-z]{{{_SECRET_LENGTH + _CHECK_LENGTH}}}"
)
PREFIX = "nxk_"
"""What tells a key from other tokens."""

MOST_KEYS = 10
"""So many usable keys a merchant has at once: two of the same kind while one takes the place of the
other, and some for different servers."""
LONGEST_LABEL = 40
MOST_NETWORKS = 20
MOST_PER_MINUTE = 6_000
USUAL_PER_MINUTE = 300


class KeyRefused(StrEnum):
    """Why a key doesn't open. NO_KEY is said of unknown, revoked and expired ones alike."""

    NO_KEY = "no_key"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A whole key; `id` is its public part."""

    id: str
    live: bool
    whole: Secret


def make(pick: Callable[[str], str], *, live: bool) -> ApiKey:
    """A fresh key; `pick` chooses an unguessable character of those given."""
    id_ = "".join(pick(_ID_LETTERS) for _ in range(_ID_LENGTH))
    secret = "".join(pick(_LETTERS) for _ in range(_SECRET_LENGTH))
    head = f"{PREFIX}{'live' if live else 'test'}_{id_}_{secret}"
    return ApiKey(id_, live, Secret(head + _check(head)))


def read(token: Secret) -> ApiKey | None:
    """The key that this is; None for what never was one."""
    found = _KEY.fullmatch(token.value)
    if found is None or _check(token.value[:-_CHECK_LENGTH]) != token.value[-_CHECK_LENGTH:]:
        return None
    return ApiKey(found[2], found[1] == "live", token)


def _check(head: str) -> str:
    number, text = zlib.crc32(head.encode()), ""
    for _ in range(_CHECK_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        text = _LETTERS[place] + text
    return text
