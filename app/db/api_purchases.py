"""Queries on purchases as the REST API shows them: orders, with the reference of whoever placed
them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.orders import OrderState

CHANNEL = "api"
"""Of orders that came by the API."""


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """`client_reference` is the caller's own name for it, None where it has none."""

    id: int
    reference: str
    product: str
    operator: str
    recipient: Msisdn
    amount: Money
    price: Money
    state: OrderState
    placed_at: datetime
    ended_at: datetime | None
    client_reference: str | None


_ROW = """
select o.id, o.reference, o.product, o.operator, o.recipient, o.amount_minor,
       coalesce(o.amount_currency, o.currency), o.price_minor, o.currency, o.state, o.placed_at,
       o.ended_at, c.reference
from orders o left join client_references c on c.session = o.session and o.channel = 'api'
where o.subscriber_id = %(owner)s and o.paid_from = %(paid_from)s
"""


def _purchase(row: tuple) -> PurchaseRow:  # type: ignore[type-arg]
    (id_, reference, product, operator, recipient, amount, sold_in, price, currency, state, placed,
     ended, own) = row  # fmt: skip
    return PurchaseRow(
        id_, reference, product, operator, Msisdn(recipient), Money(amount, sold_in),
        Money(price, currency), OrderState(state), placed, ended, own,
    )  # fmt: skip


def find(tx: Transaction, owner: int, paid_from: str, reference: str) -> PurchaseRow | None:
    """The owner's purchase with this reference; `paid_from` is the kind of account that paid."""
    row = tx.maybe(
        f"{_ROW} and o.reference = %(reference)s",
        {"owner": owner, "paid_from": paid_from, "reference": reference},
    )
    return _purchase(row) if row else None


def of_session(tx: Transaction, owner: int, paid_from: str, session: str) -> PurchaseRow | None:
    """The one purchase of a keyed request."""
    row = tx.maybe(
        f"{_ROW} and o.channel = 'api' and o.session = %(session)s",
        {"owner": owner, "paid_from": paid_from, "session": session},
    )
    return _purchase(row) if row else None


def page(
    tx: Transaction, owner: int, paid_from: str, before_id: int | None, limit: int
) -> list[PurchaseRow]:
    """The owner's purchases, the newest first, or those before an id."""
    rows = tx.all(
        f"{_ROW} and (%(before)s is null or o.id < %(before)s) order by o.id desc limit %(limit)s",
        {"owner": owner, "paid_from": paid_from, "before": before_id, "limit": limit},
    )
    return [_purchase(row) for row in rows]


def session_of(tx: Transaction, caller: str, client_reference: str) -> str | None:
    """The session whose purchase has the caller's own reference."""
    row = tx.maybe(
        "select session from client_references where caller = %s and reference = %s",
        (caller, client_reference),
    )
    return str(row[0]) if row else None


def name(
    tx: Transaction, caller: str, client_reference: str, session: str, now: datetime,
    at_work_for: timedelta,
) -> bool:  # fmt: skip
    """Give what comes of this session the caller's own reference; False when another purchase has
    it, or a request that may still be at work."""
    row = tx.maybe(
        """
        insert into client_references as c (caller, reference, session, at)
        values (%(caller)s, %(reference)s, %(session)s, %(now)s)
        on conflict (caller, reference) do update set session = excluded.session, at = excluded.at
        where c.session = excluded.session or (c.at < %(since)s and not exists (
            select from orders o where o.channel = 'api' and o.session = c.session))
        returning true
        """,
        {
            "caller": caller, "reference": client_reference, "session": session, "now": now,
            "since": now - at_work_for,
        },
    )  # fmt: skip
    return row is not None
