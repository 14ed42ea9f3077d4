"""Queries on agents, and on the float that moves between them."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.ledger import AccountKind
from app.domain.money import Money
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent; `id` is the subscriber's, `number` what customers type, `parent_id` the agent
    above; `blocked`: the owner blocked the account."""

    id: int
    number: str
    name: str
    msisdn: Msisdn
    language: str
    country: str
    currency: str
    parent_id: int | None
    low_float: Money
    active: bool
    blocked: bool


_ROW = """
select a.subscriber_id, a.number, a.name, s.msisdn, s.language, s.country, s.currency, a.parent_id,
       a.low_float_minor, a.active, s.blocked
from agents a join subscribers s on s.id = a.subscriber_id
"""


def _agent(row: tuple) -> AgentRow:  # type: ignore[type-arg]
    (id_, number, name, msisdn, language, country, currency, parent_id, low_float, active,
     blocked) = row  # fmt: skip
    return AgentRow(
        id_, number, name, Msisdn(msisdn), language, country, currency, parent_id,
        Money(low_float, currency), active, blocked,
    )  # fmt: skip


def add(
    tx: Transaction, subscriber_id: int, name: str, parent_id: int | None, low_float: Money,
    now: datetime,
) -> None:  # fmt: skip
    """Make a subscriber an agent, or change what is known of one and open it again."""
    tx.run(
        """
        insert into agents (subscriber_id, name, parent_id, low_float_minor, opened_at)
        values (%s, %s, %s, %s, %s)
        on conflict (subscriber_id) do update set name = excluded.name, active = true,
            parent_id = excluded.parent_id, low_float_minor = excluded.low_float_minor
        """,
        (subscriber_id, name, parent_id, low_float.amount_minor, now),
    )


def close(tx: Transaction, agent_id: int) -> None:
    """No acts any more; the money stays."""
    tx.run("update agents set active = false where subscriber_id = %s", (agent_id,))


def find(tx: Transaction, agent_id: int) -> AgentRow | None:
    """The agent with this subscriber's id, closed or not."""
    row = tx.maybe(f"{_ROW} where a.subscriber_id = %s", (agent_id,))
    return _agent(row) if row else None


def find_by_msisdn(tx: Transaction, msisdn: Msisdn) -> AgentRow | None:
    row = tx.maybe(f"{_ROW} where s.msisdn = %s", (msisdn,))
    return _agent(row) if row else None


def find_by_number(tx: Transaction, number: str) -> AgentRow | None:
    """The active agent whom customers name so."""
    row = tx.maybe(f"{_ROW} where a.number = %s and a.active", (number,))
    return _agent(row) if row else None


def of_number(tx: Transaction, number: str) -> AgentRow | None:
    """The agent with this number, closed or not."""
    row = tx.maybe(f"{_ROW} where a.number = %s", (number,))
    return _agent(row) if row else None


def everyone(tx: Transaction) -> list[AgentRow]:
    """Every agent, by number."""
    return [_agent(row) for row in tx.all(f"{_ROW} order by a.number")]


def children(tx: Transaction, agent_id: int, after: str, limit: int) -> list[AgentRow]:
    """The agents right below this one, by number, those after `after`."""
    rows = tx.all(
        f"{_ROW} where a.parent_id = %s and a.number > %s order by a.number limit %s",
        (agent_id, after, limit),
    )
    return [_agent(row) for row in rows]


def is_below(tx: Transaction, agent_id: int, ancestor_id: int) -> bool:
    """Is the agent somewhere below the other?"""
    row = tx.one(
        """
        with recursive above as (
            select parent_id from agents where subscriber_id = %s
            union select a.parent_id from agents a join above on a.subscriber_id = above.parent_id)
        select exists (select from above where parent_id = %s)
        """,
        (agent_id, ancestor_id),
    )
    return bool(row[0])


# --- float that moves ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewFloatMove:
    """`giver_id` is None when the float comes from the own wallet or from the operator."""

    reference: str
    giver_id: int | None
    taker_id: int
    amount: Money
    source: str
    state: str
    channel: str
    session: str
    step: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class FloatMoveRow:
    id: int
    reference: str
    giver_id: int | None
    taker_id: int
    taker: Msisdn
    amount: Money
    state: str
    asked_at: datetime


