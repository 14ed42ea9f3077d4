"""A wallet in naira buys airtime in Kenya: the price that was said, both currencies booked."""

import csv
import dataclasses
import io
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from app.cli.statement import _write as write_statement
from app.db import orders, rates
from app.db.engine import Database
from app.db.orders import NewOrder
from app.domain.catalogue import AIRTIME
from app.domain.ledger import AccountKind, hold, system, wallet
from app.domain.money import Money
from app.domain.outcomes import Declined, Delivered, NotFound, Scope, Unknown
from app.domain.rates import sample_rates
from app.domain.requests import (
    LimitReached,
    NotEnough,
    OrderPlaced,
    PriceChanged,
    Quoted,
    Refusal,
    Refused,
    WrongPin,
)
from app.ports.vending import StatusCallback
from app.services.export_ledger import beancount
from app.services.quote_abroad import sale_abroad
from app.services.session_end import find_end
from app.services.statement import statement
from app.services.trial_balance import trial_balance
from app.services.vendor_callback import hear_status
from menus.texts.messages import render
from tests.abroad.shop import KENYAN, PRICE, SHILLINGS, WORTH, Shop
from tests.factories.races import meet_at
from tests.factories.world import naira, next_reference
from tests.fakes.clock import FixedClock
from tests.ledger.test_export import read

TAKEN_BACK = Declined("reversed", Scope.SALE, "X1", taken_back=True)


def together(answers: list[object], *acts: Callable[[], object]) -> None:
    """Run them at once and collect what they answer."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        answers.append(act())

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def shop(db: Database, clock: FixedClock) -> Shop:
    made = Shop(db, clock)
    with db.statement() as tx:
        tx.run("delete from outbox")
        tx.run("update orders set due_at = null")
        tx.run("update vend_attempts set due_at = null")
        tx.run("delete from provider_states")
    return made


def tell(shop: Shop, order: int, word: object) -> None:
    """The vendor's webhook about an order, and what it says when it is asked then."""
    shop.vendor.words.append(word)  # type: ignore[arg-type]
    reference = shop.world.one("select reference from vend_attempts where order_id = %s", order)
    assert hear_status(shop.world.vending, StatusCallback("first", Unknown("callback"), reference))
    shop.world.look()


def receipt(shop: Shop, order: int) -> str:
    [(kind, params)] = shop.world.all(
        "select kind, params from mt_sms where order_id = %s and kind in ('delivered', 'refunded')",
        order,
    )
    return render(kind, "en", params)


# --- the price -------------------------------------------------------------------------------


def test_the_quote_says_price_and_rate_and_the_order_keeps_them(shop: Shop) -> None:
    assert shop.quote() == Quoted(PRICE, "KES 1 = NGN 12.118")
    order = shop.placed()
    assert shop.world.buyers_money(order) == naira(5_000) - PRICE
    row = shop.world.order(order)
    assert (row.amount, row.price, row.worth) == (SHILLINGS, PRICE, WORTH)
    scaled = shop.world.one(
        "select r.scaled from orders o join exchange_rates r on r.id = o.rate_id where o.id = %s",
        order,
    )
    assert scaled == 850_000_000
    assert shop.world.books_differ() == []


def test_a_price_that_rose_is_asked_about_again_and_nothing_is_charged(shop: Shop) -> None:
    buyer = shop.world.subscriber(naira(5_000))
    shop.set("0.080")
    origin = shop.world.origin(buyer, 1, "rose")
    answer = shop.buy(buyer, PRICE, origin)
    assert answer == PriceChanged(Quoted(Money(1_287_50, "NGN"), "KES 1 = NGN 12.875"))
    assert shop.world.spendable(buyer) == naira(5_000)
    assert shop.world.one("select count(*) from orders where session = 'rose'") == 0
    again = shop.buy(buyer, answer.now.price, shop.world.origin(buyer, 2, "rose"))
    assert isinstance(again, OrderPlaced)
    assert shop.world.spendable(buyer) == naira(5_000) - answer.now.price
    assert shop.world.books_differ() == []


