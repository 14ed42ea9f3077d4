"""Airtime and data sold at an agent's counter: the float pays, and who was signed in is known."""

from dataclasses import dataclass

from app.db import catalogue, ledger, orders, subscribers
from app.db.agents import AgentRow
from app.domain.agent_postings import agent_float
from app.domain.catalogue import AIRTIME, Plan
from app.domain.errors import NotSold
from app.domain.money import Money
from app.domain.msisdn import Msisdn, country_of
from app.domain.operators import OPERATORS, Operator, operators_in
from app.domain.requests import (
    FindSamePurchase,
    NotEnough,
    OrderPlaced,
    PlanGone,
    PriceChanged,
    Quoted,
    Refusal,
    Refused,
)
from app.services.agent_act import act_for, float_left
from app.services.backoffice.counter import agent_of, origin_of
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.find_operator import operator_of
from app.services.place_order import Sale, is_airtime_of, new_order, place, plan_on_sale
from app.services.wallet import find_same_purchase

Sold = OrderPlaced | PriceChanged | PlanGone | NotEnough | Refused


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a customer asks for: `plan` is a code of the catalogue, or AIRTIME."""

    number: Msisdn
    operator: Operator
    plan: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Offer:
    """A sale before it is confirmed. `missing`: so much float is missing; `minutes_ago`: the same
    was sold for the number so lately that its operator may refuse it."""

    wanted: Wanted
    float_: Money
    missing: Money | None
    minutes_ago: int | None


def operators_for(person: Person) -> tuple[Operator, ...]:
    """Whose airtime and data this counter sells: the agent's country's, in one currency."""
    return operators_in(country_of(agent_of(person)[1]))


def find_operator(ctx: Context, person: Person, number: Msisdn) -> Operator | None:
    """The best known operator of the number, if this counter sells it."""
    found = operator_of(ctx, number)
    return found if found in operators_for(person) else None


def plans_of(ctx: Context, person: Person, number: Msisdn, operator: Operator) -> list[Plan]:
    """What is on sale now; what this counter sold most for the number comes first."""
    with ctx.db.statement() as tx:
        plans = catalogue.plans(
            tx, operator.code, ctx.selling.providers, ctx.clock.now(), samples=ctx.selling.samples
        )
        bought = orders.times_bought(tx, agent_of(person)[1], operator.code, number)
    return sorted(plans, key=lambda plan: -bought.get(plan.code, 0))


def find_plan(ctx: Context, operator: Operator, code: str) -> Plan | None:
    """The plan at today's price."""
    return plan_on_sale(ctx, operator.code, code)


def offer(ctx: Context, person: Person, wanted: Wanted) -> Offer | Refused:
    """Whether it can be sold, before anybody confirms. Refused: not this amount, or
    nothing of it now."""
    if wanted.plan == AIRTIME and not is_airtime_of(wanted.operator.code, wanted.amount):
        return Refused(Refusal.NOT_SOLD_HERE)
    agent_id, _ = agent_of(person)
    with ctx.db.statement() as tx:
        held = ledger.balance(tx, agent_float(agent_id, wanted.amount.currency))
    same = find_same_purchase(
        ctx, origin_of(person, ""), FindSamePurchase(
            wanted.number, wanted.amount, wanted.plan, wanted.operator.code
        )
    )  # fmt: skip
    if same.stopped:
        return Refused(Refusal.NOT_SOLD_HERE)
    missing = wanted.amount - held if wanted.amount > held else None
    return Offer(wanted, held, missing, same.minutes_ago)


def sell(ctx: Context, person: Person, key: str, wanted: Wanted) -> Sold:
    """Hold the price in the float and place the order, once per key; `wanted.amount` is the price
    that was shown, and no more than that is ever taken."""
    origin = origin_of(person, key)

    def act(agent: AgentRow) -> OrderPlaced | PriceChanged | PlanGone | Refused:
        price = wanted.amount
        with ctx.db.statement() as tx:
            before = orders.of_step(tx, origin.channel, origin.session, origin.step, agent.id)
        if before is not None:
            return OrderPlaced(before)
        if wanted.plan != AIRTIME:
            plan = plan_on_sale(ctx, wanted.operator.code, wanted.plan)
            if plan is None:
                return PlanGone()
            if plan.price > price:
                return PriceChanged(Quoted(plan.price, ""))
            price = plan.price
        elif not is_airtime_of(wanted.operator.code, price):
            return Refused(Refusal.NOT_SOLD_HERE)
        sale = Sale(
            wanted.plan, wanted.operator.code, wanted.number, price, price, wanted.amount
        )  # fmt: skip
        with ctx.db.transaction() as tx:
            seller = subscribers.find_by_id(tx, agent.id)
            if seller is None:
                return Refused(Refusal.NOT_AN_AGENT)
            placed = place(ctx, tx, new_order(ctx, origin, seller, sale, from_float=True))
            if placed.created:
                float_left(tx, agent, price, placed.reference, ctx.clock.now())
        return OrderPlaced(placed.reference)

    try:
        return act_for(ctx, agent_of(person)[0], wanted.amount, act)
    except NotSold:
        return Refused(Refusal.NOT_SOLD_HERE)


def operator_by_code(person: Person, code: str) -> Operator | None:
    """An operator this counter sells for."""
    found = OPERATORS.get(code)
    return found if found in operators_for(person) else None
