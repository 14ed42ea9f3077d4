"""What the page of one subscriber tells beside the line of time: locks, factors, swaps, wishes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.msisdn import Msisdn

_LATEST = 200


@dataclass(frozen=True, slots=True)
class PinRow:
    """`locked_until` is None without a lock or with one that only staff end (`staff_lock`);
    `guesses` were wrong ones on `guess_day`."""

    registered_at: datetime
    changed_at: datetime
    must_change: bool
    start_pin_until: datetime | None
    failures: int
    locked_until: datetime | None
    staff_lock: bool
    sms_off_until: datetime | None


def pin_of(tx: Transaction, subscriber_id: int) -> PinRow:
    row = tx.one(
        """
        select registered_at, pin_changed_at, must_change_pin, start_pin_expires_at, failures,
               case when isfinite(locked_until) then locked_until end,
               coalesce(locked_until = 'infinity', false),
               case when isfinite(pin_by_sms_off_until) then pin_by_sms_off_until end
        from subscribers where id = %s
        """,
        (subscriber_id,),
    )
    return PinRow(*row)


@dataclass(frozen=True, slots=True)
class FactorsRow:
    """`codes_left` is None without a printed list; `app_since` without a confirmed code app."""

    codes_left: int | None
    list_made_at: datetime | None
    app_since: datetime | None
    locked_until: datetime | None


def factors_of(tx: Transaction, subscriber_id: int) -> FactorsRow:
    row = tx.one(
        """
        select (select count(*) from list_codes c where c.list_id = l.id and c.used_at is null),
               l.id, l.made_at, a.confirmed_at, f.locked_until
        from (values (%s::bigint)) one (id)
        left join code_lists l on l.subscriber_id = one.id and l.voided_at is null
        left join code_apps a on a.subscriber_id = one.id
        left join factor_counts f on f.subscriber_id = one.id
        """,
        (subscriber_id,),
    )
    left, list_id, made_at, app_since, locked_until = row
    return FactorsRow(None if list_id is None else int(left), made_at, app_since, locked_until)


@dataclass(frozen=True, slots=True)
class SimRow:
    """`swapped_at` is the latest moment it can have been; `source` says who told."""

    swapped_at: datetime | None
    source: str
    answered_at: datetime | None


def sim_of(tx: Transaction, msisdn: Msisdn) -> SimRow | None:
    row = tx.maybe(
        "select swapped_at, source, answered_at from sim_swaps where msisdn = %s", (msisdn,)
    )
    return SimRow(*row) if row else None


@dataclass(frozen=True, slots=True)
class HoldRow:
    """Money that has left the wallet and hasn't arrived: of an order, a transfer or a
    withdrawal."""

    kind: str
    reference: str
    amount: Money
    state: str
    at: datetime


def holds_of(tx: Transaction, subscriber_id: int, now: datetime) -> list[HoldRow]:
    """Newest first. Orders and transfers that are open lie among the latest: they end in days."""
    rows = tx.all(
        """
        select * from (
            select 'order', reference, price_minor, currency, state, placed_at from (
                select * from orders where subscriber_id = %(id)s order by id desc limit %(latest)s
            ) o where state in ('review', 'placed', 'sending', 'pending', 'unknown')
            union all
            select 'transfer', reference, amount_minor, currency, state, sent_at from transfers
            where sender_id = %(id)s and sent_at > %(since)s and state = 'waiting'
            union all
            select 'withdrawal', reference, amount_minor + fee_minor, currency, state, asked_at
            from withdrawals where customer_id = %(id)s and state = 'open'
        ) held (kind, reference, minor, currency, state, at) order by at desc limit %(latest)s
        """,
        {"id": subscriber_id, "since": now - timedelta(days=5), "latest": _LATEST},
    )
    return [
        HoldRow(kind, reference, Money(minor, currency), state, at)
        for kind, reference, minor, currency, state, at in rows
    ]


def opted_out_at(tx: Transaction, msisdn: Msisdn) -> datetime | None:
    """Since when promotional SMS aren't wanted; None: they may come."""
    row = tx.one("select min(at) from opt_outs where msisdn = %s", (msisdn,))
    return row[0]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class CaseOpen:
    """A complaint that waits for an answer."""

    ticket: str
    kind: str
    subject: str
    answer_by: datetime


def open_cases(tx: Transaction, subscriber_id: int) -> list[CaseOpen]:
    """The most urgent first."""
    rows = tx.all(
        "select ticket, kind, subject, answer_by from cases"
        " where subscriber_id = %s and state = 'open' order by answer_by limit %s",
        (subscriber_id, _LATEST),
    )
    return [CaseOpen(*row) for row in rows]
