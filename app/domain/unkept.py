"""What is kept nowhere, wherever people type it: numbers of payment cards, which we don't take, and
keys to our API."""

import re

MASK = "****"
_RUN = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
"""Thirteen to nineteen digits, single blanks or hyphens between any of them."""
_SCHEMES = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|(?:506[01]|507[89]|6500)\d{12,15}"  # Verve
    r"|3[47]\d{13}"  # American Express
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12,15}|62\d{14,17}"  # Discover, UnionPay
    r"|(?:50|5[6-9]|6[0-9])\d{11,17}"  # Maestro
)
"""How issuers' numbers begin, and their lengths. Few telephone numbers and ids look like it."""


_API_KEY = re.compile(r"nxk_(?:live|test)_[0-9A-Za-z_-]+", re.IGNORECASE)


def unkept_masked(text: str) -> str:
    """The text with every API key masked, and every number that can be a card's: one of an issuer's
    ranges whose last digit is right (Luhn, ISO/IEC 7812-1)."""
    text = _API_KEY.sub(MASK, text)
    return _RUN.sub(lambda found: MASK if _is_card(found[0]) else found[0], text)


def _is_card(written: str) -> bool:
    digits = [int(one) for one in written if one.isdigit()]
    if not _SCHEMES.fullmatch("".join(map(str, digits))):
        return False
    doubled = [sum(divmod(2 * one, 10)) for one in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
