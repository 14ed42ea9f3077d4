"""Ask for a charge from a screen: noted with its job in one commit; no provider is called here."""

from datetime import timedelta

from app.db import charges, outbox, subscribers
from app.db.charges import ChargeRow, NewCharge
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.charges import ChargeMethod, chargeable
from app.domain.requests import (
    ChargeAsked,
    ChargeAskedBefore,
    ChargeShown,
    FundingWays,
    GetCharge,
    GetFundingWays,
    Origin,
    Refusal,
    Refused,
    StartCharge,
)
from app.services.context import Context

_JOB_LOST_AFTER = timedelta(seconds=10)
Asked = ChargeAsked | ChargeAskedBefore | Refused


def get_funding_ways(ctx: Context, origin: Origin, _: GetFundingWays) -> FundingWays:
    """What the configured providers offer for the subscriber's wallet."""
    with ctx.db.statement() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
    if subscriber is None:
        return FundingWays(bank_transfer=False, banks=(), prompt=False)
    ways, currency = ctx.ways_in, subscriber.currency
    return FundingWays(
        ways.account_provider(currency) is not None, ways.banks(currency),
        ways.charge_provider(ChargeMethod.PROMPT, currency) is not None,
    )  # fmt: skip


def start_charge(ctx: Context, origin: Origin, request: StartCharge) -> Asked:
    """Have it started, once per (channel, session, step); a prompt only when none is open, since a
    handset shows one at a time and not every provider refuses a second."""
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        if subscriber is None:
            return Refused(Refusal.NOT_REGISTERED)
        provider = _provider(ctx, subscriber, request)
        if provider is None:
            return Refused(Refusal.NO_MONEY_IN_HERE)
        asked = _note(ctx, tx, origin, subscriber, provider, request)
    ctx.nudge()
    return asked


def get_charge(ctx: Context, origin: Origin, request: GetCharge) -> ChargeShown | Refused:
    """The subscriber's own charge, as far as it has come."""
    with ctx.db.statement() as tx:
        charge = charges.find_own(tx, request.reference, origin.msisdn)
    if charge is None:
        return Refused(Refusal.NO_MONEY_IN_HERE)
    return ChargeShown(charge.state, charge.amount, charge.dial)


def _provider(ctx: Context, subscriber: SubscriberRow, request: StartCharge) -> str | None:
    amount = request.amount
    needs_bank = request.method is ChargeMethod.BANK_USSD
    if amount.currency != subscriber.currency or not chargeable(amount):
        return None
    if needs_bank != bool(request.bank):
        return None
    return ctx.ways_in.charge_provider(request.method, amount.currency, request.bank)


def _note(
    ctx: Context, tx: Transaction, origin: Origin, subscriber: SubscriberRow, provider: str,
    request: StartCharge,
) -> Asked:  # fmt: skip
    now = ctx.clock.now()
    new = NewCharge(
        ctx.new_reference(), subscriber.id, provider, request.method, request.bank, request.amount,
        origin.channel, origin.session, origin.step, now,
    )  # fmt: skip
    charge = charges.open_(tx, new, now + _JOB_LOST_AFTER)
    if charge is not None:
        outbox.put(tx, outbox.CHARGE, charge.id)
        return ChargeAsked(charge.reference)
    before = charges.find_by_step(tx, origin.channel, origin.session, origin.step, subscriber.id)
    return ChargeAsked(before.reference) if before else _prompt_is_open(tx, subscriber)


def _prompt_is_open(tx: Transaction, subscriber: SubscriberRow) -> Asked:
    waiting: ChargeRow | None = charges.open_prompt_of(tx, subscriber.id)
    if waiting is None:
        # It ended in this moment: asking again starts a new one.
        return Refused(Refusal.NO_MONEY_IN_HERE)
    return ChargeAskedBefore(waiting.reference, waiting.amount)
