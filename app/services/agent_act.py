"""What every act of an agent begins with: that it is an agent's. On a handset the PIN says so, at
the counter's pages whoever is signed in there."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from app.db import agents, ledger, outbox, pins, webhook_events
from app.db.agents import AgentRow
from app.db.engine import Transaction
from app.domain.agent_postings import agent_float
from app.domain.errors import InsufficientFunds
from app.domain.ledger import Account
from app.domain.money import Money
from app.domain.requests import NotEnough, Origin, PinLocked, Refusal, Refused, WrongPin
from app.domain.secret import Secret
from app.security.audit import Entry, append
from app.services.check_pin import Door, Verified, verify
from app.services.context import Context
from app.services.surely import surely

Done = TypeVar("Done")
NotDone = WrongPin | PinLocked | NotEnough | Refused


def as_agent(
    ctx: Context, origin: Origin, pin: Secret, needs: Money, act: Callable[[AgentRow], Done],
    source: Callable[[int, str], Account] = agent_float, door: Door = Door.USSD,
) -> Done | NotDone:  # fmt: skip
    """Verify the PIN, then have `act` do it in a commit of its own, which also clears the PIN's
    attempt. NotEnough tells what `source` holds of what the act `needs`."""
    verdict = verify(ctx, origin, pin, door)
    if not isinstance(verdict, Verified):
        return verdict
    subscriber = verdict.subscriber
    if subscriber.must_change_pin:
        done: Done | NotDone = Refused(Refusal.MUST_CHANGE_PIN)
    else:
        done = act_for(ctx, subscriber.id, needs, act, source)
    if isinstance(done, NotEnough | Refused):
        with ctx.db.statement() as tx:
            pins.clear_attempt(tx, origin, subscriber.id)
    return done


def act_for(
    ctx: Context, agent_id: int, needs: Money, act: Callable[[AgentRow], Done],
    source: Callable[[int, str], Account] = agent_float,
) -> Done | NotEnough | Refused:  # fmt: skip
    """Have `act` do it in a commit of its own, for an agent whose word is known to be good."""
    with ctx.db.statement() as tx:
        agent = agents.find(tx, agent_id)
    if agent is None or not agent.active or agent.currency != needs.currency:
        return Refused(Refusal.NOT_AN_AGENT)
    if agent.blocked:
        return Refused(Refusal.BLOCKED)
    try:
        done = surely(lambda: act(agent))
    except InsufficientFunds:
        with ctx.db.statement() as tx:
            return NotEnough(ledger.balance(tx, source(agent.id, agent.currency)), needs)
    ctx.nudge()
    return done


def note_who(
    ctx: Context, tx: Transaction, origin: Origin, act: str, reference: str, amount: Money,
    to: str = "",
) -> None:  # fmt: skip
    """Into the audit log, where somebody signed in did it: the books say only whose money it
    was."""
    if origin.by:
        detail = {"amount": str(amount), "agent": origin.msisdn} | ({"to": to} if to else {})
        append(tx, Entry(ctx.clock.now(), origin.by, act, reference, detail))


def float_left(
    tx: Transaction, agent: AgentRow, spent: Money, reference: str, now: datetime
) -> Money:
    """The float after an act that took `spent` of it; an SMS, and an event for the agent's server,
    when that made it low."""
    left = ledger.balance(tx, agent_float(agent.id, agent.currency))
    if left < agent.low_float <= left + spent:
        outbox.queue_sms(
            tx, agent.msisdn, "float_low", agent.language,
            {"float_minor": left.amount_minor, "currency": left.currency},
            dedupe_key=f"float_low:{reference}",
        )  # fmt: skip
        webhook_events.float_low(tx, agent.id, left, agent.low_float, reference, now)
    return left
