"""Queries on cash taken in and paid out. A withdrawal is open, then paid or void: by
compare-and-set, so that an expiry and a pay-out can't both happen."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class NewCashIn:
    reference: str
    agent_id: int
    customer_id: int
    amount: Money
    earned: Money
    channel: str
    session: str
    step: int
    at: datetime
    done_by: str = ""


def add_cash_in(tx: Transaction, new: NewCashIn) -> None:
    tx.run(
        """
        insert into cash_ins (reference, agent_id, customer_id, amount_minor, earned_minor,
                              currency, channel, session, step, at, done_by)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            new.reference, new.agent_id, new.customer_id, new.amount.amount_minor,
            new.earned.amount_minor, new.amount.currency, new.channel, new.session, new.step,
            new.at, new.done_by or None,
        ),
    )  # fmt: skip


def cash_in_of_step(
    tx: Transaction, channel: str, session: str, step: int
) -> tuple[str, Money] | None:
    """Reference and earning of what this step has taken in before."""
    row = tx.maybe(
        "select reference, earned_minor, currency from cash_ins"
        " where channel = %s and session = %s and step = %s",
        (channel, session, step),
    )
    return (str(row[0]), Money(int(row[1]), str(row[2]))) if row else None


def has_earned(tx: Transaction, agent_id: int, customer_id: int, since: datetime) -> bool:
    """Has this agent earned on this customer's cash-in since then?"""
    row = tx.one(
        "select exists (select from cash_ins where customer_id = %s and at > %s and agent_id = %s"
        " and earned_minor > 0)",
        (customer_id, since, agent_id),
    )
    return bool(row[0])


def one_act_at_a_time(tx: Transaction, customer_id: int) -> None:
    """Cash acts of one customer wait for each other until the commit: what may still be moved is
    counted right, and only one withdrawal is open."""
    tx.run("select pg_advisory_xact_lock(hashtextextended('cash:' || %s, 0))", (customer_id,))


def one_pay_out_at_a_time(tx: Transaction, agent_id: int) -> None:
    """Pay-outs of one agent wait for each other until the commit. The float itself is not locked
    for that: what posts locks wallets and floats together, in one order."""
    tx.run("select pg_advisory_xact_lock(hashtextextended('payout:' || %s, 0))", (agent_id,))


def moved_by_customer(tx: Transaction, customer_id: int, currency: str, since: datetime) -> Money:
    """Cash in, paid out and waiting to be paid out, since then. Call it after
    one_act_at_a_time."""
    row = tx.one(
        """
        select (select coalesce(sum(amount_minor), 0) from cash_ins
                where customer_id = %(id)s and at > %(since)s)
             + (select coalesce(sum(amount_minor), 0) from withdrawals
                where customer_id = %(id)s and asked_at > %(since)s and state <> 'void')
        """,
        {"id": customer_id, "since": since},
    )
    return Money(int(row[0]), currency)


def paid_by_agent(tx: Transaction, agent_id: int, currency: str, since: datetime) -> Money:
    """Cash an agent has paid out since then. Call it after one_pay_out_at_a_time."""
    row = tx.one(
        "select coalesce(sum(amount_minor), 0) from withdrawals"
        " where agent_id = %s and state = 'paid' and ended_at > %s",
        (agent_id, since),
    )
    return Money(int(row[0]), currency)


# --- withdrawals -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewWithdrawal:
    """`named_id`: the only agent who may pay, or None."""

    reference: str
    customer_id: int
    named_id: int | None
    amount: Money
    fee: Money
    channel: str
    session: str
    step: int
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WithdrawalRow:
    id: int
    reference: str
    customer_id: int
    customer: Msisdn
    language: str
    country: str
    named_id: int | None
    amount: Money
    fee: Money
    tries: int
    state: str
    channel: str
    session: str
    step: int
    expires_at: datetime

    @property
    def total(self) -> Money:
        """What is held."""
        return self.amount + self.fee


_ROW = """
select w.id, w.reference, w.customer_id, s.msisdn, s.language, s.country, w.named_id,
       w.amount_minor, w.fee_minor, w.currency, w.tries, w.state, w.channel,
       w.session, w.step, w.expires_at
from withdrawals w join subscribers s on s.id = w.customer_id
"""


def _withdrawal(row: tuple) -> WithdrawalRow:  # type: ignore[type-arg]
    (id_, reference, customer, msisdn, language, country, named, amount, fee, currency, tries,
     state, channel, session, step, expires_at) = row  # fmt: skip
    return WithdrawalRow(
        id_, reference, customer, Msisdn(msisdn), language, country, named, Money(amount, currency),
        Money(fee, currency), tries, state, channel, session,
        step, expires_at,
    )  # fmt: skip


