"""Which screens sessions reach and which they are left at, counted by the hour.

A session belongs to the hour (UTC) of its first hop. It was left at its last screen once that
screen closed it, its gateway said that it is over, or nothing has come for `SILENT`. Hours whose
sessions are all over are counted once and for all; later ones again and again.
"""

from collections.abc import Collection
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
        select date_trunc('hour', began, 'UTC') as hour, channel, language, network, screen,
               count(*) as reached, count(*) filter (where is_over and screen = last) as left_at
        from ended, unnest(reached) as screen
        group by 1, 2, 3, 4, 5
    )
"""
_FOLD = f"""
    {_COUNTED}
    insert into ussd_funnel (hour, channel, language, network, screen, reached, left_at)
    select * from counted
"""  # noqa: S608 - constants
_SCREENS = f"""
    {_COUNTED}
    select case %(by)s when 'channel' then channel when 'language' then language
                       when 'network' then network else '' end as split,
           screen, sum(reached)::bigint, sum(left_at)::bigint
    from (
        select channel, language, network, screen, reached, left_at from ussd_funnel
        where hour >= %(since)s and hour < %(start)s
        union all select channel, language, network, screen, reached, left_at from counted
    ) as hours
    group by 1, 2 order by 1, 4 desc, 3 desc, 2
"""  # noqa: S608 - constants


def fold(tx: Transaction, start: datetime, end: datetime, over: datetime, now: datetime) -> None:
    """Count these hours again; those before `over` are counted for good."""
    tx.run("delete from ussd_funnel where hour >= %s and hour < %s", (start, end))
    tx.run(_FOLD, _span(start, end, now))
    tx.run(
        "insert into ussd_funnel_done as d (until) values (%s)"
        " on conflict (only_row) do update set until = greatest(d.until, excluded.until)",
        (min(end, over),),
    )


def unfolded_from(tx: Transaction) -> datetime | None:
    """The first hour that isn't counted for good; None when there are no hops at all."""
    hour: datetime | None = tx.one(
        "select coalesce((select until from ussd_funnel_done),"
        " (select date_trunc('hour', at, 'UTC') from ussd_hops order by id limit 1))"
    )[0]
    return hour


def screens(tx: Transaction, since: date, now: datetime, by: By | None = None) -> list[Row]:
    """(what it is split by or '', screen, sessions that reached it, that were left there), the most
    left first; sessions that began on `since` or later, counted up to now."""
    begins = datetime(since.year, since.month, since.day, tzinfo=now.tzinfo)
    start = max(begins, unfolded_from(tx) or begins)
    return tx.all(_SCREENS, {**_span(start, now + SILENT, now), "since": begins, "by": by or ""})


def folded(
    tx: Transaction, begins: datetime, ends: datetime, networks: Collection[str] | None
) -> list[tuple[str, int, int]]:
    """(screen, sessions that reached it, that were left there) as they were counted last, the most
    reached first; of SIMs of these networks, where given."""
    rows = tx.all(
        "select screen, sum(reached)::bigint, sum(left_at)::bigint from ussd_funnel"
        " where hour >= %s and hour < %s and (%s::text[] is null or network = any(%s))"
        " group by 1 order by 2 desc, 1",
        (begins, ends, *[None if networks is None else list(networks)] * 2),
    )
    return [(str(screen), int(reached), int(left)) for screen, reached, left in rows]


def _span(start: datetime, end: datetime, now: datetime) -> dict[str, object]:
    return {"start": start, "end": end, "silent": SILENT, "now": now}
