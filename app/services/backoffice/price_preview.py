"""What a change of price would mean, before anybody asks for it or approves it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import prices, products
from app.domain.catalogue import Plan, described, term_of
from app.domain.money import Money
from app.domain.requests import Plans
from app.services.context import Context
from app.services.set_price import PriceWanted, check_price
from menus.engine.state import Scene
from menus.flows import buy_data

LATELY = timedelta(days=30)
COUNTED = 100_000
_LANGUAGE = "en"
_SCREENS = {state.id: state.screen for state in buy_data.STATES}
_BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Margin:
    """What is left for us at a provider, in money and in basis points of the price; None where its
    cost isn't known in our currency."""

    provider: str
    cost: Money | None
    before: Money | None
    after: Money | None
    after_bp: int | None


@dataclass(frozen=True, slots=True)
class PricePreview:
    """`will` is None where a price is let go of. `moved_bp`: by how much, in basis points;
    `bought`: orders in the last 30 days, COUNTED or more; `screens`: what a subscriber reads."""

    was: Money
    will: Money | None
    begins: datetime | None
    moved_bp: int
    margins: Sequence[Margin]
    bought: int
    screens: Sequence[str]

    @property
    def bought_many(self) -> bool:
        return self.bought >= COUNTED


def price_preview(ctx: Context, wanted: PriceWanted, providers: Collection[str]) -> PricePreview:
    """Raises StaffRefused for what can't be asked for."""
    now = ctx.clock.now()
    place = (wanted.operator, wanted.product)
    with ctx.db.transaction() as tx:
        today = check_price(tx, wanted, now)
        before = prices.price_at(tx, *place, max(wanted.begins or now, now)) or today
        offered = products.offers_of(tx, *place, providers)
        bought = products.bought_since(tx, *place, now - LATELY, COUNTED)
    was, after = before.price, wanted.price or before.price
    return PricePreview(
        was, wanted.price, wanted.begins, change_bp(was, after),
        [_margin(one, was, after) for one in offered if one.in_use and one.withdrawn_at is None],
        bought, screens_of(*place, after),
    )  # fmt: skip


def margin_of(price: Money | None, cost: Money | None) -> Money | None:
    """What is left of the price."""
    if price is None or cost is None or price.currency != cost.currency:
        return None
    return price - cost


def margin_bp(price: Money | None, cost: Money | None) -> int | None:
    """The same in basis points of the price."""
    left = margin_of(price, cost)
    if left is None or price is None:
        return None
    return left.amount_minor * _BASIS_POINTS // price.amount_minor


def change_bp(was: Money, will: Money) -> int:
    """By how many basis points it moves."""
    return (will - was).amount_minor * _BASIS_POINTS // was.amount_minor


def screens_of(operator: str, product: str, price: Money) -> list[str]:
    """The line of the list, and the screen that asks for the PIN."""
    plan = described(product)
    listed, pin = _SCREENS["data.plans"], _SCREENS["data.pin"]
    if plan is None or listed is None or pin is None:
        return []
    data: dict[str, str | int] = {
        "language": _LANGUAGE, "operator": operator, "plan": product, "currency": price.currency,
        "amount": price.amount_minor, "term": term_of(plan.validity_days).value,
    }  # fmt: skip
    sold = Plan(operator, product, plan.family, plan.size_mb, plan.validity_days, price)
    lines = listed(Scene(data, Plans((sold,))))
    options = [f"{number}. {one.label}" for number, one in enumerate(lines.choices, 1)]
    return ["\n".join([lines.text, *options]), pin(Scene(data)).text]


def _margin(one: products.OfferRow, was: Money, after: Money) -> Margin:
    cost = one.offer.cost
    return Margin(
        one.offer.provider, cost, margin_of(was, cost), margin_of(after, cost),
        margin_bp(after, cost),
    )  # fmt: skip
