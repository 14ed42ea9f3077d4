"""Queries on merchants' purchases: live ones are orders, those with test keys lie apart."""

from datetime import datetime

from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.orders import OrderState
from app.domain.purchases import CHANNEL, Purchase, client_reference_of, session_of

_ORDER = """
select o.reference, o.session, o.state, o.product, o.recipient, o.operator, o.amount_minor,
       o.price_minor, o.currency, o.code, o.placed_at, o.ended_at
from orders o
"""
_TEST = """
select t.reference, t.client_reference, t.state, t.product, t.recipient, t.operator,
       t.amount_minor, t.price_minor, t.currency, t.code, t.placed_at, t.ended_at
from test_purchases t
"""


def find(
    tx: Transaction, merchant_id: int, client_reference: str, *, live: bool
) -> Purchase | None:
    """The merchant's purchase under the merchant's own reference."""
    if live:
        session = session_of(merchant_id, client_reference)
        return _live(tx.maybe(
            f"{_ORDER} where o.channel = %s and o.session = %s and o.step = 1", (CHANNEL, session)
        ))  # fmt: skip
    where = "where t.agent_id = %s and t.client_reference = %s"
    return _test(tx.maybe(f"{_TEST} {where}", (merchant_id, client_reference)))


def find_by_id(tx: Transaction, merchant_id: int, reference: str, *, live: bool) -> Purchase | None:
    """The merchant's purchase with this id of ours."""
    if live:
        return _live(tx.maybe(
            f"{_ORDER} where o.reference = %s and o.channel = %s and o.subscriber_id = %s",
            (reference, CHANNEL, merchant_id),
        ))  # fmt: skip
    where = "where t.agent_id = %s and t.reference = %s"
    return _test(tx.maybe(f"{_TEST} {where}", (merchant_id, reference)))


def of_order(tx: Transaction, order_id: int) -> Purchase | None:
    """The purchase that this order is, if a merchant placed it."""
    return _live(tx.maybe(
        f"{_ORDER} where o.id = %s and o.channel = %s", (order_id, CHANNEL)
    ))  # fmt: skip


def add_test(
    tx: Transaction, merchant_id: int, key_id: str, purchase: Purchase, due_at: datetime | None
) -> bool:
    """Keep one made with a test key; False when its client reference was used before."""
    return (
        tx.run(
            """
            insert into test_purchases (reference, agent_id, client_reference, key_id, operator,
                product, recipient, amount_minor, price_minor, currency, state, code, placed_at,
                ended_at, due_at)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (agent_id, client_reference) do nothing
            """,
            (
                purchase.id, merchant_id, purchase.client_reference, key_id, purchase.operator,
                purchase.plan, purchase.msisdn, purchase.amount.amount_minor,
                purchase.price.amount_minor, purchase.price.currency, purchase.state,
                purchase.code, purchase.placed_at, purchase.ended_at, due_at,
            ),
        )
        == 1
    )  # fmt: skip


def take_due_tests(tx: Transaction, now: datetime, most: int) -> list[tuple[int, Purchase]]:
    """(merchant, purchase) whose second state is due, locked until the transaction ends."""
    rows = tx.all(
        """
        select t.agent_id, t.reference, t.client_reference, t.state, t.product, t.recipient,
               t.operator, t.amount_minor, t.price_minor, t.currency, t.code, t.placed_at,
               t.ended_at
        from test_purchases t where t.due_at <= %s order by t.due_at limit %s
        for update skip locked
        """,
        (now, most),
    )
    found = [(int(agent), _test(tuple(row))) for agent, *row in rows]
    return [(agent, purchase) for agent, purchase in found if purchase is not None]


def end_test(tx: Transaction, reference: str, state: OrderState, code: str, now: datetime) -> None:
    """Of one just taken: this is its last state."""
    tx.run(
        "update test_purchases set state = %s, code = %s, ended_at = %s, due_at = null"
        " where reference = %s",
        (state, code, now, reference),
    )


def forget_tests(tx: Transaction, before: datetime, most: int = 500) -> None:
    tx.run(
        "delete from test_purchases where id in"
        " (select id from test_purchases where placed_at < %s order by placed_at limit %s)",
        (before, most),
    )


def _live(row: tuple | None) -> Purchase | None:  # type: ignore[type-arg]
    if row is None:
        return None
    reference, session, *rest = row
    return _purchase(reference, client_reference_of(session), rest, live=True)


def _test(row: tuple | None) -> Purchase | None:  # type: ignore[type-arg]
    if row is None:
        return None
    reference, client_reference, *rest = row
    return _purchase(reference, client_reference, rest, live=False)


def _purchase(reference: str, client_reference: str, rest: list, *, live: bool) -> Purchase:  # type: ignore[type-arg]
    state, plan, msisdn, operator, amount, price, currency, code, placed_at, ended_at = rest
    return Purchase(
        reference, client_reference, live, str(state), plan, Msisdn(msisdn), operator,
        Money(amount, currency), Money(price, currency), code, placed_at, ended_at,
    )  # fmt: skip
