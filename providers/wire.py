"""Reading a vendor's answer: its JSON exactly, naira to the kobo, how long to wait.

Amounts come as JSON numbers or as text (`"1800.00"`). They never become floats.
"""

import json
import re
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from app.domain.money import Money
from app.domain.msisdn import Msisdn

_NUMBER = re.compile(r"(?a:-?[0-9]{1,12}(?:\.[0-9]{1,12})?)\Z")


class Unreadable(ValueError):
    """Not what the documentation promises."""


def json_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object with fractions as Decimal. Raises Unreadable, also for what Python
    would let pass (NaN) or stumble over (a million brackets)."""
    try:
        parsed = json.loads(body, parse_float=Decimal, parse_constant=_not_a_number)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise Unreadable(type(error).__name__) from None
    if not isinstance(parsed, dict):
        raise Unreadable("object")
    return parsed


def naira(value: object) -> Money:
    """An amount in naira, to the kobo. Raises Unreadable."""
    kobo = _number(value) * 100
    if kobo != kobo.to_integral_value():
        raise Unreadable("amount")
    return Money(int(kobo), "NGN")


def balance(value: object) -> Money:
    """A balance in naira: parts of a kobo don't count. Raises Unreadable."""
    return Money(int((_number(value) * 100).to_integral_value(ROUND_FLOOR)), "NGN")


def basis_points(share: object) -> int:
    """A share of one, such as 0.025, in basis points. Raises Unreadable."""
    parts = int(_number(share) * 10_000)
    if not 0 <= parts < 10_000:
        raise Unreadable("share")
    return parts


def whole_naira(amount: Money) -> int | None:
    """The amount as a number of naira; None when it has kobo or another currency."""
    if amount.currency != "NGN" or not amount.is_whole():
        return None
    return amount.amount_minor // 100


def national(msisdn: Msisdn | str) -> str:
    """08031234567: a Nigerian number as it is written at home, from E.164 with or without its plus
    (or from that very form)."""
    digits = str(msisdn).removeprefix("+")
    return "0" + digits.removeprefix("234") if len(digits) == 13 else digits


def seconds_to_wait(retry_after: str) -> int:
    """`Retry-After` in seconds; five when it is missing or no number (RFC 9110 allows a date)."""
    return int(retry_after) if retry_after.isdecimal() and len(retry_after) < 5 else 5


def _number(value: object) -> Decimal:
    """A JSON number or text; bounded, so that the arithmetic stays small."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise Unreadable("number")
    text = value if isinstance(value, str) else str(value)
    if not _NUMBER.match(text):
        raise Unreadable("number")
    return Decimal(text)


def _not_a_number(constant: str) -> None:
    raise Unreadable(constant)
