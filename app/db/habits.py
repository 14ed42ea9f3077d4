"""What subscribers usually spend, and for which numbers many wallets buy: learned from orders that
were placed since the last time, beside the road of an order."""

import json
from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction

_LATE = 1_000
"""Ids commit out of order: so many are read again. One that is later still counts when its buyer
buys next."""
_LATEST = 50


@dataclass(frozen=True, slots=True)
class Batch:
    """Orders that were read: who bought, for whom, and up to which id."""

    buyers: list[int]
    recipients: list[str]
    last_id: int
    full: bool


def take(tx: Transaction, most: int) -> Batch:
    """The next orders paid from wallets; their payers are noted by recipient."""
    row = tx.maybe("select mark from risk_marks where name = 'orders' for update")
    mark = int(row[0]) if row else 0
    rows = tx.all(
        "select id, subscriber_id, recipient, placed_at, paid_from from orders where id > %s"
        " order by id limit %s",
        (max(mark - _LATE, 0), most + _LATE),
    )
    bought = [row for row in rows if row[4] == "wallet"]
    tx.run(
        """
        insert into recipient_payers as p (recipient, subscriber_id, at)
        select b.recipient, b.subscriber_id, max(b.at)
        from unnest(%s::text[], %s::bigint[], %s::timestamptz[]) b (recipient, subscriber_id, at)
        join subscribers s on s.id = b.subscriber_id and s.msisdn <> b.recipient
        group by 1, 2
        on conflict (recipient, subscriber_id) do update set at = greatest(p.at, excluded.at)
        """,
        ([row[2] for row in bought], [row[1] for row in bought], [row[3] for row in bought]),
    )
    last = rows[-1][0] if rows else mark
    tx.run(
        "insert into risk_marks (name, mark) values ('orders', %s)"
        " on conflict (name) do update set mark = excluded.mark",
        (max(last, mark),),
    )
    new = [row for row in bought if row[0] > mark]
    return Batch(
        sorted({int(row[1]) for row in new}), sorted({str(row[2]) for row in new}), last,
        len(rows) == most + _LATE,
    )  # fmt: skip


def learn(tx: Transaction, subscriber_ids: list[int], zones: dict[str, str], now: datetime) -> None:
    """What these subscribers usually spend, from their latest orders and transfers; `zones` by
    country."""
    tx.run(
        """
        insert into spending_habits as h
            (subscriber_id, spends, most_minor, hours, recipients, learned_at)
        select s.id, count(*), max(spent.minor),
               bit_or(1 << extract(hour from spent.at at time zone
                   coalesce(%(zones)s::jsonb ->> s.country, 'UTC'))::integer),
               array_agg(distinct spent.recipient), %(now)s
        from subscribers s, lateral (
            (select o.price_minor, o.placed_at, o.recipient from orders o
             where o.subscriber_id = s.id and o.paid_from = 'wallet'
               and o.state not in ('review', 'declined')
             order by o.id desc limit %(latest)s)
            union all
            (select t.amount_minor, t.sent_at, t.recipient from transfers t
             where t.sender_id = s.id order by t.sent_at desc limit %(latest)s)
        ) spent (minor, at, recipient)
        where s.id = any(%(ids)s)
        group by s.id
        on conflict (subscriber_id) do update set spends = excluded.spends,
            most_minor = excluded.most_minor, hours = excluded.hours,
            recipients = excluded.recipients, learned_at = excluded.learned_at
        """,
        {"ids": subscriber_ids, "zones": json.dumps(zones), "now": now, "latest": _LATEST},
    )


def see_crowds(
    tx: Transaction, recipients: list[str], since: datetime, most: int, now: datetime
) -> None:
    """Keep those of these numbers for which `most` wallets or more bought since then."""
    tx.run(
        """
        insert into crowded_recipients as c (recipient, wallets, seen_at)
        select recipient, count(*), %(now)s from recipient_payers
        where recipient = any(%(recipients)s) and at > %(since)s
        group by recipient having count(*) >= %(most)s
        on conflict (recipient) do update set wallets = excluded.wallets, seen_at = excluded.seen_at
        """,
        {"recipients": recipients, "since": since, "most": most, "now": now},
    )


def forget(tx: Transaction, before: datetime) -> None:
    """Payers and crowds that are long ago."""
    tx.run("delete from recipient_payers where at < %s", (before,))
    tx.run("delete from crowded_recipients where seen_at < %s", (before,))
