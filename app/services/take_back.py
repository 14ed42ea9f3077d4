"""A payment was reversed after it had come: its money goes back to the provider, once.

What the wallet still has of it comes back; the rest is a debt, which the next top-up repays.
"""

from datetime import datetime

from app.db import breaks, funding, ledger, outbox, subscribers
from app.db.engine import Transaction
from app.db.funding import TopupRow
from app.db.subscribers import SubscriberRow
from app.domain.ledger import AccountKind, debt, system, take_back, wallet
from app.domain.money import Money
from app.ports.payments import TakenBack
from app.services.context import Context


def take_back_payment(ctx: Context, tx: Transaction, provider: str, taken: TakenBack) -> str:
    """Take back what the provider's API says was taken back in all; what was done, in words.

    Of a payment that isn't credited yet it is only noted: the credit acts on it. It takes its
    locks in the order payment, top-up, wallet: call it before other locks."""
    funding.one_payment_at_a_time(tx, provider, taken.external_id)
    now = ctx.clock.now()
    if taken.amount.amount_minor <= 0:
        return "nothing taken back"
    if not funding.hear_reversal(tx, provider, taken.external_id, taken.amount, now):
        return "taken back before"
    return take_back_what_was_heard(ctx, tx, provider, taken.external_id)


def take_back_what_was_heard(ctx: Context, tx: Transaction, provider: str, external_id: str) -> str:
    """The part of `take_back_payment` that follows the note; the payment is locked already."""
    heard = funding.heard_taken_back(tx, provider, external_id)
    topup = funding.lock_topup(tx, provider, external_id)
    if heard is None or topup is None:
        return "nothing to take back yet"
    now = ctx.clock.now()
    if heard.currency != topup.amount.currency:
        _break(tx, topup, "other_currency", now)
        return "taken back in another currency"
    so_far = min(heard, topup.amount)
    return _take(tx, topup, so_far, now) if so_far > topup.taken_back else "taken back before"


def _take(tx: Transaction, topup: TopupRow, so_far: Money, now: datetime) -> str:
    owner = subscribers.find_by_id(tx, topup.subscriber_id) if topup.subscriber_id else None
    if topup.state == "suspense":
        _from_suspense(tx, topup, so_far, now)
    elif owner is not None:
        _from_wallet(tx, topup, owner, so_far, now)
    else:
        _break(tx, topup, "released", now)
        return "taken back after staff had released it"
    funding.taken_back(tx, topup, so_far)
    return "taken back"


def _from_suspense(tx: Transaction, topup: TopupRow, so_far: Money, now: datetime) -> None:
    suspense = system(AccountKind.SUSPENSE, so_far.currency)
    amount, nothing = so_far - topup.taken_back, Money(0, so_far.currency)
    ledger.post(tx, take_back(topup.reference, topup.provider, suspense, amount, nothing, so_far))
    if so_far == topup.amount:
        breaks.close_of_topup(tx, topup.reference, "taken back by the provider", now)


def _from_wallet(
    tx: Transaction, topup: TopupRow, owner: SubscriberRow, so_far: Money, now: datetime
) -> None:
    account, owing = wallet(owner.id, so_far.currency), debt(str(owner.id), so_far.currency)
    ledger.lock(tx, account)
    amount = so_far - topup.taken_back
    taken = min(amount, ledger.balance(tx, account))
    owed = amount - taken
    if owed.amount_minor:
        ledger.open_account(tx, owing)
        detail = {
            "topup": topup.reference, "subscriber": owner.id, "owed_minor": owed.amount_minor,
            "currency": owed.currency,
        }  # fmt: skip
        breaks.open_(tx, "debt", detail, now)
    ledger.post(tx, take_back(topup.reference, topup.provider, account, taken, owed, so_far))
    said = {
        "amount_minor": amount.amount_minor, "currency": amount.currency,
        "balance_minor": ledger.balance(tx, account).amount_minor,
        "owed_minor": -ledger.balance(tx, owing).amount_minor, "reference": topup.reference,
    }  # fmt: skip
    outbox.queue_sms(
        tx, owner.msisdn, "topped_back", owner.language, said,
        dedupe_key=f"topup:{topup.reference}:back:{so_far.amount_minor}",
    )  # fmt: skip


def _break(tx: Transaction, topup: TopupRow, code: str, now: datetime) -> None:
    breaks.open_(tx, "taken_back", {"topup": topup.reference, "code": code}, now)
