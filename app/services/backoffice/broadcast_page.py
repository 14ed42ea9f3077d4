"""A broadcast as its page shows it: whom it goes to, what it costs, how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db import approvals, broadcasts
from app.db.approvals import ApprovalRow
from app.db.broadcasts import BroadcastRow
from app.domain.broadcasts import BroadcastState, sms_parts
from app.domain.business_settings import BROADCAST_ALONE, BROADCAST_PACE
from app.domain.money import Money
from app.services.broadcasts import cost_of, parts_of
from app.services.business_settings import value_of
from app.services.context import Context


@dataclass(frozen=True, slots=True)
class TextLine:
    """One text: how many get it, and in how many parts."""

    language: str
    text: str
    recipients: int
    parts: int


@dataclass(frozen=True, slots=True)
class BroadcastPage:
    """`price` is of one part, `cost` of all of them, None before it is counted; `alone`: one person
    may release it; `minutes`: about how long it takes."""

    row: BroadcastRow
    lines: Sequence[TextLine]
    parts: int
    price: Money | None
    cost: Money | None
    alone: bool
    minutes: int
    ticket: ApprovalRow | None

    @property
    def at_work(self) -> bool:
        return self.row.state in (BroadcastState.COUNTING, BroadcastState.RUNNING)

    @property
    def may_stop(self) -> bool:
        return self.row.state not in (BroadcastState.DONE, BroadcastState.STOPPED)

    @property
    def percent(self) -> int:
        """How far the counting or the sending is."""
        if self.row.state is BroadcastState.COUNTING:
            return self.row.way
        return 100 * self.row.queued // max(self.row.recipients, 1)


def broadcast_page(ctx: Context, reference: str) -> BroadcastPage | None:
    with ctx.db.statement() as tx:
        row = broadcasts.find(tx, reference)
        if row is None:
            return None
        ticket = approvals.find(tx, row.ticket) if row.ticket else None
        alone, pace = value_of(tx, BROADCAST_ALONE), value_of(tx, BROADCAST_PACE)
    sizes = parts_of(row.texts)
    lines = [
        TextLine(language, text, row.counts.get(language, 0), sizes[language])
        for language, text in row.texts.items()
    ]
    price = None if row.price_minor is None else Money(row.price_minor, row.audience.currency)
    return BroadcastPage(
        row, lines, sms_parts(row.counts, sizes), price, cost_of(row), row.recipients <= alone,
        -(-row.recipients // pace), ticket,
    )  # fmt: skip