def test_a_price_that_fell_is_what_is_charged(shop: Shop) -> None:
    buyer = shop.world.subscriber(naira(5_000))
    shop.set("0.1")
    assert isinstance(shop.buy(buyer, PRICE), OrderPlaced)
    assert shop.world.spendable(buyer) == naira(5_000) - Money(1_030_00, "NGN")
    assert shop.world.books_differ() == []


def test_one_minor_unit_less_than_the_price_is_not_enough_said(shop: Shop) -> None:
    buyer = shop.world.subscriber(naira(5_000))
    almost = PRICE - Money(1, "NGN")
    assert isinstance(shop.buy(buyer, almost), PriceChanged)
    assert isinstance(shop.buy(buyer, PRICE), OrderPlaced)


def test_a_repeated_hop_finds_its_order_whatever_the_rate_is_by_now(shop: Shop) -> None:
    buyer = shop.world.subscriber(naira(5_000))
    origin = shop.world.origin(buyer)
    first = shop.buy(buyer, PRICE, origin)
    assert isinstance(first, OrderPlaced)
    shop.set("0.05")
    assert shop.buy(buyer, PRICE, origin) == first
    live = dataclasses.replace(
        shop.context, demo=False, rate_max_age=timedelta(microseconds=1)
    )  # fmt: skip
    shop.world.clock.advance(seconds=1)
    assert shop.buy(buyer, PRICE, origin, context=live) == first
    assert shop.world.spendable(buyer) == naira(5_000) - PRICE


def test_a_copy_that_comes_while_the_first_is_placing_waits_and_finds_its_order(
    shop: Shop,
) -> None:
    buyer = shop.world.subscriber(naira(5_000))
    origin = shop.world.origin(buyer)
    owner = int(shop.world.one("select id from subscribers where msisdn = %s", buyer))
    sale = sale_abroad(shop.context, SHILLINGS, "NGN")
    assert sale is not None
    reference = next_reference()
    first = NewOrder(
        origin.channel, origin.session, origin.step, owner, reference, AIRTIME, "safaricom-ke",
        KENYAN, SHILLINGS, sale.price, PRICE, shop.world.clock.now(),
        hold(reference, wallet(owner, "NGN"), sale.price).digest(), shop.world.clock.now().date(),
        None, sale,
    )  # fmt: skip
    shop.set("0.08")
    answers: list[object] = []
    meet_at(
        shop.world.db,
        lambda tx: orders.place(tx, first, timedelta(seconds=20), timedelta(seconds=60)),
        [lambda: answers.append(shop.buy(buyer, PRICE, origin))] * 2,
    )
    assert answers == [OrderPlaced(reference)] * 2
    assert shop.world.spendable(buyer) == naira(5_000) - PRICE
    assert shop.world.books_differ() == []


def test_copies_of_a_hop_while_the_rate_rises_place_one_order_at_most_at_the_price_said(
    shop: Shop,
) -> None:
    for turn in range(6):
        shop.set("0.085")
        buyer = shop.world.subscriber(naira(5_000))
        origin = shop.world.origin(buyer, 1, f"race-{turn}")
        answers: list[object] = []
        copy = partial(shop.buy, buyer, PRICE, origin)
        together(answers, *[copy] * 4, lambda: shop.set("0.08"))
        count = shop.world.one("select count(*) from orders where session = %s", f"race-{turn}")
        placed = {answer for answer in answers if isinstance(answer, OrderPlaced)}
        changed = [answer for answer in answers if isinstance(answer, PriceChanged)]
        assert len(answers) == 5
        assert len(placed) == count
        assert shop.world.spendable(buyer) == naira(5_000) - (
            PRICE if count else Money(0, "NGN")
        )  # fmt: skip
        if changed and placed:
            again = shop.buy(buyer, PRICE, origin)
            assert again in placed
    assert shop.world.books_differ() == []


def test_a_wrong_pin_is_a_wrong_pin_and_prices_nothing(shop: Shop) -> None:
    buyer = shop.world.subscriber(naira(5_000))
    shop.set("0.08")
    assert isinstance(shop.buy(buyer, PRICE, pin="1111"), WrongPin)


