"""A transaction as DT One tells it, and what it makes of a sale.

Source: dvs-api-doc.dtone.com (DVS API 1.23.0), schema `transaction`, transaction status.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, localcontext

from app.domain.money import MINOR_DIGITS, Money
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    Pending,
    Scope,
    Throttled,
    Unknown,
)
from providers.vending.dtone import codes
from providers.vending.dtone.service import Answer, inside, number, whole

Word = Delivered | Declined | Pending | Unknown
"""What a transaction can say of a sale."""


@dataclass(frozen=True, slots=True)
class Told:
    """One transaction. `kind` is its status class, empty when its two forms disagree; `status` the
    detail. `wanted` and `adjusted`: (amount, currency) of the airtime asked for, and what the
    vendor made of it. `price`: what it takes from our balance, fee included, rounded up to minor
    units."""

    id: str
    external_id: str
    kind: str
    status: str
    recipient: object
    product_id: int | None
    product_type: object
    wanted: tuple[Decimal, str] | None
    adjusted: tuple[Decimal, str] | None
    price: Money | None


def transaction(said: object) -> Told | None:
    """Read it; None when it isn't one."""
    id_, external_id = whole(inside(said, "id")), inside(said, "external_id")
    status = inside(said, "status", "message")
    if id_ is None or not isinstance(external_id, str) or not isinstance(status, str):
        return None
    kind = codes.CLASSES.get(whole(inside(said, "status", "class", "id")) or 0, "")
    agree = kind == inside(said, "status", "class", "message") == status.split("-")[0]
    return Told(
        str(id_), external_id, kind if agree else "", status,
        inside(said, "credit_party_identifier", "mobile_number"),
        whole(inside(said, "product", "id")), inside(said, "product", "type"),
        _value(inside(said, "requested_values", "destination")),
        _value(inside(said, "adjusted_values", "destination")),
        price(inside(said, "prices", "wholesale")),
    )  # fmt: skip


def word(told: Told) -> Word:
    """What it says of the sale, by its class."""
    if told.kind == codes.COMPLETED:
        if told.product_type == codes.RANGED and told.adjusted not in {None, told.wanted}:
            return Unknown("adjusted", told.id)
        return Delivered(told.id, told.status)
    if told.kind in codes.PENDING:
        return Pending(told.id, told.status)
    if told.kind == codes.TAKEN_BACK:
        return Declined(told.status, Scope.SALE, told.id, taken_back=True)
    if told.kind in codes.NOT_DONE:
        detail = told.status.removeprefix(told.kind).removeprefix("-")
        scope = codes.SCOPES.get(detail, codes.OTHER_DETAIL)
        return Declined(told.status[:60], scope, told.id)
    return Unknown(f"status_{told.status[:20]}", told.id)


def refusal(answer: Answer) -> Declined | Misconfigured | Throttled | Unknown:
    """What an answer that isn't a transaction says of a sale."""
    if answer.status == 429:
        return Throttled("429", answer.retry_after)
    if answer.status == 401:
        return Misconfigured("401")
    found = [codes.ERRORS.get(error, Unknown(str(error[1]))) for error in answer.errors()]
    if not found:
        return Unknown(str(answer.status) if answer.status >= 300 else "unreadable")
    return next((one for one in found if isinstance(one, Unknown)), found[0])


def price(wholesale: object) -> Money | None:
    """What a wholesale price takes from our balance, fee included, rounded up to minor units; None
    when it can't be read."""
    amount, fee = number(inside(wholesale, "amount")), number(inside(wholesale, "fee"))
    if amount is None or fee is None or inside(wholesale, "unit_type") != "CURRENCY":
        return None
    return money(amount + fee, inside(wholesale, "unit"), ROUND_CEILING)


def money(amount: Decimal, currency: object, rounding: str) -> Money | None:
    """An amount in whole units as money; None for a currency that the program doesn't know."""
    if not isinstance(currency, str) or currency not in MINOR_DIGITS:
        return None
    with localcontext(prec=60):
        minor = amount.scaleb(MINOR_DIGITS[currency])
        return Money(int(minor.to_integral_value(rounding)), currency)


def _value(said: object) -> tuple[Decimal, str] | None:
    amount, unit = number(inside(said, "amount")), inside(said, "unit")
    return (amount, unit) if amount is not None and isinstance(unit, str) else None
