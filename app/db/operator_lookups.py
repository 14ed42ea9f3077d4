"""Queries on look-ups that are wanted: noted by a screen with the query that reads what is known,
done by a job."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction
from app.db.number_operators import BEST_FIRST
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class FoundRow:
    """`operator` is the best known one, None where only the prefix is left; `wished`: a look-up was
    asked for."""

    operator: str | None
    wished: bool


def find(
    tx: Transaction, msisdn: Msisdn, now: datetime, *, may_ask: bool, max_age: timedelta,
    again_after: timedelta,
) -> FoundRow:  # fmt: skip
    """What is known of the number, in one statement; where nothing as young as `max_age` is, a
    look-up is asked for as well, unless that was done a moment ago."""
    row = tx.one(
        f"""
        with wished as (
            insert into operator_lookups as l (msisdn, wished_at, due_at)
            select %(msisdn)s, %(now)s, %(now)s + interval '3 seconds'
            where %(may_ask)s and not exists (
                select from number_operators where msisdn = %(msisdn)s and news_at > %(stale)s)
            on conflict (msisdn) do update
                set wished_at = excluded.wished_at, due_at = excluded.due_at
                where l.wished_at <= %(again)s
                  and (l.answered_at is null or l.answered_at <= %(stale)s)
            returning id),
        put as (insert into outbox (topic, subject_id) select 'lookup', id from wished)
        select (select operator from number_operators where msisdn = %(msisdn)s
                {BEST_FIRST} limit 1),
               exists (select from wished)
        """,  # noqa: S608 - a constant
        {
            "msisdn": msisdn, "now": now, "may_ask": may_ask, "stale": now - max_age,
            "again": now - again_after,
        },
    )  # fmt: skip
    return FoundRow(*row)


def take_up(tx: Transaction, lookup_id: int, now: datetime, held_for: timedelta) -> Msisdn | None:
    """The number to look up, ours for `held_for`; None when it is done or somebody else's."""
    row = tx.maybe(
        """
        update operator_lookups set held_until = %(until)s, due_at = %(until)s
        where id = %(id)s and due_at is not null
          and (held_until is null or held_until <= %(now)s)
        returning msisdn
        """,
        {"id": lookup_id, "now": now, "until": now + held_for},
    )
    return Msisdn(row[0]) if row else None


def done(tx: Transaction, lookup_id: int, answered_at: datetime | None) -> None:
    """It is over; None: nobody could say anything."""
    tx.run(
        "update operator_lookups set due_at = null, held_until = null,"
        " answered_at = coalesce(%s, answered_at) where id = %s",
        (answered_at, lookup_id),
    )


def answered_at(tx: Transaction, msisdn: Msisdn) -> datetime | None:
    """When a vendor last said anything of the number."""
    row = tx.maybe("select answered_at from operator_lookups where msisdn = %s", (msisdn,))
    return row[0] if row else None


def take_due(tx: Transaction, now: datetime, again_after: timedelta, limit: int = 500) -> list[int]:
    """Ids of look-ups nobody has done in time; they come due again after `again_after`."""
    rows = tx.all(
        """
        update operator_lookups set due_at = %s where id in (
            select id from operator_lookups where due_at <= %s order by due_at limit %s
            for update skip locked)
        returning id
        """,
        (now + again_after, now, limit),
    )
    return [int(row[0]) for row in rows]
