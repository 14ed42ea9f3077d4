"""The page of one order: what happened, what it moved, what was said, and what can be done now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import approvals, ledger, order_trail, orders, refunds, risk, routes
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.db.order_trail import Audited, Booked, CaseSeen, MadeBy, Word
from app.db.refunds import RefundRow
from app.db.risk import RiskRow
from app.domain.ledger import wallet
from app.domain.money import Money
from app.domain.orders import OPEN_STATES, OrderState
from app.domain.roles import Right
from app.services.backoffice.order_timeline import Happened, Trail, timeline
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.run_routes import Decision
from app.services.show_order import OrderFile, file_of

_WAITING = frozenset({OrderState.PENDING, OrderState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """`cost` and `margin` are there for whoever sees the ledger, once the order is delivered;
    `margin` also only where price and cost have one currency."""

    wallet: Money
    given: Money
    waiting: Money
    left: Money
    cost: Money | None = None
    margin: Money | None = None


@dataclass(frozen=True, slots=True)
class CanDo:
    """What this person may do to the order as it stands."""

    ask_vendor: bool
    resend_receipt: bool
    refund: bool
    settle: bool
    review: bool


@dataclass(frozen=True, slots=True)
class OrderPage:
    """`postings` are empty for whoever may not see the ledger; `risk` is what the rules found,
    `held_until` by when staff decide."""

    file: OrderFile
    made_by: MadeBy
    money: OrderMoney
    decisions: Sequence[Decision]
    words: Sequence[Word]
    postings: Sequence[Booked]
    refunds: Sequence[RefundRow]
    tickets: Sequence[ApprovalRow]
    cases: Sequence[CaseSeen]
    risk: RiskRow | None
    held_until: datetime | None
    can: CanDo
    timeline: Sequence[Happened]

    @property
    def waiting(self) -> list[ApprovalRow]:
        """Tickets that nobody has decided."""
        return [ticket for ticket in self.tickets if ticket.state == "asked"]


def order_page(ctx: Context, person: Person, reference: str) -> OrderPage | None:
    """Everything about the order that this person may see; None when there is none."""
    with ctx.db.transaction() as tx:
        order_id = orders.id_of(tx, reference)
        return None if order_id is None else _page(ctx, tx, person, order_id)


def _page(ctx: Context, tx: Transaction, person: Person, order_id: int) -> OrderPage:
    file, made_by = file_of(ctx, tx, order_id), order_trail.made_by(tx, order_id)
    given_back = refunds.of_order(tx, order_id)
    cases = order_trail.cases_of(tx, order_id)
    break_times = order_trail.break_times(tx, order_id)
    tickets = _tickets(tx, file.order.reference, given_back, [one[0] for one in break_times])
    decisions = [Decision(*row) for row in routes.decisions_of(tx, order_id)]
    words = order_trail.words_about(tx, order_id)
    sees_ledger = person.may(Right.SEE_LEDGER)
    names = [one.reference for one in given_back if one.posted_at]
    postings = order_trail.postings_of(tx, file.order.reference, names) if sees_ledger else []
    subjects = [
        file.order.reference, *(one.ticket for one in tickets), *(one.ticket for one in cases),
        *(str(one[0]) for one in break_times),
    ]  # fmt: skip
    acts = [one for one in order_trail.audited(tx, subjects) if _is_about(one, break_times)]
    trail = Trail(
        order_trail.hops_of(tx, made_by.channel, made_by.session),
        order_trail.closings(tx, order_id), break_times, acts,
    )  # fmt: skip
    return OrderPage(
        file, made_by, _money(tx, file, sees_ledger=sees_ledger), decisions, words, postings,
        given_back, tickets, cases, risk.of_order(tx, order_id), orders.held_until(tx, order_id),
        _can(person, file),
        timeline(file, made_by, decisions, words, postings, cases, trail),
    )  # fmt: skip


def _tickets(
    tx: Transaction, order: str, given_back: Sequence[RefundRow], break_ids: Sequence[int]
) -> list[ApprovalRow]:
    found = approvals.of_tickets(tx, [one.reference for one in given_back if not one.alone])
    asked = [*approvals.about_order(tx, order), *approvals.about_break(tx, break_ids)]
    return sorted([*found, *asked], key=lambda one: one.asked_at)


def _is_about(one: Audited, break_times: Sequence[tuple[int, str, object, object, str]]) -> bool:
    """A break's number is nobody else's only among breaks."""
    return one.act.startswith("break.") or one.subject not in {str(b[0]) for b in break_times}


def _money(tx: Transaction, file: OrderFile, *, sees_ledger: bool) -> OrderMoney:
    order, currency = file.order, file.order.price.currency
    given, waiting = refunds.sums(tx, order.id, currency)
    delivered = order.state is OrderState.DELIVERED
    left = order.price - given - waiting if delivered else Money(0, currency)
    sold = next(_delivered(file), None) if sees_ledger else None
    same = sold is not None and sold.currency == currency
    return OrderMoney(
        ledger.balance(tx, wallet(order.subscriber_id, currency)), given, waiting, left,
        sold, order.price - sold if sold is not None and same else None,
    )  # fmt: skip


def _delivered(file: OrderFile) -> Iterator[Money]:
    return (one.cost for one in file.attempts if one.outcome == "delivered")


def _can(person: Person, file: OrderFile) -> CanDo:
    state = file.order.state
    return CanDo(
        ask_vendor=person.may(Right.ACT_ON_ORDER) and state in OPEN_STATES,
        resend_receipt=person.may(Right.ACT_ON_ORDER) and state not in OPEN_STATES
        and state is not OrderState.REVIEW,
        refund=person.may(Right.ASK_REFUND) and state is OrderState.DELIVERED,
        settle=person.may(Right.RESOLVE_UNKNOWN) and state in _WAITING,
        review=person.may(Right.ACT_ON_ORDER) and state is OrderState.REVIEW,
    )  # fmt: skip
