"""Which screens sessions reach and which they are left at: whole days folded, the rest counted.

A session belongs to the day (UTC) of its first hop. It was left at its last screen once that screen
closed it, its gateway said that it is over, or nothing has come for `SILENT`.
"""

from datetime import date, datetime, timedelta
from typing import Literal

from app.db.engine import Row, Transaction

By = Literal["channel", "language", "network"]
SILENT = timedelta(minutes=15)
"""No gateway keeps a session open for longer."""

_COUNTED = """
    with told as (
        select channel, session, hop, id, label, language, network, outcome, at from ussd_hops
        where at >= %(start)s - %(silent)s and at < %(end)s + %(silent)s
    ), sessions as (
        select channel, session, max(language) as language, max(network) as network,
               array_agg(distinct label) as reached, min(at) as began, max(at) as last_at,
               (array_agg(label order by hop desc, id desc))[1] as last,
               bool_or(outcome = 'end') as closed
        from told group by channel, session
        having min(at) >= %(start)s and min(at) < %(end)s
    ), ended as (
        select s.*, closed or s.last_at < %(now)s - %(silent)s
                    or exists (select from ussd_session_ends e
                               where e.channel = s.channel and e.session = s.session) as is_over
        from sessions s
    ), counted as (
        select began::date as day, channel, language, network, screen, count(*) as reached,
               count(*) filter (where is_over and screen = last) as left_at
        from ended, unnest(reached) as screen
        group by 1, 2, 3, 4, 5
    )
"""
_FOLD = f"{_COUNTED} insert into ussd_funnel select * from counted on conflict do nothing"  # noqa: S608 - constants
_SCREENS = f"""
    {_COUNTED}
    select case %(by)s when 'channel' then channel when 'language' then language
                       when 'network' then network else '' end as split,
           screen, sum(reached)::bigint, sum(left_at)::bigint
    from (
        select * from ussd_funnel where day >= %(since)s and day < %(counted_from)s
        union all select * from counted
    ) as days
    group by 1, 2 order by 1, 4 desc, 3 desc, 2
"""  # noqa: S608 - constants


def fold(tx: Transaction, day: date, now: datetime) -> None:
    """Count a day that is over once and for all; folding it again changes nothing."""
    start = _midnight(day, now)
    tx.run(_FOLD, _span(start, start + timedelta(days=1), now))


def first_unfolded(tx: Transaction) -> date | None:
    """The oldest day that may have hops and no counts; None when there are no hops at all."""
    day: date | None = tx.one(
        "select coalesce((select max(day) + 1 from ussd_funnel),"
        " (select at::date from ussd_hops order by id limit 1))"
    )[0]
    return day


def screens(tx: Transaction, since: date, now: datetime, by: By | None = None) -> list[Row]:
    """(what it is split by or '', screen, sessions that reached it, that were left there), the most
    left first; sessions that began on `since` or later."""
    unfolded = first_unfolded(tx) or since
    counted_from = max(since, unfolded)
    span = _span(_midnight(counted_from, now), now + SILENT, now)
    return tx.all(_SCREENS, {**span, "since": since, "counted_from": counted_from, "by": by or ""})


def _span(start: datetime, end: datetime, now: datetime) -> dict[str, object]:
    return {"start": start, "end": end, "silent": SILENT, "now": now}


def _midnight(day: date, now: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
