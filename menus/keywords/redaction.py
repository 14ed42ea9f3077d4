"""A MO SMS without its PIN: the only form of it that is kept."""

import re

from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import parse_msisdn
from menus.keywords.sms import Wanted, readings, split

MASK = "****"
SHORTEST_PIN = 4
_DIGITS = re.compile(r"\d{4,}|(?<!\d)\d{1,2}(?:[ .,-]{1,2}\d{1,2}(?!\d))+")
"""Digits of any script: four or more in a row, or singly and in pairs, apart by a blank or two."""

_VOUCHER = re.compile(r"\d(?:[\s.,-]{0,2}\d){13,}")
"""Fourteen and more, however they are grouped: the digits of a voucher, whatever is written round
them."""


def redact(text: str, country: str, currency: str) -> str:
    """The text with every PIN, and everything that might be one, masked. `currency` is empty where
    nobody can enrol.

    Only in a text read as `AIR` are the amount and the number told from a PIN; in any other,
    four digits and more are kept only as a mobile number, and after `TOPUP` nothing is kept.
    """
    words = split(text)
    if words and words[0].upper() == "TOPUP":
        return f"{words[0]} {MASK}" if len(words) > 1 else words[0]
    if words and words[0].upper() == "AIR" and currency:
        ways = list(readings(words[1:], country, currency))
        if len(ways) == 1 and _amount_is_clear(words, ways[0]):
            return " ".join([*words[:-1], MASK] if ways[0].pin else words)
    return _DIGITS.sub(lambda run: _kept(run.group(), country), _VOUCHER.sub(MASK, text))


def _amount_is_clear(words: list[str], wanted: Wanted) -> bool:
    """A bare amount at the very end might be a PIN in the wrong place."""
    return bool(wanted.pin or wanted.recipient) or not words[-1].isdigit() or len(words) > 2


def _kept(digits: str, country: str) -> str:
    if sum(map(str.isdigit, digits)) < SHORTEST_PIN:
        return digits
    try:
        parse_msisdn(digits, country)
    except NotAnMsisdn:
        return MASK
    return digits
