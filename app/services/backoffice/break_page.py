"""The page of one break: everything that is needed to end it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db import approvals, breaks, funding, order_trail, suspended
from app.db.approvals import ApprovalRow
from app.db.breaks import BreakRow
from app.db.funding import PaidInto
from app.db.order_trail import Audited
from app.db.suspended import SuspendedSeen
from app.domain.breaks import BreakKind, Way, ways_of
from app.domain.money import Money
from app.domain.roles import Right
from app.security.field_encryption import Unreadable
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.payment_fields import open_paid_into

_OF_ORDERS = frozenset({BreakKind.UNKNOWN_ORDER, BreakKind.UNKNOWN_OUTCOME})
_MINOR = "_minor"


@dataclass(frozen=True, slots=True)
class BreakPage:
    """`told` is the break's detail, amounts as Money; `suspended` the payment of a break of that
    kind, `paid_into` the account it came to; `ways` those in which this person may end it, none
    when it is closed; `tickets` what was asked about it."""

    row: BreakRow
    told: Sequence[tuple[str, str | Money]]
    suspended: SuspendedSeen | None
    paid_into: str
    tickets: Sequence[ApprovalRow]
    acts: Sequence[Audited]
    ways: Sequence[Way]
    may_take: bool

    @property
    def waiting(self) -> list[ApprovalRow]:
        return [one for one in self.tickets if one.state == "asked"]


def break_page(ctx: Context, person: Person, break_id: int) -> BreakPage | None:
    """The break as this person sees it; None when there is none."""
    with ctx.db.transaction() as tx:
        row = breaks.find(tx, break_id)
        if row is None:
            return None
        topup = str(row.detail.get("topup", "")) if row.kind == BreakKind.SUSPENSE else ""
        tickets = approvals.about_break(tx, [break_id])
        acts = order_trail.audited(tx, [str(break_id), *(one.ticket for one in tickets)])
        seen = suspended.seen(tx, topup) if topup else None
        stored = funding.paid_into(tx, topup) if seen else None
    may = person.may(right_to_end(row.kind))
    return BreakPage(
        row, told_of(row), seen, _paid_into(ctx, stored) if stored else "", tickets, acts,
        ways_of(row.kind) if may and not row.closed else (),
        may_take=may and not row.closed and row.owner != person.name,
    )  # fmt: skip


def _paid_into(ctx: Context, stored: PaidInto) -> str:
    try:
        return open_paid_into(ctx.fields, stored)
    except Unreadable:
        return "encrypted under a key we don't have"


def right_to_end(kind: str) -> Right:
    """What ending a break of this kind needs."""
    return Right.RESOLVE_UNKNOWN if kind in _OF_ORDERS else Right.RESOLVE_BREAK


def told_of(row: BreakRow) -> list[tuple[str, str | Money]]:
    """The break's detail in lines."""
    told: list[tuple[str, str | Money]] = []
    for name, value in row.detail.items():
        if name.endswith(_MINOR):
            stem = name.removesuffix(_MINOR)
            currency = row.detail.get(f"{stem}_currency", row.detail.get("currency", ""))
            told.append((stem, Money(int(value), str(currency)) if currency else str(value)))
        elif not name.endswith("currency") and value != "":
            told.append((name.replace("_", " "), str(value)))
    return told
