"""Float between agents: sent down the tree, asked for and given, or bought from the own wallet."""

from datetime import datetime

from app.db import agents, ledger, outbox, pins, webhook_events
from app.db.agents import AgentRow, FloatMoveRow, NewFloatMove
from app.db.engine import Transaction
from app.domain.agency import FLOAT_REQUEST_LASTS
from app.domain.agent_postings import agent_float, move_float
from app.domain.ledger import wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    AskFloat,
    BuyFloat,
    DeclineFloat,
    Done,
    FloatAsked,
    FloatMoved,
    GiveFloat,
    Origin,
    Refusal,
    Refused,
    SendFloat,
)
from app.services.agent_act import NotDone, as_agent, float_left, note_who
from app.services.check_pin import Door
from app.services.context import Context

Moved = FloatMoved | NotDone


def send_float(ctx: Context, origin: Origin, request: SendFloat, door: Door = Door.USSD) -> Moved:
    """To any agent below, once per (channel, session, step)."""

    return as_agent(
        ctx, origin, request.pin, request.amount,
        lambda giver: send_down(ctx, origin, giver, request.to, request.amount), door=door,
    )  # fmt: skip


def send_down(
    ctx: Context, origin: Origin, giver: AgentRow, to: Msisdn, amount: Money
) -> FloatMoved | Refused:
    """What an agent does whose word is known to be good. Raises InsufficientFunds."""
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, giver.id)
        taker = agents.find_by_msisdn(tx, to)
        if taker is None or not taker.active or not agents.is_below(tx, taker.id, giver.id):
            return Refused(Refusal.NO_SUCH_AGENT)
        new = _new(ctx, origin, giver.id, taker.id, amount, "agent", "done")
        if not agents.open_move(tx, new):
            return FloatMoved(_before(tx, origin).reference)
        _give(tx, giver, taker, amount, new.reference, ctx.clock.now())
        note_who(ctx, tx, origin, "float.send", new.reference, amount, to)
        return FloatMoved(new.reference)


def buy_float(ctx: Context, origin: Origin, request: BuyFloat, door: Door = Door.USSD) -> Moved:
    """From the agent's own wallet, where bank transfers and commission arrive."""

    return as_agent(
        ctx, origin, request.pin, request.amount,
        lambda agent: buy_from_wallet(ctx, origin, agent, request.amount),
        source=wallet, door=door,
    )  # fmt: skip


def buy_from_wallet(ctx: Context, origin: Origin, agent: AgentRow, amount: Money) -> FloatMoved:
    """What an agent does whose word is known to be good. Raises InsufficientFunds."""
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, agent.id)
        new = _new(ctx, origin, None, agent.id, amount, "wallet", "done")
        if not agents.open_move(tx, new):
            return FloatMoved(_before(tx, origin).reference)
        source = wallet(agent.id, agent.currency)
        ledger.post(tx, move_float(new.reference, source, agent.id, amount))
        _tell_taker(tx, agent, amount, new.reference, ctx.clock.now())
        note_who(ctx, tx, origin, "float.buy", new.reference, amount)
        return FloatMoved(new.reference)


def ask_float(ctx: Context, origin: Origin, request: AskFloat) -> FloatAsked | Refused:
    """Ask the agent above; no money moves, so no PIN."""
    with ctx.db.transaction() as tx:
        agent = agents.find_by_msisdn(tx, origin.msisdn)
        parent = agents.find(tx, agent.parent_id) if agent and agent.parent_id else None
        if agent is None or parent is None or not (agent.active and parent.active):
            return Refused(Refusal.NO_SUCH_AGENT)
        if request.amount.currency != agent.currency or request.amount.amount_minor <= 0:
            return Refused(Refusal.NO_CASH_HERE)
        new = _new(ctx, origin, parent.id, agent.id, request.amount, "agent", "asked")
        if not agents.open_move(tx, new):
            return FloatAsked(_before(tx, origin).reference)
        outbox.queue_sms(
            tx, parent.msisdn, "float_asked", parent.language,
            {
                "amount_minor": request.amount.amount_minor, "currency": agent.currency,
                "number": agent.msisdn, "agent": agent.name, "reference": new.reference,
            },
            dedupe_key=f"float:{new.reference}:asked",
        )  # fmt: skip
    ctx.nudge()
    return FloatAsked(new.reference)