def open_withdrawal(tx: Transaction, new: NewWithdrawal) -> None:
    tx.run(
        """
        insert into withdrawals (reference, customer_id, named_id, amount_minor, fee_minor,
                                 currency, channel, session, step, asked_at, expires_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            new.reference, new.customer_id, new.named_id, new.amount.amount_minor,
            new.fee.amount_minor, new.amount.currency, new.channel, new.session,
            new.step, new.asked_at, new.expires_at,
        ),
    )  # fmt: skip


def withdrawal_of_step(
    tx: Transaction, channel: str, session: str, step: int
) -> WithdrawalRow | None:
    where = "where w.channel = %s and w.session = %s and w.step = %s"
    row = tx.maybe(f"{_ROW} {where}", (channel, session, step))
    return _withdrawal(row) if row else None


def withdrawal_of_session(tx: Transaction, channel: str, session: str) -> WithdrawalRow | None:
    """The latest withdrawal asked for in a session."""
    where = "where w.channel = %s and w.session = %s order by w.id desc limit 1"
    row = tx.maybe(f"{_ROW} {where}", (channel, session))
    return _withdrawal(row) if row else None


def find_own(tx: Transaction, customer_id: int, reference: str) -> WithdrawalRow | None:
    """The customer's withdrawal with this reference."""
    row = tx.maybe(
        f"{_ROW} where w.customer_id = %s and w.reference = %s", (customer_id, reference)
    )
    return _withdrawal(row) if row else None


def lock_open(tx: Transaction, customer_id: int) -> WithdrawalRow | None:
    """The customer's open withdrawal, locked."""
    row = tx.maybe(
        f"{_ROW} where w.customer_id = %s and w.state = 'open' for update of w", (customer_id,)
    )
    return _withdrawal(row) if row else None


def take_expired(tx: Transaction, now: datetime) -> WithdrawalRow | None:
    """One whose time is over, locked."""
    row = tx.maybe(
        f"{_ROW} where w.state = 'open' and w.expires_at <= %s order by w.expires_at limit 1"
        " for update of w skip locked",
        (now,),
    )
    return _withdrawal(row) if row else None


def count_wrong(tx: Transaction, withdrawal_id: int) -> int:
    """One more wrong try; how many there were."""
    row = tx.one(
        "update withdrawals set tries = tries + 1 where id = %s returning tries", (withdrawal_id,)
    )
    return int(row[0])


def pay(tx: Transaction, withdrawal_id: int, agent_id: int, paid_by: str, now: datetime) -> bool:
    """From open to paid; False when it isn't open any more, or its time is over. `paid_by`: who was
    signed in at the counter, or empty."""
    return (
        tx.run(
            "update withdrawals set state = 'paid', agent_id = %s, paid_by = %s, ended_at = %s"
            " where id = %s and state = 'open' and expires_at > %s",
            (agent_id, paid_by or None, now, withdrawal_id, now),
        )
        == 1
    )


def void(tx: Transaction, withdrawal_id: int, why: str, now: datetime) -> bool:
    """From open to void; False when it isn't open any more."""
    return (
        tx.run(
            "update withdrawals set state = 'void', why = %s, ended_at = %s"
            " where id = %s and state = 'open'",
            (why, now, withdrawal_id),
        )
        == 1
    )


# --- tries to pay out ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TryRow:
    """What a step's try came to; `reference` and `earned` of the withdrawal it paid."""

    paid: bool
    reference: str


def begin_try(
    tx: Transaction, agent_id: int, channel: str, session: str, step: int, now: datetime
) -> bool:
    """One try per (channel, session, step); False when it was made before. A copy waits here
    until the first one's commit."""
    return (
        tx.run(
            "insert into payout_tries (channel, session, step, agent_id, paid, at)"
            " values (%s, %s, %s, %s, false, %s) on conflict do nothing",
            (channel, session, step, agent_id, now),
        )
        == 1
    )


def try_was(
    tx: Transaction, channel: str, session: str, step: int, withdrawal_id: int | None, *,
    paid: bool,
) -> None:  # fmt: skip
    """What the try came to."""
    tx.run(
        "update payout_tries set withdrawal_id = %s, paid = %s"
        " where channel = %s and session = %s and step = %s",
        (withdrawal_id, paid, channel, session, step),
    )


def try_of_step(tx: Transaction, channel: str, session: str, step: int) -> TryRow:
    row = tx.one(
        """
        select t.paid, coalesce(w.reference, '')
        from payout_tries t left join withdrawals w on w.id = t.withdrawal_id
        where t.channel = %s and t.session = %s and t.step = %s
        """,
        (channel, session, step),
    )
    return TryRow(bool(row[0]), str(row[1]))


def wrong_tries(tx: Transaction, agent_id: int, since: datetime) -> int:
    """How often this agent named a withdrawal that wasn't there as named."""
    row = tx.one(
        "select count(*) from payout_tries where agent_id = %s and at > %s and not paid",
        (agent_id, since),
    )
    return int(row[0])


# --- what an agent's session did -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DoneRow:
    """A cash-in or a pay-out; `kind` is `cash_in` or `pay_out`."""

    kind: str
    reference: str
    agent: Msisdn
    language: str
    customer: Msisdn
    amount: Money


def done_in_session(tx: Transaction, channel: str, session: str) -> DoneRow | None:
    """The cash-in or pay-out of a session, if it was one."""
    row = tx.maybe(
        """
        select d.kind, d.reference, a.msisdn, a.language, c.msisdn, d.amount_minor, d.currency
        from (select 'cash_in' as kind, reference, agent_id, customer_id, amount_minor, currency
              from cash_ins where channel = %(channel)s and session = %(session)s
              union all
              select 'pay_out', w.reference, t.agent_id, w.customer_id, w.amount_minor, w.currency
              from payout_tries t join withdrawals w on w.id = t.withdrawal_id
              where t.channel = %(channel)s and t.session = %(session)s and t.paid) d
        join subscribers a on a.id = d.agent_id join subscribers c on c.id = d.customer_id limit 1
        """,
        {"channel": channel, "session": session},
    )
    if row is None:
        return None
    kind, reference, agent, language, customer, amount, currency = row
    return DoneRow(
        kind, reference, Msisdn(agent), language, Msisdn(customer), Money(amount, currency)
    )
