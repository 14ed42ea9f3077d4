"""What staff do about vouchers: ask for a batch, print it once another person has approved it, void
one, see what became of a voucher."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from app.db import approvals, ledger, vouchers
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.db.vouchers import BatchRow, NewBatch, RedeemedRow
from app.domain import voucher_postings as recipes
from app.domain.days import day_of, end_of_day
from app.domain.money import Money
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.roles import Right
from app.domain.secret import Secret
from app.domain.vouchers import LARGEST_BATCH, serial
from app.security.audit import Entry, append
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.end_vouchers import post_rest
from app.services.reason import reason_of
from app.services.staff_may import check_may
from app.services.staff_refused import SamePerson, StaffRefused

_AT_ONCE = 1_000


class NoSuchBatch(Exception):
    """There is no batch with this reference."""


class BatchHasEnded(Exception):
    """The batch is void or expired already; the text says which."""


class NoSuchVoucher(Exception):
    """No voucher has this serial."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`count` vouchers of the same face value, good until the end of `last_day`."""

    count: int
    face: Money
    last_day: date

    @property
    def total(self) -> Money:
        """What its PINs are worth together."""
        return Money(self.count * self.face.amount_minor, self.face.currency)


@dataclass(frozen=True, slots=True)
class Issued:
    """A new batch with its PINs, the only time they are in clear; `pins[0]` is number 1."""

    batch: BatchRow
    pins: tuple[Secret, ...]


@dataclass(frozen=True, slots=True)
class Voucher:
    """What became of one; `redeemed` is None while nobody has redeemed it."""

    serial: str
    batch: BatchRow
    redeemed: RedeemedRow | None


def ask_batch(ctx: Context, wanted: Wanted, reason: str, actor: str, key: str | None = None) -> str:
    """Ask for a batch; the ticket that another person must approve, under which it is printed then.
    `key` is the form's, where it is asked with one. Raises StaffRefused."""
    _country_that_may(wanted, ctx.clock.now())
    detail = {
        "count": wanted.count, "face_minor": wanted.face.amount_minor,
        "amount_minor": wanted.total.amount_minor, "currency": wanted.face.currency,
        "last_day": wanted.last_day.isoformat(),
    }  # fmt: skip
    with ctx.db.transaction() as tx:
        return ask_approval(ctx, tx, "voucher_batch", detail, reason, actor, key)


