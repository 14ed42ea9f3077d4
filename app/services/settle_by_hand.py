"""Staff know what became of an order that nobody else can say: the end of an unknown by hand."""

from app.db import attempts, breaks, orders
from app.db.breaks import BreakRow
from app.db.engine import Transaction
from app.domain.breaks import BreakKind, Way
from app.domain.orders import OrderState
from app.domain.vending import OPEN_ATTEMPT
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.reason import reason_of
from app.services.settle_order import deliver, late_word, refund
from app.services.staff_refused import StaffRefused

_WAITING = frozenset({OrderState.PENDING, OrderState.UNKNOWN})
_BY_STAFF = "staff"


def open_unknown_order(ctx: Context, reference: str, reason: str, actor: str) -> int:
    """Staff take up an order whose vendor can't say what became of it; the id of its break.
    Raises StaffRefused unless it is pending or unknown."""
    now, kept = ctx.clock.now(), reason_of(reason)
    with ctx.db.transaction() as tx:
        found = orders.id_of(tx, reference)
        if found is None:
            raise StaffRefused(f"there is no order {reference}")
        order = orders.lock(tx, found)
        if order.state not in _WAITING:
            raise StaffRefused(f"{reference} is {order.state}, neither pending nor unknown")
        if breaks.take_up(tx, BreakKind.UNKNOWN_ORDER, order.id, now):
            append(tx, Entry(now, actor, "break.open", reference, {"reason": kept}))
        return breaks.of_order(tx, BreakKind.UNKNOWN_ORDER, order.id)


def last_attempt(tx: Transaction, found: BreakRow) -> int:
    """Number of the latest attempt of a break's order: what is known now is known of it. 0 where
    the break is of no order, or nothing was sent."""
    tried = attempts.of_order(tx, found.order_id) if found.order_id is not None else []
    return tried[-1].number if tried else 0


def settle_by_hand(
    ctx: Context, tx: Transaction, found: BreakRow, way: Way, seen_attempt: int
) -> str:
    """End the order of a break as two people have decided, knowing of attempts up to
    `seen_attempt`; the transaction that ended it. An order that was given up has paid its buyer
    back already: only our own accounts move. Raises StaffRefused when the order has ended by itself
    since, or was sent again."""
    if found.order_id is None:
        raise StaffRefused("this break is of no order")
    now = ctx.clock.now()
    order = orders.lock(tx, found.order_id)
    attempt = attempts.lock(tx, attempts.of_order(tx, order.id)[-1].id)
    if attempt.number != seen_attempt:
        raise StaffRefused(f"{order.reference} was sent again since: look at it once more")
    if order.state is OrderState.REVERSED and attempt.outcome == "given_up":
        late_word(tx, order, attempt, "success" if way is Way.DELIVERED else "failed", now)
        return "" if way is Way.DELIVERED else f"order:{order.reference}:late_failure"
    if order.state not in _WAITING or attempt.state not in OPEN_ATTEMPT:
        raise StaffRefused(f"{order.reference} has ended: {order.state}. Accept the break")
    attempts.close(tx, attempt, now, str(way), _BY_STAFF)
    if way is Way.DELIVERED:
        deliver(tx, order, attempt, attempt.external_id or "", now)
    else:
        refund(tx, order, _BY_STAFF, now, provider=attempt.provider)
    return f"order:{order.reference}:end"
