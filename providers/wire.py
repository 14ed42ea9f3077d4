"""Reading the answer of a Nigerian vendor: naira to the kobo, numbers as at home, how long to wait.

Amounts come as JSON numbers or as text (`"1800.00"`). They never become floats.
"""

from typing import Any

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from providers import answers


class Unreadable(ValueError):
    """Not what the documentation promises."""


def json_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object with fractions as Decimal. Raises Unreadable."""
    parsed = answers.read_json(body)
    if not isinstance(parsed, dict):
        raise Unreadable("object")
    return parsed


def naira(value: object) -> Money:
    """An amount in naira, to the kobo. Raises Unreadable."""
    amount = answers.money(value, "NGN")
    if amount is None:
        raise Unreadable("amount")
    return amount


def balance(value: object) -> Money:
    """A balance in naira: parts of a kobo don't count. Raises Unreadable."""
    held = answers.balance(value, "NGN")
    if held is None:
        raise Unreadable("number")
    return held


def basis_points(share: object) -> int:
    """A share of one, such as 0.025, in basis points. Raises Unreadable."""
    exact = answers.number(share)
    if exact is None or not 0 <= exact < 1:
        raise Unreadable("share")
    return int(exact * 10_000)


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
