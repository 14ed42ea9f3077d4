"""What staff do about agents: take one on, close one, put float in."""

from app.db import agents, ledger, outbox, subscribers
from app.db.agents import AgentRow, NewFloatMove
from app.db.engine import Transaction
from app.domain.agent_postings import agent_float, commission, move_float
from app.domain.errors import ReferenceConflict
from app.domain.ledger import AccountKind, system
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber


class NoSuchAgent(Exception):
    """Nobody with this number is an agent."""


class WouldBeACircle(Exception):
    """An agent can't be below itself."""


def add_agent(
    ctx: Context, msisdn: Msisdn, name: str, parent: Msisdn | None, low_float_minor: int, actor: str
) -> AgentRow:
    """Make a registered subscriber an agent, or change one. Raises NoSuchSubscriber, NoSuchAgent
    (the parent), WouldBeACircle."""
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, msisdn)
        if subscriber is None:
            raise NoSuchSubscriber(msisdn)
        above = _agent(tx, parent) if parent else None
        if above and (above.id == subscriber.id or agents.is_below(tx, above.id, subscriber.id)):
            raise WouldBeACircle(msisdn)
        low = Money(low_float_minor, subscriber.currency)
        agents.add(tx, subscriber.id, name, above.id if above else None, low, ctx.clock.now())
        for account in (agent_float, commission):
            ledger.open_account(tx, account(subscriber.id, subscriber.currency))
        detail = {"name": name, "parent": parent or ""}
        append(tx, Entry(ctx.clock.now(), actor, "agent.add", msisdn, detail))
        return _agent(tx, msisdn)


def close_agent(ctx: Context, msisdn: Msisdn, actor: str, reason: str) -> None:
    """No acts any more; float and commission stay. Raises NoSuchAgent."""
    with ctx.db.transaction() as tx:
        agents.close(tx, _agent(tx, msisdn).id)
        append(tx, Entry(ctx.clock.now(), actor, "agent.close", msisdn, {"reason": reason}))


def put_float(
    ctx: Context, msisdn: Msisdn, amount_minor: int, key: str, actor: str, reason: str
) -> Money:
    """Float from the operator, for cash or a transfer received outside; the new float. The same
    `key` (a receipt's number) puts it in once. Raises NoSuchAgent, ValueError,
    ReferenceConflict (the same key with another amount)."""
    if amount_minor <= 0:
        raise ValueError("the amount must be above zero, in minor units")
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        agent = _agent(tx, msisdn)
        amount, account = Money(amount_minor, agent.currency), agent_float(agent.id, agent.currency)
        new = NewFloatMove(
            ctx.new_reference(), None, agent.id, amount, "operator", "done", "staff", key, 1, now
        )
        if not agents.open_move(tx, new):
            if agents.move_of_step(tx, "staff", key, 1).amount != amount:
                raise ReferenceConflict(key)
            return ledger.balance(tx, account)
        source = system(AccountKind.FUNDING, agent.currency)
        ledger.post(tx, move_float(new.reference, source, agent.id, amount))
        detail = {"amount_minor": str(amount_minor), "key": key, "reason": reason}
        append(tx, Entry(now, actor, "agent.float", msisdn, detail))
        held = ledger.balance(tx, account)
        outbox.queue_sms(
            tx, agent.msisdn, "float_received", agent.language,
            {
                "amount_minor": amount_minor, "float_minor": held.amount_minor,
                "currency": agent.currency, "reference": new.reference,
            },
            dedupe_key=f"float:staff:{key}",
        )  # fmt: skip
    ctx.nudge()
    return held


def list_agents(ctx: Context) -> list[tuple[AgentRow, Money, Money]]:
    """Every agent with float and commission."""
    with ctx.db.statement() as tx:
        return [
            (
                row,
                ledger.balance(tx, agent_float(row.id, row.currency)),
                ledger.balance(tx, commission(row.id, row.currency)),
            )
            for row in agents.everyone(tx)
        ]


def _agent(tx: Transaction, msisdn: Msisdn) -> AgentRow:
    found = agents.find_by_msisdn(tx, msisdn)
    if found is None:
        raise NoSuchAgent(msisdn)
    return found
