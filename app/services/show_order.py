"""An order as staff need it to decide: what was wanted, every attempt, what was asked and answered,
what is known of the number, what the buyer was told."""

from dataclasses import dataclass

from app.db import attempts, number_operators, order_file, orders
from app.db.attempts import AttemptRow
from app.db.engine import Transaction
from app.db.number_operators import KnownRow
from app.db.order_file import BreakSeen, MessageSeen, Told
from app.db.orders import OrderRow
from app.services.context import Context
from app.services.exchanges_about import exchanges_about


@dataclass(frozen=True, slots=True)
class OrderFile:
    """`exchanges` are those of its attempts, equal ones in a row left out; `number` is what each
    source says of the recipient's operator, the best known first."""

    order: OrderRow
    attempts: list[AttemptRow]
    exchanges: list[Told]
    number: list[KnownRow]
    messages: list[MessageSeen]
    breaks: list[BreakSeen]


def show_order(ctx: Context, reference: str) -> OrderFile | None:
    """The order with this reference; None when there is none."""
    with ctx.db.transaction() as tx:
        order_id = orders.id_of(tx, reference)
        return None if order_id is None else file_of(ctx, tx, order_id)


def file_of(ctx: Context, tx: Transaction, order_id: int) -> OrderFile:
    """Everything about an order that there is."""
    order, tried = orders.get(tx, order_id), attempts.of_order(tx, order_id)
    return OrderFile(
        order, tried,
        exchanges_about(ctx, tx, sorted({one.reference for one in tried if one.reference})),
        number_operators.everything_of(tx, order.recipient),
        order_file.messages_about(tx, order_id),
        order_file.breaks_of(tx, order_id),
    )  # fmt: skip
