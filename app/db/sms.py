"""Queries on SMS: out (MT) with their delivery reports, in (MO) once per gateway id, opt-outs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn
from app.ports.channels import DeliveryReport, MoSms, OptOut


@dataclass(frozen=True, slots=True)
class MtRow:
    """An SMS that is ours to send. `again`: a sender may have sent it before and died."""

    id: int
    msisdn: Msisdn
    kind: str
    language: str
    params: Mapping[str, Any]
    tries: int
    again: bool


def claim(tx: Transaction, sms_id: int, now: datetime, again_at: datetime) -> MtRow | None:
    """Take a queued SMS, or one whose sender has been silent until it came due again."""
    row = tx.maybe(
        """
        update mt_sms m set state = 'sending', due_at = %s, tries = m.tries + 1,
            sent_again = m.sent_again + (m.state = 'sending')::integer
        from (select id, state from mt_sms where id = %s for update) before
        where m.id = before.id
          and (m.state = 'queued' or (m.state = 'sending' and m.due_at <= %s))
        returning m.id, m.msisdn, m.kind, m.language, m.params, m.tries, before.state = 'sending'
        """,
        (again_at, sms_id, now),
    )
    return MtRow(*row) if row else None


def accepted(
    tx: Transaction, sms_id: int, gateway: str, gateway_id: str, text: str, now: datetime
) -> None:
    """A gateway took it; from here only delivery reports move it."""
    tx.run(
        """
        update mt_sms set state = 'sent', due_at = null, gateway = %s, gateway_id = %s,
            sent_text = %s, sent_at = %s, code = '' where id = %s and state = 'sending'
        """,
        (gateway, gateway_id or None, text, now, sms_id),
    )


def refused(tx: Transaction, sms_id: int, code: str) -> None:
    """No gateway will ever take it."""
    tx.run(
        "update mt_sms set state = 'failed', due_at = null, code = %s"
        " where id = %s and state = 'sending'",
        (code, sms_id),
    )


def try_again(
    tx: Transaction, sms_id: int, code: str, at: datetime, *, may_have_left: bool
) -> None:
    """It is due again at `at`; when it may have left, the next try counts as a second sending."""
    tx.run(
        "update mt_sms set state = %s, due_at = %s, code = %s where id = %s and state = 'sending'",
        ("sending" if may_have_left else "queued", at, code, sms_id),
    )


def take_due(tx: Transaction, now: datetime, again_after: timedelta, limit: int = 500) -> list[int]:
    """Ids of SMS nobody has sent in time. One that is `sending` stays due until it is claimed."""
    rows = tx.all(
        """
        update mt_sms set due_at = case when state = 'queued' then %s else due_at end where id in (
            select id from mt_sms where due_at <= %s order by due_at limit %s
            for update skip locked)
        returning id
        """,
        (now + again_after, now, limit),
    )
    return [int(row[0]) for row in rows]


def report(tx: Transaction, delivery: DeliveryReport, now: datetime) -> bool:
    """Record a delivery report; it only moves forward. False when it changed nothing."""
    return (
        tx.run(
            """
            with ranks as (select array['queued', 'sending', 'sent', 'buffered', 'delivered'] as r)
            update mt_sms set state = %(state)s, code = %(reason)s, reported_at = %(now)s from ranks
            where gateway = %(gateway)s and gateway_id = %(id)s
              and state not in ('delivered', 'failed', 'expired')
              and (%(state)s in ('failed', 'expired')
                   or array_position(r, %(state)s::text) > array_position(r, state))
            """,
            {
                "state": delivery.state, "reason": delivery.reason, "now": now,
                "gateway": delivery.channel, "id": delivery.gateway_id,
            },
        )
        >= 1
    )  # fmt: skip


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


def receive(tx: Transaction, sms: MoSms, redacted: str, now: datetime) -> bool:
    """Keep a MO SMS without its PIN; False when this gateway id has been handled before."""
    tx.run(
        """
        insert into mo_sms (channel, gateway_id, msisdn, redacted, sent_at, received_at)
        values (%s, %s, %s, %s, %s, %s) on conflict do nothing
        """,
        (sms.channel, sms.gateway_id, sms.sender, redacted, sms.sent_at, now),
    )
    row = tx.one(
        "select handled_at is null and msisdn = %s from mo_sms"
        " where channel = %s and gateway_id = %s",
        (sms.sender, sms.channel, sms.gateway_id),
    )
    return bool(row[0])


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
