"""Take commission: all that an agent has earned goes to the own wallet, or to the float."""

from collections.abc import Callable

from app.db import agents, ledger, outbox, pins, subscribers, webhook_events
from app.db.agents import AgentRow
from app.domain import agent_postings as recipes
from app.domain.ledger import Account, AccountKind, wallet
from app.domain.money import Money
from app.domain.msisdn import country_of
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import CommissionTaken, Origin, Refusal, Refused, TakeCommission
from app.services.agent_act import NotDone, as_agent, note_who
from app.services.context import Context
from app.services.wallet_room import takes, wallet_room

Taken = CommissionTaken | NotDone
Target = Callable[[int, str], Account]
_SAID = {
    AccountKind.WALLET: ("commission_taken", "balance_minor"),
    AccountKind.AGENT_FLOAT: ("float_received", "float_minor"),
}


def take_commission(ctx: Context, origin: Origin, request: TakeCommission) -> Taken:
    """Once per (channel, session, step)."""
    nothing = Money(0, COUNTRY_CURRENCY.get(country_of(origin.msisdn), ""))
    return as_agent(
        ctx, origin, request.pin, nothing, lambda agent: take_earned(ctx, origin, agent),
        source=recipes.commission,
    )  # fmt: skip


def take_earned(
    ctx: Context, origin: Origin, agent: AgentRow, into: Target = wallet
) -> CommissionTaken | Refused:
    """What an agent does whose word is known to be good: all of it `into` the wallet or the
    float."""
    target = into(agent.id, agent.currency)
    reference, earned = ctx.new_reference(), recipes.commission(agent.id, agent.currency)
    step = (origin.channel, origin.session, origin.step)
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, agent.id)
        ledger.lock(tx, earned, target)
        before = agents.commission_payout_of_step(tx, *step)
        if before is not None:
            return CommissionTaken(*before)
        amount = ledger.balance(tx, earned)
        if not amount.amount_minor:
            return Refused(Refusal.NOTHING_TO_TAKE)
        owner = subscribers.find_by_id(tx, agent.id)
        full = owner is not None and not takes(wallet_room(ctx, tx, owner), amount)
        if target.kind is AccountKind.WALLET and full:
            return Refused(Refusal.WALLET_FULL)
        agents.keep_commission_payout(
            tx, reference, agent.id, amount, target.kind, *step, ctx.clock.now()
        )
        ledger.post(tx, recipes.take_commission(reference, agent.id, amount, target))
        kind, name = _SAID[target.kind]
        outbox.queue_sms(
            tx, agent.msisdn, kind, agent.language,
            {
                "amount_minor": amount.amount_minor, "currency": agent.currency,
                name: ledger.balance(tx, target).amount_minor, "reference": reference,
            },
            dedupe_key=f"commission:{reference}",
        )  # fmt: skip
        if target.kind is AccountKind.AGENT_FLOAT:
            held, now = ledger.balance(tx, target), ctx.clock.now()
            webhook_events.float_credited(tx, agent.id, amount, held, reference, now)
        note_who(ctx, tx, origin, "commission.take", reference, amount, target.kind)
    return CommissionTaken(reference, amount)
