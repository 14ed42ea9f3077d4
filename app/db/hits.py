"""Where a word that somebody types into the search box can stand: each look-up goes by an index,
for the whole word or its beginning, and gives a handful of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.db import search
from app.db.engine import Transaction
from app.domain.msisdn import Msisdn

MOST = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing. `key` names it in the address of its page; `subscriber_id` says whose it is,
    `about` in words what it is; what isn't known is None or empty."""

    kind: str
    key: str
    about: str
    state: str = ""
    subscriber_id: int | None = None
    msisdn: Msisdn | None = None
    at: datetime | None = None


def _hits(rows: Sequence[tuple[Any, ...]]) -> list[Hit]:
    return [
        Hit(kind, key, about, state, whose, Msisdn(msisdn) if msisdn else None, at)
        for kind, key, about, state, whose, msisdn, at in rows
    ]


# --- people ----------------------------------------------------------------------------------


_SUBSCRIBER = """
select 'subscriber', s.id::text, s.language || ', tier ' || s.tier,
       case when s.blocked then 'blocked' else 'active' end, s.id, s.msisdn, s.registered_at
from subscribers s
"""


def subscribers_of(tx: Transaction, numbers: Sequence[Msisdn]) -> list[Hit]:
    return _hits(tx.all(f"{_SUBSCRIBER} where s.msisdn = any(%s)", (list(numbers),)))


def subscribers_from(tx: Transaction, beginnings: Sequence[str]) -> list[Hit]:
    """Whose numbers begin like this; `beginnings` hold a plus and digits."""
    return _hits(
        [
            row
            for beginning in beginnings
            for row in tx.all(
                f"{_SUBSCRIBER} where s.msisdn like %s order by s.msisdn using ~<~ limit %s",
                (f"{beginning}%", MOST),
            )
        ]
    )


_AGENT = """
select 'agent', a.number, a.name, case when a.active then 'active' else 'closed' end,
       s.id, s.msisdn, a.opened_at
from agents a join subscribers s on s.id = a.subscriber_id
"""


def agents(tx: Transaction, text: str) -> list[Hit]:
    """By the number customers type, or the beginning of the name."""
    found = tx.all(f"{_AGENT} where a.number = %s", (text,))
    if not found and len(text) > 2:
        found = tx.all(
            f"{_AGENT} where lower(a.name) like %s order by lower(a.name) using ~<~ limit %s",
            (f"{_plain(text.lower())}%", MOST),
        )
    return _hits(found)


def staff(tx: Transaction, text: str) -> list[Hit]:
    """By the beginning of the e-mail address; staff are few."""
    rows = tx.all(
        "select 'staff', email, role, case when active then 'active' else 'closed' end, null, null,"
        " added_at from staff where email like %s order by email limit %s",
        (f"{_plain(text.lower())}%", MOST),
    )
    return _hits(rows)


def _plain(text: str) -> str:
    """As `like` takes it for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# --- what has a reference --------------------------------------------------------------------


def references(tx: Transaction, reference: str) -> list[Hit]:
    """Everything with these six characters, tickets included."""
    found = [
        Hit(one.what, reference, f"{one.amount or ''}", one.state,
            owner(tx, one.msisdn), one.msisdn, one.at)
        for one in search.find(tx, reference)
    ]  # fmt: skip
    return found + _hits(
        tx.all(
            """
            select 'approval', ticket, act || ', asked by ' || asked_by, state, null::bigint,
                   null::text, asked_at
            from approvals where ticket = %(reference)s
            union all
            select 'purchase', o.reference, 'refund ' || r.reference,
                   case when r.posted_at is null then 'asked' else 'done' end, s.id, s.msisdn,
                   r.asked_at
            from refunds r join orders o on o.id = r.order_id
            join subscribers s on s.id = o.subscriber_id where r.reference = %(reference)s
            """,
            {"reference": reference},
        )
    )


def owner(tx: Transaction, msisdn: Msisdn | None) -> int | None:
    """The id of the subscriber with this number."""
    row = tx.maybe("select id from subscribers where msisdn = %s", (msisdn,)) if msisdn else None
    return int(row[0]) if row else None


def voucher(tx: Transaction, batch: str, number: int) -> list[Hit]:
    """By its serial."""
    rows = tx.all(
        """
        select 'voucher', b.reference || '-' || lpad(v.number::text, 5, '0'), b.currency,
               case when v.redeemed_at is null then b.state else 'redeemed' end, s.id, s.msisdn,
               coalesce(v.redeemed_at, b.made_at)
        from voucher_batches b join vouchers v on v.batch_id = b.id
        left join subscribers s on s.id = v.subscriber_id
        where b.reference = %s and v.number = %s
        """,
        (batch, number),
    )
    return _hits(rows)


def booked(tx: Transaction, reference: str) -> list[Hit]:
    """A transaction of the ledger by its whole reference."""
    rows = tx.all(
        """
        select 'ledger', t.reference, t.kind, '', s.id, s.msisdn, t.at
        from ledger_transactions t
        left join lateral (
            select a.owner from postings p join accounts a on a.id = p.account_id
            where p.transaction_id = t.id and a.kind = 'wallet' order by p.id limit 1) w on true
        left join subscribers s on s.id = w.owner::bigint
        where t.reference = %s
        """,
        (reference,),
    )
    return _hits(rows)


# --- what others call it ---------------------------------------------------------------------


_EACH = """
with recursive each (name) as (
    (select min({column}) from {rows} where {whole})
  union all
    select (select min({column}) from {rows} where {column} > each.name and {whole})
    from each where each.name is not null)
