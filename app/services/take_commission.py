"""Take commission: all that an agent has earned goes to the own wallet."""

from app.db import agents, ledger, outbox, pins, subscribers
from app.db.agents import AgentRow
from app.domain import agent_postings as recipes
from app.domain.ledger import wallet
from app.domain.money import Money
from app.domain.msisdn import country_of
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import CommissionTaken, Origin, Refusal, Refused, TakeCommission
from app.services.agent_act import NotDone, as_agent
from app.services.context import Context
from app.services.wallet_room import takes, wallet_room

Taken = CommissionTaken | NotDone


def take_commission(ctx: Context, origin: Origin, request: TakeCommission) -> Taken:
    """Once per (channel, session, step)."""
    nothing = Money(0, COUNTRY_CURRENCY.get(country_of(origin.msisdn), ""))
    return as_agent(
        ctx, origin, request.pin, nothing, lambda agent: _take(ctx, origin, agent),
        source=recipes.commission,
    )  # fmt: skip


def _take(ctx: Context, origin: Origin, agent: AgentRow) -> CommissionTaken | Refused:
    reference, earned = ctx.new_reference(), recipes.commission(agent.id, agent.currency)
    step = (origin.channel, origin.session, origin.step)
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, agent.id)
        ledger.lock(tx, earned, wallet(agent.id, agent.currency))
        before = agents.commission_payout_of_step(tx, *step)
        if before is not None:
            return CommissionTaken(*before)
        amount = ledger.balance(tx, earned)
        if not amount.amount_minor:
            return Refused(Refusal.NOTHING_TO_TAKE)
        owner = subscribers.find_by_id(tx, agent.id)
        if owner is not None and not takes(wallet_room(ctx, tx, owner), amount):
            return Refused(Refusal.WALLET_FULL)
        agents.keep_commission_payout(tx, reference, agent.id, amount, *step, ctx.clock.now())
        ledger.post(tx, recipes.take_commission(reference, agent.id, amount))
        balance = ledger.balance(tx, wallet(agent.id, agent.currency))
        outbox.queue_sms(
            tx, agent.msisdn, "commission_taken", agent.language,
            {
                "amount_minor": amount.amount_minor, "balance_minor": balance.amount_minor,
                "currency": agent.currency, "reference": reference,
            },
            dedupe_key=f"commission:{reference}",
        )  # fmt: skip
    return CommissionTaken(reference, amount)
