"""DT One's products as what is offered of our operators.

Source: dvs-api-doc.dtone.com (DVS API 1.23.0), schemas `product_base`,
`product_ranged_value_recharge`, `product_fixed_value_recharge`. Only what a sale can keep is
offered: airtime of which any whole amount of the range can be sent, plans that are data and nothing
else, and both only where the recipient's number is all that the vendor wants to know.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from app.domain.money import MINOR_DIGITS, Money
from app.domain.operators import OPERATORS
from app.domain.products import Offered, ProductKind
from providers.vending.dtone import codes
from providers.vending.dtone.answers import money, price
from providers.vending.dtone.service import inside, number, whole

_NOT_WANTED = (
    "required_debit_party_identifier_fields", "required_sender_fields",
    "required_beneficiary_fields", "required_statement_identifier_fields",
    "required_additional_identifier_fields",
)  # fmt: skip


def operator_of(said: object) -> str | None:
    """Our code of an operator as the vendor names it; None when it is none of ours."""
    name, country = inside(said, "name"), inside(said, "country", "iso_code")
    if not isinstance(name, str) or not isinstance(country, str):
        return None
    return codes.BRANDS.get(country, {}).get((name.split() or [""])[0].lower())


def offered(product: object) -> Offered | None:
    """A line of the vendor's list; None when it isn't something that we can sell."""
    operator, id_ = operator_of(inside(product, "operator")), whole(inside(product, "id"))
    name = inside(product, "name")
    if operator is None or id_ is None or not isinstance(name, str) or not _number_is_all(product):
        return None
    if inside(product, "destination", "unit") != OPERATORS[operator].currency:
        return None
    match inside(product, "type"):
        case codes.RANGED:
            return _airtime(product, operator, str(id_), name[:80])
        case codes.FIXED:
            return _plan(product, operator, str(id_), name[:80])
    return None


def _number_is_all(product: object) -> bool:
    ways = inside(product, "required_credit_party_identifier_fields")
    return (
        isinstance(ways, list)
        and ["mobile_number"] in ways
        and not any(inside(product, field) for field in _NOT_WANTED)
    )


def _airtime(product: object, operator: str, code: str, name: str) -> Offered | None:
    currency = OPERATORS[operator].currency
    amount = inside(product, "destination", "amount")
    least, most = number(inside(amount, "min")), number(inside(amount, "max"))
    modes = inside(product, "accepted_calculation_modes")
    if (
        least is None or most is None or not 0 < least <= most
        or not isinstance(modes, list) or "DESTINATION_AMOUNT" not in modes
        or whole(inside(product, "service", "subservice", "id")) not in {None, codes.AIRTIME}
        or not _any_whole_amount(inside(amount, "increment"))
    ):  # fmt: skip
        return None
    discount_bp = _discount_bp(product, currency, least, most)
    if discount_bp is None:
        return None
    digits = 10 ** MINOR_DIGITS[currency]
    lowest = Money(int(least.to_integral_value(ROUND_CEILING)) * digits, currency)
    highest = Money(int(most.to_integral_value(ROUND_FLOOR)) * digits, currency)
    if lowest > highest:
        return None
    return Offered(
        operator, ProductKind.AIRTIME, code, name, lowest, highest, discount_bp=discount_bp
    )


def _any_whole_amount(increment: object) -> bool:
    """Do steps of this size reach every whole unit? Steps count from nothing, not from `min`."""
    step = number(increment)
    return increment is None or (step is not None and step > 0 and 1 % step == 0)


def _discount_bp(product: object, currency: str, least: Decimal, most: Decimal) -> int | None:
    """The smaller of the discounts at both ends of the range, fee included; 0 where the float is in
    another currency than the airtime; None where it costs more than it is worth or its price can't
    be read."""
    wholesale = inside(product, "prices", "wholesale")
    fee, unit = number(inside(wholesale, "fee")), inside(wholesale, "unit")
    ends = [number(inside(wholesale, "amount", end)) for end in ("min", "max")]
    if fee is None or not isinstance(unit, str):
        return None
    if unit != currency:
        return 0
    discounts = [
        (worth - cost - fee) / worth * 10_000
        for worth, cost in zip((least, most), ends, strict=True)
        if cost is not None and cost > 0
    ]
    if len(discounts) != 2 or min(discounts) < 0:
        return None
    return int(min(discounts))


def _plan(product: object, operator: str, code: str, name: str) -> Offered | None:
    size_mb, days = _size_mb(inside(product, "benefits")), _days(inside(product, "validity"))
    cost = price(inside(product, "prices", "wholesale"))
    if not size_mb or not days or cost is None or cost.amount_minor <= 0:
        return None
    worth = number(inside(product, "destination", "amount"))
    currency = OPERATORS[operator].currency
    face = money(worth, currency, ROUND_FLOOR) if worth is not None and worth > 0 else None
    return Offered(
        operator, ProductKind.DATA, code, name, size_mb=size_mb, validity_days=days, cost=cost,
        face=face,
    )  # fmt: skip


def _size_mb(benefits: object) -> int:
    """The size of a plan that is data for anything; 0 when it is more, less or unlimited."""
    if not isinstance(benefits, list) or len(benefits) != 1:
        return 0
    [only] = benefits
    if inside(only, "type") != "DATA" or inside(only, "additional_information"):
        return 0
    size = number(inside(only, "amount", "base"))
    unit = codes.MEGABYTES.get(str(inside(only, "unit")).upper(), 0)
    return int(size * unit) if size is not None and size > 0 else 0


def _days(validity: object) -> int:
    """Whole days; 0 when it is unknown, unlimited or shorter than a day."""
    quantity = whole(inside(validity, "quantity"))
    hours = (quantity or 0) * codes.HOURS.get(str(inside(validity, "unit")), 0)
    return hours // 24 if hours > 0 and hours % 24 == 0 else 0