_MOVE = """
select f.id, f.reference, f.giver_id, f.taker_id, s.msisdn, f.amount_minor, f.currency, f.state,
       f.asked_at
from float_moves f join subscribers s on s.id = f.taker_id
"""


def _move(row: tuple) -> FloatMoveRow:  # type: ignore[type-arg]
    id_, reference, giver, taker, msisdn, amount, currency, state, asked_at = row
    return FloatMoveRow(
        id_, reference, giver, taker, Msisdn(msisdn), Money(amount, currency), state, asked_at
    )


def open_move(tx: Transaction, new: NewFloatMove) -> bool:
    """Write it; False when this (channel, session, step) has written one before."""
    return (
        tx.run(
            """
            insert into float_moves (reference, giver_id, taker_id, amount_minor, currency, source,
                                     state, channel, session, step, asked_at, ended_at)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (channel, session, step) do nothing
            """,
            (
                new.reference, new.giver_id, new.taker_id, new.amount.amount_minor,
                new.amount.currency, new.source, new.state, new.channel, new.session, new.step,
                new.asked_at, new.asked_at if new.state == "done" else None,
            ),
        )
        == 1
    )  # fmt: skip


def move_of_step(tx: Transaction, channel: str, session: str, step: int) -> FloatMoveRow:
    """What this step has written before."""
    where = "where f.channel = %s and f.session = %s and f.step = %s"
    return _move(tx.one(f"{_MOVE} {where}", (channel, session, step)))


def move_of_receipt(tx: Transaction, receipt: str) -> FloatMoveRow | None:
    """The float that staff put in for the payment with this receipt."""
    row = tx.maybe(
        f"{_MOVE} where f.channel = 'staff' and f.session = %s and f.step = 1", (receipt,)
    )
    return _move(row) if row else None


def asked_of(tx: Transaction, giver_id: int, since: datetime, limit: int) -> list[FloatMoveRow]:
    """Requests that wait for this agent, oldest first."""
    rows = tx.all(
        f"{_MOVE} where f.giver_id = %s and f.state = 'asked' and f.asked_at > %s"
        " order by f.asked_at limit %s",
        (giver_id, since, limit),
    )
    return [_move(row) for row in rows]


def find_move(tx: Transaction, reference: str, giver_id: int) -> FloatMoveRow | None:
    """The request with this reference, if it is one to this agent."""
    row = tx.maybe(f"{_MOVE} where f.reference = %s and f.giver_id = %s", (reference, giver_id))
    return _move(row) if row else None


def end_move(tx: Transaction, move_id: int, state: str, since: datetime, now: datetime) -> bool:
    """Compare-and-set from asked; False when it has ended, or was asked too long ago."""
    return (
        tx.run(
            "update float_moves set state = %s, ended_at = %s"
            " where id = %s and state = 'asked' and asked_at > %s",
            (state, now, move_id, since),
        )
        == 1
    )


# --- commission ------------------------------------------------------------------------------


def keep_commission_payout(
    tx: Transaction, reference: str, agent_id: int, amount: Money, paid_into: AccountKind,
    channel: str, session: str, step: int, now: datetime,
) -> None:  # fmt: skip
    tx.run(
        """
        insert into commission_payouts (reference, agent_id, amount_minor, currency, paid_into,
                                        channel, session, step, at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            reference, agent_id, amount.amount_minor, amount.currency, paid_into, channel, session,
            step, now,
        ),
    )  # fmt: skip


def commission_payout_of_step(
    tx: Transaction, channel: str, session: str, step: int
) -> tuple[str, Money] | None:
    """Reference and amount of what this step has taken before."""
    row = tx.maybe(
        "select reference, amount_minor, currency from commission_payouts"
        " where channel = %s and session = %s and step = %s",
        (channel, session, step),
    )
    return (str(row[0]), Money(int(row[1]), str(row[2]))) if row else None