select name from each where name is not null
"""
"""The few different first columns of an index, without reading all of it."""


def each(tx: Transaction, rows: str, column: str, whole: str = "true") -> list[str]:
    """The different values of an index's first column."""
    return [str(row[0]) for row in tx.all(_EACH.format(rows=rows, column=column, whole=whole))]


def external(tx: Transaction, word: str) -> list[Hit]:
    """By what a vendor, a payment provider or an SMS gateway calls it, or by what we called it
    there."""
    return _hits(
        [
            row
            for rows, column, whole, sql in _EXTERNAL
            for row in tx.all(
                sql, {"word": word, "of": each(tx, rows, column, whole), "most": MOST}
            )
        ]
    )


_ATTEMPT = """
select distinct 'purchase', o.reference, t.provider || ' ' || t.{column}, o.state, s.id, s.msisdn,
       o.placed_at
from vend_attempts t join orders o on o.id = t.order_id
join subscribers s on s.id = o.subscriber_id
where t.provider = any(%(of)s) and t.{column} = %(word)s limit %(most)s
"""
_EXTERNAL = (
    ("vend_attempts", "provider", "true", _ATTEMPT.format(column="reference")),
    ("vend_attempts", "provider", "external_id is not null", _ATTEMPT.format(column="external_id")),
    ("vend_attempts", "provider", "transaction_id is not null",
     _ATTEMPT.format(column="transaction_id")),
    ("topups", "provider", "true", """
        select 'top-up', p.reference, p.provider || ' ' || p.external_id, p.state, s.id, s.msisdn,
               p.at
        from topups p left join subscribers s on s.id = p.subscriber_id
        where p.provider = any(%(of)s) and p.external_id = %(word)s limit %(most)s"""),
    ("charges", "provider", "external_id <> ''", """
        select 'charge', c.reference, c.provider || ' ' || c.external_id, c.state, s.id, s.msisdn,
               c.asked_at
        from charges c join subscribers s on s.id = c.subscriber_id
        where c.provider = any(%(of)s) and c.external_id = %(word)s and c.external_id <> ''
        limit %(most)s"""),
    ("mt_sms", "gateway", "gateway_id is not null", """
        select 'sms', m.gateway_id, 'to the handset by ' || m.gateway || ', ' || m.kind, m.state,
               s.id, m.msisdn, m.queued_at
        from mt_sms m left join subscribers s on s.msisdn = m.msisdn
        where m.gateway = any(%(of)s) and m.gateway_id = %(word)s limit %(most)s"""),
    ("mo_sms", "channel", "true", """
        select 'sms', m.gateway_id, 'from the handset by ' || m.channel, m.outcome, s.id, m.msisdn,
               m.received_at
        from mo_sms m left join subscribers s on s.msisdn = m.msisdn
        where m.channel = any(%(of)s) and m.gateway_id = %(word)s limit %(most)s"""),
    ("orders", "channel", "true", """
        select 'purchase', o.reference, 'made in session ' || o.session, o.state, s.id, s.msisdn,
               o.placed_at
        from orders o join subscribers s on s.id = o.subscriber_id
        where o.channel = any(%(of)s) and o.session = %(word)s limit %(most)s"""),
)  # fmt: skip
"""Table, the first column of the index, what its rows all are, and the look-up in it."""
