"""DingConnect's answers read: envelopes, transfer records, exact amounts.

Every answer carries `ResultCode` and `ErrorCodes: [{Code, Context}]`, whatever its HTTP status.
Amounts are JSON numbers of major units; they never become floats.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from app.domain.money import MINOR_DIGITS, Money
from providers.vending.dingconnect import codes

_TEXT = re.compile(r"(?a:[0-9]{1,12}(?:\.[0-9]{1,12})?)\Z")
_MOST_DIGITS = 12
_LONGEST_CODE = 60


class Unreadable(ValueError):
    """Not what the documentation promises."""


@dataclass(frozen=True, slots=True)
class Said:
    """An envelope: its ResultCode, its distinct error codes, and all its fields."""

    result: int
    errors: tuple[str, ...]
    fields: Mapping[str, Any]

    @property
    def good(self) -> bool:
        """Did exactly what was asked."""
        return self.result == codes.SUCCESS and not self.errors

    @property
    def code(self) -> str:
        """The one error; empty when there is none, or several."""
        return self.errors[0] if len(self.errors) == 1 else ""

    def items(self) -> list[Mapping[str, Any]]:
        """The rows of a list. Raises Unreadable."""
        rows = self.fields.get("Items")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Unreadable("Items")
        return rows


@dataclass(frozen=True, slots=True)
class Record:
    """A transfer as Ding has it; `reference` is ours, `external_id` theirs, `account` digits."""

    reference: str
    external_id: str
    sku: str
    account: str
    state: str
    price: Mapping[str, Any]


def said(body: bytes) -> Said:
    """An answer's envelope. Raises Unreadable."""
    try:
        parsed = json.loads(body, parse_float=Decimal, parse_constant=_not_a_number)
    except (ValueError, RecursionError, InvalidOperation):
        raise Unreadable("unreadable") from None
    if not isinstance(parsed, dict):
        raise Unreadable("unreadable")
    return envelope(parsed)


def envelope(fields: Mapping[str, Any]) -> Said:
    """An envelope, also of one row of a batch. Raises Unreadable."""
    result = whole(fields.get("ResultCode"))
    errors = fields.get("ErrorCodes") or []
    if not isinstance(errors, list):
        raise Unreadable("ErrorCodes")
    return Said(result, tuple(dict.fromkeys(map(_error, errors))), fields)


def record(found: object) -> Record | None:
    """A TransferRecord; None where there is none. Raises Unreadable."""
    if found is None:
        return None
    if not isinstance(found, dict):
        raise Unreadable("TransferRecord")
    ids, price = found.get("TransferId") or {}, found.get("Price") or {}
    if not isinstance(ids, dict) or not isinstance(price, dict):
        raise Unreadable("TransferRecord")
    return Record(
        _text(ids.get("DistributorRef")), _text(ids.get("TransferRef")),
        _text(found.get("SkuCode")), _text(found.get("AccountNumber")).removeprefix("+"),
        _text(found.get("ProcessingState")), price,
    )  # fmt: skip


def price(of: object, side: str) -> Money:
    """One side of a Price: `Send`, what is taken from us, or `Receive`, what arrives. Raises
    Unreadable, also for what isn't a whole number of minor units."""
    if not isinstance(of, dict):
        raise Unreadable("Price")
    return money(of.get(f"{side}Value"), of.get(f"{side}CurrencyIso"))


def is_free_of(of: Mapping[str, Any], *names: str) -> bool:
    """Are these amounts or rates zero, or not there? Raises Unreadable."""
    return all(exactly(of.get(name) or 0) == 0 for name in names)


def money(value: object, currency: object) -> Money:
    """An amount in major units. Raises Unreadable."""
    minor = minor_units(value, currency)
    if minor.denominator != 1:
        raise Unreadable("amount")
    return Money(minor.numerator, str(currency))


def minor_units(value: object, currency: object) -> Fraction:
    """The same in minor units, which need not be whole. Raises Unreadable."""
    if not isinstance(currency, str) or currency not in MINOR_DIGITS:
        raise Unreadable("currency")
    scale: int = 10 ** MINOR_DIGITS[currency]
    return exactly(value) * scale


def exactly(value: object) -> Fraction:
    """The value of a JSON number, or of text that is plainly one, within bounds that keep the
    arithmetic small. Raises Unreadable."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise Unreadable("number")
    if isinstance(value, str) and not _TEXT.match(value):
        raise Unreadable("number")
    exact = Decimal(value)
    exponent = exact.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -_MOST_DIGITS or exact.adjusted() > _MOST_DIGITS:
        raise Unreadable("number")
    return Fraction(exact)


def whole(value: object) -> int:
    """Raises Unreadable."""
    exact = exactly(value)
    if exact.denominator != 1:
        raise Unreadable("number")
    return exact.numerator


def _error(found: object) -> str:
    code = found.get("Code") if isinstance(found, dict) else None
    if not isinstance(code, str) or not code:
        raise Unreadable("ErrorCodes")
    return code[:_LONGEST_CODE]


def _text(value: object) -> str:
    """Text, or a number that stands where text should; empty when there is neither."""
    return str(value)[:100] if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _not_a_number(constant: str) -> None:
    raise Unreadable(constant)
