"""What happened around one order, for the page of it: hops, vendors' words, postings, acts.

Every query goes by an index of something the order names, and none is longer than a page can show.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.db.engine import Transaction
from app.domain.ledger import AccountKind
from app.domain.money import Money

_MOST = 200


@dataclass(frozen=True, slots=True)
class MadeBy:
    """Where an order came from and how it ended; `rate` is the one a sale abroad was made at."""

    channel: str
    session: str
    ended_at: datetime | None
    provider: str
    external_id: str


def made_by(tx: Transaction, order_id: int) -> MadeBy:
    row = tx.one(
        "select channel, session, ended_at, coalesce(provider, ''), coalesce(external_id, '')"
        " from orders where id = %s",
        (order_id,),
    )
    return MadeBy(*row)


def hops_of(tx: Transaction, channel: str, session: str) -> list[tuple[datetime, str, str, float]]:
    """(at, screen, outcome, milliseconds) of each hop of a session; what was typed is kept
    nowhere."""
    return [
        (at, label, outcome, ms)
        for at, label, outcome, ms in tx.all(
            "select at, label, outcome, milliseconds from ussd_hops"
            " where channel = %s and session = %s order by id limit %s",
            (channel, session, _MOST),
        )
    ]


def closings(tx: Transaction, order_id: int) -> dict[int, datetime]:
    """When each attempt was closed, by its number."""
    rows = tx.all(
        "select number, closed_at from vend_attempts where order_id = %s and closed_at is not null",
        (order_id,),
    )
    return dict(rows)


@dataclass(frozen=True, slots=True)
class Word:
    """What a vendor told by itself of an attempt: a final callback, or a question before a sale."""

    at: datetime
    provider: str
    said: str
    code: str


def words_about(tx: Transaction, order_id: int) -> list[Word]:
    """Oldest first."""
    rows = tx.all(
        """
        select w.heard_at, w.provider, 'says ' || w.word, w.code
        from vend_attempts a join vendor_words w on w.provider = a.provider
            and w.external_id in (a.external_id, a.transaction_id)
        where a.order_id = %(order)s
        union
        select v.answered_at, v.provider, 'asks whether the sale is ours',
               case when v.validated then 'yes' else 'no' end
        from vend_attempts a join validations v on v.provider = a.provider
            and v.transaction_id = a.transaction_id
        where a.order_id = %(order)s
        order by 1
        """,
        {"order": order_id},
    )
    return [Word(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Booked:
    """One posting: `owner` is a subscriber's id, a provider's name, or empty."""

    at: datetime
    reference: str
    kind: str
    account: AccountKind
    owner: str
    amount: Money


_BOOKED_AS = ("hold", "end", "reversal", "late_failure", "vendor_reversal")


def postings_of(tx: Transaction, reference: str, refunds: Sequence[str]) -> list[Booked]:
    """Every posting of the order and of its refunds (by their references), as they came."""
    names = [f"order:{reference}:{tail}" for tail in _BOOKED_AS]
    names += [f"order:{reference}:refund:{refund}" for refund in refunds]
    rows = tx.all(
        """
        select t.at, t.reference, t.kind, a.kind, a.owner, p.amount_minor, p.currency
        from ledger_transactions t join postings p on p.transaction_id = t.id
        join accounts a on a.id = p.account_id
        where t.reference = any(%s) order by t.id, p.id
        """,
        (names,),
    )
    return [
        Booked(at, name, kind, AccountKind(account), owner, Money(minor, currency))
        for at, name, kind, account, owner, minor, currency in rows
    ]


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """A complaint about the order."""

    ticket: str
    kind: str
    state: str
    opened_at: datetime
    ended_at: datetime | None


def cases_of(tx: Transaction, order_id: int) -> list[CaseSeen]:
    """Oldest first."""
    rows = tx.all(
        "select ticket, kind, state, opened_at, ended_at from cases where order_id = %s"
        " order by id limit %s",
        (order_id, _MOST),
    )
    return [CaseSeen(*row) for row in rows]


def break_times(
    tx: Transaction, order_id: int
) -> list[tuple[int, str, datetime, datetime | None, str]]:
    """(id, kind, opened, closed, resolution) of the order's breaks."""
    rows = tx.all(
        "select id, kind, opened_at, closed_at, resolution from breaks where order_id = %s"
        " order by id",
        (order_id,),
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


@dataclass(frozen=True, slots=True)
class Audited:
    """An entry of the audit log."""

    at: datetime
    actor: str
    act: str
    subject: str
    detail: dict[str, Any]


def audited(tx: Transaction, subjects: Sequence[str]) -> list[Audited]:
    """What people did to any of these, oldest first."""
    rows = tx.all(
        "select at, actor, act, subject, detail from audit where subject = any(%s)"
        " order by id desc limit %s",
        (list(subjects), _MOST),
    )
    return [Audited(*row) for row in reversed(rows)]