def give_float(ctx: Context, origin: Origin, request: GiveFloat) -> Moved:
    """Grant a request to this agent; once, whoever asks how often."""
    wanted = find_request(ctx, origin, request.reference)
    if wanted is None:
        return Refused(Refusal.NOTHING_OPEN)
    return as_agent(
        ctx, origin, request.pin, wanted.amount,
        lambda giver: grant(ctx, origin, giver, wanted),
    )  # fmt: skip


def find_request(ctx: Context, origin: Origin, reference: str) -> FloatMoveRow | None:
    """The request with this reference, if it is one to this agent."""
    with ctx.db.statement() as tx:
        return _asked_of(tx, origin, reference)


def grant(
    ctx: Context, origin: Origin, giver: AgentRow, wanted: FloatMoveRow
) -> FloatMoved | Refused:
    """What an agent does whose word is known to be good. Raises InsufficientFunds."""
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, giver.id)
        taker = agents.find(tx, wanted.taker_id)
        if taker is None or not taker.active:
            return Refused(Refusal.NO_SUCH_AGENT)
        if _end(ctx, tx, wanted, "done"):
            _give(tx, giver, taker, wanted.amount, wanted.reference, ctx.clock.now())
            note_who(ctx, tx, origin, "float.give", wanted.reference, wanted.amount, taker.msisdn)
            return FloatMoved(wanted.reference)
        now = agents.find_move(tx, wanted.reference, giver.id)
        done = now is not None and now.state == "done"
        return FloatMoved(wanted.reference) if done else Refused(Refusal.NOTHING_OPEN)


def decline_float(ctx: Context, origin: Origin, request: DeclineFloat) -> Done | Refused:
    """Say no to a request; whoever asked is told."""
    with ctx.db.transaction() as tx:
        asked = _asked_of(tx, origin, request.reference)
        if asked is None:
            return Refused(Refusal.NOTHING_OPEN)
        if not _end(ctx, tx, asked, "declined"):
            return Done() if asked.state == "declined" else Refused(Refusal.NOTHING_OPEN)
        taker = agents.find(tx, asked.taker_id)
        if taker is not None:
            outbox.queue_sms(
                tx, taker.msisdn, "float_declined", taker.language,
                {
                    "amount_minor": asked.amount.amount_minor, "currency": taker.currency,
                    "reference": asked.reference,
                },
                dedupe_key=f"float:{asked.reference}:declined",
            )  # fmt: skip
    ctx.nudge()
    return Done()


def _give(
    tx: Transaction, giver: AgentRow, taker: AgentRow, amount: Money, reference: str, now: datetime
) -> None:
    source = agent_float(giver.id, giver.currency)
    ledger.post(tx, move_float(reference, source, taker.id, amount))
    float_left(tx, giver, amount, reference, now)
    _tell_taker(tx, taker, amount, reference, now)


def _tell_taker(
    tx: Transaction, taker: AgentRow, amount: Money, reference: str, now: datetime
) -> None:
    held = ledger.balance(tx, agent_float(taker.id, taker.currency))
    outbox.queue_sms(
        tx, taker.msisdn, "float_received", taker.language,
        {
            "amount_minor": amount.amount_minor, "float_minor": held.amount_minor,
            "currency": taker.currency, "reference": reference,
        },
        dedupe_key=f"float:{reference}:received",
    )  # fmt: skip
    webhook_events.float_credited(tx, taker.id, amount, held, reference, now)


def _new(
    ctx: Context, origin: Origin, giver: int | None, taker: int, amount: Money, source: str,
    state: str,
) -> NewFloatMove:  # fmt: skip
    return NewFloatMove(
        ctx.new_reference(), giver, taker, amount, source, state, origin.channel, origin.session,
        origin.step, ctx.clock.now(),
    )  # fmt: skip


def _before(tx: Transaction, origin: Origin) -> FloatMoveRow:
    return agents.move_of_step(tx, origin.channel, origin.session, origin.step)


def _asked_of(tx: Transaction, origin: Origin, reference: str) -> FloatMoveRow | None:
    giver = agents.find_by_msisdn(tx, origin.msisdn)
    return agents.find_move(tx, reference, giver.id) if giver else None


def _end(ctx: Context, tx: Transaction, asked: FloatMoveRow, state: str) -> bool:
    now = ctx.clock.now()
    return agents.end_move(tx, asked.id, state, now - FLOAT_REQUEST_LASTS, now)
