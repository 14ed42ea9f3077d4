"""Queries on top-ups that wait in suspense until staff say whose they are."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.money import Money


@dataclass(frozen=True, slots=True)
class SuspendedRow:
    """`amount` is what is still in suspense of it."""

    reference: str
    provider: str
    amount: Money


def lock(tx: Transaction, reference: str) -> SuspendedRow | None:
    """The top-up, locked until the transaction ends; None when it isn't in suspense (any more)."""
    row = tx.maybe(
        "select reference, provider, amount_minor - taken_back_minor, currency from topups"
        " where reference = %s and state = 'suspense' and amount_minor > taken_back_minor"
        " for update",
        (reference,),
    )
    return SuspendedRow(row[0], row[1], Money(int(row[2]), str(row[3]))) if row else None


def released(tx: Transaction, reference: str, subscriber_id: int) -> None:
    """It is in its owner's wallet."""
    tx.run(
        "update topups set state = 'released', subscriber_id = %s where reference = %s",
        (subscriber_id, reference),
    )


def given_back(tx: Transaction, reference: str) -> None:
    """It went back to whoever paid it."""
    tx.run(
        "update topups set state = 'taken_back', taken_back_minor = amount_minor"
        " where reference = %s",
        (reference,),
    )


@dataclass(frozen=True, slots=True)
class SuspendedSeen:
    """A payment as staff see it before they say whose it is. `code` says why it has no owner."""

    reference: str
    provider: str
    external_id: str
    amount: Money
    fee: Money
    taken_back: Money
    state: str
    code: str
    at: datetime


def seen(tx: Transaction, reference: str) -> SuspendedSeen | None:
    """Whatever became of it."""
    row = tx.maybe(
        "select reference, provider, external_id, amount_minor, fee_minor,"
        " taken_back_minor, currency, state, code, at from topups where reference = %s",
        (reference,),
    )
    if row is None:
        return None
    name, provider, external_id, amount, fee, back, currency, state, code, at = row
    return SuspendedSeen(
        name, provider, external_id, Money(amount, currency), Money(fee, currency),
        Money(back, currency), state, code, at,
    )  # fmt: skip
