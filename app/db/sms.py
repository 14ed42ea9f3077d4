"""Queries on SMS: delivery reports, SMS in (MO) once per gateway id, opt-outs."""

import re
from collections.abc import Sequence
from datetime import datetime

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn
from app.ports.channels import DeliveryReport, MoSms, OptOut

_OURS = re.compile(r"sms-([0-9]{1,18})")


def report(
    tx: Transaction, reports: Sequence[DeliveryReport], now: datetime
) -> list[tuple[Msisdn, DeliveryReport]]:
    """Record delivery reports, at most one of an SMS; the state only moves forward, and a final one
    stays. A reason is kept even when the state doesn't move: it may be a word nobody knew. Those
    that changed something, each with its SMS's number.

    One that names our own id may come while its SMS is `sending`: before the gateway's acceptance
    is recorded, or though its answer was lost. It isn't sent again then.
    """
    mine = [_OURS.fullmatch(one.reference) for one in reports]
    rows = tx.all(
        """
        with ranks as (select array['queued', 'sending', 'sent', 'buffered', 'delivered'] as r),
        told as (
            select * from unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[])
                with ordinality as t (gateway, gateway_id, mine, state, reason, place)),
        known as (
            select m.id, t.*, t.state in ('failed', 'expired')
                   or array_position(r, t.state) > array_position(r, m.state) as forward
            from ranks, told t join mt_sms m on m.gateway = t.gateway
                and m.gateway_id = t.gateway_id or m.id = t.mine and m.state = 'sending'
            where m.state not in ('delivered', 'failed', 'expired') order by m.id for update of m)
        update mt_sms m set
            state = case when forward then t.state else m.state end,
            reported_at = case when forward then %s else m.reported_at end,
            due_at = case when forward then null else m.due_at end,
            gateway = t.gateway, gateway_id = t.gateway_id,
            code = case when forward or t.reason <> '' then t.reason else m.code end
        from known t where m.id = t.id and (forward or t.reason not in ('', m.code))
        returning m.msisdn, t.place
        """,
        (
            [one.channel for one in reports], [one.gateway_id for one in reports],
            [int(found[1]) if found else None for found in mine],
            [str(one.state) for one in reports], [one.reason for one in reports], now,
        ),
    )  # fmt: skip
    return [(Msisdn(msisdn), reports[place - 1]) for msisdn, place in rows]


def receive(tx: Transaction, sms: MoSms, redacted: str, now: datetime) -> datetime | None:
    """Keep a MO SMS without its PIN; when it first came, or None when this gateway id has been
    handled before."""
    tx.run(
        """
        insert into mo_sms (channel, gateway_id, msisdn, redacted, sent_at, received_at)
        values (%s, %s, %s, %s, %s, %s) on conflict do nothing
        """,
        (sms.channel, sms.gateway_id, sms.sender, redacted, sms.sent_at, now),
    )
    row = tx.maybe(
        "select received_at from mo_sms where channel = %s and gateway_id = %s"
        " and handled_at is null and msisdn = %s",
        (sms.channel, sms.gateway_id, sms.sender),
    )
    return row[0] if row else None


def handled(tx: Transaction, sms: MoSms, outcome: str, now: datetime) -> None:
    """Its command has taken effect and its answer is queued."""
    tx.run(
        "update mo_sms set handled_at = %s, outcome = %s"
        " where channel = %s and gateway_id = %s and handled_at is null",
        (now, outcome, sms.channel, sms.gateway_id),
    )


def opt_out(tx: Transaction, wish: OptOut, now: datetime) -> bool:
    """No more promotional SMS; receipts and other transactional SMS still go out. False when it was
    so."""
    return (
        tx.run(
            "insert into opt_outs (msisdn, sender, at) values (%s, %s, %s) on conflict do nothing",
            (wish.msisdn, wish.sender, now),
        )
        == 1
    )


def opt_in(tx: Transaction, msisdn: Msisdn) -> bool:
    """Promotional SMS are welcome again, whoever sends them. False when they were."""
    return tx.run("delete from opt_outs where msisdn = %s", (msisdn,)) > 0
