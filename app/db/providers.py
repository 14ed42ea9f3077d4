"""Queries on what is known of each vending provider now: stopped, its float and the float's limits.

A row is written only when something changes, so that sales going well share no row.
"""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Row, Transaction
from app.domain.money import Money


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """`float_`: what the last probe saw, less what was sold since; staff are called below
    `alarm_minor`, nothing is sold through it below `stop_minor`."""

    name: str
    stopped_code: str | None
    stopped_by: str
    stopped_at: datetime | None
    probed_at: datetime | None
    float_: Money | None
    alarm_minor: int
    stop_minor: int


def all_states(tx: Transaction) -> dict[str, ProviderRow]:
    rows = tx.all(
        "select name, stopped_code, stopped_by, stopped_at, probed_at, float_minor, float_currency,"
        " alarm_minor, stop_minor from provider_states"
    )
    return {row[0]: _provider(row) for row in rows}


def _provider(row: Row) -> ProviderRow:
    name, code, by, at, probed_at, float_minor, currency, alarm_minor, stop_minor = row
    float_ = Money(float_minor, currency) if float_minor is not None else None
    return ProviderRow(name, code, by, at, probed_at, float_, alarm_minor or 0, stop_minor or 0)


def stop(tx: Transaction, name: str, code: str, by: str, now: datetime) -> None:
    """No order is routed to it until it is started again. One that is stopped already keeps its
    code."""
    tx.run(
        """
        insert into provider_states as p (name, stopped_code, stopped_by, stopped_at)
        values (%s, %s, %s, %s)
        on conflict (name) do update set stopped_code = excluded.stopped_code,
            stopped_by = excluded.stopped_by, stopped_at = excluded.stopped_at
        where p.stopped_code is null
        """,
        (name, code, by, now),
    )


def stop_over(tx: Transaction, name: str, code: str, by: str, now: datetime) -> bool:
    """As `stop`, and it takes over one that stopped for another code; False when it was stopped
    with this one."""
    return (
        tx.run(
            """
            insert into provider_states as p (name, stopped_code, stopped_by, stopped_at)
            values (%s, %s, %s, %s)
            on conflict (name) do update set stopped_code = excluded.stopped_code,
                stopped_by = excluded.stopped_by, stopped_at = excluded.stopped_at
            where p.stopped_code is distinct from excluded.stopped_code
            """,
            (name, code, by, now),
        )
        == 1
    )


def start(tx: Transaction, name: str) -> bool:
    """Route orders to it again; False when it wasn't stopped."""
    return (
        tx.run(
            "update provider_states set stopped_code = null, stopped_by = ''"
            " where name = %s and stopped_code is not null",
            (name,),
        )
        == 1
    )


def probed(tx: Transaction, name: str, float_: Money | None, now: datetime) -> None:
    """Keep when it was probed, and its float when it told."""
    tx.run(
        """
        insert into provider_states as p (name, float_minor, float_currency, probed_at)
        values (%s, %s, %s, %s)
        on conflict (name) do update set probed_at = excluded.probed_at,
            float_minor = coalesce(excluded.float_minor, p.float_minor),
            float_currency = coalesce(excluded.float_currency, p.float_currency)
        """,
        (name, float_.amount_minor if float_ else None, float_.currency if float_ else None, now),
    )


def set_float_limits(tx: Transaction, name: str, alarm_minor: int, stop_minor: int) -> None:
    tx.run(
        "insert into provider_states (name, alarm_minor, stop_minor) values (%s, %s, %s)"
        " on conflict (name) do update set alarm_minor = excluded.alarm_minor,"
        " stop_minor = excluded.stop_minor, alarmed_at = null",
        (name, alarm_minor, stop_minor),
    )


def float_got_low(tx: Transaction, name: str, now: datetime) -> Money | None:
    """The float that has just come to be below its alarm; None when it isn't, or was before."""
    tx.run(
        "update provider_states set alarmed_at = null"
        " where name = %s and alarmed_at is not null and float_minor >= alarm_minor",
        (name,),
    )
    row = tx.maybe(
        "update provider_states set alarmed_at = %s where name = %s and alarmed_at is null"
        " and float_minor < alarm_minor returning float_minor, float_currency",
        (now, name),
    )
    return Money(int(row[0]), str(row[1])) if row else None


@dataclass(frozen=True, slots=True)
class FloatRow:
    """What a provider holds for us, as it said itself; `alarm` and `stop`: below these staff are
    told and nothing is routed to it, in the float's currency."""

    name: str
    left: Money | None
    alarm: Money | None
    stop: Money | None
    stopped_code: str | None
    probed_at: datetime | None


def floats(tx: Transaction) -> list[FloatRow]:
    """Of every provider that was ever probed or stopped, by name."""
    rows = tx.all(
        "select name, float_currency, float_minor, alarm_minor, stop_minor, stopped_code, probed_at"
        " from provider_states order by name"
    )
    return [
        FloatRow(
            name, _money(left, currency), _money(alarm, currency), _money(stop, currency),
            stopped_code, probed_at,
        )
        for name, currency, left, alarm, stop, stopped_code, probed_at in rows
    ]  # fmt: skip


def _money(minor: int | None, currency: str | None) -> Money | None:
    return None if minor is None or currency is None else Money(minor, currency)
