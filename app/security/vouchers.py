"""Recharge PINs: made at random, kept as digests only."""

import hmac
import secrets
from collections.abc import Callable
from hashlib import sha256

from app.domain.secret import Secret
from app.domain.vouchers import DIGITS, check_digit


class VoucherPins:
    """Makes PINs and the digests under which they are found.

    A digest is HMAC-SHA256 under a key made from the server's: whoever has the database alone can't
    try PINs on it. `below(n)` gives an unguessable number from 0 to n - 1.
    """

    def __init__(self, key: bytes, below: Callable[[int], int] = secrets.randbelow) -> None:
        self._key = hmac.digest(key, b"voucher pins", sha256)
        self._below = below

    def fresh(self) -> Secret:
        """A new PIN. It doesn't begin with 0, which spreadsheets drop from a CSV file."""
        first = 10 ** (DIGITS - 2)
        digits = str(first + self._below(9 * first))
        return Secret(digits + check_digit(digits))

    def digest(self, pin: Secret) -> bytes:
        """32 bytes, the same for the same PIN."""
        return hmac.digest(self._key, pin.value.encode(), sha256)
