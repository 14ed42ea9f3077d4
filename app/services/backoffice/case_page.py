"""The page of one complaint."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import cases, orders
from app.db.cases import CaseRow
from app.db.orders import OrderRow
from app.domain.cases import CaseState
from app.domain.orders import OrderState
from app.domain.roles import Right
from app.services.backoffice.person import Person
from app.services.context import Context


@dataclass(frozen=True, slots=True)
class CasePage:
    """`steps` are (at, actor, step, detail), oldest first; `order` is what it is about, where that
    is a purchase; `may_...` say what this person may do now."""

    case: CaseRow
    steps: Sequence[tuple[datetime, str, str, str]]
    order: OrderRow | None
    may_answer: bool
    may_take: bool
    may_recall: bool


def case_page(ctx: Context, person: Person, ticket: str) -> CasePage | None:
    """The case as this person sees it; None when there is none."""
    with ctx.db.transaction() as tx:
        case = cases.find(tx, ticket)
        if case is None:
            return None
        steps = cases.steps(tx, case.id)
        order = orders.get(tx, case.order_id) if case.order_id is not None else None
    may = person.may(Right.ANSWER_CASE) and case.state is CaseState.OPEN
    delivered = order is not None and order.state is OrderState.DELIVERED
    return CasePage(
        case, steps, order, may, may and case.owner != person.name,
        may and delivered and case.recall is None,
    )  # fmt: skip
