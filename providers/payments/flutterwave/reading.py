"""Flutterwave's answers read: amounts exactly, a verified transaction as a state of its payment.

Amounts come in major units, as JSON numbers with fractions (`app_fee: 1.4`) or as text
(`"101.40"`). They never become floats: what isn't a whole number of minor units isn't read.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from app.domain.money import MINOR_DIGITS, Money
from app.ports.payments import NotPaid, Paid, PaymentState, PaymentUnknown, TakenBack
from providers.payments.flutterwave import codes, references

_TEXT = re.compile(r"(?a:[0-9]{1,13}(?:\.[0-9]{1,12})?)\Z")
_MOST_DIGITS = 12


class Unreadable(ValueError):
    """A field that is missing or isn't what the documentation promises."""


def json_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object with fractions as Decimal. Raises ValueError, also for what Python
    would let pass (NaN, Infinity) or stumble over (a million brackets, an endless exponent)."""
    try:
        parsed = json.loads(body, parse_float=Decimal, parse_constant=_not_a_number)
    except (RecursionError, InvalidOperation) as error:
        raise Unreadable(type(error).__name__) from None
    if not isinstance(parsed, dict):
        raise Unreadable("object")
    return parsed


def money(value: object, currency: object) -> Money:
    """An amount in major units of a currency. Raises Unreadable."""
    if currency not in MINOR_DIGITS:
        raise Unreadable("currency")
    minor = _exactly(value) * 10 ** MINOR_DIGITS[str(currency)]
    if minor.denominator != 1 or minor < 0:
        raise Unreadable("amount")
    return Money(minor.numerator, str(currency))


def major(amount: Money) -> str:
    """`1500.00`: an amount as it is sent."""
    digits = MINOR_DIGITS[amount.currency]
    whole, part = divmod(amount.amount_minor, 10**digits)
    return f"{whole}.{part:0{digits}d}" if digits else str(whole)


def amount_and_fee(data: Mapping[str, Any]) -> tuple[Money, Money]:
    """What was paid and what Flutterwave kept of it: all that wasn't settled, stamp duty included;
    while nothing is settled, its announced fee. Raises Unreadable."""
    currency = data.get("currency")
    amount = money(data.get("amount"), currency)
    if data.get("amount_settled") is not None:
        fee = amount - money(data["amount_settled"], currency)
    else:
        fee = money(data.get("app_fee"), currency)
    if not 0 <= fee.amount_minor < amount.amount_minor:
        raise Unreadable("fee")
    return amount, fee


def transaction_id(data: Mapping[str, Any]) -> str:
    """`data.id`, a number or text. Raises Unreadable."""
    found = data.get("id")
    if isinstance(found, bool) or not isinstance(found, int | str) or not str(found):
        raise Unreadable("id")
    return str(found)


def payment_state(data: Mapping[str, Any]) -> PaymentState:
    """A verified transaction; only a word that is listed in codes.py decides anything."""
    status = str(data.get("status"))
    if status in codes.NOT_PAID:
        return NotPaid(status)
    if status != codes.PAID and status not in codes.TAKEN_BACK:
        return PaymentUnknown(status[:20])
    try:
        external_id = transaction_id(data)
        amount, fee = amount_and_fee(data)
    except Unreadable:
        return PaymentUnknown("unreadable")
    if amount.currency not in codes.CURRENCIES:
        return PaymentUnknown("other_currency")
    if status in codes.TAKEN_BACK:
        return TakenBack(external_id, amount)
    tx_ref = data.get("tx_ref")
    return Paid(external_id, amount, fee, "", references.charge(tx_ref), references.owner(tx_ref))


def _exactly(value: object) -> Fraction:
    """The value of a JSON number or text, within bounds that keep the arithmetic small."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise Unreadable("amount")
    if isinstance(value, str) and not _TEXT.match(value):
        raise Unreadable("amount")
    exact = Decimal(value)
    exponent = exact.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -_MOST_DIGITS or exact.adjusted() > _MOST_DIGITS:
        raise Unreadable("amount")
    return Fraction(exact)


def _not_a_number(constant: str) -> None:
    raise Unreadable(constant)
