"""The catalogue: what our products are, what they cost, and which changes need a person to look.

A product is an operator's airtime, or a data plan known by size, validity and family: the same plan
at several providers is one product with several offers. Rules only.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.money import MINOR_DIGITS, Money
from app.domain.products import Family, Offered, ProductKind

AIRTIME = "airtime"
"""The code of every operator's airtime."""

_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class PriceRules:
    """`margin_bp`: what is added to the cheapest cost where the operator's own price isn't known,
    in basis points; `moves_at_most_percent`: a cost that moves by more waits for a person."""

    margin_bp: int = 300
    moves_at_most_percent: int = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """A data plan as it is sold: `price` is ours."""

    operator: str
    code: str
    family: Family
    size_mb: int
    validity_days: int
    price: Money


@dataclass(frozen=True, slots=True)
class Described:
    """What a plan gives, whoever sells it at what price."""

    size_mb: int
    validity_days: int
    family: Family


class Term(StrEnum):
    """Plans by how long they last: one to three days, four to fourteen, more."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


_DAILY_UP_TO, _WEEKLY_UP_TO = 3, 14


@dataclass(frozen=True, slots=True)
class Offer:
    """A product at a provider, as it is known now; `source` is "vendor", or names the sample it
    comes from."""

    provider: str
    code: str
    cost: Money | None
    face: Money | None
    least: Money | None
    most: Money | None
    discount_bp: int
    source: str
    seen_at: datetime


def product_code(offered: Offered) -> str:
    """Our code of what a provider offers: airtime, or a plan such as 1024mb-7d or 1024mb-7d-sme."""
    if offered.kind is ProductKind.AIRTIME:
        return AIRTIME
    family = "" if offered.family is Family.DIRECT else f"-{offered.family}"
    return f"{offered.size_mb}mb-{offered.validity_days}d{family}"


def term_of(validity_days: int) -> Term:
    """Under which of the menu's headings a plan stands."""
    if validity_days <= _DAILY_UP_TO:
        return Term.DAILY
    return Term.WEEKLY if validity_days <= _WEEKLY_UP_TO else Term.MONTHLY


def described(code: str) -> Described | None:
    """What a plan's code says of it; None for airtime."""
    if code == AIRTIME:
        return None
    size, days, *family = code.split("-")
    return Described(
        int(size.removesuffix("mb")), int(days.removesuffix("d")),
        Family(family[0]) if family else Family.DIRECT,
    )  # fmt: skip


def can_be_sold(offered: Offered) -> bool:
    """Is what the provider tells enough to sell it?"""
    if offered.kind is ProductKind.AIRTIME:
        return bool(offered.code)
    cost = offered.cost
    known = offered.size_mb > 0 and offered.validity_days > 0 and bool(offered.code)
    return known and cost is not None and cost.amount_minor > 0


def moved_too_far(was: Money, now: Money, rules: PriceRules) -> bool:
    """Must a person look before this change takes effect?"""
    if was.currency != now.currency:
        return True
    moved = abs(now.amount_minor - was.amount_minor)
    return moved * 100 > was.amount_minor * rules.moves_at_most_percent


def our_price(offers: list[Offer], currency: str, rules: PriceRules) -> Money | None:
    """The operator's own price where a provider tells it (the highest, when they differ), else the
    cheapest cost with our margin, in whole units; never below the cheapest cost. None: nobody
    offers it in this currency."""
    costs = [offer.cost for offer in offers if offer.cost and offer.cost.currency == currency]
    faces = [offer.face for offer in offers if offer.face and offer.face.currency == currency]
    if not costs and not faces:
        return None
    if faces:
        return max([*faces, *([min(costs)] if costs else [])])
    unit = 10 ** MINOR_DIGITS[currency]
    with_margin = -(-min(costs).amount_minor * (_WHOLE + rules.margin_bp) // _WHOLE)
    return Money(-(-with_margin // unit) * unit, currency)
