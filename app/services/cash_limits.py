"""How much cash may still move now: for a customer in and out together, for an agent out."""

from datetime import timedelta

from app.db import cash
from app.db.agents import AgentRow
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.agency import cash_limits
from app.domain.days import day_of
from app.domain.money import Money
from app.services.context import Context

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


def customer_may_move(ctx: Context, tx: Transaction, customer: SubscriberRow) -> Money:
    """Call it after cash.one_act_at_a_time, or two acts count the same room."""
    now = ctx.clock.now()
    limits = cash_limits(customer.country, day_of(now, customer.country))
    if limits is None:
        return Money(0, customer.currency)
    rooms = (
        limit - cash.moved_by_customer(tx, customer.id, customer.currency, now - time).amount_minor
        for limit, time in (
            (limits.customer_day_minor, _DAY),
            (limits.customer_week_minor, _WEEK),
        )
    )
    return Money(max(min(rooms), 0), customer.currency)


def agent_may_pay(ctx: Context, tx: Transaction, agent: AgentRow) -> Money:
    """Call it after cash.one_pay_out_at_a_time, or two pay-outs count the same room."""
    now = ctx.clock.now()
    limits = cash_limits(agent.country, day_of(now, agent.country))
    if limits is None:
        return Money(0, agent.currency)
    paid = cash.paid_by_agent(tx, agent.id, agent.currency, now - _DAY)
    return Money(max(limits.agent_out_day_minor - paid.amount_minor, 0), agent.currency)
