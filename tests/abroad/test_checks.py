"""`ledger verify` notices what can be wrong with a sale abroad: each check can fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from app.db.engine import Database, Transaction
from app.db.rate_checks import RATE_CHECKS
from app.domain.outcomes import Unknown
from tests.abroad.shop import Shop
from tests.fakes.clock import FixedClock

TABLES = ("postings", "ledger_transactions", "exchange_rates")


@pytest.fixture
def shop(db: Database, clock: FixedClock) -> Shop:
    return Shop(db, clock)


@contextmanager
def undone(owner: Database) -> Iterator[Transaction]:
    """The owner without the rules; whatever is done in it is rolled back."""

    class Enough(Exception):
        pass

    try:
        with owner.transaction() as tx:
            for table in TABLES:
                tx.run(f"alter table {table} disable trigger user")
            tx.run("alter table orders drop constraint orders_abroad")
            tx.run("alter table exchange_rates drop constraint approved_or_sample")
            yield tx
            raise Enough
    except Enough:
        pass


def found(tx: Transaction) -> set[str]:
    return {check for check, sql in RATE_CHECKS.items() if tx.all(sql)}


APPROVED = "a rate wasn't approved by a second person, or with other figures"
VALID = "a sale abroad has no rate of its currencies that was valid"
COSTS = "a sale abroad costs something else than its rate says"
BOOKED = "a sale abroad isn't booked in both its currencies"
MOVED = "a currency position was moved by something else than a sale abroad"
RATE = "(select rate_id from orders where id = {order})"
END = """(select t.id from ledger_transactions t, orders o
    where o.id = {order} and t.reference = 'order:' || o.reference || ':end')"""

PLANTS = {
    "the rate of an order": (
        f"update exchange_rates set scaled = scaled + 1000000 where id = {RATE}",
        {APPROVED, COSTS}),
    "the margin": (
        f"update exchange_rates set margin_bp = 0 where id = {RATE}", {APPROVED, COSTS}),
    "a rate nobody approved": (
        f"update exchange_rates set ticket = null, sample = false where id = {RATE}", {APPROVED}),
    "a rate that began later": (
        f"update exchange_rates set valid_from = valid_from + interval '1 hour' where id = {RATE}",
        {VALID}),
    "an order that took an older rate": (
        "update orders set placed_at = placed_at + interval '2 hours' where id = {order}", {VALID}),
    "an order whose rate is of another pair": (
        f"update exchange_rates set quote = 'UGX' where id = {RATE}", {APPROVED, VALID, COSTS}),
    "an order whose rate isn't there": (
        "update orders set rate_id = 10^9 where id = {order}", {VALID}),
    "one minor unit more": (
        "update orders set price_minor = price_minor + 1 where id = {order}", {COSTS}),
    "one minor unit less": (
        "update orders set price_minor = price_minor - 1 where id = {order}", {COSTS}),
    "another worth": (
        "update orders set worth_minor = worth_minor + 1 where id = {order}", {COSTS, BOOKED}),
    "another amount": (
        "update orders set amount_minor = amount_minor + 1 where id = {order}", {COSTS, BOOKED}),
    "a position that lost a posting": (
        f"delete from postings where transaction_id = {END} and currency = 'KES'", {BOOKED}),
    "a float of another currency": (
        f"update postings set account_id = account_id('provider_float', 'first', 'NGN') where"
        f" transaction_id = {END} and account_id = account_id('provider_float', 'first', 'KES')",
        {BOOKED}),
    "an order that claims to be declined": (
        "update orders set state = 'declined' where id = {order}", {BOOKED}),
    "a position that moved without an order": (
        "update orders set rate_id = null where id = {order}", {MOVED}),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTS)
def test_verify_notices(shop: Shop, owner: Database, what: str) -> None:
    order = shop.placed()
    shop.world.vend(order)
    shop.set("0.09", begins_in=timedelta(hours=1))
    statement, expected = PLANTS[what]
    with undone(owner) as tx:
        assert found(tx) == set()
        tx.run(statement.format(order=order))
        assert found(tx) == expected
    assert shop.world.books_differ() == []


def test_a_sale_that_was_given_up_is_booked_as_delivered(shop: Shop, owner: Database) -> None:
    shop.vendor.answers.append(Unknown("read_timeout"))
    shop.vendor.words.extend([Unknown("500")] * 200)
    order = shop.placed()
    shop.world.vend(order)
    shop.world.pass_time(25 * 3600, step=3600)
    assert shop.world.state(order) == "reversed"
    with undone(owner) as tx:
        assert found(tx) == set()
        tx.run(f"delete from postings where transaction_id = {END}".format(order=order))
        assert found(tx) == {BOOKED}
