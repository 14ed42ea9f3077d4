"""What merchants are told, written in the commit in which it happened."""

import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from app.db import outbox, purchases
from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.orders import OrderState
from app.domain.purchases import Purchase
from app.domain.webhooks import EventKind

OF_STATE: Mapping[str, EventKind] = MappingProxyType({
    OrderState.DELIVERED: EventKind.DELIVERED,
    OrderState.DECLINED: EventKind.DECLINED,
    OrderState.REVERSED: EventKind.REVERSED,
})  # fmt: skip
"""Final state -> what is told of it."""


def happened(
    tx: Transaction, merchant_id: int, kind: EventKind, subject: str, data: Mapping[str, object],
    now: datetime, *, live: bool = True,
) -> None:  # fmt: skip
    """Write it down once for each (kind, subject), for whoever has a key of that kind, and have it
    sent to each endpoint that wants to know."""
    tx.run(
        """
        with event as (
            insert into webhook_events (agent_id, live, kind, subject, data, at)
            select %(agent)s, %(live)s, %(kind)s, %(subject)s, %(data)s::jsonb, %(now)s
            where exists (select from api_keys k where k.agent_id = %(agent)s
                          and k.live = %(live)s)
            on conflict (kind, subject) do nothing returning id),
        due as (
            insert into webhook_deliveries (event_id, endpoint_id, agent_id, next_at, due_at,
                                            made_at)
            select event.id, e.id, e.agent_id, %(now)s, %(now)s, %(now)s
            from event join webhook_endpoints e on e.agent_id = %(agent)s
            where e.live = %(live)s and e.state = 'on' and %(kind)s = any (e.events)
            returning id)
        insert into outbox (topic, subject_id) select %(topic)s, id from due
        """,
        {
            "agent": merchant_id, "live": live, "kind": kind.value, "subject": subject,
            "data": json.dumps(dict(data)), "now": now, "topic": outbox.WEBHOOK,
        },
    )  # fmt: skip


def order_ended(tx: Transaction, order_id: int, now: datetime) -> None:
    """Tell the merchant whose purchase this order is, if it is one."""
    purchase = purchases.of_order(tx, order_id)
    if purchase is not None:
        merchant_id = tx.one("select subscriber_id from orders where id = %s", (order_id,))[0]
        purchase_ended(tx, int(merchant_id), purchase, now)


def purchase_ended(tx: Transaction, merchant_id: int, purchase: Purchase, now: datetime) -> None:
    """Tell the merchant how it stands; nothing unless that is final."""
    kind = OF_STATE.get(purchase.state)
    if kind is not None:
        subject = f"purchase:{purchase.id}"
        happened(tx, merchant_id, kind, subject, purchase.data(), now, live=purchase.live)


def float_low(
    tx: Transaction, merchant_id: int, left: Money, below: Money, reference: str, now: datetime
) -> None:
    """What `reference` took has made the float low."""
    data = {
        "float_minor": left.amount_minor, "low_below_minor": below.amount_minor,
        "currency": left.currency, "reference": reference,
    }  # fmt: skip
    happened(tx, merchant_id, EventKind.FLOAT_LOW, f"float:{reference}", data, now)


def float_credited(
    tx: Transaction, merchant_id: int, amount: Money, held: Money, reference: str, now: datetime
) -> None:
    """The float has grown by the amount, and is `held` now."""
    data = {
        "amount_minor": amount.amount_minor, "float_minor": held.amount_minor,
        "currency": held.currency, "reference": reference,
    }  # fmt: skip
    happened(tx, merchant_id, EventKind.FLOAT_CREDITED, f"float:{reference}", data, now)


def ping(tx: Transaction, merchant_id: int, endpoint_id: int, subject: str, now: datetime) -> int:
    """Have an endpoint sent a test event, whatever it has chosen; the id of its delivery."""
    row = tx.one(
        """
        with event as (
            insert into webhook_events (agent_id, live, kind, subject, data, at)
            select e.agent_id, e.live, 'ping', %s, jsonb_build_object('endpoint', e.reference), %s
            from webhook_endpoints e where e.id = %s and e.agent_id = %s
            returning id, agent_id, at),
        due as (
            insert into webhook_deliveries (event_id, endpoint_id, agent_id, next_at, due_at,
                                            made_at)
            select id, %s, agent_id, at, at, at from event returning id),
        told as (
            insert into outbox (topic, subject_id) select %s, id from due)
        select id from due
        """,
        (subject, now, endpoint_id, merchant_id, endpoint_id, outbox.WEBHOOK),
    )
    return int(row[0])


def replay_since(tx: Transaction, endpoint_id: int, since: datetime, now: datetime) -> int:
    """Have everything since then sent again to an endpoint, what it never got too; how many."""
    return tx.run(
        """
        with due as (
            insert into webhook_deliveries as d (event_id, endpoint_id, agent_id, next_at, due_at,
                                                 made_at)
            select v.id, e.id, e.agent_id, %(now)s, %(now)s, %(now)s
            from webhook_endpoints e join webhook_events v on v.agent_id = e.agent_id
            where e.id = %(endpoint)s and e.state = 'on' and v.live = e.live
              and v.kind = any (e.events) and v.at >= %(since)s
            on conflict (event_id, endpoint_id) do update
                set state = 'waiting', tries_before = d.tries, next_at = %(now)s, due_at = %(now)s,
                    ended_at = null
                where d.state <> 'waiting'
            returning id)
        insert into outbox (topic, subject_id) select %(topic)s, id from due
        """,
        {"endpoint": endpoint_id, "since": since, "now": now, "topic": outbox.WEBHOOK},
    )


def forget(tx: Transaction, before: datetime, most: int = 500) -> None:
    """Events, with their deliveries and tries."""
    tx.run(
        "delete from webhook_events where id in"
        " (select id from webhook_events where at < %s order by at limit %s)",
        (before, most),
    )
