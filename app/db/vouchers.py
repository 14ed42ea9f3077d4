"""Queries on vouchers. A batch is active, then void or expired, and a voucher is redeemed, by
compare-and-set; a redemption holds its batch still (`for share`) until its commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import Origin


@dataclass(frozen=True, slots=True)
class NewBatch:
    """`last_day` is printed; `expires_at` is the first moment at which no PIN is good any more."""

    reference: str
    count: int
    face: Money
    last_day: date
    expires_at: datetime
    made_by: str
    approved_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class BatchRow:
    """`made_by` printed it; `approved_by` is empty for those from before that took two people."""

    id: int
    reference: str
    count: int
    face: Money
    last_day: date
    state: str
    made_by: str
    approved_by: str
    made_at: datetime
    ended_at: datetime | None
    ended_by: str
    reason: str


_BATCH = (
    "b.id, b.reference, b.count, b.face_minor, b.currency, b.last_day, b.state, b.made_by,"
    " coalesce(b.approved_by, ''), b.made_at, b.ended_at, b.ended_by, b.reason"
)


def _batch(row: tuple) -> BatchRow:  # type: ignore[type-arg]
    id_, reference, count, face, currency, *rest = row
    return BatchRow(id_, reference, count, Money(face, currency), *rest)


def open_batch(tx: Transaction, new: NewBatch) -> BatchRow | None:
    """None when there is a batch of this reference."""
    row = tx.maybe(
        f"""
        insert into voucher_batches as b (reference, count, face_minor, currency, last_day,
                                          expires_at, made_by, approved_by, made_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (reference) do nothing returning {_BATCH}
        """,  # noqa: S608 - constant columns
        (
            new.reference, new.count, new.face.amount_minor, new.face.currency, new.last_day,
            new.expires_at, new.made_by, new.approved_by, new.made_at,
        ),
    )  # fmt: skip
    return _batch(row) if row else None


def add(tx: Transaction, batch_id: int, digests: Mapping[int, bytes]) -> set[int]:
    """Write vouchers by number; the numbers written. A digest that is there already is left out."""
    rows = tx.all(
        """
        insert into vouchers (batch_id, number, digest)
        select %s, number, digest from unnest(%s::integer[], %s::bytea[]) as made (number, digest)
        on conflict (digest) do nothing returning number
        """,
        (batch_id, list(digests), list(digests.values())),
    )
    return {int(row[0]) for row in rows}


def end_batch(
    tx: Transaction, reference: str, state: str, by: str, reason: str, now: datetime
) -> BatchRow | None:
    """From active to void or expired; None when it isn't active. Waits for redemptions of it."""
    row = tx.maybe(
        f"""
        update voucher_batches b set state = %s, ended_by = %s, reason = %s, ended_at = %s
        where b.reference = %s and b.state = 'active' returning {_BATCH}
        """,  # noqa: S608 - constant columns
        (state, by, reason, now, reference),
    )
    return _batch(row) if row else None


def find_expired(tx: Transaction, now: datetime) -> str | None:
    """Reference of an active batch whose last day is over, locked; busy ones come later."""
    row = tx.maybe(
        "select reference from voucher_batches where state = 'active' and expires_at <= %s"
        " order by expires_at limit 1 for update skip locked",
        (now,),
    )
    return str(row[0]) if row else None


def count_redeemed(tx: Transaction, batch_id: int) -> int:
    row = tx.one(
        "select count(*) from vouchers where batch_id = %s and redeemed_at is not null", (batch_id,)
    )
    return int(row[0])


def batches(tx: Transaction) -> list[tuple[BatchRow, int]]:
    """Every batch, newest first, with how many of it are redeemed."""
    rows = tx.all(
        f"""
        select {_BATCH}, (select count(*) from vouchers v
                          where v.batch_id = b.id and v.redeemed_at is not null)
        from voucher_batches b order by b.id desc
        """  # noqa: S608 - constant columns
    )
    return [(_batch(row[:-1]), int(row[-1])) for row in rows]


def find_batch(tx: Transaction, reference: str) -> BatchRow | None:
    row = tx.maybe(
        f"select {_BATCH} from voucher_batches b where b.reference = %s",  # noqa: S608 - constant columns
        (reference,),
    )
    return _batch(row) if row else None


def redeemed_by_day(tx: Transaction, batch_id: int, zone: str, most: int) -> list[tuple[date, int]]:
    """The last days on which vouchers of a batch were redeemed, and how many; days of this zone."""
    rows = tx.all(
        "select (redeemed_at at time zone %s)::date as day, count(*) from vouchers"
        " where batch_id = %s and redeemed_at is not null group by day order by day desc limit %s",
        (zone, batch_id, most),
    )
    return [(day, int(count)) for day, count in rows]


def to_print(tx: Transaction, today: date, most: int) -> list[str]:
    """Tickets of batches that aren't printed, waiting or approved, oldest first, as long as their
    last day isn't over."""
    rows = tx.all(
        """
        select a.ticket from approvals a
        where a.act = 'voucher_batch' and a.state in ('asked', 'approved')
          and (a.detail->>'last_day')::date >= %s
          and not exists (select from voucher_batches b where b.reference = a.ticket)
        order by a.asked_at limit %s
        """,
        (today, most),
    )
    return [str(row[0]) for row in rows]


# --- one voucher -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """`good`: its batch is active and not past its date. `step`: (channel, session, step) of its
    redemption, and `reference` and `subscriber_id` with it, None before."""

    id: int
    face: Money
    good: bool
    reference: str | None
    subscriber_id: int | None
    step: tuple[str, str, int] | None


def lock(tx: Transaction, digest: bytes, now: datetime) -> VoucherRow | None:
    """The voucher with this digest, locked, and its batch held still."""
    row = tx.maybe(
        """
        select v.id, b.face_minor, b.currency, b.state = 'active' and b.expires_at > %s,
               v.reference, v.subscriber_id, v.channel, v.session, v.step
        from vouchers v join voucher_batches b on b.id = v.batch_id
        where v.digest = %s for update of v for share of b
        """,
        (now, digest),
    )
    if row is None:
        return None
    id_, face, currency, good, reference, subscriber_id, *step = row
    return VoucherRow(
        id_, Money(face, currency), good, reference, subscriber_id,
        (step[0], step[1], step[2]) if reference else None,
    )  # fmt: skip


def redeem(
    tx: Transaction, voucher_id: int, reference: str, subscriber_id: int, origin: Origin,
    now: datetime,
) -> bool:  # fmt: skip
    """Compare-and-set; False when it was redeemed before."""
    return (
        tx.run(
            """
            update vouchers set reference = %s, subscriber_id = %s, channel = %s, session = %s,
                step = %s, redeemed_at = %s
            where id = %s and redeemed_at is null
            """,
            (
                reference, subscriber_id, origin.channel, origin.session, origin.step, now,
                voucher_id,
            ),
        )
        == 1
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RedeemedRow:
    reference: str
    subscriber_id: int
    msisdn: Msisdn
    language: str
    face: Money
    at: datetime


_REDEEMED = """
select v.reference, s.id, s.msisdn, s.language, b.face_minor, b.currency, v.redeemed_at
from vouchers v join voucher_batches b on b.id = v.batch_id
join subscribers s on s.id = v.subscriber_id
"""


def _redeemed(row: tuple) -> RedeemedRow:  # type: ignore[type-arg]
    reference, owner, msisdn, language, face, currency, at = row
    return RedeemedRow(reference, owner, Msisdn(msisdn), language, Money(face, currency), at)


def redeemed_in_session(tx: Transaction, channel: str, session: str) -> RedeemedRow | None:
    """The latest redemption of a session."""
    row = tx.maybe(
        f"{_REDEEMED} where v.channel = %s and v.session = %s order by v.step desc limit 1",
        (channel, session),
    )
    return _redeemed(row) if row else None


def redeemed_by_number(tx: Transaction, batch_id: int, number: int) -> RedeemedRow | None:
    """Who redeemed this voucher of the batch, if somebody did."""
    row = tx.maybe(f"{_REDEEMED} where v.batch_id = %s and v.number = %s", (batch_id, number))
    return _redeemed(row) if row else None
