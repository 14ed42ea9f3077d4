"""What staff do about agents: take one on, close one, put float in."""

import re

from app.db import agents, ledger, outbox, subscribers, webhook_events
from app.db.agents import AgentRow, NewFloatMove
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.domain.agent_postings import agent_float, commission, move_float
from app.domain.errors import ReferenceConflict
from app.domain.ledger import AccountKind, system
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.security.audit import Entry, append
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber
from app.services.staff_refused import StaffRefused

_RECEIPT = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.-]{3,39}")


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
        before = agents.find(tx, subscriber.id)
        low = Money(low_float_minor, subscriber.currency)
        agents.add(tx, subscriber.id, name, above.id if above else None, low, ctx.clock.now())
        for account in (agent_float, commission):
            ledger.open_account(tx, account(subscriber.id, subscriber.currency))
        now = _agent(tx, msisdn)
        append(tx, Entry(
            ctx.clock.now(), actor, "agent.add", msisdn, {"name": name, "parent": parent or ""},
            before=_known(before) if before else None, after=_known(now),
        ))  # fmt: skip
        return now


def close_agent(ctx: Context, msisdn: Msisdn, actor: str, reason: str) -> None:
    """No acts any more; float and commission stay. Raises NoSuchAgent."""
    with ctx.db.transaction() as tx:
        agent = _agent(tx, msisdn)
        agents.close(tx, agent.id)
        append(tx, Entry(
            ctx.clock.now(), actor, "agent.close", msisdn, {"reason": reason},
            before={"active": agent.active}, after={"active": False},
        ))  # fmt: skip


def put_float(
    ctx: Context, msisdn: Msisdn, amount_minor: int, key: str, actor: str, reason: str
) -> Money:
    """Float from the operator, for cash or a transfer received outside; the new float. The same
    `key` (a receipt's number) puts it in once. Raises NoSuchAgent, ValueError,
    ReferenceConflict (the same key with another amount)."""
    if amount_minor <= 0:
        raise ValueError("the amount must be above zero, in minor units")
    with ctx.db.transaction() as tx:
        agent = _agent(tx, msisdn)
        amount = Money(amount_minor, agent.currency)
        held = _put_float(ctx, tx, agent, amount, key, actor, {"reason": reason})
    ctx.nudge()
    return held


def ask_float_put(
    ctx: Context, msisdn: Msisdn, amount: Money, receipt: str, reason: str, actor: str, key: str
) -> str:
    """The ticket under which another person decides that float is put in, for the payment with this
    receipt. Raises NoSuchAgent, StaffRefused."""
    if not _RECEIPT.fullmatch(receipt):
        raise StaffRefused("a receipt's number has 4 to 40 letters, digits, dashes or slashes")
    with ctx.db.transaction() as tx:
        agent = _agent(tx, msisdn)
        if not agent.active:
            raise StaffRefused(f"{agent.name} is closed: open the agent first")
        if amount.currency != agent.currency or amount.amount_minor <= 0:
            raise StaffRefused(f"type an amount above zero in {agent.currency}")
        if agents.move_of_receipt(tx, receipt) is not None:
            raise StaffRefused(f"float was put in for receipt {receipt} before")
        detail = {
            "msisdn": msisdn, "agent": f"{agent.number} {agent.name}", "receipt": receipt,
            "amount_minor": amount.amount_minor, "currency": amount.currency,
        }  # fmt: skip
        return ask_approval(ctx, tx, "put_float", detail, reason, actor, key)


def put_float_asked(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:
    """What an approved `put_float` does. Raises StaffRefused when the receipt was used before, or
    the agent closed."""
    detail = approval.detail
    agent = agents.find_by_msisdn(tx, detail["msisdn"])
    if agent is None or not agent.active:
        raise StaffRefused("the agent is closed by now")
    amount, receipt = Money(detail["amount_minor"], detail["currency"]), detail["receipt"]
    if agents.move_of_receipt(tx, receipt) is not None:
        raise StaffRefused(f"float was put in for receipt {receipt} before")
    held = _put_float(ctx, tx, agent, amount, receipt, actor, {"ticket": approval.ticket})
    return f"{amount} for agent {agent.number}, who has {held} now"


def _put_float(
    ctx: Context, tx: Transaction, agent: AgentRow, amount: Money, key: str, actor: str,
    why: dict[str, str],
) -> Money:  # fmt: skip
    """The new float. Raises ReferenceConflict."""
    now, account = ctx.clock.now(), agent_float(agent.id, agent.currency)
    new = NewFloatMove(
        ctx.new_reference(), None, agent.id, amount, "operator", "done", "staff", key, 1, now
    )
    if not agents.open_move(tx, new):
        if agents.move_of_step(tx, "staff", key, 1).amount != amount:
            raise ReferenceConflict(key)
        return ledger.balance(tx, account)
    source = system(AccountKind.FUNDING, agent.currency)
    ledger.post(tx, move_float(new.reference, source, agent.id, amount))
    detail = {"amount_minor": str(amount.amount_minor), "key": key, **why}
    append(tx, Entry(now, actor, "agent.float", agent.msisdn, detail))
    held = ledger.balance(tx, account)
    outbox.queue_sms(
        tx, agent.msisdn, "float_received", agent.language,
        {
            "amount_minor": amount.amount_minor, "float_minor": held.amount_minor,
            "currency": agent.currency, "reference": new.reference,
        },
        dedupe_key=f"float:staff:{key}",
    )  # fmt: skip
    webhook_events.float_credited(tx, agent.id, amount, held, new.reference, now)
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


def _known(agent: AgentRow) -> dict[str, object]:
    """What a change of an agent changes, for the audit log."""
    return {
        "name": agent.name, "parent_id": agent.parent_id, "low_float": str(agent.low_float),
        "active": agent.active,
    }  # fmt: skip
