"""The one place that credits money which a provider confirms: once per payment, whoever calls.

A payment of a charge we started must be of its amount, currency and reference; a transfer to an
account belongs to the account's owner; anything else waits in suspense for staff, with a break
that says why.
"""

from dataclasses import dataclass
from datetime import datetime

from app.db import breaks, charges, funding, ledger, outbox, subscribers, virtual_accounts
from app.db.charges import ChargeRow
from app.db.engine import Transaction
from app.db.funding import NewTopup
from app.db.subscribers import SubscriberRow
from app.domain.charges import ChargeState
from app.domain.ledger import AccountKind, system, top_up, wallet
from app.domain.money import MINOR_DIGITS, Money
from app.ports.payments import Paid
from app.services.context import Context
from app.services.payment_fields import account_indexes, seal_paid_into
from app.services.repay_debt import repay_debt
from app.services.take_back import take_back_what_was_heard
from app.services.wallet_room import wallet_room

CREDITED_BEFORE = "credited before"


@dataclass(frozen=True, slots=True)
class _Destination:
    """Whose money it is, as far as that is known, and why it must wait (empty: it needn't)."""

    owner: SubscriberRow | None
    charge: ChargeRow | None
    code: str


def credit_confirmed(ctx: Context, tx: Transaction, provider: str, paid: Paid) -> str:
    """Credit it, or put it into suspense; what was done, in words for the record.

    Call it with what the provider's own API or settlement says, never with what a webhook says.
    It takes its locks in the order payment, charge, wallet: call it before other locks."""
    funding.one_payment_at_a_time(tx, provider, paid.external_id)
    if funding.topup_exists(tx, provider, paid.external_id):
        return CREDITED_BEFORE
    now, reference = ctx.clock.now(), ctx.new_reference()
    if not _can_be_money(paid):
        detail = {
            "provider": provider, "payment": paid.external_id, "amount": paid.amount.amount_minor,
            "fee": paid.fee.amount_minor, "currency": paid.amount.currency,
        }  # fmt: skip
        breaks.open_(tx, "unreadable_payment", detail, now)
        return "unreadable"
    to = _without_room(ctx, tx, _destination(ctx, tx, provider, paid), paid.amount)
    new = NewTopup(
        reference, provider, paid, seal_paid_into(ctx.fields, reference, paid.account_number),
        "suspense" if to.code else "credited", to.owner.id if to.owner else None,
        to.charge.id if to.charge else None, to.code,
    )  # fmt: skip
    funding.add_topup(tx, new, now)
    if to.charge is not None:
        state = ChargeState.MISMATCH if to.code in _MISMATCHES else ChargeState.PAID
        charges.money_came(tx, to.charge.id, state, to.code, now)
    if to.owner is None or to.code:
        outcome = _suspend(tx, to, new, now)
    else:
        outcome = _credit(tx, to.owner, new)
    take_back_what_was_heard(ctx, tx, provider, paid.external_id)
    return outcome


def _can_be_money(paid: Paid) -> bool:
    """A known currency, and something left after the fee. An adapter gives no other, a settlement
    file may."""
    fee, amount = paid.fee.amount_minor, paid.amount.amount_minor
    return paid.amount.currency in MINOR_DIGITS and 0 <= fee < amount


# --- whose it is -----------------------------------------------------------------------------

_MISMATCHES = frozenset({"underpaid", "overpaid", "other_currency", "paid_twice"})


def _destination(ctx: Context, tx: Transaction, provider: str, paid: Paid) -> _Destination:
    if paid.reference:
        charge = charges.lock_by_reference(tx, provider, paid.reference)
        if charge is None:
            return _Destination(None, None, "unknown_charge")
        owner = subscribers.find_by_id(tx, charge.subscriber_id)
        return _Destination(owner, charge, _mismatch(charge, paid.amount))
    msisdn = paid.owner or virtual_accounts.owner(
        tx, provider, paid.account_number, account_indexes(ctx.fields, paid.account_number)
    )
    owner = subscribers.find_by_msisdn(tx, msisdn) if msisdn else None
    if owner is None:
        return _Destination(None, None, "unknown_account")
    other = owner.currency != paid.amount.currency
    return _Destination(owner, None, "other_currency" if other else "")


def _mismatch(charge: ChargeRow, paid: Money) -> str:
    """Why a payment isn't the one that was asked for; empty when it is."""
    if paid.currency != charge.amount.currency:
        return "other_currency"
    if charge.state is ChargeState.PAID:
        return "paid_twice"
    if paid in (charge.amount, charge.to_pay):
        return ""
    return "underpaid" if paid < charge.amount else "overpaid"


def _without_room(ctx: Context, tx: Transaction, to: _Destination, amount: Money) -> _Destination:
    """A wallet takes a payment whole or not at all. Its lock makes payments that come at the same
    time see each other, and what their owner owes."""
    if to.owner is None or to.code:
        return to
    ledger.lock(tx, wallet(to.owner.id, amount.currency))
    room = wallet_room(ctx, tx, to.owner)
    if room is None or amount <= room:
        return to
    return _Destination(to.owner, to.charge, "over_balance_limit")


# --- where it goes ---------------------------------------------------------------------------


def _credit(tx: Transaction, owner: SubscriberRow, new: NewTopup) -> str:
    """All of it to the wallet; what its owner owes is repaid first thing."""
    paid, account = new.paid, wallet(owner.id, owner.currency)
    made = top_up(new.reference, new.provider, account, paid.amount, paid.fee)
    ledger.post(tx, made)
    repaid = repay_debt(tx, made.reference, owner, paid.amount)
    said = {
        "amount_minor": paid.amount.amount_minor, "currency": owner.currency,
        "balance_minor": ledger.balance(tx, account).amount_minor, "reference": new.reference,
        "repaid_minor": repaid.amount_minor,
    }  # fmt: skip
    outbox.queue_sms(
        tx, owner.msisdn, "topped_up", owner.language, said, dedupe_key=f"topup:{new.reference}"
    )
    return "credited"


def _suspend(tx: Transaction, to: _Destination, new: NewTopup, now: datetime) -> str:
    """Nothing is lost: it waits under its reference until staff say whose it is."""
    paid = new.paid
    target = system(AccountKind.SUSPENSE, paid.amount.currency)
    ledger.open_system_accounts(tx, [paid.amount.currency], [], [new.provider])
    ledger.post(tx, top_up(new.reference, new.provider, target, paid.amount, paid.fee))
    breaks.open_(tx, "suspense", {"topup": new.reference, "code": to.code}, now)
    if to.owner is not None:
        said = {
            "amount_minor": paid.amount.amount_minor, "currency": paid.amount.currency,
            "reference": new.reference,
        }  # fmt: skip
        outbox.queue_sms(
            tx, to.owner.msisdn, "topup_waits", to.owner.language, said,
            dedupe_key=f"topup:{new.reference}",
        )  # fmt: skip
    return f"suspense: {to.code}"
