"""Queries on MT SMS from the queue to a gateway's answer, and each attempt in between.

What a sender records holds only while the number of tries is still its own: one that was paused
and taken over changes nothing. That a gateway took the SMS is true whoever says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class MtRow:
    """An SMS that is due, and what is known of its number.

    `tries`: how often it was handed over before; `lost_by`: the gateway that may have sent it, as
    no answer came or its sender died; `counted`: its parts were; `opted_out`: its owner wants no
    SMS that isn't transactional; `refused_by`: gateways that say the same; `registered`: its owner
    is a subscriber.
    """

    id: int
    msisdn: Msisdn
    kind: str
    language: str
    params: Mapping[str, Any]
    tries: int
    lost_by: str | None
    counted: bool
    opted_out: bool
    refused_by: Sequence[str]
    registered: bool


def lock_due(tx: Transaction, sms_id: int, now: datetime, refusals_since: datetime) -> MtRow | None:
    """Lock a queued SMS, or one whose sender has been silent until it came due again."""
    row = tx.maybe(
        """
        select m.id, m.msisdn, m.kind, m.language, m.params, m.tries,
               coalesce(m.lost_by, case when m.state = 'sending' then m.via end),
               m.parts is not null,
               exists (select from opt_outs o where o.msisdn = m.msisdn),
               array(select r.gateway from sms_refusals r where r.msisdn = m.msisdn and r.at > %s),
               exists (select from subscribers s where s.msisdn = m.msisdn)
        from mt_sms m
        where m.id = %s and (m.state = 'queued' or (m.state = 'sending' and m.due_at <= %s))
        for update of m
        """,
        (refusals_since, sms_id, now),
    )
    return MtRow(*row) if row else None


def sending(tx: Transaction, row: MtRow, gateway: str, parts: int, again_at: datetime) -> None:
    """It is being handed to the gateway; whoever does so has until `again_at`."""
    tx.run(
        """
        update mt_sms set state = 'sending', due_at = %s, tries = tries + 1, via = %s, parts = %s,
            lost_by = %s, sent_again = sent_again + %s where id = %s
        """,
        (again_at, gateway, parts, row.lost_by, int(row.lost_by is not None), row.id),
    )


def passed_on(tx: Transaction, row: MtRow, gateway: str, again_at: datetime) -> bool:
    """Another gateway is tried at once; False when somebody else has taken the SMS over."""
    return (
        tx.run(
            "update mt_sms set due_at = %s, via = %s"
            " where id = %s and state = 'sending' and tries = %s",
            (again_at, gateway, row.id, row.tries + 1),
        )
        == 1
    )


def wait(tx: Transaction, sms_id: int, until: datetime, code: str) -> None:
    """Of an SMS just locked: it isn't sent before `until`; `code` says why."""
    tx.run(
        "update mt_sms set state = 'queued', due_at = %s, code = %s where id = %s",
        (until, code, sms_id),
    )


def never(tx: Transaction, sms_id: int, code: str) -> None:
    """Of an SMS just locked: it isn't sent at all; `code` says why."""
    tx.run(
        "update mt_sms set state = 'failed', due_at = null, code = %s where id = %s", (code, sms_id)
    )


def attempted(
    tx: Transaction, sms_id: int, gateway: str, outcome: str, code: str, now: datetime
) -> None:
    """Keep what a gateway answered."""
    tx.run(
        "insert into sms_attempts (sms_id, gateway, at, outcome, code) values (%s, %s, %s, %s, %s)",
        (sms_id, gateway, now, outcome, code),
    )


def accepted(
    tx: Transaction, sms_id: int, gateway: str, gateway_id: str, cost: str, text: str,
    now: datetime,
) -> bool:  # fmt: skip
    """A gateway took it; from here only delivery reports move it, or have moved it before. False
    when that was known."""
    changed = tx.run(
        """
        update mt_sms set due_at = null, gateway = %s, gateway_id = %s, cost = %s,
            sent_text = %s, sent_at = %s,
            state = case when state = 'sending' then 'sent' else state end,
            code = case when state = 'sending' then '' else code end
        where id = %s and (state = 'sending' or sent_at is null and reported_at is not null)
        """,
        (gateway, gateway_id or None, cost, text, now, sms_id),
    )
    return changed == 1


def refused(tx: Transaction, row: MtRow, code: str) -> None:
    """It will never be sent."""
    tx.run(
        "update mt_sms set state = 'failed', due_at = null, code = %s"
        " where id = %s and state = 'sending' and tries = %s",
        (code, row.id, row.tries + 1),
    )


def try_again(tx: Transaction, row: MtRow, code: str, at: datetime) -> None:
    """No gateway has taken it; it is due again at `at`."""
    tx.run(
        "update mt_sms set state = 'queued', due_at = %s, code = %s"
        " where id = %s and state = 'sending' and tries = %s",
        (at, code, row.id, row.tries + 1),
    )


def lost(tx: Transaction, row: MtRow, gateway: str, code: str, at: datetime) -> None:
    """The gateway may have sent it; it is due again at `at`, as a second sending."""
    tx.run(
        "update mt_sms set due_at = %s, code = %s, lost_by = %s"
        " where id = %s and state = 'sending' and tries = %s",
        (at, code, gateway, row.id, row.tries + 1),
    )


def take_due(tx: Transaction, now: datetime, again_after: timedelta, limit: int = 500) -> list[int]:
    """Ids of SMS nobody has sent in time. One that is `sending` stays due until it is locked."""
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
