"""A rate is set by two people, begins no earlier than it was approved, and stays as it is."""

from datetime import timedelta

import psycopg2
import pytest

from app.db.engine import Database
from app.domain.money import Money
from app.domain.requests import OrderPlaced, Quoted
from app.services.approve import approve, decline
from app.services.set_rate import ask_rate, list_rates
from app.services.staff_refused import AlreadyDecided, SamePerson, StaffRefused
from tests.abroad.shop import Shop
from tests.factories.world import naira
from tests.fakes.clock import FixedClock
from tests.staff.office import ADMIN, CHECKER


@pytest.fixture
def shop(db: Database, clock: FixedClock) -> Shop:
    return Shop(db, clock)


def ask(shop: Shop, rate: str = "0.05", margin_bp: int = 0, base: str = "NGN") -> str:
    now = shop.world.clock.now()
    return ask_rate(shop.context, base, "KES", rate, margin_bp, now, "moved", ADMIN)


def naira_for_100(shop: Shop) -> Money:
    quoted = shop.quote()
    assert isinstance(quoted, Quoted)
    return quoted.price


def test_what_one_person_asks_for_changes_no_price_until_another_approves(shop: Shop) -> None:
    before = naira_for_100(shop)
    ticket = ask(shop)
    assert naira_for_100(shop) == before
    with pytest.raises(SamePerson):
        approve(shop.context, ticket, ADMIN)
    assert approve(shop.context, ticket, CHECKER).startswith("rate:")
    assert naira_for_100(shop) == Money(2_000_00, "NGN")
    with pytest.raises(AlreadyDecided):
        approve(shop.context, ticket, CHECKER)
    assert shop.office.audited(ticket) == ["rate.ask", "rate.approve"]
    assert shop.world.books_differ() == []


def test_a_declined_rate_is_never_used(shop: Shop) -> None:
    before = naira_for_100(shop)
    decline(shop.context, ask(shop), CHECKER, "a slip")
    assert naira_for_100(shop) == before


def test_a_rate_begins_when_it_was_asked_for_and_the_one_before_is_good_until_then(
    shop: Shop,
) -> None:
    before = naira_for_100(shop)
    shop.set("0.05", 0, begins_in=timedelta(hours=2))
    assert naira_for_100(shop) == before
    assert [standing for rate, standing in list_rates(shop.context)
            if (rate.base, rate.quote, rate.sample) == ("NGN", "KES", False)] == [
        "valid", "to come"]  # fmt: skip
    shop.world.clock.advance(hours=2)
    assert naira_for_100(shop) == Money(2_000_00, "NGN")


def test_a_rate_of_yesterday_begins_when_it_is_approved(shop: Shop) -> None:
    shop.set("0.05", 0, begins_in=timedelta(days=-1))
    begins = shop.world.one("select valid_from from exchange_rates order by id desc limit 1")
    assert begins == shop.world.clock.now()
    buyer = shop.world.subscriber(naira(5_000))
    assert isinstance(shop.buy(buyer, Money(2_000_00, "NGN")), OrderPlaced)
    assert shop.world.books_differ() == []


@pytest.mark.parametrize(
    ("rate", "margin_bp", "base"),
    [("0", 0, "NGN"), ("-1", 0, "NGN"), ("half", 0, "NGN"), ("1", -1, "NGN"), ("1", 9_999, "NGN"),
     ("1", 0, "KES"), ("1", 0, "USD"), ("1", 0, "XXX")],
)  # fmt: skip
def test_what_is_no_rate_is_refused_with_a_reason_and_no_ticket(
    shop: Shop, rate: str, margin_bp: int, base: str
) -> None:
    before = shop.world.one("select count(*) from approvals")
    with pytest.raises(StaffRefused, match=r".{10}"):
        ask(shop, rate, margin_bp, base)
    assert shop.world.one("select count(*) from approvals") == before


def test_no_rate_without_a_reason(shop: Shop) -> None:
    now = shop.world.clock.now()
    with pytest.raises(StaffRefused):
        ask_rate(shop.context, "NGN", "KES", "0.1", 0, now, " ", ADMIN)


@pytest.mark.parametrize(
    "sql",
    ["update exchange_rates set scaled = 1", "delete from exchange_rates",
     "truncate exchange_rates"],
)  # fmt: skip
def test_nobody_changes_a_rate_that_is_there(shop: Shop, owner: Database, sql: str) -> None:
    for db in (shop.world.db, owner):
        with pytest.raises(psycopg2.Error), db.statement() as tx:
            tx.run(sql)


def test_a_rate_without_a_ticket_can_only_be_a_sample(shop: Shop) -> None:
    with pytest.raises(psycopg2.errors.CheckViolation), shop.world.db.statement() as tx:
        tx.run(
            "insert into exchange_rates (base, quote, scaled, margin_bp, valid_from, added_at)"
            " values ('NGN', 'KES', 1, 0, now(), now())"
        )
