"""Place an order, once its payer's word is good: what purchases by PIN and by schedule share."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import catalogue, orders, outbox
from app.db.engine import Transaction
from app.db.orders import NewOrder, PlacedOrder
from app.db.subscribers import SubscriberRow
from app.domain.agent_postings import agent_float
from app.domain.catalogue import Plan
from app.domain.days import day_of
from app.domain.ledger import hold, wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn, country_of
from app.domain.operators import OPERATORS
from app.domain.rates import SaleAbroad
from app.domain.requests import OrderPlaced, Origin
from app.domain.risk import NOTHING, REVIEW_HOURS, Score, Verdict
from app.services.business_settings import value_of
from app.services.context import Context
from app.services.limits import limits_of
from app.services.order_params import order_params


@dataclass(frozen=True, slots=True)
class Sale:
    """What is sold to whom. `amount` reaches the phone, `price` leaves the wallet, `said` is the
    price that the buyer was told."""

    product: str
    operator: str
    recipient: Msisdn
    amount: Money
    price: Money
    said: Money
    abroad: SaleAbroad | None = None


def is_airtime_of(operator: str, amount: Money) -> bool:
    """Can that much airtime of the operator be sold?"""
    found = OPERATORS.get(operator)
    return (
        found is not None
        and found.currency == amount.currency
        and found.airtime_min <= amount <= found.airtime_max
    )


def plan_on_sale(ctx: Context, operator: str, plan: str) -> Plan | None:
    """The plan at today's price."""
    with ctx.db.statement() as tx:
        return catalogue.plan(
            tx, operator, plan, ctx.selling.providers, ctx.clock.now(),
            samples=ctx.selling.samples,
        )  # fmt: skip


def new_order(
    ctx: Context, origin: Origin, buyer: SubscriberRow, sale: Sale, score: Score = NOTHING,
    *, from_float: bool = False,
) -> NewOrder:  # fmt: skip
    """The order of this step, with a fresh reference; held for staff where `score` says so.
    `from_float`: an agent sells to a customer,
    which isn't the agent's own spending, so no daily limit counts it."""
    now = ctx.clock.now()
    reference = ctx.new_reference()
    payer = (agent_float if from_float else wallet)(buyer.id, sale.price.currency)
    return NewOrder(
        channel=origin.channel, session=origin.session, step=origin.step,
        subscriber_id=buyer.id, reference=reference, product=sale.product,
        operator=sale.operator, recipient=sale.recipient, amount=sale.amount, price=sale.price,
        said=sale.said, placed_at=now, hold_digest=hold(reference, payer, sale.price).digest(),
        day=day_of(now, buyer.country),
        daily_limit_minor=None if from_float else limits_of(ctx, buyer).day_minor,
        abroad=sale.abroad, paid_from=payer.kind, sold_by=origin.by, score=score,
        held_until=_held_until(ctx, now) if score.verdict is Verdict.HOLD else None,
    )  # fmt: skip


def place(ctx: Context, tx: Transaction, order: NewOrder) -> PlacedOrder:
    """Raises NotSold, PriceRose, InsufficientFunds, DailyLimit; nothing is written then."""
    placed = orders.place(tx, order, ctx.first_attempt_within, ctx.slow_notice_after)
    if placed.created and placed.held_until is not None:
        _tell_held(tx, placed.id, placed.held_until)
    return placed


def place_alone(ctx: Context, order: NewOrder) -> PlacedOrder:
    """In one statement, that is one round trip, unless it is held: its buyer is told in the same
    commit. Raises as `place`."""
    with ctx.db.statement() if order.held_until is None else ctx.db.transaction() as tx:
        return place(ctx, tx, order)


def said(placed: PlacedOrder) -> OrderPlaced:
    """What its buyer hears."""
    return OrderPlaced(placed.reference, placed.held_until)


def _tell_held(tx: Transaction, order_id: int, until: datetime) -> None:
    """The buyer hears that staff look at it first, and until when."""
    order = orders.get(tx, order_id)
    outbox.queue_sms(
        tx, order.msisdn, "order_held", order.language,
        {**order_params(order), "until": until.isoformat(), "country": country_of(order.msisdn)},
        dedupe_key=f"order:{order.id}:held", order_id=order.id,
    )  # fmt: skip


def _held_until(ctx: Context, now: datetime) -> datetime:
    with ctx.db.statement() as tx:
        return now + timedelta(hours=value_of(tx, REVIEW_HOURS))
