"""MSISDN: a mobile number, always E.164 (`+2348030000001`) inside the program."""

import re
from functools import lru_cache
from typing import NewType

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from app.domain.errors import NotAnMsisdn

Msisdn = NewType("Msisdn", str)

_SIX = re.compile(r" (?a:([0-9]{3})([0-9]{3}))\Z")
_WRITTEN = re.compile(r"\+[0-9]{10,15}")

_AT_HOME = ("NG", "KE", "GH", "UG", "RW", "TZ")
"""Whose local forms are looked for in a text."""
_DIGITS = re.compile(r"(?a:\+?[0-9](?:[ -]?[0-9]){8,})")
_GROUPS = re.compile(r"(?a:[ -]?\+?[0-9]+)")
_DIALLABLE = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)


@lru_cache(maxsize=65_536)
def parse_msisdn(text: str, country: str = "NG") -> Msisdn:
    """The E.164 form of a number as a person or a gateway writes it.

    `country` (ISO 3166) reads local forms (`0803 000 0001`). A leading space is a "+" that a
    gateway forgot to percent-encode. Raises NotAnMsisdn; only ASCII characters are considered.
    """
    repaired = f"+{text[1:]}" if text[:1] == " " and text[1:].isdigit() else text.strip()
    if not repaired.isascii() or len(repaired) > 24:
        raise NotAnMsisdn
    if repaired.isdigit() and len(repaired) > 11 and not repaired.startswith("0"):
        repaired = f"+{repaired}"
    try:
        number = phonenumbers.parse(repaired, country)
    except NumberParseException as error:
        raise NotAnMsisdn from error
    if (
        not phonenumbers.is_valid_number(number)
        or phonenumbers.number_type(number) not in _DIALLABLE
    ):
        raise NotAnMsisdn
    return Msisdn(phonenumbers.format_number(number, PhoneNumberFormat.E164))


@lru_cache(maxsize=65_536)
def country_of(msisdn: Msisdn) -> str:
    """The ISO 3166 country code the number belongs to."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(msisdn, None)) or "ZZ"


@lru_cache(maxsize=65_536)
def spoken(msisdn: Msisdn) -> str:
    """The number the way people say it at home: `0803 000 0001`, `0712 345 678`.

    Six digits in a row, as the numbering plans of Kenya and Uganda write them, are said in threes
    like those of their neighbours.
    """
    national = phonenumbers.format_number(
        phonenumbers.parse(msisdn, None), PhoneNumberFormat.NATIONAL
    ).replace("-", " ")
    return _SIX.sub(r" \1 \2", national)


def hidden_in(text: str, *numbers: Msisdn) -> str:
    """The text with the middle of these numbers hidden, however it writes them: `+234...`,
    `0803...`, in groups."""
    for number in set(numbers):
        digits = "[ -]?".join(number[-9:])
        text = re.sub(rf"(?a:\+?[0-9]{{0,4}}[ -]?){digits}(?![0-9])", f"****{number[-3:]}", text)
    return text


def calling_code(country: str) -> int:
    """234 for NG; 0 for a country (ISO 3166) that doesn't exist."""
    return phonenumbers.country_code_for_region(country)


def numbers_hidden(text: str) -> str:
    """The text with the middle of every mobile number in it hidden, whoever's it is; digits that
    are no mobile number stay."""
    return _DIGITS.sub(lambda run: _hidden(run[0]), text)


def _hidden(run: str) -> str:
    """Digits with spaces or dashes between them: the longest number that begins at each group is
    hidden, for an amount may stand before it."""
    groups = _GROUPS.findall(run)
    for first in range(len(groups)):
        for last in range(len(groups), first, -1):
            found = "".join(groups[first:last]).strip(" -")
            if _is_number(found.replace(" ", "").replace("-", "")):
                gap = groups[first][0] if groups[first][0] in " -" else ""
                before, after = "".join(groups[:first]), "".join(groups[last:])
                return f"{before}{gap}****{found[-3:]}{_hidden(after) if after else ''}"
    return run


def _is_number(digits: str) -> bool:
    for country in _AT_HOME:
        try:
            parse_msisdn(digits, country)
        except NotAnMsisdn:
            continue
        return True
    return False


def masked(msisdn: str) -> str:
    """The number with its middle hidden, for logs: `+234803****001`."""
    return f"{msisdn[:7]}****{msisdn[-3:]}" if len(msisdn) > 10 else "****"


def masked_in(text: str) -> str:
    """The text with every number in it masked that is written as an Msisdn is."""
    return _WRITTEN.sub(lambda found: masked(found[0]), text)
