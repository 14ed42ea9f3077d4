"""The price of a data plan: one person asks, another approves, and it begins when it was asked for,
but never before it was approved. From then on vendors' lists leave it alone, until two people let
go of it. No sale costs more than its confirm screen said, whatever begins meanwhile: see buy_data.
"""

from dataclasses import dataclass
from datetime import datetime

from app.db import catalogue, prices
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.db.prices import PriceRow
from app.domain.catalogue import Offer
from app.domain.money import Money
from app.security.audit import Entry, append
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.staff_refused import StaffRefused


@dataclass(frozen=True, slots=True)
class PriceWanted:
    """`price` None: let go of the price that people set and of those to come, so that it follows
    the vendors' lists again. `begins` None: as soon as it is approved."""

    operator: str
    product: str
    price: Money | None
    begins: datetime | None = None


def ask_price(
    ctx: Context, wanted: PriceWanted, reason: str, actor: str, key: str | None = None
) -> str:
    """The ticket under which another person decides. Raises StaffRefused."""
    with ctx.db.transaction() as tx:
        before = check_price(tx, wanted, ctx.clock.now())
        detail: dict[str, object] = {"operator": wanted.operator, "product": wanted.product}
        if wanted.price is not None:
            detail |= {"amount_minor": wanted.price.amount_minor, "currency": before.price.currency}
        detail |= {
            "was": str(before.price), "from": wanted.begins.isoformat() if wanted.begins else "",
        }  # fmt: skip
        return ask_approval(ctx, tx, "price", detail, reason, actor, key)


def set_price(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:
    """Do what was approved; what came of it."""
    now, wanted = ctx.clock.now(), price_of(approval)
    catalogue.lock(tx)
    before = check_price(tx, wanted, now)
    place = (wanted.operator, wanted.product)
    if wanted.price is None:
        dropped = prices.drop_to_come(tx, *place, now)
        if before.held:
            prices.add_price(tx, *place, PriceRow(now, before.price, actor, ticket=approval.ticket))
        outcome = "it follows the vendors' lists again"
        was = [_said(before), *(_said(row) for row in dropped)]
        will = [f"{before.price} until a list says otherwise"]
    else:
        begins = max(wanted.begins or now, now)
        row = PriceRow(begins, wanted.price, actor, held=True, ticket=approval.ticket)
        replaced = prices.add_price(tx, *place, row)
        outcome = f"{wanted.price} from {begins:%Y-%m-%d %H:%M} UTC"
        was = [_said(before), *([f"{replaced} to come then"] if replaced else [])]
        will = [_said(row)]
    append(tx, Entry(
        now, actor, "catalogue.price", " ".join(place), {"ticket": approval.ticket},
        before={"prices": was}, after={"prices": will},
    ))  # fmt: skip
    return outcome


def price_of(approval: ApprovalRow) -> PriceWanted:
    """What was asked for."""
    detail = approval.detail
    price = Money(detail["amount_minor"], detail["currency"]) if "amount_minor" in detail else None
    begins = datetime.fromisoformat(detail["from"]) if detail["from"] else None
    return PriceWanted(detail["operator"], detail["product"], price, begins)


def check_price(tx: Transaction, wanted: PriceWanted, now: datetime) -> PriceRow:
    """The price that is valid now. Raises StaffRefused for a plan that we don't know, a price that
    changes nothing, or one at which no provider would sell."""
    before = prices.price_at(tx, wanted.operator, wanted.product, now)
    if before is None:
        raise StaffRefused(f"{wanted.operator} {wanted.product} is no plan with a price")
    if wanted.price is None:
        if not before.held and not prices.begins_later(tx, wanted.operator, wanted.product, now):
            raise StaffRefused("it follows the vendors' lists already")
        return before
    if wanted.price.currency != before.price.currency or wanted.price.amount_minor <= 0:
        raise StaffRefused(f"an amount in {before.price.currency} above zero is wanted")
    then = prices.price_at(tx, wanted.operator, wanted.product, max(wanted.begins or now, now))
    if then is not None and then.held and then.price == wanted.price:
        raise StaffRefused(f"it costs {wanted.price} then already")
    least = cheapest(catalogue.offers_for(tx, wanted.operator, wanted.product), wanted.price)
    if least is not None and wanted.price < least:
        raise StaffRefused(
            f"no provider sells it for {wanted.price}: the cheapest takes {least} of us"
        )
    return before


def cheapest(offers: list[Offer], price: Money) -> Money | None:
    """The least that a provider takes, where that is known in the currency of the price."""
    costs = [one.cost for one in offers if one.cost and one.cost.currency == price.currency]
    return min(costs, default=None)


def _said(row: PriceRow) -> str:
    return f"{row.price} from {row.valid_from:%Y-%m-%d %H:%M} UTC"
