"""What stands in the way of erasing a subscriber, and the mark that it was done."""

from datetime import datetime

from app.db.engine import Transaction

_OPEN = """
select what, count from (
    select 'orders are open', count(*) from orders where subscriber_id = %(id)s
        and state in ('review', 'placed', 'sending', 'pending', 'unknown')
  union all
    select 'transfers wait for their recipient', count(*) from transfers
    where sender_id = %(id)s and state = 'waiting'
  union all
    select 'withdrawals wait for their agent', count(*) from withdrawals
    where customer_id = %(id)s and state = 'open'
  union all
    select 'top-ups are under way', count(*) from charges
    where subscriber_id = %(id)s and state in ('asked', 'unknown', 'started')
  union all
    select 'complaints are open', count(*) from cases
    where subscriber_id = %(id)s and state = 'open'
  union all
    select 'breaks of their orders are open', count(*)
    from breaks b join orders o on o.id = b.order_id
    where o.subscriber_id = %(id)s and b.closed_at is null
  union all
    select 'refunds are not posted', count(*)
    from refunds r join orders o on o.id = r.order_id
    where o.subscriber_id = %(id)s and r.posted_at is null
  union all
    select 'SMS are on their way', count(*) from mt_sms
    where msisdn = %(msisdn)s and state in ('queued', 'sending')
  union all
    select 'agencies are theirs: an agent''s books name a person', count(*) from agents
    where subscriber_id = %(id)s
  union all
    select 'sign-ins for an agent have this number: close them', count(*) from agent_users
    where msisdn = %(msisdn)s
) matters (what, count) where count > 0
"""


def matters_open(tx: Transaction, subscriber_id: int, msisdn: str) -> list[str]:
    """`2 orders are open`: each thing that must end first."""
    found = tx.all(_OPEN, {"id": subscriber_id, "msisdn": msisdn})
    return [f"{count} {what}" for what, count in found]


def lock(tx: Transaction, subscriber_id: int) -> None:
    """Whoever changes the subscriber waits."""
    tx.run("select from subscribers where id = %s for update", (subscriber_id,))


def erased_at(tx: Transaction, subscriber_id: int) -> datetime | None:
    """None for who isn't erased."""
    row = tx.maybe("select erased_at from subscribers where id = %s", (subscriber_id,))
    return row[0] if row else None


def mark_erased(tx: Transaction, subscriber_id: int, now: datetime) -> None:
    """Nothing is done for them any more, nor bought by a schedule."""
    tx.run(
        "update schedules set state = 'stopped', next_at = null, due_at = null, remind_at = null"
        " where subscriber_id = %s and state in ('active', 'paused')",
        (subscriber_id,),
    )
    tx.run(
        "update subscribers set erased_at = %s, blocked = true where id = %s", (now, subscriber_id)
    )
