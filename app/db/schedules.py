"""Queries on scheduled purchases. A run is taken by compare-and-set on its moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import Origin
from app.domain.schedules import Every, Paused, Rhythm


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """`mandate_at`: when the PIN was given; `remind_at`: when its owner hears of the first run."""

    subscriber_id: int
    product: str
    operator: str
    recipient: Msisdn
    price: Money
    rhythm: Rhythm
    mandate_at: datetime
    next_at: datetime
    remind_at: datetime


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """`next_at` is None unless it is active, `remind_at` when its owner has heard of the run."""

    id: int
    subscriber_id: int
    msisdn: Msisdn
    language: str
    country: str
    product: str
    operator: str
    recipient: Msisdn
    price: Money
    rhythm: Rhythm
    state: str
    why: str
    run: int
    mandate_at: datetime
    next_at: datetime | None
    remind_at: datetime | None


_ROW = """
select c.id, c.subscriber_id, s.msisdn, s.language, s.country, c.product, c.operator, c.recipient,
       c.price_minor, c.currency, c.every, c.day, c.state, c.why, c.run, c.mandate_at, c.next_at,
       c.remind_at
from schedules c join subscribers s on s.id = c.subscriber_id
"""


def _row(row: tuple) -> ScheduleRow:  # type: ignore[type-arg]
    (id_, subscriber, msisdn, language, country, product, operator, recipient, price, currency,
     every, day, *rest) = row  # fmt: skip
    return ScheduleRow(
        id_, subscriber, Msisdn(msisdn), language, country, product, operator, Msisdn(recipient),
        Money(price, currency), Rhythm(Every(every), day), *rest,
    )  # fmt: skip


def find(tx: Transaction, schedule_id: int) -> ScheduleRow | None:
    row = tx.maybe(f"{_ROW} where c.id = %s", (schedule_id,))
    return _row(row) if row else None


def kept_by(tx: Transaction, msisdn: Msisdn) -> list[ScheduleRow]:
    """The subscriber's, active and paused, oldest first."""
    rows = tx.all(
        f"{_ROW} where s.msisdn = %s and c.state in ('active', 'paused') order by c.id", (msisdn,)
    )
    return [_row(row) for row in rows]


def how_many(tx: Transaction, subscriber_id: int) -> int:
    """Active and paused ones; what makes new ones waits here until the commit."""
    tx.run("select pg_advisory_xact_lock(hashtextextended('schedules:' || %s, 0))",
           (subscriber_id,))  # fmt: skip
    row = tx.one(
        "select count(*) from schedules where subscriber_id = %s and state in ('active', 'paused')",
        (subscriber_id,),
    )
    return int(row[0])


def of_step(tx: Transaction, origin: Origin, subscriber_id: int) -> datetime | None:
    """The next run of what this step has made."""
    row = tx.maybe(
        "select next_at from schedules where channel = %s and session = %s and step = %s"
        " and subscriber_id = %s",
        (origin.channel, origin.session, origin.step, subscriber_id),
    )
    return row[0] if row else None


def find_of_session(
    tx: Transaction, channel: str, session: str, subscriber_id: int
) -> ScheduleRow | None:
    """What a session of one step has made."""
    row = tx.maybe(
        f"{_ROW} where c.channel = %s and c.session = %s and c.subscriber_id = %s",
        (channel, session, subscriber_id),
    )
    return _row(row) if row else None


