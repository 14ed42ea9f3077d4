"""Numbers as Reloadly writes them: exact, and nothing that could be read in two ways."""

import json
import re
from decimal import ROUND_DOWN, Decimal
from typing import Any

from app.domain.money import MINOR_DIGITS, Money

_PLAIN = re.compile(r"(?a:[0-9]{1,15}(?:\.[0-9]{1,12})?)\Z")


def parsed(body: bytes) -> Any:
    """JSON with exact decimals; None when it isn't JSON."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def decimal_of(value: object) -> Decimal | None:
    """A number that isn't negative, as a number or as its plain digits."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    text = value if isinstance(value, str) else f"{value:f}" if isinstance(value, Decimal) else (
        str(value) if abs(value) < 10**15 else "")  # fmt: skip
    return Decimal(text) if _PLAIN.match(text) else None


def id_of(value: object) -> str:
    """A whole number above zero as its digits, as ids are; empty for anything else."""
    number = decimal_of(value)
    return str(int(number)) if number and number == int(number) else ""


def money_of(value: object, currency: object) -> Money | None:
    """An amount in whole units of a currency we know; None unless it is a whole number of minor
    units."""
    return _money(value, currency, exact=True)


def money_below(value: object, currency: object) -> Money | None:
    """The same, less what is smaller than a minor unit: for a balance."""
    return _money(value, currency, exact=False)


def _money(value: object, currency: object, *, exact: bool) -> Money | None:
    number = decimal_of(value)
    if number is None or not isinstance(currency, str) or currency not in MINOR_DIGITS:
        return None
    minor = number.scaleb(MINOR_DIGITS[currency])
    whole = minor.to_integral_value(ROUND_DOWN)
    return Money(int(whole), currency) if whole == minor or not exact else None


def _no_number(name: str) -> None:
    raise ValueError(name)
