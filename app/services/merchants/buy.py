"""A merchant's purchase: the float pays, as at the counter; with a test key nothing does.

The merchant's own reference is asked for once: the same again is answered with the first purchase,
whatever became of it, and anything else under it is refused.
"""

from dataclasses import dataclass, replace

from app.db import agents, purchases, subscribers, webhook_events
from app.db.agents import AgentRow
from app.domain.api_callers import MerchantCaller
from app.domain.catalogue import AIRTIME
from app.domain.money import Money
from app.domain.operators import OPERATORS
from app.domain.orders import OrderState
from app.domain.purchases import CHANNEL, Purchase, Wanted, session_of
from app.domain.rehearsed import outcome_for
from app.domain.requests import NotEnough, Origin, PlanGone, PriceChanged, Quoted, Refusal, Refused
from app.services.agent_act import act_for, float_left
from app.services.context import Context
from app.services.place_order import Sale, is_airtime_of, new_order, place, plan_on_sale

_TEST = "test_"
_FINAL = frozenset({OrderState.DELIVERED, OrderState.DECLINED, OrderState.REVERSED})


@dataclass(frozen=True, slots=True)
class Bought:
    """`created` is False when the same was asked for before."""

    purchase: Purchase
    created: bool


@dataclass(frozen=True, slots=True)
class ReferenceReused:
    """Something else was bought under the client reference."""

    purchase: Purchase


Answer = Bought | ReferenceReused | PlanGone | PriceChanged | NotEnough | Refused


def buy(ctx: Context, caller: MerchantCaller, wanted: Wanted) -> Answer:
    """Once for each client reference."""
    before = find_purchase(ctx, caller, wanted.client_reference)
    if before is not None:
        return _again(before, wanted)
    price = _price(ctx, caller, wanted)
    if not isinstance(price, Money):
        return price
    return (
        _buy(ctx, caller, wanted, price) if caller.live else _rehearse(ctx, caller, wanted, price)
    )


def find_purchase(ctx: Context, caller: MerchantCaller, client_reference: str) -> Purchase | None:
    """The caller's purchase under the caller's own reference."""
    with ctx.db.statement() as tx:
        return purchases.find(tx, caller.merchant_id, client_reference, live=caller.live)


def find_purchase_by_id(ctx: Context, caller: MerchantCaller, reference: str) -> Purchase | None:
    """The caller's purchase with this id of ours."""
    with ctx.db.statement() as tx:
        return purchases.find_by_id(tx, caller.merchant_id, reference, live=caller.live)


def _again(before: Purchase, wanted: Wanted) -> Bought | ReferenceReused:
    return Bought(before, created=False) if before.is_same(wanted) else ReferenceReused(before)


def _price(
    ctx: Context, caller: MerchantCaller, wanted: Wanted
) -> Money | PlanGone | PriceChanged | Refused:
    """What is charged: never more than the merchant says, and in the currency of the float."""
    with ctx.db.statement() as tx:
        agent = agents.find(tx, caller.merchant_id)
    operator = OPERATORS.get(wanted.operator)
    if agent is None or operator is None or operator.currency != agent.currency:
        return Refused(Refusal.NOT_SOLD_HERE)
    if wanted.plan == AIRTIME:
        if wanted.amount is None or not is_airtime_of(wanted.operator, wanted.amount):
            return Refused(Refusal.NOT_SOLD_HERE)
        return wanted.amount
    plan = plan_on_sale(ctx, wanted.operator, wanted.plan)
    if plan is None:
        return PlanGone()
    if wanted.amount is not None and (
        plan.price.currency != wanted.amount.currency or plan.price > wanted.amount
    ):
        return PriceChanged(Quoted(plan.price, ""))
    return plan.price


def _buy(ctx: Context, caller: MerchantCaller, wanted: Wanted, price: Money) -> Answer:
    session = session_of(caller.merchant_id, wanted.client_reference)

    def act(agent: AgentRow) -> bool | Refused:
        origin = Origin(CHANNEL, session, 1, agent.msisdn, by=f"key {caller.key_id}")
        sale = Sale(wanted.plan, wanted.operator, wanted.msisdn, price, price, price)
        with ctx.db.transaction() as tx:
            seller = subscribers.find_by_id(tx, agent.id)
            if seller is None:
                return Refused(Refusal.NOT_AN_AGENT)
            placed = place(ctx, tx, new_order(ctx, origin, seller, sale, from_float=True))
            if placed.created:
                float_left(tx, agent, price, placed.reference, ctx.clock.now())
        return placed.created

    done = act_for(ctx, caller.merchant_id, price, act)
    if not isinstance(done, bool):
        return done
    placed = find_purchase(ctx, caller, wanted.client_reference)
    if placed is None:
        raise LookupError(session)
    # Another request with the same reference may have been faster, with something else in it.
    return Bought(placed, created=True) if done else _again(placed, wanted)


def _rehearse(ctx: Context, caller: MerchantCaller, wanted: Wanted, price: Money) -> Answer:
    """No money moves and no vendor is reached; the number says how it ends."""
    outcome, now = outcome_for(wanted.msisdn), ctx.clock.now()
    if outcome.no_float:
        return NotEnough(Money(0, price.currency), price)
    ended_at = now if outcome.state in _FINAL else None
    made = Purchase(
        _TEST + ctx.new_reference(), wanted.client_reference, live=False, state=outcome.state,
        plan=wanted.plan, msisdn=wanted.msisdn, operator=wanted.operator, amount=price,
        price=price, code=outcome.code, placed_at=now, ended_at=ended_at,
    )  # fmt: skip
    due_at = now + outcome.after if outcome.then else None
    with ctx.db.transaction() as tx:
        if not purchases.add_test(tx, caller.merchant_id, caller.key_id, made, due_at):
            before = purchases.find(tx, caller.merchant_id, wanted.client_reference, live=False)
            if before is None:
                raise LookupError(wanted.client_reference)
            return _again(before, wanted)
        webhook_events.purchase_ended(tx, caller.merchant_id, made, now)
    ctx.nudge()
    return Bought(made, created=True)


def end_rehearsals(ctx: Context, most: int = 200) -> int:
    """Give purchases with test keys the second state that is due; how many."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        due = purchases.take_due_tests(tx, now, most)
        for merchant_id, purchase in due:
            outcome = outcome_for(purchase.msisdn)
            state, code = outcome.then or OrderState.DELIVERED, outcome.then_code
            purchases.end_test(tx, purchase.id, state, code, now)
            ended = replace(purchase, state=state, code=code, ended_at=now)
            webhook_events.purchase_ended(tx, merchant_id, ended, now)
    if due:
        ctx.nudge()
    return len(due)
