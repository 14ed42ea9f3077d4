"""Pay out: the agent names number, amount and code; the held money becomes float."""

import hmac
from datetime import timedelta

from app.db import cash, ledger, outbox, pins, subscribers, tariffs
from app.db.agents import AgentRow
from app.db.cash import WithdrawalRow
from app.db.engine import Transaction
from app.domain import agent_postings as recipes
from app.domain.agency import WITHDRAWAL_TRIES, WRONG_PAYOUTS_AN_HOUR, Band
from app.domain.licences import WalletAct
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    CashDone,
    CashLimitReached,
    CodeWrong,
    Origin,
    PayOut,
    Refusal,
    Refused,
)
from app.domain.secret import Secret
from app.services.agent_act import NotDone, as_agent
from app.services.cash_in import earnings_of
from app.services.cash_limits import agent_may_pay
from app.services.check_pin import Door
from app.services.context import Context
from app.services.end_withdrawal import void

_HOUR = timedelta(hours=1)
CodeTried = CashDone | CodeWrong | CashLimitReached | Refused
PaidOut = CodeTried | NotDone


def pay_out(ctx: Context, origin: Origin, request: PayOut, door: Door = Door.USSD) -> PaidOut:
    """Take over an open withdrawal, once; each (channel, session, step) is one try."""
    return as_agent(
        ctx, origin, request.pin, request.amount,
        lambda agent: try_code(
            ctx, origin, agent, request.customer, request.amount, request.code
        ),
        door=door,
    )  # fmt: skip


def try_code(
    ctx: Context, origin: Origin, agent: AgentRow, msisdn: Msisdn, amount: Money, code: Secret
) -> CodeTried:
    """What an agent does whose word is known to be good; each (channel, session, step) is one
    try."""
    now, step = ctx.clock.now(), (origin.channel, origin.session, origin.step)
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, agent.id)
        tariff = tariffs.in_force(tx, agent.country, WalletAct.CASH_OUT, now)
        band = tariff.band(amount.amount_minor) if tariff else None
        if band is None or not ctx.may(WalletAct.CASH_OUT, agent.country):
            return Refused(Refusal.NO_CASH_HERE)
        if not cash.begin_try(tx, agent.id, *step, now):
            before = cash.try_of_step(tx, *step)
            return CashDone(before.reference, _earned(band, agent)) if before.paid else CodeWrong()
        if cash.wrong_tries(tx, agent.id, now - _HOUR) > WRONG_PAYOUTS_AN_HOUR:
            return Refused(Refusal.TOO_MANY_WRONG)
        cash.one_pay_out_at_a_time(tx, agent.id)
        left = agent_may_pay(ctx, tx, agent)
        if amount > left:
            return CashLimitReached(left)
        customer = subscribers.find_by_msisdn(tx, msisdn)
        withdrawal = cash.lock_open(tx, customer.id) if customer else None
        if withdrawal is None:
            return CodeWrong()
        paid = _fits(ctx, withdrawal, agent, amount, code) and cash.pay(
            tx, withdrawal.id, agent.id, origin.by, now
        )
        cash.try_was(tx, *step, withdrawal.id, paid=paid)
        if paid:
            return _hand_over(tx, agent, withdrawal, band)
        if cash.count_wrong(tx, withdrawal.id) >= WITHDRAWAL_TRIES:
            void(tx, withdrawal, "wrong_code", now)
        return CodeWrong()


def _fits(ctx: Context, asked: WithdrawalRow, agent: AgentRow, amount: Money, code: Secret) -> bool:
    right = ctx.codes.code(asked.channel, asked.session, asked.step)
    return (
        hmac.compare_digest(right.value.encode(), code.value.encode())
        and asked.amount == amount
        and asked.named_id in {None, agent.id}
        and asked.customer_id != agent.id
    )


def _hand_over(tx: Transaction, agent: AgentRow, withdrawal: WithdrawalRow, band: Band) -> CashDone:
    reference, amount = withdrawal.reference, withdrawal.amount
    ledger.post(
        tx,
        recipes.pay_out(reference, agent.id, amount, withdrawal.fee, earnings_of(agent, band)),
    )
    held = ledger.balance(tx, recipes.agent_float(agent.id, agent.currency))
    earned = _earned(band, agent)
    said = {
        "amount_minor": amount.amount_minor, "fee_minor": withdrawal.fee.amount_minor,
        "currency": amount.currency, "agent": agent.name, "number": withdrawal.customer,
        "earned_minor": earned.amount_minor, "float_minor": held.amount_minor,
        "reference": reference,
    }  # fmt: skip
    for msisdn, kind, language in (
        (withdrawal.customer, "withdrawal_paid", withdrawal.language),
        (agent.msisdn, "pay_out_done", agent.language),
    ):
        outbox.queue_sms(
            tx, msisdn, kind, language, said, dedupe_key=f"withdrawal:{reference}:{kind}"
        )
    return CashDone(reference, earned)


def _earned(band: Band, agent: AgentRow) -> Money:
    return Money(band.agent_minor, agent.currency)
