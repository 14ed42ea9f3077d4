"""Queries on SMS: delivery reports, SMS in (MO) once per gateway id, opt-outs."""

import re
from collections.abc import Sequence
from datetime import datetime

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn
from app.ports.channels import DeliveryReport, MoSms, OptOut


def report(tx: Transaction, delivery: DeliveryReport, now: datetime) -> Msisdn | None:
    """Record a delivery report; the state only moves forward, and a final one stays. A reason is
    kept even when the state doesn't move: it may be a word nobody knew. The number of the SMS, None
    when the report changed nothing.

    One that names our own id may come while its SMS is `sending`: before the gateway's acceptance
    is recorded, or though its answer was lost. It isn't sent again then.
    """
    mine = re.fullmatch(r"sms-([0-9]{1,18})", delivery.reference)
    row = tx.maybe(
        """
        with ranks as (select array['queued', 'sending', 'sent', 'buffered', 'delivered'] as r),
        known as (
            select m.id, %(state)s in ('failed', 'expired')
                   or array_position(r, %(state)s::text) > array_position(r, m.state) as forward
            from mt_sms m, ranks
            where (m.gateway = %(gateway)s and m.gateway_id = %(id)s
                   or m.id = %(mine)s and m.state = 'sending')
              and m.state not in ('delivered', 'failed', 'expired') for update of m)
        update mt_sms m set
            state = case when forward then %(state)s else m.state end,
            reported_at = case when forward then %(now)s else m.reported_at end,
            due_at = case when forward then null else m.due_at end,
            gateway = %(gateway)s, gateway_id = %(id)s,
            code = case when forward or %(reason)s <> '' then %(reason)s else m.code end
        from known where m.id = known.id and (forward or %(reason)s not in ('', m.code))
        returning m.msisdn
        """,
        {
            "state": delivery.state, "reason": delivery.reason, "now": now,
            "gateway": delivery.channel, "id": delivery.gateway_id,
            "mine": int(mine[1]) if mine else None,
        },
    )  # fmt: skip
    return Msisdn(row[0]) if row else None


def report_all(tx: Transaction, reports: Sequence[DeliveryReport], now: datetime) -> int:
    """Record reports whose ids are our own (`sms-7`), forward only; how many changed something.

    One may come before its SMS's acceptance is recorded: the SMS is `sending` then.
    """
    ours = [(int(found[1]), one) for one in reports
            if (found := re.fullmatch(r"sms-([0-9]{1,18})", one.gateway_id))]  # fmt: skip
    return tx.run(
        """
        with ranks as (select array['queued', 'sending', 'sent', 'buffered', 'delivered'] as r)
        update mt_sms m set state = t.state, code = t.reason, reported_at = %s, due_at = null,
            gateway = t.channel, gateway_id = t.gateway_id
        from ranks, unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
            as t (id, channel, gateway_id, state, reason)
        where m.id = t.id
          and (m.state = 'sending' or (m.gateway = t.channel and m.gateway_id = t.gateway_id))
          and m.state not in ('delivered', 'failed', 'expired')
          and (t.state in ('failed', 'expired')
               or array_position(r, t.state) > array_position(r, m.state))
        """,
        (
            now, [sms_id for sms_id, _ in ours], [one.channel for _, one in ours],
            [one.gateway_id for _, one in ours], [str(one.state) for _, one in ours],
            [one.reason for _, one in ours],
        ),
    )  # fmt: skip


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


def opt_out(tx: Transaction, wish: OptOut, now: datetime) -> None:
    """No more promotional SMS; receipts and other transactional SMS still go out."""
    tx.run(
        "insert into opt_outs (msisdn, sender, at) values (%s, %s, %s) on conflict do nothing",
        (wish.msisdn, wish.sender, now),
    )


def opt_in(tx: Transaction, msisdn: Msisdn) -> None:
    """Promotional SMS are welcome again, whoever sends them."""
    tx.run("delete from opt_outs where msisdn = %s", (msisdn,))
