"""Withdraw cash: amount and fee are held at once; for ten minutes a code lets an agent pay."""

from app.db import agents, cash, ledger, outbox, pins, spending, tariffs
from app.db.cash import NewWithdrawal, WithdrawalRow
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.agency import WITHDRAWAL_LASTS, Band
from app.domain.agent_postings import hold_withdrawal
from app.domain.days import day_of
from app.domain.licences import WalletAct
from app.domain.money import Money
from app.domain.msisdn import country_of
from app.domain.requests import (
    CashLimitReached,
    Origin,
    QuoteWithdrawal,
    Refusal,
    Refused,
    TooFast,
    Withdraw,
    WithdrawalQuote,
    WithdrawalReady,
)
from app.domain.second_factor import Act, Subject
from app.domain.velocity import Counted
from app.services.cash_limits import customer_may_move
from app.services.check_pin import Door
from app.services.context import Context
from app.services.end_withdrawal import void
from app.services.limits import limits_of, too_fast
from app.services.sim_swap import foresee
from app.services.spend import NotSpent, Spending, spend
from app.services.surely import surely

Withdrawn = WithdrawalReady | CashLimitReached | NotSpent


def quote_withdrawal(
    ctx: Context, origin: Origin, request: QuoteWithdrawal
) -> WithdrawalQuote | Refused:
    """The fee of an amount, and who the named agent is."""
    band = _band(ctx, origin, request.amount)
    if band is None:
        return Refused(Refusal.NO_CASH_HERE)
    foresee(ctx, origin.msisdn, Subject(Act.WITHDRAWAL, request.amount))
    fee = Money(band.fee_minor, request.amount.currency)
    if not request.agent:
        return WithdrawalQuote(fee, "")
    with ctx.db.statement() as tx:
        agent = agents.find_by_number(tx, request.agent)
    return WithdrawalQuote(fee, agent.name) if agent else Refused(Refusal.NO_SUCH_AGENT)


def withdraw(ctx: Context, origin: Origin, request: Withdraw, door: Door = Door.USSD) -> Withdrawn:
    """Hold it from the wallet of the dialling MSISDN, once per (channel, session, step)."""
    band = _band(ctx, origin, request.amount)
    if band is None:
        return Refused(Refusal.NO_CASH_HERE)
    fee = min(Money(band.fee_minor, request.amount.currency), request.said)
    wanted = Spending(
        request.amount + fee, Subject(Act.WITHDRAWAL, request.amount),
        elsewhere=Refusal.NO_CASH_HERE,
    )  # fmt: skip
    return spend(
        ctx, origin, request.pin, door, wanted,
        lambda customer, _: surely(lambda: _hold(ctx, origin, customer, request, fee)),
    )  # fmt: skip


def _band(ctx: Context, origin: Origin, amount: Money) -> Band | None:
    country = country_of(origin.msisdn)
    if not ctx.may(WalletAct.CASH_OUT, country):
        return None
    with ctx.db.statement() as tx:
        tariff = tariffs.in_force(tx, country, WalletAct.CASH_OUT, ctx.clock.now())
    return tariff.band(amount.amount_minor) if tariff else None


def _hold(
    ctx: Context, origin: Origin, customer: SubscriberRow, request: Withdraw, fee: Money
) -> WithdrawalReady | CashLimitReached | TooFast | Refused:
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, customer.id)
        cash.one_act_at_a_time(tx, customer.id)
        before = cash.withdrawal_of_step(tx, origin.channel, origin.session, origin.step)
        if before is not None:
            return _ready(ctx, before)
        for counted in (Counted.WITHDRAWALS, Counted.FAILED_WITHDRAWALS):
            hurry = too_fast(ctx, tx, customer, counted)
            if hurry is not None:
                return hurry
        named = agents.find_by_number(tx, request.agent) if request.agent else None
        if request.agent and named is None:
            return Refused(Refusal.NO_SUCH_AGENT)
        old = cash.lock_open(tx, customer.id)
        left = customer_may_move(ctx, tx, customer)
        if old is not None:
            left += old.amount
        if request.amount > left:
            return CashLimitReached(left)
        if old is not None:
            void(tx, old, "replaced", now)
        day, limits = day_of(now, customer.country), limits_of(ctx, customer)
        spending.spend(tx, customer.id, day, request.amount + fee, limits.day_minor)
        new = NewWithdrawal(
            ctx.new_reference(), customer.id, named.id if named else None, request.amount, fee,
            origin.channel, origin.session, origin.step, now, now + WITHDRAWAL_LASTS,
        )  # fmt: skip
        cash.open_withdrawal(tx, new)
        ledger.post(tx, hold_withdrawal(new.reference, customer.id, request.amount + fee))
        _tell(tx, customer, new)
    return WithdrawalReady(
        new.reference, ctx.codes.code(origin.channel, origin.session, origin.step),
        request.amount + fee, new.expires_at,
    )  # fmt: skip


def _ready(ctx: Context, asked: WithdrawalRow) -> WithdrawalReady:
    code = ctx.codes.code(asked.channel, asked.session, asked.step)
    return WithdrawalReady(asked.reference, code, asked.total, asked.expires_at)


def _tell(tx: Transaction, customer: SubscriberRow, new: NewWithdrawal) -> None:
    """That money is held: the code itself is only on the screen, so that a stolen inbox is no
    help."""
    outbox.queue_sms(
        tx, customer.msisdn, "withdrawal_held", customer.language,
        {
            "amount_minor": (new.amount + new.fee).amount_minor, "currency": new.amount.currency,
            "until": new.expires_at.isoformat(), "country": customer.country,
            "reference": new.reference,
        },
        dedupe_key=f"withdrawal:{new.reference}:held",
    )  # fmt: skip
