"""A merchant's purchases: once for each reference, from the float, and rehearsed with test keys."""

from dataclasses import replace

import pytest

from app.db import ledger
from app.domain.agent_postings import agent_float
from app.domain.outcomes import Declined, Pending
from app.domain.rehearsed import OUTCOMES
from app.domain.requests import NotEnough, PlanGone, PriceChanged, Refused
from app.services.merchants.buy import Bought, ReferenceReused, find_purchase, find_purchase_by_id
from tests.factories.races import meet_at
from tests.factories.world import naira
from tests.fakes.vendor import ScriptedVendor
from tests.merchants.shop import Shop


def test_the_float_pays_and_the_same_reference_is_answered_with_the_same_order(
    shop: Shop, vendor: ScriptedVendor
) -> None:
    caller = shop.caller()
    first = shop.buy(caller)
    assert isinstance(first, Bought)
    assert first.created
    assert (first.purchase.state, first.purchase.live) == ("placed", True)
    assert shop.float_ == naira(9_800)
    shop.pass_time(2)
    again = shop.buy(caller)
    assert isinstance(again, Bought)
    assert not again.created
    assert (again.purchase.id, again.purchase.state) == (first.purchase.id, "delivered")
    assert shop.float_ == naira(9_800)
    assert sum(vendor.book.values()) == 1
    found = find_purchase(shop.world.context, caller, "inv-1")
    assert found == again.purchase == find_purchase_by_id(shop.world.context, caller, found.id)
    assert shop.world.books_differ() == []


def test_another_purchase_under_a_used_reference_is_refused(shop: Shop) -> None:
    caller = shop.caller()
    shop.buy(caller)
    for other in ({"amount": naira(300)}, {"to": "+2348031230009"}, {"operator": "glo-ng"}):
        assert isinstance(shop.buy(caller, **other), ReferenceReused), other
    assert shop.float_ == naira(9_800)


def test_the_same_reference_at_once_is_one_order(shop: Shop) -> None:
    caller, answers = shop.caller(), []
    meet_at(
        shop.world.db,
        lambda tx: ledger.lock(tx, agent_float(shop.id, "NGN")),
        [lambda: answers.append(shop.buy(caller)) for _ in range(3)],
    )
    assert len({answer.purchase.id for answer in answers}) == 1
    assert sum(answer.created for answer in answers) == 1
    assert shop.float_ == naira(9_800)


def test_what_cannot_be_sold_is_said_and_costs_nothing(shop: Shop) -> None:
    caller = shop.caller()
    assert shop.buy(caller, amount=naira(10_001)) == NotEnough(naira(10_000), naira(10_001))
    assert isinstance(shop.buy(caller, operator="safaricom-ke"), Refused)
    assert isinstance(shop.buy(caller, operator="nobody"), Refused)
    assert shop.buy(caller, plan="no-such-plan") == PlanGone()
    assert shop.float_ == naira(10_000)


def test_a_plan_costs_no_more_than_the_merchant_said(shop: Shop) -> None:
    shop.world.stock_plans()
    caller = shop.caller()
    dear = shop.buy(caller, plan="1024mb-7d", amount=naira(799))
    assert isinstance(dear, PriceChanged)
    assert dear.now.price == naira(800)
    bought = shop.buy(caller, plan="1024mb-7d", amount=naira(900))
    assert isinstance(bought, Bought)
    assert (bought.purchase.plan, bought.purchase.price) == ("1024mb-7d", naira(800))


def test_one_merchant_does_not_see_anothers_purchases(shop: Shop) -> None:
    other = Shop(shop.world)
    bought = shop.buy(shop.caller()).purchase
    caller = other.caller()
    assert find_purchase(shop.world.context, caller, "inv-1") is None
    assert find_purchase_by_id(shop.world.context, caller, bought.id) is None
    # The same reference of another merchant is another purchase.
    assert other.buy(caller).created


def test_a_decline_gives_the_float_back(shop: Shop, vendor: ScriptedVendor) -> None:
    vendor.answers.append(Pending("X1"))
    vendor.words.append(Declined("barred", "sale"))
    caller = shop.caller()
    shop.buy(caller)
    shop.pass_time(10)
    assert shop.buy(caller).purchase.state == "declined"
    assert shop.float_ == naira(10_000)


# --- test keys -----------------------------------------------------------------------------------


@pytest.mark.parametrize("digits", OUTCOMES)
def test_a_test_key_rehearses_the_outcome_of_its_number(
    shop: Shop, vendor: ScriptedVendor, digits: str
) -> None:
    shop.endpoint(live=False)
    shop.endpoint(live=True)
    caller, outcome = shop.caller(live=False), OUTCOMES[digits]
    answer = shop.buy(caller, to=f"+234803123{digits}")
    if outcome.no_float:
        assert isinstance(answer, NotEnough)
        return
    assert isinstance(answer, Bought)
    assert not answer.purchase.live
    assert answer.purchase.id.startswith("test_")
    assert answer.purchase.state == outcome.state
    shop.pass_time(9)
    assert shop.buy(caller, to=f"+234803123{digits}").purchase.state == outcome.state
    shop.pass_time(3)
    last = find_purchase(shop.world.context, caller, "inv-1")
    assert last is not None
    assert last.state == (outcome.then or outcome.state)
    finals = [s for s in (outcome.state, outcome.then)
              if s in ("delivered", "declined", "reversed")]  # fmt: skip
    assert shop.server.kinds == [f"purchase.{state}" for state in finals]
    assert [told["live"] for told in shop.server.told] == [False] * len(finals)
    assert (shop.float_, vendor.requests) == (naira(10_000), [])
    assert shop.world.one("select count(*) from orders where subscriber_id = %s", shop.id) == 0


def test_test_purchases_have_the_rules_and_the_shape_of_live_ones(shop: Shop) -> None:
    live, test = shop.caller(), shop.caller(live=False)
    one, other = shop.buy(live).purchase, shop.buy(test).purchase
    assert one.data().keys() == other.data().keys()
    assert not shop.buy(test).created
    assert isinstance(shop.buy(test, amount=naira(300)), ReferenceReused)
    assert isinstance(shop.buy(test, reference="b", operator="safaricom-ke"), Refused)
    # Each side has references of its own, and neither sees the other's.
    assert find_purchase_by_id(shop.world.context, test, one.id) is None
    assert find_purchase_by_id(shop.world.context, live, other.id) is None
    assert find_purchase(shop.world.context, replace(test, live=True), "inv-1") == one