def make(tx: Transaction, origin: Origin, new: NewSchedule) -> None:
    tx.run(
        """
        insert into schedules (subscriber_id, channel, session, step, product, operator, recipient,
            price_minor, currency, every, day, mandate_at, next_at, remind_at, due_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            new.subscriber_id, origin.channel, origin.session, origin.step, new.product,
            new.operator, new.recipient, new.price.amount_minor, new.price.currency,
            new.rhythm.every, new.rhythm.day, new.mandate_at, new.next_at, new.remind_at,
            new.remind_at,
        ),
    )  # fmt: skip


def take_due(tx: Transaction, now: datetime, again_after: timedelta, limit: int = 500) -> list[int]:
    """Ids of schedules that somebody must look at; they come due again after `again_after`."""
    rows = tx.all(
        """
        update schedules set due_at = %s where id in (
            select id from schedules where due_at <= %s order by due_at limit %s
            for update skip locked)
        returning id
        """,
        (now + again_after, now, limit),
    )
    return [int(row[0]) for row in rows]


_THIS_RUN = "id = %(id)s and state = 'active' and next_at = %(run_at)s"


def reminded(tx: Transaction, row: ScheduleRow) -> bool:
    """Its owner hears of the run in this commit; False when that was so before, or the run isn't
    the next one any more."""
    changed = tx.run(
        f"""
        update schedules set remind_at = null, due_at = next_at
        where {_THIS_RUN} and remind_at is not null
        """,  # noqa: S608 - a constant
        {"id": row.id, "run_at": row.next_at},
    )
    return changed == 1


def move_on(
    tx: Transaction, row: ScheduleRow, next_at: datetime | None, remind_at: datetime | None
) -> bool:
    """The run is over with this commit, and `next_at` follows, None: nothing. False when somebody
    else took the run, or its owner stopped it."""
    changed = tx.run(
        f"""
        update schedules set run = run + 1, next_at = %(next_at)s, remind_at = %(remind_at)s,
            due_at = %(remind_at)s,
            state = case when %(next_at)s::timestamptz is null then 'ended' else state end
        where {_THIS_RUN}
        """,  # noqa: S608 - a constant
        {"id": row.id, "run_at": row.next_at, "next_at": next_at, "remind_at": remind_at},
    )
    return changed == 1


def pause_run(tx: Transaction, row: ScheduleRow, why: Paused) -> bool:
    """Pause it in place of this run; False as for `move_on`."""
    changed = tx.run(
        f"""
        update schedules set state = 'paused', why = %(why)s, run = run + 1, next_at = null,
            remind_at = null, due_at = null where {_THIS_RUN}
        """,  # noqa: S608 - a constant
        {"id": row.id, "run_at": row.next_at, "why": why},
    )
    return changed == 1


def pause(tx: Transaction, schedule_id: int, subscriber_id: int) -> None:
    """By its owner."""
    tx.run(
        "update schedules set state = 'paused', why = %s, next_at = null, remind_at = null,"
        " due_at = null where id = %s and subscriber_id = %s and state = 'active'",
        (Paused.OWNER, schedule_id, subscriber_id),
    )


def stop(tx: Transaction, schedule_id: int, subscriber_id: int) -> None:
    tx.run(
        "update schedules set state = 'stopped', next_at = null, remind_at = null, due_at = null"
        " where id = %s and subscriber_id = %s and state in ('active', 'paused')",
        (schedule_id, subscriber_id),
    )


def resume(
    tx: Transaction, row: ScheduleRow, mandate_at: datetime, next_at: datetime, remind_at: datetime
) -> bool:
    """False when it isn't paused any more."""
    changed = tx.run(
        "update schedules set state = 'active', why = '', mandate_at = %s, next_at = %s,"
        " remind_at = %s, due_at = %s where id = %s and state = 'paused'",
        (mandate_at, next_at, remind_at, remind_at, row.id),
    )
    return changed == 1


def doubt(tx: Transaction, row: ScheduleRow, now: datetime) -> Paused | None:
    """Why its owner's word may not count any more, as far as account and PIN go."""
    found = tx.one(
        """
        select case when blocked then 'blocked'
                    when must_change_pin or pin_changed_at > %s then 'pin_changed'
                    when locked_until > %s then 'pin_locked' end
        from subscribers where id = %s
        """,
        (row.mandate_at, now, row.subscriber_id),
    )
    return Paused(found[0]) if found[0] else None