def test_the_wallet_pays_and_so_does_the_days_limit_in_its_own_currency(shop: Shop) -> None:
    poor = shop.world.subscriber(PRICE - Money(1, "NGN"))
    assert shop.buy(poor) == NotEnough(PRICE - Money(1, "NGN"), PRICE)
    rich = shop.world.subscriber(naira(500_000))
    assert isinstance(shop.buy(rich), OrderPlaced)
    spent = shop.world.all(
        "select d.currency, d.spent_minor from daily_spend d join subscribers s"
        " on s.id = d.subscriber_id where s.msisdn = %s", rich,
    )  # fmt: skip
    assert spent == [("NGN", PRICE.amount_minor)]
    huge = Money(10**9, "NGN")
    assert isinstance(shop.buy(rich, huge), LimitReached)


# --- no rate ---------------------------------------------------------------------------------


def test_without_a_rate_nothing_is_sold_and_nothing_charged(shop: Shop) -> None:
    live = dataclasses.replace(shop.context, demo=False, rate_max_age=timedelta(hours=48))
    buyer = shop.world.subscriber(naira(5_000))
    assert shop.quote(Money(1_000, "XOF")) == Refused(Refusal.NO_RATE)
    shop.world.clock.advance(hours=48)
    assert isinstance(shop.quote(context=live), Quoted)
    shop.world.clock.advance(seconds=1)
    assert shop.quote(context=live) == Refused(Refusal.NO_RATE)
    assert shop.buy(buyer, context=live) == Refused(Refusal.NO_RATE)
    assert shop.world.spendable(buyer) == naira(5_000)


def test_live_mode_refuses_samples(shop: Shop) -> None:
    with shop.world.db.transaction() as tx:
        rates.add_samples(tx, list(sample_rates()), shop.world.clock.now())
        rates.add_samples(tx, list(sample_rates()), shop.world.clock.now())
    assert shop.world.one("select count(*) from exchange_rates where sample"
                          " and base = 'NGN' and quote = 'UGX'") == 1  # fmt: skip
    shillings = Money(5_000, "UGX")
    assert isinstance(shop.quote(shillings), Quoted)
    live = dataclasses.replace(shop.context, demo=False)
    assert shop.quote(shillings, live) == Refused(Refusal.NO_RATE)


def test_a_wallet_in_the_currency_of_neither_is_refused(shop: Shop) -> None:
    buyer = shop.world.subscriber(naira(5_000))
    assert shop.buy(buyer, None) == Refused(Refusal.NOT_SOLD_HERE)
    assert shop.buy(buyer, Money(10**6, "UGX")) == Refused(Refusal.NOT_SOLD_HERE)


# --- how it ends -----------------------------------------------------------------------------


def test_a_delivery_pays_the_float_in_shillings_out_of_what_was_paid_in_naira(shop: Shop) -> None:
    before = shop.books()
    order = shop.placed()
    shop.world.vend(order)
    [request] = shop.vendor.requests
    assert (request.amount, request.recipient) == (SHILLINGS, KENYAN)
    assert shop.moved(before) == {
        "naira taken": "NGN 1,176.48", "shillings given": "KES -100.00", "float": "KES 100.00",
        "margin": "NGN 35.29",
    }  # fmt: skip
    assert receipt(shop, order).startswith(
        "NGN 1,211.77 for KES 100.00 Safaricom airtime sent to 0712 345 678. Balance NGN 3,788.23."
    )
    assert shop.world.books_differ() == []


def test_without_a_margin_there_is_no_revenue(shop: Shop) -> None:
    shop.set("0.085", margin_bp=0)
    before = shop.books()
    order = shop.placed()
    shop.world.vend(order)
    assert "margin" not in shop.moved(before)
    assert shop.world.books_differ() == []


def test_a_declined_sale_gives_all_of_the_price_back_and_moves_no_position(shop: Shop) -> None:
    before = shop.books()
    shop.vendor.answers.append(Declined("barred", Scope.SALE))
    order = shop.placed()
    shop.world.vend(order)
    assert shop.world.buyers_money(order) == naira(5_000)
    assert shop.moved(before) == {}
    said = receipt(shop, order)
    assert "NGN 1,211.77 for KES 100.00" in said
    assert "Your money is back: NGN 5,000.00" in said
    assert shop.world.books_differ() == []


