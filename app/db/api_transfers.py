"""Queries on transfers as the REST API shows them to their sender."""

from dataclasses import dataclass
from datetime import datetime

from app.db.api_purchases import CHANNEL
from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class SentRow:
    """`state` is `waiting` (nobody has the number yet, until `returns_at`), `received` or
    `returned`."""

    id: int
    reference: str
    recipient: Msisdn
    amount: Money
    state: str
    sent_at: datetime
    returns_at: datetime
    ended_at: datetime | None


_ROW = """
select f.id, f.reference, f.recipient, f.amount_minor, f.currency, f.state, f.sent_at, f.returns_at,
       f.ended_at
from transfers f where f.sender_id = %(sender)s
"""


def _sent(row: tuple) -> SentRow:  # type: ignore[type-arg]
    id_, reference, recipient, amount, currency, state, sent, returns, ended = row
    return SentRow(
        id_, reference, Msisdn(recipient), Money(amount, currency), state, sent, returns, ended
    )


def find(tx: Transaction, sender_id: int, reference: str) -> SentRow | None:
    """The sender's transfer with this reference."""
    row = tx.maybe(
        f"{_ROW} and f.reference = %(reference)s", {"sender": sender_id, "reference": reference}
    )
    return _sent(row) if row else None


def of_session(tx: Transaction, sender_id: int, session: str) -> SentRow | None:
    """The one transfer of a keyed request."""
    row = tx.maybe(
        f"{_ROW} and f.channel = %(channel)s and f.session = %(session)s",
        {"sender": sender_id, "channel": CHANNEL, "session": session},
    )
    return _sent(row) if row else None


def page(tx: Transaction, sender_id: int, before_id: int | None, limit: int) -> list[SentRow]:
    """What was sent, the newest first, or what was sent before an id."""
    rows = tx.all(
        f"""{_ROW} and (%(before)s::bigint is null or (f.sent_at, f.id) < (
            select b.sent_at, b.id from transfers b where b.id = %(before)s))
        order by f.sent_at desc, f.id desc limit %(limit)s""",  # noqa: S608 - a constant
        {"sender": sender_id, "before": before_id, "limit": limit},
    )
    return [_sent(row) for row in rows]