def permit_batch(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:  # noqa: ARG001 - as every act
    """An approved batch may be printed; nothing is owed before that. Raises StaffRefused."""
    _country_that_may(wanted_of(approval), ctx.clock.now())
    return f"batch {approval.ticket} may be printed"


def wanted_of(approval: ApprovalRow) -> Wanted:
    """What was asked for."""
    detail = approval.detail
    face = Money(int(detail["face_minor"]), str(detail["currency"]))
    return Wanted(int(detail["count"]), face, date.fromisoformat(detail["last_day"]))


def issue_vouchers(
    ctx: Context, ticket: str, actor: str, write: Callable[[Issued], None]
) -> BatchRow:
    """Make the batch that was approved under this ticket, once. `write` keeps the PINs where they
    will be printed from, before the commit: a batch whose file couldn't be written isn't issued.
    Raises StaffRefused, and whatever `write` raises."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        approval = _may_print(tx, ticket, actor)
        wanted = wanted_of(approval)
        new = NewBatch(
            ticket, wanted.count, wanted.face, wanted.last_day,
            end_of_day(wanted.last_day, _country_that_may(wanted, now)), actor,
            str(approval.decided_by), now,
        )  # fmt: skip
        batch = vouchers.open_batch(tx, new)
        if batch is None:
            raise StaffRefused(
                f"batch {ticket} was printed before, and its PINs are nowhere else: if that file is"
                " lost, void the batch and ask for another"
            )
        pins = _fill(ctx, tx, batch)
        write(Issued(batch, pins))
        ledger.post(tx, recipes.issue_vouchers(batch.reference, wanted.total))
        detail = {
            "count": str(batch.count), "face_minor": str(batch.face.amount_minor),
            "currency": batch.face.currency, "last_day": batch.last_day.isoformat(),
            "approved_by": new.approved_by,
        }  # fmt: skip
        append(tx, Entry(now, actor, "voucher.issue", batch.reference, detail))
    return batch


def void_vouchers(ctx: Context, reference: str, actor: str, reason: str) -> Money:
    """No PIN of the batch is good any more; what was left of it. Raises NoSuchBatch,
    BatchHasEnded, StaffRefused."""
    kept, now = reason_of(reason), ctx.clock.now()
    with ctx.db.transaction() as tx:
        check_may(tx, actor, Right.MANAGE_VOUCHERS)
        batch = vouchers.end_batch(tx, reference, "void", actor, kept, now)
        if batch is None:
            before = vouchers.find_batch(tx, reference)
            raise BatchHasEnded(before.state) if before else NoSuchBatch(reference)
        left = post_rest(tx, batch, recipes.void_vouchers)
        append(tx, Entry(
            now, actor, "voucher.void", reference,
            {"left_minor": str(left.amount_minor), "reason": kept},
            before={"state": "active"}, after={"state": "void"},
        ))  # fmt: skip
    return left


def list_vouchers(ctx: Context) -> list[tuple[BatchRow, int]]:
    """Every batch, newest first, with how many of it are redeemed."""
    with ctx.db.statement() as tx:
        return vouchers.batches(tx)


def show_voucher(ctx: Context, written: str) -> Voucher:
    """The voucher with this serial. Raises NoSuchVoucher."""
    reference, _, number = written.strip().upper().partition("-")
    with ctx.db.statement() as tx:
        batch = vouchers.find_batch(tx, reference)
        if batch is None or not (number.isascii() and number.isdigit() and len(number) <= 6):
            raise NoSuchVoucher(written)
        if not 1 <= int(number) <= batch.count:
            raise NoSuchVoucher(written)
        redeemed = vouchers.redeemed_by_number(tx, batch.id, int(number))
    return Voucher(serial(reference, int(number)), batch, redeemed)


def _may_print(tx: Transaction, ticket: str, actor: str) -> ApprovalRow:
    check_may(tx, actor, Right.MANAGE_VOUCHERS)
    approval = approvals.find(tx, ticket)
    if approval is None or approval.act != "voucher_batch":
        raise StaffRefused(f"{ticket} is no ticket of a batch")
    if approval.state != "approved":
        raise StaffRefused(f"{ticket} isn't approved: it is {approval.state}")
    if approval.decided_by == actor:
        raise SamePerson("whoever approved a batch doesn't get its PINs: another person prints it")
    return approval


def _country_that_may(wanted: Wanted, now: datetime) -> str:
    """The country whose midnight ends the last day."""
    countries = {currency: country for country, currency in COUNTRY_CURRENCY.items()}
    country = countries.get(wanted.face.currency)
    if country is None:
        raise StaffRefused(f"nobody's wallet is in {wanted.face.currency}")
    if not 1 <= wanted.count <= LARGEST_BATCH:
        raise StaffRefused(f"a batch has 1 to {LARGEST_BATCH:,} vouchers")
    if wanted.face.amount_minor <= 0:
        raise StaffRefused("the amount must be above zero, in minor units")
    if wanted.last_day < day_of(now, country):
        raise StaffRefused(f"{wanted.last_day} is over")
    return country


def _fill(ctx: Context, tx: Transaction, batch: BatchRow) -> tuple[Secret, ...]:
    """The batch's PINs, none of which was used before."""
    kept: dict[int, Secret] = {}
    while len(kept) < batch.count:
        missing = (number for number in range(1, batch.count + 1) if number not in kept)
        made = {number: ctx.voucher_pins.fresh() for number in islice(missing, _AT_ONCE)}
        digests = {number: ctx.voucher_pins.digest(pin) for number, pin in made.items()}
        kept |= {number: made[number] for number in vouchers.add(tx, batch.id, digests)}
    return tuple(kept[number] for number in range(1, batch.count + 1))
