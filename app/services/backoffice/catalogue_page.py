"""The catalogue as staff see it: an operator's products, and one product with everything on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.db import catalogue, prices, products
from app.db.approvals import ApprovalRow
from app.db.catalogue import ChangeRow
from app.db.prices import PriceRow
from app.db.products import OfferRow, ProductRow
from app.domain.catalogue import Offer, our_price
from app.domain.money import Money
from app.domain.operators import OPERATORS, Operator
from app.domain.products import Family
from app.services.backoffice.price_preview import COUNTED, LATELY, margin_bp, margin_of, screens_of
from app.services.backoffice.waiting_tickets import waiting_about
from app.services.context import Context
from app.services.sync_catalogue import list_changes
from app.services.vending_context import VendingContext

MOST_PRODUCTS = 500
_PRICES_SHOWN = 30
STANDINGS = ("on_sale", "withdrawn", "held", "too_cheap", "waiting")


@dataclass(frozen=True, slots=True)
class OfferLine:
    """`state`: on_sale, withdrawn, not_in_use, or too_dear: it takes more than our price, so
    nothing is sold through it."""

    offer: Offer
    state: str
    withdrawn_at: datetime | None
    margin: Money | None
    margin_bp: int | None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """`price` is what our price would be with the new cost."""

    change: ChangeRow
    price: Money | None


@dataclass(frozen=True, slots=True)
class PriceLine:
    """`state`: to_come, valid or over."""

    row: PriceRow
    state: str


@dataclass(frozen=True, slots=True)
class ProductPage:
    """`by_lists` is what the price would be by the vendors' lists; `bought`: orders in the last 30
    days, COUNTED or more."""

    row: ProductRow
    operator: Operator
    state: str
    history: Sequence[PriceLine]
    offers: Sequence[OfferLine]
    changes: Sequence[ChangeLine]
    tickets: Sequence[ApprovalRow]
    by_lists: Money | None
    bought: int
    screens: Sequence[str]

    @property
    def bought_many(self) -> bool:
        return self.bought >= COUNTED


@dataclass(frozen=True, slots=True)
class CatalogueWanted:
    """Filters; empty: any."""

    operator: str
    family: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """`changes` and `tickets` are those of every operator."""

    operators: Sequence[Operator]
    operator: Operator | None
    products: Sequence[tuple[ProductRow, str]]
    changes: Sequence[ChangeRow]
    tickets: Sequence[ApprovalRow]


def catalogue_page(ctx: Context, vending: VendingContext, wanted: CatalogueWanted) -> CataloguePage:
    """Products of one operator, the first where none is named."""
    now = ctx.clock.now()
    with ctx.db.statement() as tx:
        names = [name for name in products.operators(tx) if name in OPERATORS]
    name = wanted.operator or next(iter(names), "")
    rows: list[ProductRow] = []
    if name:
        with ctx.db.statement() as tx:
            rows = products.products_of(tx, name, list(vending.providers), now, MOST_PRODUCTS)
    lines = [(row, state_of(row)) for row in rows]
    return CataloguePage(
        [OPERATORS[one] for one in names], OPERATORS.get(name),
        [(row, state) for row, state in lines
         if wanted.family in ("", row.family) and _fits(row, state, wanted.state)],
        list_changes(vending), waiting_about(ctx, "price"),
    )  # fmt: skip


def families() -> list[str]:
    return [family.value for family in Family]


def state_of(row: ProductRow) -> str:
    """on_sale; withdrawn: nobody lists it; too_cheap: every provider takes more than it costs, so
    no order of it finds a route."""
    if not row.providers:
        return "withdrawn"
    if row.price is not None and row.least is not None and row.least > row.price:
        return "too_cheap"
    return "on_sale"


def product_page(
    ctx: Context, vending: VendingContext, operator: str, code: str
) -> ProductPage | None:
    """None when there is no such product."""
    now, names = ctx.clock.now(), list(vending.providers)
    with ctx.db.transaction() as tx:
        row = products.find(tx, operator, code, names, now)
        if row is None or operator not in OPERATORS:
            return None
        history = prices.prices_of(tx, operator, code, _PRICES_SHOWN)
        offered = products.offers_of(tx, operator, code, names)
        changes = [
            one
            for one in catalogue.waiting_changes(tx)
            if (one.operator, one.product) == (operator, code)
        ]
        bought = products.bought_since(tx, operator, code, now - LATELY, COUNTED)
    on_sale = [one.offer for one in offered if one.in_use and one.withdrawn_at is None]
    currency = OPERATORS[operator].currency
    return ProductPage(
        row, OPERATORS[operator], state_of(row), _history(history, now),
        [_offer(one, row.price) for one in offered],
        [ChangeLine(change, _then(vending, on_sale, change, row)) for change in changes],
        waiting_about(ctx, "price", operator=operator, product=code),
        our_price(on_sale, currency, vending.prices) if row.kind == "data" else None,
        bought, screens_of(operator, code, row.price) if row.price else [],
    )  # fmt: skip


def _fits(row: ProductRow, state: str, wanted: str) -> bool:
    match wanted:
        case "":
            return True
        case "held":
            return row.held
        case "waiting":
            return row.changes > 0
    return state == wanted


def _history(rows: Sequence[PriceRow], now: datetime) -> list[PriceLine]:
    lines, valid = [], False
    for row in rows:
        if row.valid_from > now:
            lines.append(PriceLine(row, "to_come"))
        else:
            lines.append(PriceLine(row, "over" if valid else "valid"))
            valid = True
    return lines


def _offer(one: OfferRow, price: Money | None) -> OfferLine:
    margin = margin_of(price, one.offer.cost)
    if one.withdrawn_at is not None:
        state = "withdrawn"
    elif not one.in_use:
        state = "not_in_use"
    elif margin is not None and margin.amount_minor < 0:
        state = "too_dear"
    else:
        state = "on_sale"
    return OfferLine(one.offer, state, one.withdrawn_at, margin, margin_bp(price, one.offer.cost))


def _then(
    vending: VendingContext, offers: Sequence[Offer], change: ChangeRow, row: ProductRow
) -> Money | None:
    """Our price once the change is accepted; a held one stays."""
    if row.held or row.price is None:
        return row.price
    changed = [
        replace(one, cost=change.now) if one.provider == change.provider else one for one in offers
    ]
    return our_price(changed, OPERATORS[row.operator].currency, vending.prices)
