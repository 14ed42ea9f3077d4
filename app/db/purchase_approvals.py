"""Queries on what customers have an agent approve. A wish is open, found by an agent, approved or
void: by compare-and-set."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import Origin
from app.domain.second_factor import Act, Subject


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    id: int
    reference: str
    customer_id: int
    customer: Msisdn
    language: str
    country: str
    subject: Subject
    channel: str
    session: str
    step: int
    state: str
    tries: int
    agent_id: int | None
    expires_at: datetime


_ROW = """
select a.id, a.reference, a.customer_id, s.msisdn, s.language, s.country, a.act, a.amount_minor,
       a.currency, a.recipient, a.channel, a.session, a.step, a.state, a.tries, a.agent_id,
       a.expires_at
from purchase_approvals a join subscribers s on s.id = a.customer_id
"""


def _approval(row: tuple) -> ApprovalRow:  # type: ignore[type-arg]
    (id_, reference, customer_id, msisdn, language, country, act, amount, currency, recipient,
     channel, session, step, state, tries, agent_id, expires_at) = row  # fmt: skip
    subject = Subject(Act(act), Money(amount, currency), recipient)
    return ApprovalRow(
        id_, reference, customer_id, Msisdn(msisdn), language, country, subject, channel, session,
        step, state, tries, agent_id, expires_at,
    )  # fmt: skip


def ask(
    tx: Transaction, reference: str, customer_id: int, subject: Subject, origin: Origin,
    now: datetime, expires_at: datetime,
) -> None:  # fmt: skip
    """A new wish voids the customer's old one; the same step wishes once."""
    key = (origin.channel, origin.session, origin.step)
    # Wishes of one customer wait for each other, or two of them would be open.
    tx.run("select 1 from subscribers where id = %s for update", (customer_id,))
    tx.run(
        "update purchase_approvals set state = 'void' where customer_id = %s"
        " and state in ('open', 'found') and (channel, session, step) <> (%s, %s, %s)",
        (customer_id, *key),
    )
    tx.run(
        """
        insert into purchase_approvals (reference, customer_id, act, recipient, amount_minor,
                                        currency, channel, session, step, asked_at, expires_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (channel, session, step) do nothing
        """,
        (
            reference, customer_id, subject.act, subject.recipient, subject.amount.amount_minor,
            subject.amount.currency, *key, now, expires_at,
        ),
    )  # fmt: skip


def of_step(tx: Transaction, channel: str, session: str, step: int) -> ApprovalRow:
    where = "where a.channel = %s and a.session = %s and a.step = %s"
    return _approval(tx.one(f"{_ROW} {where}", (channel, session, step)))


def lock_open(tx: Transaction, customer: Msisdn, now: datetime) -> ApprovalRow | None:
    """What this customer wants approved now, locked."""
    row = tx.maybe(
        f"{_ROW} where s.msisdn = %s and a.state in ('open', 'found') and a.expires_at > %s"
        " for update of a",
        (customer, now),
    )
    return _approval(row) if row else None


def lock(tx: Transaction, reference: str) -> ApprovalRow | None:
    row = tx.maybe(f"{_ROW} where a.reference = %s for update of a", (reference,))
    return _approval(row) if row else None


def found(tx: Transaction, approval_id: int, agent_id: int) -> None:
    """This agent typed the right code; who finds it last may approve."""
    tx.run(
        "update purchase_approvals set state = 'found', agent_id = %s"
        " where id = %s and state in ('open', 'found')",
        (agent_id, approval_id),
    )


def approve(tx: Transaction, approval_id: int, agent_id: int, now: datetime) -> bool:
    """From found to approved; False when it isn't this agent's to approve, or too late."""
    return (
        tx.run(
            "update purchase_approvals set state = 'approved'"
            " where id = %s and state = 'found' and agent_id = %s and expires_at > %s",
            (approval_id, agent_id, now),
        )
        == 1
    )


def count_wrong(tx: Transaction, approval_id: int, allowed: int) -> None:
    """One more wrong code; the last one allowed voids the wish."""
    tx.run(
        "update purchase_approvals set tries = tries + 1,"
        " state = case when tries + 1 >= %s then 'void' else state end where id = %s",
        (allowed, approval_id),
    )


def begin_try(tx: Transaction, agent_id: int, origin: Origin, now: datetime) -> bool:
    """One try per (channel, session, step); False when it was made before."""
    return (
        tx.run(
            "insert into approval_tries (channel, session, step, agent_id, at)"
            " values (%s, %s, %s, %s, %s) on conflict do nothing",
            (origin.channel, origin.session, origin.step, agent_id, now),
        )
        == 1
    )


def try_found(tx: Transaction, origin: Origin, approval_id: int) -> None:
    tx.run(
        "update approval_tries set found_id = %s where channel = %s and session = %s and step = %s",
        (approval_id, origin.channel, origin.session, origin.step),
    )


def found_by_try(tx: Transaction, agent_id: int, origin: Origin) -> ApprovalRow | None:
    """What this step's try of this agent found before."""
    row = tx.maybe(
        f"{_ROW} join approval_tries t on t.found_id = a.id"
        " where t.channel = %s and t.session = %s and t.step = %s and t.agent_id = %s",
        (origin.channel, origin.session, origin.step, agent_id),
    )
    return _approval(row) if row else None


def wrong_tries(tx: Transaction, agent_id: int, since: datetime) -> int:
    row = tx.one(
        "select count(*) from approval_tries where agent_id = %s and at > %s and found_id is null",
        (agent_id, since),
    )
    return int(row[0])
