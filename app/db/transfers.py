"""Queries on transfers. State moves only by compare-and-set: waiting to received or returned."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class NewTransfer:
    """What sending writes; `reference` is a fresh candidate."""

    reference: str
    sender_id: int
    recipient: Msisdn
    channel: str
    session: str
    step: int
    amount: Money
    sent_at: datetime
    returns_at: datetime


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer as the services see it, with its sender."""

    id: int
    reference: str
    sender_id: int
    sender: Msisdn
    language: str
    recipient: Msisdn
    amount: Money
    state: str


_ROW = """
select f.id, f.reference, f.sender_id, s.msisdn, s.language, f.recipient, f.amount_minor,
       f.currency, f.state
from transfers f join subscribers s on s.id = f.sender_id
"""


def _transfer(row: tuple) -> TransferRow:  # type: ignore[type-arg]
    id_, reference, sender_id, sender, language, recipient, amount, currency, state = row
    return TransferRow(
        id_, reference, sender_id, Msisdn(sender), language, Msisdn(recipient),
        Money(amount, currency), state,
    )  # fmt: skip


def settle_who_is_first(tx: Transaction, recipient: Msisdn) -> None:
    """Sending to a number and registering it wait for each other until the commit. Whichever comes
    second sees the first, so nothing waits for somebody who is registered already."""
    tx.run("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (recipient,))


def open_(tx: Transaction, new: NewTransfer) -> TransferRow | None:
    """Write it; None when this (channel, session, step) has sent money before."""
    row = tx.maybe(
        """
        insert into transfers (reference, sender_id, recipient, channel, session, step,
                               amount_minor, currency, sent_at, returns_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (channel, session, step) do nothing returning id
        """,
        (
            new.reference, new.sender_id, new.recipient, new.channel, new.session, new.step,
            new.amount.amount_minor, new.amount.currency, new.sent_at, new.returns_at,
        ),
    )  # fmt: skip
    return _transfer(tx.one(f"{_ROW} where f.id = %s", row)) if row else None


def find_by_step(
    tx: Transaction, channel: str, session: str, step: int, sender_id: int
) -> TransferRow:
    """What this step has sent before."""
    row = tx.one(
        f"{_ROW} where f.channel = %s and f.session = %s and f.step = %s and f.sender_id = %s",
        (channel, session, step, sender_id),
    )
    return _transfer(row)


def find_by_session(tx: Transaction, channel: str, session: str) -> TransferRow | None:
    """The latest transfer sent in a session."""
    row = tx.maybe(
        f"{_ROW} where f.channel = %s and f.session = %s order by f.id desc limit 1",
        (channel, session),
    )
    return _transfer(row) if row else None


def lock_waiting_for(tx: Transaction, recipient: Msisdn) -> list[TransferRow]:
    """What waits for this number, oldest first, locked."""
    rows = tx.all(
        f"{_ROW} where f.recipient = %s and f.state = 'waiting' order by f.id for update of f",
        (recipient,),
    )
    return [_transfer(row) for row in rows]


def lock_waiting(tx: Transaction, reference: str, sender_id: int) -> TransferRow | None:
    """The sender's transfer with this reference while nobody has it, locked."""
    row = tx.maybe(
        f"{_ROW} where f.reference = %s and f.sender_id = %s and f.state = 'waiting'"
        " for update of f",
        (reference, sender_id),
    )
    return _transfer(row) if row else None


def take_returning(tx: Transaction, now: datetime) -> TransferRow | None:
    """One that nobody has registered for in time, locked."""
    row = tx.maybe(
        f"""{_ROW} where f.state = 'waiting' and f.returns_at <= %s order by f.returns_at limit 1
        for update of f skip locked""",
        (now,),
    )
    return _transfer(row) if row else None


def end(
    tx: Transaction, transfer: TransferRow, state: str, now: datetime, recipient_id: int | None
) -> bool:
    """Compare-and-set from waiting; False when it has ended already."""
    return (
        tx.run(
            "update transfers set state = %s, ended_at = %s, recipient_id = %s"
            " where id = %s and state = 'waiting'",
            (state, now, recipient_id, transfer.id),
        )
        == 1
    )