def test_what_a_vendor_takes_back_goes_back_in_both_currencies(shop: Shop) -> None:
    before = shop.books()
    order = shop.placed()
    shop.world.vend(order)
    tell(shop, order, TAKEN_BACK)
    assert shop.world.state(order) == "reversed"
    assert shop.world.buyers_money(order) == naira(5_000)
    assert shop.moved(before) == {}
    assert shop.world.books_differ() == []


@pytest.mark.parametrize(
    ("word", "moved"),
    [
        (Delivered("X1"), {
            "naira taken": "NGN 1,176.48", "shillings given": "KES -100.00", "float": "KES 100.00",
            "margin": "NGN 35.29", "loss": "NGN -1,211.77"}),
        (TAKEN_BACK, {"margin": "NGN 35.29", "loss": "NGN -35.29"}),
    ],
)  # fmt: skip
def test_a_sale_nobody_can_speak_of_is_our_loss_until_it_is_known(
    shop: Shop, word: object, moved: dict[str, str]
) -> None:
    before = shop.books()
    shop.vendor.answers.append(Unknown("read_timeout"))
    shop.vendor.words.extend([Unknown("500")] * 200)
    order = shop.placed()
    shop.world.vend(order)
    shop.world.pass_time(25 * 3600, step=3600)
    assert shop.world.state(order) == "reversed"
    assert shop.world.buyers_money(order) == naira(5_000)
    assert shop.world.books_differ() == []
    shop.vendor.words.clear()
    tell(shop, order, word)
    assert shop.world.buyers_money(order) == naira(5_000)
    assert shop.moved(before) == moved
    assert shop.world.books_differ() == []


def test_what_was_never_received_is_sent_once_more_in_shillings(shop: Shop) -> None:
    shop.vendor.answers.append(Unknown("read_timeout"))
    shop.vendor.words.extend([NotFound(), NotFound()])
    order = shop.placed()
    shop.world.vend(order)
    shop.world.pass_time(300)
    assert shop.world.state(order) == "delivered"
    assert {request.amount for request in shop.vendor.requests} == {SHILLINGS}
    assert shop.world.books_differ() == []


# --- looking at it -----------------------------------------------------------------------------


def test_a_session_that_is_asked_again_ends_with_both_amounts(shop: Shop) -> None:
    buyer = shop.world.subscriber(naira(5_000))
    shop.buy(buyer, PRICE, shop.world.origin(buyer, 1, "asked-again"))
    said = find_end(shop.context, "test", "asked-again", buyer)
    assert said is not None
    assert said.startswith("Request received. NGN 1,211.77 for KES 100.00 Safaricom airtime")


def test_a_statement_says_both_amounts(shop: Shop) -> None:
    buyer = shop.world.subscriber(naira(5_000))
    shop.buy(buyer)
    day = shop.world.one("select now()::date")
    found = statement(shop.context, buyer, day - timedelta(days=1), day + timedelta(days=1))
    assert [line.sold for line in found.lines] == [None, SHILLINGS]
    text, table = io.StringIO(), io.StringIO()
    write_statement(found, "text", text)
    write_statement(found, "csv", table)
    assert "for KES 100.00\n" in text.getvalue()
    [_, row] = csv.DictReader(io.StringIO(table.getvalue()))
    assert (row["amount"], row["currency"]) == ("-1211.77", "NGN")
    assert (row["sold"], row["sold_currency"]) == ("100.00", "KES")


def test_the_trial_balance_shows_the_positions_and_beancount_takes_the_books(
    shop: Shop, tmp_path: Path
) -> None:
    order = shop.placed()
    shop.world.vend(order)
    shop.world.look()
    shown = trial_balance(shop.world.db, shop.world.one("select now()::date")).by_end
    for currency in ("NGN", "KES"):
        posted = shop.world.balance(system(AccountKind.CURRENCY_POSITION, currency))
        assert shown["currency_position", currency].balance_minor == posted.amount_minor != 0
    assert shown.over() == {}
    entries, errors = read("\n".join(beancount(shop.world.db)), tmp_path)
    assert errors == []
    assert any("CurrencyPosition:Kes" in str(entry) for entry in entries)
