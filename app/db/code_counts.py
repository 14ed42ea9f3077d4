"""One-time codes by prefix: asked for, typed in again; and prefixes that are closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction
from app.domain.code_guard import LOOKED_AT, CodesSeen

_DAY = timedelta(days=1)


def seen(tx: Transaction, prefix: str, slot: datetime) -> CodesSeen:
    """What was counted up to the slot that has begun, and within a day."""
    row = tx.one(
        """
        select coalesce(sum(asked) filter (where slot >= %(since)s and slot < %(slot)s), 0),
               coalesce(sum(used) filter (where slot >= %(since)s), 0),
               coalesce(sum(asked), 0)
        from code_counts where prefix = %(prefix)s and slot > %(day)s
        """,
        {"prefix": prefix, "since": slot - LOOKED_AT, "slot": slot, "day": slot - _DAY},
    )
    return CodesSeen(*(int(number) for number in row))


def asked(tx: Transaction, prefix: str, slot: datetime) -> None:
    """One more goes there."""
    tx.run(
        "insert into code_counts as c (prefix, slot, asked) values (%s, %s, 1)"
        " on conflict (prefix, slot) do update set asked = c.asked + 1",
        (prefix, slot),
    )


def used(tx: Transaction, prefix: str, slot: datetime) -> None:
    """One came back."""
    tx.run(
        "insert into code_counts as c (prefix, slot, used) values (%s, %s, 1)"
        " on conflict (prefix, slot) do update set used = c.used + 1",
        (prefix, slot),
    )


@dataclass(frozen=True, slots=True)
class ClosedPrefix:
    """`asked` and `used` are the codes that closed it."""

    prefix: str
    closed_at: datetime
    until: datetime
    asked: int
    used: int


def is_closed(tx: Transaction, prefix: str, now: datetime) -> bool:
    row = tx.maybe(
        "select true from closed_prefixes where prefix = %s and until > %s", (prefix, now)
    )
    return row is not None


def close(tx: Transaction, one: ClosedPrefix) -> bool:
    """False when it was closed meanwhile."""
    return (
        tx.run(
            """
            insert into closed_prefixes as c (prefix, closed_at, until, asked, used)
            values (%s, %s, %s, %s, %s)
            on conflict (prefix) do update set closed_at = excluded.closed_at,
                until = excluded.until, asked = excluded.asked, used = excluded.used
                where c.until <= excluded.closed_at
            """,
            (one.prefix, one.closed_at, one.until, one.asked, one.used),
        )
        == 1
    )


def reopen(tx: Transaction, prefix: str, now: datetime) -> bool:
    """Codes go there again and are counted from nothing; False when it was open."""
    tx.run("delete from code_counts where prefix = %s", (prefix,))
    return (
        tx.run(
            "update closed_prefixes set until = %s where prefix = %s and until > %s",
            (now, prefix, now),
        )
        == 1
    )


def closed(tx: Transaction, now: datetime) -> list[ClosedPrefix]:
    """Prefixes to which no code goes now, the latest first."""
    rows = tx.all(
        "select prefix, closed_at, until, asked, used from closed_prefixes where until > %s"
        " order by closed_at desc, prefix",
        (now,),
    )
    return [ClosedPrefix(*row) for row in rows]


def forget(tx: Transaction, before: datetime) -> None:
    """Counts and closings that are long over."""
    tx.run("delete from code_counts where slot < %s", (before,))
    tx.run("delete from closed_prefixes where until < %s", (before,))
