"""Send money from wallet to wallet: PIN, then hold, transfer and messages in one commit."""

from datetime import timedelta

from app.db import ledger, outbox, pins, spending, subscribers, transfers
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.db.transfers import NewTransfer, TransferRow
from app.domain.days import day_of
from app.domain.ledger import hold_transfer, wallet
from app.domain.licences import WalletAct
from app.domain.money import Money
from app.domain.msisdn import country_of
from app.domain.names import masked
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import (
    FindRecipient,
    MoneySent,
    Origin,
    Recipient,
    Refusal,
    Refused,
    SendMoney,
)
from app.domain.second_factor import Act, Subject
from app.services.check_pin import Door
from app.services.context import Context
from app.services.end_transfer import receive
from app.services.limits import limits_of, too_many_strangers
from app.services.spend import NotSpent, Spending, Undone, spend
from app.services.surely import surely
from app.services.verified_name import verified_name
from app.services.wallet_room import room_seen, takes, wallet_room

WAITS_FOR = timedelta(hours=72)
"""How long money waits for a number that isn't registered."""

Sent = MoneySent | NotSpent


def find_recipient(ctx: Context, origin: Origin, request: FindRecipient) -> Recipient | Refused:
    """Whether the number is registered, and the verified name masked; no more is said of others.
    An amount that the wallet may not take in is refused here already, to whoever could send it:
    who can't has no use for the answer, and could find out a balance by asking."""
    with ctx.db.statement() as tx:
        found = subscribers.find_by_msisdn(tx, request.msisdn)
        if found is None:
            return Recipient(registered=False)
        if request.amount is not None and _is_too_much(ctx, tx, origin, found, request.amount):
            return Refused(Refusal.CANNOT_RECEIVE)
        name = verified_name(ctx, tx, found.id)
    return Recipient(registered=True, name=masked(name.value) if name else "")


def _is_too_much(
    ctx: Context, tx: Transaction, origin: Origin, recipient: SubscriberRow, amount: Money
) -> bool:
    """Could it be sent, but not received?"""
    sender = subscribers.find_by_msisdn(tx, origin.msisdn)
    if sender is None or not sender.currency == recipient.currency == amount.currency:
        return False
    if takes(room_seen(ctx, tx, recipient), amount):
        return False
    most = limits_of(ctx, sender).transaction_minor
    within = most is None or amount.amount_minor <= most
    return within and amount <= ledger.balance(tx, wallet(sender.id, sender.currency))


def send_money(ctx: Context, origin: Origin, request: SendMoney, door: Door = Door.USSD) -> Sent:
    """Send from the wallet of the dialling MSISDN, once per (channel, session, step)."""
    if not _may_be_sent(ctx, origin, request):
        return Refused(Refusal.NOT_SENT_HERE)
    subject = Subject(Act.TRANSFER, request.amount, request.recipient)
    wanted = Spending(request.amount, subject, elsewhere=Refusal.NOT_SENT_HERE)
    return spend(
        ctx, origin, request.pin, door, wanted,
        lambda sender, _: surely(lambda: _send(ctx, origin, sender, request)),
    )  # fmt: skip


def _may_be_sent(ctx: Context, origin: Origin, request: SendMoney) -> bool:
    currency = COUNTRY_CURRENCY.get(country_of(request.recipient))
    return (
        ctx.may(WalletAct.TRANSFER, country_of(origin.msisdn))
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
        hurry = too_many_strangers(ctx, tx, sender, transfer)
        if hurry is not None:
            raise Undone(hurry)
        day, limits = day_of(now, sender.country), limits_of(ctx, sender)
        spending.spend(tx, sender.id, day, amount, limits.day_minor)
        transfers.settle_who_is_first(tx, request.recipient)
        recipient = subscribers.find_by_msisdn(tx, request.recipient)
        owners = [sender.id] if recipient is None else [sender.id, recipient.id]
        ledger.lock(tx, *(wallet(owner, amount.currency) for owner in owners))
        if recipient is not None and not takes(wallet_room(ctx, tx, recipient), amount):
            raise Undone(Refused(Refusal.CANNOT_RECEIVE))
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
