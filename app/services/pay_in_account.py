"""An account to transfer money to: asked for by a job, told by SMS, shown once it is known."""

from datetime import datetime, timedelta

from app.db import breaks, funding, outbox, subscribers, virtual_accounts
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.requests import (
    AskPayInAccount,
    Done,
    LookForPayment,
    Origin,
    PayInAccount,
    PayInAsked,
    Refusal,
    Refused,
)
from app.domain.vending import PROVIDER_GONE
from app.ports.payments import (
    AccountOutcome,
    AccountPending,
    AccountReady,
    AccountRefused,
    AccountUnknown,
    VirtualAccount,
)
from app.services.context import Context
from app.services.funding_context import FundingContext
from app.services.payment_fields import account_indexes, open_account_row, seal_account

_EVENT_EXPECTED_WITHIN = timedelta(minutes=10)
_PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600))


def ask_pay_in_account(
    ctx: Context, origin: Origin, _: AskPayInAccount
) -> PayInAccount | PayInAsked | Refused:
    """The subscriber's account if there is one; else have one opened. No provider is called."""
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        if subscriber is None:
            return Refused(Refusal.NOT_REGISTERED)
        stored = virtual_accounts.first_of(tx, origin.msisdn, ctx.ways_in.accounts)
        if stored is not None:
            account = open_account_row(ctx.fields, stored)
            return PayInAccount(account.number, account.bank, account.name)
        provider = ctx.ways_in.account_provider(subscriber.currency)
        if provider is None:
            return Refused(Refusal.NO_MONEY_IN_HERE)
        state = funding.ask_for_account(tx, subscriber.id, provider, ctx.clock.now())
        if state == "refused":
            return Refused(Refusal.NO_MONEY_IN_HERE)
        if state is None:
            outbox.put(tx, outbox.ACCOUNT, subscriber.id)
    ctx.nudge()
    return PayInAsked()


def look_for_payment(ctx: Context, origin: Origin, _: LookForPayment) -> Done | Refused:
    """The subscriber says that money was sent: have the provider look for it."""
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        if subscriber is None:
            return Refused(Refusal.NOT_REGISTERED)
        outbox.put(tx, outbox.LOOK_AGAIN, subscriber.id)
    ctx.nudge()
    return Done()


def open_account(ctx: FundingContext, subscriber_id: int) -> None:
    """Ask the provider for a subscriber's account, unless there is one by now."""
    services = ctx.services
    with services.db.transaction() as tx:
        wanted = funding.account_wanted(tx, subscriber_id)
        subscriber = subscribers.find_by_id(tx, subscriber_id)
    if wanted is None or subscriber is None:
        return
    name, tries = wanted
    if name not in ctx.accounts:
        _ask_another(services, subscriber, name)
        return
    outcome = ctx.accounts[name].open_account(subscriber.msisdn)
    with services.db.transaction() as tx:
        _record(services, tx, subscriber, name, outcome, tries)
    services.nudge()


def _ask_another(ctx: Context, subscriber: SubscriberRow, gone: str) -> None:
    """The provider was taken out of use since: ask the one that is in use now, else staff look."""
    now, instead = ctx.clock.now(), ctx.ways_in.account_provider(subscriber.currency)
    with ctx.db.transaction() as tx:
        if instead is None:
            account_refused(tx, subscriber, gone, PROVIDER_GONE, now)
        else:
            funding.request_is(tx, subscriber.id, gone, "refused", PROVIDER_GONE)
            if funding.ask_for_account(tx, subscriber.id, instead, now) is None:
                outbox.put(tx, outbox.ACCOUNT, subscriber.id)
    ctx.nudge()


def look_again(ctx: FundingContext, subscriber_id: int) -> None:
    """Have the provider look for transfers to the subscriber's account it hasn't told us of."""
    with ctx.services.db.transaction() as tx:
        subscriber = subscribers.find_by_id(tx, subscriber_id)
        stored = (
            None if subscriber is None
            else virtual_accounts.first_of(tx, subscriber.msisdn, ctx.accounts)
        )  # fmt: skip
    if subscriber is not None and stored is not None:
        account = open_account_row(ctx.services.fields, stored)
        ctx.accounts[stored.provider].look_again(subscriber.msisdn, account.number)


def account_opened(
    ctx: Context, tx: Transaction, subscriber: SubscriberRow, account: VirtualAccount
) -> None:
    """Keep it and tell its owner, once. A number belongs to its first owner."""
    indexes = account_indexes(ctx.fields, account.number)
    virtual_accounts.one_number_at_a_time(tx, account.provider, indexes[-1])
    if virtual_accounts.owner(tx, account.provider, account.number, indexes) is not None:
        return
    account_id = virtual_accounts.new_id(tx)
    sealed = seal_account(ctx.fields, account_id, account)
    virtual_accounts.add(tx, subscriber.id, sealed, ctx.clock.now())
    funding.request_is(tx, subscriber.id, account.provider, "ready")
    outbox.queue_sms(
        tx, subscriber.msisdn, "pay_in_account", subscriber.language,
        {"account": account_id, "bank": account.bank}, dedupe_key=f"account:{account_id}",
    )  # fmt: skip


def account_numbered(ctx: Context, account_id: int) -> VirtualAccount:
    """The account with this id of ours, for the SMS about it."""
    with ctx.db.statement() as tx:
        stored = virtual_accounts.find(tx, account_id)
    if stored is None:
        raise LookupError(f"no account {account_id}")
    return open_account_row(ctx.fields, stored)


def _record(
    ctx: Context, tx: Transaction, subscriber: SubscriberRow, provider: str,
    outcome: AccountOutcome, tries: int,
) -> None:  # fmt: skip
    now = ctx.clock.now()
    again_at = now + _PAUSES[min(tries, len(_PAUSES)) - 1]
    match outcome:
        case AccountReady():
            account_opened(ctx, tx, subscriber, outcome.account)
        case AccountPending():
            expected = now + max(_EVENT_EXPECTED_WITHIN, again_at - now)
            funding.request_is(tx, subscriber.id, provider, "asked", due_at=expected)
        case AccountRefused():
            account_refused(tx, subscriber, provider, outcome.code, now)
        case AccountUnknown():
            funding.request_is(tx, subscriber.id, provider, "asked", outcome.code, again_at)


def account_refused(
    tx: Transaction, subscriber: SubscriberRow, provider: str, code: str, now: datetime
) -> None:
    """The provider won't: staff look."""
    funding.request_is(tx, subscriber.id, provider, "refused", code)
    detail = {"subscriber": subscriber.id, "provider": provider, "code": code}
    breaks.open_(tx, "account_refused", detail, now)
