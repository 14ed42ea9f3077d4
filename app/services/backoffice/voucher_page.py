"""The pages of vouchers: batches still to be printed, and what became of one that was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.db import approvals, order_trail, vouchers
from app.db.approvals import ApprovalRow
from app.db.order_trail import Audited
from app.db.vouchers import BatchRow
from app.domain.money import Money
from app.domain.roles import Right
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.run_vouchers import Wanted, wanted_of

_SHOWN, _DAYS = 50, 60


@dataclass(frozen=True, slots=True)
class ToPrint:
    """A batch that was asked for and isn't printed; `why_not` says why this person can't print it
    now, empty when they can."""

    ticket: ApprovalRow
    wanted: Wanted
    why_not: str


@dataclass(frozen=True, slots=True)
class BatchPage:
    """`rest` counts vouchers that nobody redeemed: still good while the batch is active. `days` are
    the last ones on which some were redeemed, in the viewer's zone."""

    batch: BatchRow
    redeemed: int
    days: Sequence[tuple[date, int]]
    acts: Sequence[Audited]
    may_void: bool

    @property
    def rest(self) -> int:
        return self.batch.count - self.redeemed

    def worth(self, count: int) -> Money:
        """Of so many of its vouchers."""
        return Money(count * self.batch.face.amount_minor, self.batch.face.currency)


def to_print(ctx: Context, person: Person) -> list[ToPrint]:
    """Batches that wait for approval or for their printing, oldest first."""
    with ctx.db.transaction() as tx:
        names = vouchers.to_print(tx, ctx.clock.now().date(), _SHOWN)
        rows = approvals.of_tickets(tx, names)
    return [_to_print(person, row) for row in rows]


def one_to_print(ctx: Context, person: Person, ticket: str) -> ToPrint | None:
    """None when there is no such ticket, or it was printed."""
    with ctx.db.transaction() as tx:
        row = approvals.find(tx, ticket)
        printed = vouchers.find_batch(tx, ticket)
    if row is None or row.act != "voucher_batch" or printed is not None:
        return None
    return _to_print(person, row)


def batch_page(ctx: Context, person: Person, reference: str) -> BatchPage | None:
    """The batch as this person sees it; None when there is none."""
    with ctx.db.transaction() as tx:
        batch = vouchers.find_batch(tx, reference)
        if batch is None:
            return None
        redeemed = vouchers.count_redeemed(tx, batch.id)
        days = vouchers.redeemed_by_day(tx, batch.id, person.zone, _DAYS)
        acts = order_trail.audited(tx, [reference])
    may_void = batch.state == "active" and person.may(Right.MANAGE_VOUCHERS)
    return BatchPage(batch, redeemed, days, acts, may_void)


def _to_print(person: Person, row: ApprovalRow) -> ToPrint:
    if row.state != "approved":
        why_not = "Another person must approve it first."
    elif not person.may(Right.MANAGE_VOUCHERS):
        why_not = "Your role doesn't print vouchers."
    elif row.decided_by == person.name:
        why_not = "You approved it: another person prints it."
    else:
        why_not = ""
    return ToPrint(row, wanted_of(row), why_not)
