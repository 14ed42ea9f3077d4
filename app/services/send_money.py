"""Send money from wallet to wallet: PIN, then hold, transfer and messages in one commit."""

from datetime import timedelta

from app.db import ledger, outbox, pins, spending, subscribers, transfers
from app.db.engine import Transaction
from app.db.errors import DailyLimit
from app.db.subscribers import SubscriberRow
from app.db.transfers import NewTransfer, TransferRow
from app.domain.days import day_of
from app.domain.errors import InsufficientFunds
from app.domain.ledger import hold_transfer, wallet
from app.domain.money import Money
from app.domain.msisdn import country_of
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import (
    FindRecipient,
    LimitReached,
    MoneySent,
    NotEnough,
    Origin,
    PinLocked,
    Recipient,
    Refusal,
    Refused,
    SendMoney,
    WrongPin,
)
from app.services.check_pin import Door, Verified, verify
from app.services.context import Context
from app.services.end_transfer import receive
from app.services.surely import surely

WAITS_FOR = timedelta(hours=72)
"""How long money waits for a number that isn't registered."""

Sent = MoneySent | WrongPin | PinLocked | NotEnough | LimitReached | Refused


def find_recipient(ctx: Context, _: Origin, request: FindRecipient) -> Recipient:
    """Whether the number is registered; no more is said of others."""
    with ctx.db.statement() as tx:
        return Recipient(subscribers.find_by_msisdn(tx, request.msisdn) is not None)


def send_money(ctx: Context, origin: Origin, request: SendMoney, door: Door = Door.USSD) -> Sent:
    """Send from the wallet of the dialling MSISDN, once per (channel, session, step)."""
    if not _may_be_sent(ctx, origin, request):
        return Refused(Refusal.NOT_SENT_HERE)
    verdict = verify(ctx, origin, request.pin, door)
    if not isinstance(verdict, Verified):
        return verdict
    sender = verdict.subscriber
    if sender.must_change_pin:
        return _verified_but(ctx, origin, sender, Refused(Refusal.MUST_CHANGE_PIN))
    if sender.currency != request.amount.currency:
        return _verified_but(ctx, origin, sender, Refused(Refusal.NOT_SENT_HERE))
    if not sender.limits_exempt and not ctx.limits.allows(request.amount):
        left = Money(ctx.limits.per_purchase_minor, request.amount.currency)
        return _verified_but(ctx, origin, sender, LimitReached(left))
    try:
        sent = surely(lambda: _send(ctx, origin, sender, request))
    except InsufficientFunds:
        return _verified_but(ctx, origin, sender, _not_enough(ctx, sender, request.amount))
    except DailyLimit as limit:
        left = Money(max(limit.left_minor, 0), request.amount.currency)
        return _verified_but(ctx, origin, sender, LimitReached(left))
    ctx.nudge()
    return sent


def sent_in_session(ctx: Context, channel: str, session: str) -> TransferRow | None:
    """The transfer a session ended with, for a gateway that asks again after we forgot it."""
    with ctx.db.statement() as tx:
        return transfers.find_by_session(tx, channel, session)


def _may_be_sent(ctx: Context, origin: Origin, request: SendMoney) -> bool:
    currency = COUNTRY_CURRENCY.get(country_of(request.recipient))
    return (
        ctx.can_send
        and request.recipient != origin.msisdn
        and currency == request.amount.currency
        and request.amount.amount_minor > 0
    )


def _send(ctx: Context, origin: Origin, sender: SubscriberRow, request: SendMoney) -> MoneySent:
    now, amount = ctx.clock.now(), request.amount
    new = NewTransfer(
        ctx.new_reference(), sender.id, request.recipient, origin.channel, origin.session,
        origin.step, amount, now, now + WAITS_FOR,
    )  # fmt: skip
    with ctx.db.transaction() as tx:
        transfer = transfers.open_(tx, new)
        if transfer is None:
            before = transfers.find_by_step(
                tx, origin.channel, origin.session, origin.step, sender.id
            )
            return MoneySent(before.reference, waits=before.state == "waiting")
        if not sender.limits_exempt:
            day = day_of(now, sender.country)
            spending.spend(tx, sender.id, day, amount, ctx.limits.per_day_minor)
        transfers.settle_who_is_first(tx, request.recipient)
        recipient = subscribers.find_by_msisdn(tx, request.recipient)
        owners = [sender.id] if recipient is None else [sender.id, recipient.id]
        ledger.lock(tx, *(wallet(owner, amount.currency) for owner in owners))
        ledger.post(tx, hold_transfer(transfer.reference, sender.id, amount))
        if recipient is None:
            _promise(tx, transfer, ctx.short_code)
        else:
            receive(tx, transfer, recipient, now)
        pins.clear_attempt(tx, origin, sender.id)
    return MoneySent(transfer.reference, waits=recipient is None)


def _promise(tx: Transaction, transfer: TransferRow, short_code: str) -> None:
    """Tell both that the money waits; the recipient how to get it."""
    params = {
        "sender": transfer.sender,
        "recipient": transfer.recipient,
        "amount_minor": transfer.amount.amount_minor,
        "currency": transfer.amount.currency,
        "reference": transfer.reference,
        "code": short_code,
    }
    for msisdn, kind in (
        (transfer.sender, "money_waits"),
        (transfer.recipient, "money_promised"),
    ):
        outbox.queue_sms(
            tx, msisdn, kind, transfer.language, params,
            dedupe_key=f"transfer:{transfer.id}:{kind}",
        )  # fmt: skip


def _verified_but(ctx: Context, origin: Origin, sender: SubscriberRow, answer: Sent) -> Sent:
    """The PIN was right and nothing is sent: the ladder is cleared all the same."""
    with ctx.db.statement() as tx:
        pins.clear_attempt(tx, origin, sender.id)
    return answer


def _not_enough(ctx: Context, sender: SubscriberRow, amount: Money) -> NotEnough:
    with ctx.db.statement() as tx:
        return NotEnough(ledger.balance(tx, wallet(sender.id, amount.currency)), amount)
