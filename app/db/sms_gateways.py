"""Queries on SMS gateways: their shares, what they did of late, whom they refuse.

A gateway without a row has its full share.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn
from app.domain.sms_gateways import FULL_WEIGHT, Move, Seen, Standing

_REPORTS_SINCE = timedelta(hours=3)
"""A gateway that reported nothing for so long is taken for one that doesn't report."""


def standings(tx: Transaction, names: Sequence[str]) -> list[Standing]:
    """Of these gateways, in their order."""
    rows = tx.all("select name, weight, moved_at, stopped_at is not null from sms_gateways")
    known = {row[0]: Standing(*row) for row in rows}
    return [known.get(name, Standing(name)) for name in names]


def reasons(tx: Transaction) -> dict[str, str]:
    """Why each gateway's weight is what it is, or why it is stopped."""
    rows = tx.all(
        "select name, case when stopped_at is null then why else 'by ' || stopped_by end"
        " from sms_gateways"
    )
    return {str(name): str(why) for name, why in rows}


def seen(
    tx: Transaction, names: Sequence[str], now: datetime, window: timedelta, slow_after: timedelta
) -> list[Seen]:
    """What each of these gateways did in the window."""
    rows = tx.all(
        """
        with reporting as (
            select name from unnest(%(names)s) as name where exists (
                select from sms_attempts a join mt_sms m on m.id = a.sms_id
                where a.gateway = name and a.at > %(reports_since)s and m.gateway = name
                  and m.reported_at is not null)),
        lately as (
            select a.gateway, a.outcome, m.state in ('delivered', 'failed', 'expired') as over,
                   coalesce(case when m.state in ('delivered', 'failed', 'expired')
                            then m.reported_at end, %(now)s) - m.sent_at > %(slow_after)s as slow
            from sms_attempts a join mt_sms m on m.id = a.sms_id where a.at > %(since)s)
        select l.gateway, count(*),
               count(*) filter (where outcome in ('not_sent', 'unknown')),
               count(*) filter (where outcome = 'accepted' and r.name is not null
                                and (over or slow)),
               count(*) filter (where outcome = 'accepted' and r.name is not null and slow)
        from lately l left join reporting r on r.name = l.gateway group by l.gateway
        """,
        {
            "names": list(names), "now": now, "since": now - window, "slow_after": slow_after,
            "reports_since": now - _REPORTS_SINCE,
        },
    )  # fmt: skip
    counts = {row[0]: row[1:] for row in rows}
    return [Seen(standing, *counts.get(standing.name, ())) for standing in standings(tx, names)]


def move(tx: Transaction, change: Move, now: datetime) -> bool:
    """Change a weight; False when it isn't any more what the move began from."""
    before = change.standing
    return (
        tx.run(
            """
            insert into sms_gateways as g (name, weight, moved_at, why) values (%s, %s, %s, %s)
            on conflict (name) do update set weight = excluded.weight,
                moved_at = excluded.moved_at, why = excluded.why
            where g.weight = %s and g.moved_at is not distinct from %s
            """,
            (before.name, change.weight, now, change.why, before.weight, before.moved_at),
        )
        == 1
    )


def stop(tx: Transaction, name: str, actor: str, now: datetime) -> None:
    """Nothing is sent through it until it is started."""
    tx.run(
        """
        insert into sms_gateways as g (name, stopped_at, stopped_by) values (%s, %s, %s)
        on conflict (name) do update set stopped_at = excluded.stopped_at,
            stopped_by = excluded.stopped_by
        """,
        (name, now, actor),
    )


def start(tx: Transaction, name: str, actor: str, now: datetime) -> None:
    """It is in use again, with its full share."""
    tx.run(
        "update sms_gateways set stopped_at = null, stopped_by = '', weight = %s, moved_at = %s,"
        " why = %s where name = %s",
        (FULL_WEIGHT, now, f"started by {actor}", name),
    )


def remember_refusal(
    tx: Transaction, msisdn: Msisdn, gateway: str, code: str, now: datetime
) -> None:
    """The number wants no SMS, says the gateway."""
    tx.run(
        """
        insert into sms_refusals as r (msisdn, gateway, code, at) values (%s, %s, %s, %s)
        on conflict (msisdn, gateway) do update set code = excluded.code, at = excluded.at
        """,
        (msisdn, gateway, code, now),
    )
