"""What a subscriber can read of the wallet: balance, movements, purchases."""

from datetime import timedelta

from app.db import ledger, orders, pins, subscribers
from app.db.engine import Transaction
from app.db.orders import OrderRow
from app.domain.ledger import wallet
from app.domain.licences import WalletAct
from app.domain.money import Money
from app.domain.msisdn import country_of
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import (
    FindSamePurchase,
    GetBalance,
    GetHome,
    GetPurchases,
    GetTransactions,
    Home,
    Movement,
    Origin,
    PinLocked,
    Purchase,
    Refused,
    RevealBalance,
    Same,
    WrongPin,
)
from app.services.check_pin import Door, Verified, verify
from app.services.context import Context

SAME_PURCHASE_WINDOW = timedelta(minutes=5)
"""Within this, operators may refuse the same amount to the same number (Africa's Talking)."""


def get_balance(ctx: Context, origin: Origin, _: GetBalance) -> Money:
    with ctx.db.statement() as tx:
        return _balance(tx, origin)


def get_home(ctx: Context, origin: Origin, _: GetHome) -> Home:
    """Balance and last purchase in one go, for the main menu."""
    with ctx.db.statement() as tx:
        last = orders.latest(tx, origin.msisdn, 1)
        can_send = ctx.may(WalletAct.TRANSFER, country_of(origin.msisdn))
        return Home(_balance(tx, origin), _purchase(last[0]) if last else None, can_send)


def get_purchases(ctx: Context, origin: Origin, request: GetPurchases) -> tuple[Purchase, ...]:
    with ctx.db.statement() as tx:
        return tuple(_purchase(row) for row in orders.latest(tx, origin.msisdn, request.limit))


def get_transactions(
    ctx: Context, origin: Origin, request: GetTransactions
) -> tuple[Movement, ...]:
    with ctx.db.statement() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        if subscriber is None:
            return ()
        account = wallet(subscriber.id, subscriber.currency)
        return tuple(
            Movement(row.kind, row.amount, row.reference, row.at)
            for row in ledger.movements(tx, account, request.limit)
        )


def find_same_purchase(ctx: Context, origin: Origin, request: FindSamePurchase) -> Same:
    """How many minutes ago the same was bought, if an operator might refuse it now, and whether it
    is sold at all: one trip."""
    now = ctx.clock.now()
    with ctx.db.statement() as tx:
        at, stopped = orders.same_since(
            tx, origin.msisdn, request.recipient, request.operator, request.product,
            request.amount, now - SAME_PURCHASE_WINDOW,
        )  # fmt: skip
    minutes_ago = None if at is None else max(int((now - at).total_seconds() // 60), 0)
    return Same(minutes_ago, stopped)


def reveal_balance(
    ctx: Context, origin: Origin, request: RevealBalance, door: Door = Door.USSD
) -> Money | WrongPin | PinLocked | Refused:
    """A hidden balance, for the PIN."""
    verdict = verify(ctx, origin, request.pin, door)
    if not isinstance(verdict, Verified):
        return verdict
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, verdict.subscriber.id)
        return _balance(tx, origin)


def _balance(tx: Transaction, origin: Origin) -> Money:
    subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
    if subscriber is None:
        return Money(0, COUNTRY_CURRENCY[country_of(origin.msisdn)])
    return ledger.balance(tx, wallet(subscriber.id, subscriber.currency))


def _purchase(row: OrderRow) -> Purchase:
    return Purchase(
        row.reference, row.operator, row.product, row.recipient, row.amount, row.price, row.state,
        row.placed_at,
    )  # fmt: skip
