"""Reading vendors' JSON: numbers stay exact, and no body, however odd, raises anything."""

import json
import re
from decimal import ROUND_FLOOR, Decimal
from typing import Any, NoReturn

from app.domain.money import MINOR_DIGITS, Money

_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,18})?\Z", re.ASCII)
_MOST_DIGITS = 15


def read_json(body: bytes) -> Any:
    """What the body says, fractions as Decimal; None when it isn't JSON (or is `null`)."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError, ArithmeticError):
        return None


def number(value: object) -> Decimal | None:
    """A JSON number, or text that is a plain decimal; None for anything else."""
    if isinstance(value, str):
        return Decimal(value) if _PLAIN.match(value) else None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    exact = Decimal(value)
    return exact if exact.is_finite() and abs(exact.adjusted()) <= _MOST_DIGITS else None


def money(value: object, currency: str) -> Money | None:
    """An amount in whole units as exact minor units; None when it is neither a number nor
    exact."""
    exact = number(value)
    if exact is None or currency not in MINOR_DIGITS:
        return None
    minor = exact.scaleb(MINOR_DIGITS[currency])
    return Money(int(minor), currency) if minor == minor.to_integral_value() else None


def balance(value: object, currency: str) -> Money | None:
    """What we have at least: vendors keep balances in fractions of a minor unit too."""
    exact = number(value)
    if exact is None or currency not in MINOR_DIGITS:
        return None
    minor = exact.scaleb(MINOR_DIGITS[currency]).to_integral_value(ROUND_FLOOR)
    return Money(int(minor), currency)


def spoken_money(text: object) -> tuple[str, str]:
    """`NGN 1785.50` as currency and number; empty texts when it isn't such."""
    words = text.split() if isinstance(text, str) else []
    return (words[0], words[1]) if len(words) == 2 else ("", "")


def _refuse(constant: str) -> NoReturn:
    """NaN and infinities aren't JSON (RFC 8259)."""
    raise ValueError(constant)
