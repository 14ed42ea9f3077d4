"""Credit money that came in: once per payment of a provider, and only as its API confirms it."""

from datetime import datetime, timedelta

from app.db import breaks, funding, ledger, outbox, subscribers
from app.db.engine import Transaction
from app.db.funding import EventRow
from app.db.subscribers import SubscriberRow
from app.domain.ledger import AccountKind, system, top_up, wallet
from app.ports.payments import (
    AccountHeard,
    AccountNotOpened,
    BadWebhook,
    NothingHeard,
    NotPaid,
    Paid,
    PaymentHeard,
    PaymentUnknown,
)
from app.services.context import Context
from app.services.funding_context import FundingContext
from app.services.pay_in_account import account_opened, account_refused

_LOOKED_AT_FOR = timedelta(seconds=60)
_PAUSES = tuple(timedelta(seconds=s) for s in (2, 10, 60, 600, 3600))


def hear_payment_event(ctx: Context, provider: str, body: bytes) -> bool:
    """Store a signed webhook as it came, for a job to look at; False for a copy."""
    with ctx.db.transaction() as tx:
        event_id = funding.keep_event(tx, provider, body, ctx.clock.now())
        if event_id is not None:
            outbox.put(tx, outbox.PAYMENT, event_id)
    ctx.nudge()
    return event_id is not None


def take_payment(ctx: FundingContext, event_id: int) -> None:
    """Look at a stored event and do what follows. Safe to run any number of times at once."""
    services = ctx.services
    now = services.clock.now()
    with services.db.statement() as tx:
        event = funding.look_at_event(tx, event_id, now + _LOOKED_AT_FOR)
    if event is None:
        return
    try:
        heard = ctx.readers[event.provider].parse(event.body)
    except (KeyError, BadWebhook) as error:
        _handled(ctx, event, f"unreadable {error}")
        return
    match heard:
        case PaymentHeard():
            _ask(ctx, event, heard.reference)
        case AccountHeard():
            with services.db.transaction() as tx:
                owner = subscribers.find_by_msisdn(tx, heard.owner)
                if owner is not None:
                    account_opened(tx, owner, heard.account, now)
                outcome = "account" if owner else "account of nobody"
                funding.event_handled(tx, event.id, outcome, now)
        case AccountNotOpened():
            with services.db.transaction() as tx:
                owner = subscribers.find_by_msisdn(tx, heard.owner)
                if owner is not None:
                    account_refused(tx, owner, event.provider, "not_opened", now)
                funding.event_handled(tx, event.id, "account not opened", now)
        case NothingHeard():
            _handled(ctx, event, f"ignored {heard.event}")
    services.nudge()


def _ask(ctx: FundingContext, event: EventRow, reference: str) -> None:
    """The webhook says that money came; the provider's API says whether that is so."""
    state = ctx.accounts[event.provider].query(reference)
    services = ctx.services
    now = services.clock.now()
    with services.db.transaction() as tx:
        match state:
            case Paid():
                outcome = credit_confirmed(services, tx, event.provider, state)
                funding.event_handled(tx, event.id, outcome, now)
            case NotPaid():
                funding.event_handled(tx, event.id, f"not paid: {state.code}", now)
            case PaymentUnknown():
                pause = _PAUSES[min(event.tries, len(_PAUSES)) - 1]
                funding.put_event_off(tx, event.id, f"unknown: {state.code}", now + pause)


def _handled(ctx: FundingContext, event: EventRow, outcome: str) -> None:
    with ctx.services.db.statement() as tx:
        funding.event_handled(tx, event.id, outcome, ctx.services.clock.now())


def credit_confirmed(ctx: Context, tx: Transaction, provider: str, paid: Paid) -> str:
    """One payment, one credit: to the account's owner, or to suspense with a task for staff."""
    now = ctx.clock.now()
    msisdn = funding.owner_of_account(tx, provider, paid.account_number)
    owner = subscribers.find_by_msisdn(tx, msisdn) if msisdn else None
    reference = ctx.new_reference()
    if owner is None or owner.currency != paid.amount.currency:
        code = "unknown_account" if owner is None else "other_currency"
        return _suspend(tx, provider, paid, reference, code, now)
    if not funding.add_topup(tx, provider, paid, reference, owner.id, "credited", "", now):
        return "credited before"
    target = wallet(owner.id, owner.currency)
    ledger.post(tx, top_up(reference, provider, target, paid.amount, paid.fee))
    _tell(tx, owner, paid, reference)
    return "credited"


def _suspend(
    tx: Transaction, provider: str, paid: Paid, reference: str, code: str, now: datetime
) -> str:
    if not funding.add_topup(tx, provider, paid, reference, None, "suspense", code, now):
        return "credited before"
    target = system(AccountKind.SUSPENSE, paid.amount.currency)
    ledger.post(tx, top_up(reference, provider, target, paid.amount, paid.fee))
    breaks.open_(tx, "suspense", {"topup": reference, "code": code}, now)
    return f"suspense: {code}"


def _tell(tx: Transaction, owner: SubscriberRow, paid: Paid, reference: str) -> None:
    balance = ledger.balance(tx, wallet(owner.id, owner.currency))
    outbox.queue_sms(
        tx, owner.msisdn, "topped_up", owner.language,
        {
            "amount_minor": paid.amount.amount_minor, "balance_minor": balance.amount_minor,
            "currency": owner.currency, "reference": reference,
        },
        dedupe_key=f"topup:{reference}",
    )  # fmt: skip
