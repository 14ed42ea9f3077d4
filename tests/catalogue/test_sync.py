"""Taking over what a provider lists: what is on sale, for how much, and what waits for a person."""

from datetime import timedelta

import pytest

from app.db import catalogue, prices
from app.db.engine import Database
from app.domain.catalogue import Offer, PriceRules, our_price, product_code
from app.domain.money import Money
from app.domain.products import Family, Offered, ProductKind
from app.ports.catalogue import CatalogueUnavailable
from app.services.sample_catalogue import SAMPLE, export, load_sample, read
from app.services.sync_catalogue import (
    NoSuchChange,
    Synced,
    accept_change,
    decline_change,
    list_changes,
    sync_catalogue,
    take_over,
)
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


def plan(size_mb: int, days: int, cost: int, face: int = 0, **more: object) -> Offered:
    """A plan of Smile, which no other test sells."""
    return Offered(
        "smile-ng", ProductKind.DATA, f"code-{size_mb}-{days}", "a plan", size_mb=size_mb,
        validity_days=days, cost=naira(cost), face=naira(face) if face else None, **more,  # type: ignore[arg-type]
    )  # fmt: skip


class Shop:
    """A world with two providers, and what a subscriber would see of Smile's plans."""

    def __init__(self, world: World) -> None:
        self.world = world

    def lists(self, name: str, *offered: Offered, source: str = "vendor") -> Synced:
        self.world.clock.advance(seconds=1)
        return take_over(self.world.vending, name, offered, source)

    def prices(self, *, samples: bool = True) -> dict[str, Money]:
        with self.world.db.statement() as tx:
            plans = catalogue.plans(
                tx, "smile-ng", ["first", "second"], self.world.clock.now(), samples=samples
            )
        return {plan.code: plan.price for plan in plans}

    def cost(self, name: str, product: str) -> Money | None:
        with self.world.db.statement() as tx:
            return catalogue.offers_of(tx, name)["smile-ng", product].cost


@pytest.fixture
def shop(db: Database, clock: FixedClock) -> Shop:
    world = World(db, clock, {n: ScriptedVendor(clock, n) for n in ("first", "second")})
    with db.transaction() as tx:
        tx.run("delete from catalogue_changes")
        tx.run("delete from offers where operator = 'smile-ng' or provider in ('first', 'second')")
        tx.run("delete from product_prices where operator = 'smile-ng'")
        tx.run("delete from products where operator = 'smile-ng' and kind = 'data'")
    return Shop(world)


def test_what_is_listed_is_on_sale_the_shortest_and_smallest_first(shop: Shop) -> None:
    done = shop.lists("first", plan(10_240, 30, 5_000), plan(100, 1, 90), plan(1_024, 7, 700))
    assert (done.offered, done.new, done.withdrawn) == (3, 3, 0)
    assert list(shop.prices()) == ["100mb-1d", "1024mb-7d", "10240mb-30d"]


def test_what_is_no_longer_listed_is_gone_at_once_unless_another_sells_it(shop: Shop) -> None:
    shop.lists("first", plan(100, 1, 90), plan(1_024, 7, 700))
    shop.lists("second", plan(100, 1, 95))
    assert shop.lists("first").withdrawn == 2
    assert list(shop.prices()) == ["100mb-1d"]
    assert shop.lists("second").withdrawn == 1
    assert shop.prices() == {}
    shop.lists("first", plan(1_024, 7, 700))
    assert list(shop.prices()) == ["1024mb-7d"]


def test_the_same_plan_of_another_family_is_another_product(shop: Shop) -> None:
    shop.lists("first", plan(1_024, 7, 700), plan(1_024, 7, 500, family=Family.SME))
    assert set(shop.prices()) == {"1024mb-7d", "1024mb-7d-sme"}


def test_a_list_that_cannot_be_had_changes_nothing(shop: Shop) -> None:
    shop.lists("first", plan(100, 1, 90))

    class Away:
        def offers(self) -> list[Offered]:
            raise CatalogueUnavailable("500")

    with pytest.raises(CatalogueUnavailable):
        sync_catalogue(shop.world.vending, "first", Away())
    assert list(shop.prices()) == ["100mb-1d"]


def test_lines_that_are_not_enough_to_sell_something_are_left_out(shop: Shop) -> None:
    nothing = Offered("smile-ng", ProductKind.DATA, "x", "odd", size_mb=100, validity_days=1)
    elsewhere = Offered("nobody-xx", ProductKind.AIRTIME, "x", "airtime")
    done = shop.lists("first", nothing, elsewhere, plan(100, 1, 0), plan(100, 1, 90))
    assert (done.offered, done.left_out) == (1, 3)


def test_listed_twice_the_cheaper_one_counts(shop: Shop) -> None:
    shop.lists("first", plan(100, 1, 95), plan(100, 1, 90), plan(100, 1, 99))
    assert shop.cost("first", "100mb-1d") == naira(90)


def test_a_small_move_is_taken_over_and_a_large_one_waits_for_a_person(shop: Shop) -> None:
    shop.lists("first", plan(1_024, 7, 700))
    assert shop.lists("first", plan(1_024, 7, 770)).waiting == []
    assert (shop.cost("first", "1024mb-7d"), list_changes(shop.world.vending)) == (naira(770), [])
    [change] = shop.lists("first", plan(1_024, 7, 900)).waiting
    assert (change.was, change.now) == (naira(770), naira(900))
    assert shop.cost("first", "1024mb-7d") == naira(770)
    before = shop.prices()
    accept_change(shop.world.vending, change.id, "ada")
    assert shop.cost("first", "1024mb-7d") == naira(900)
    shop.world.clock.advance(seconds=1)
    assert shop.prices()["1024mb-7d"] > before["1024mb-7d"]
    with pytest.raises(NoSuchChange):
        accept_change(shop.world.vending, change.id, "ada")


def test_a_declined_change_takes_the_plan_off_that_provider_until_it_says_something_else(
    shop: Shop,
) -> None:
    shop.lists("first", plan(1_024, 7, 700))
    [change] = shop.lists("first", plan(1_024, 7, 900)).waiting
    decline_change(shop.world.vending, change.id, "ada")
    assert shop.prices() == {}
    shop.lists("first", plan(1_024, 7, 900))
    assert (shop.prices(), list_changes(shop.world.vending)) == ({}, [])
    shop.lists("first", plan(1_024, 7, 720))
    assert list(shop.prices()) == ["1024mb-7d"]


def test_a_change_is_over_when_the_provider_goes_back(shop: Shop) -> None:
    shop.lists("first", plan(1_024, 7, 700))
    assert len(shop.lists("first", plan(1_024, 7, 900)).waiting) == 1
    assert shop.lists("first", plan(1_024, 7, 700)).waiting == []
    shop.lists("first", plan(1_024, 7, 300))
    assert shop.lists("first").waiting == []


def test_a_fall_as_far_waits_too(shop: Shop) -> None:
    shop.lists("first", plan(1_024, 7, 700))
    [change] = shop.lists("first", plan(1_024, 7, 70)).waiting
    assert (change.was, change.now) == (naira(700), naira(70))


@pytest.mark.parametrize(
    ("offers", "price"),
    [
        ([(700, 800)], 800),
        ([(700, 800), (650, 0)], 800),
        ([(700, 800), (650, 820)], 820),
        ([(850, 800)], 850),
        ([(700, 0)], 721),
        ([(700, 0), (600, 0)], 618),
    ],
)
def test_our_price_is_the_operators_own_or_the_cheapest_cost_with_a_margin(
    shop: Shop, offers: list[tuple[int, int]], price: int
) -> None:
    now = shop.world.clock.now()
    listed = [
        Offer("p", "c", naira(cost), naira(face) if face else None, None, None, 0, "vendor", now)
        for cost, face in offers
    ]
    assert our_price(listed, "NGN", PriceRules()) == naira(price)


def test_nobody_pays_in_a_currency_that_is_not_theirs(shop: Shop) -> None:
    now = shop.world.clock.now()
    dollars = Offer("p", "c", Money(100, "USD"), None, None, None, 0, "vendor", now)
    assert our_price([dollars], "NGN", PriceRules()) is None


def test_an_older_price_holds_until_the_newer_one_begins(shop: Shop) -> None:
    shop.lists("first", plan(100, 1, 90, 100))
    later = shop.world.clock.now() + timedelta(days=1)
    with shop.world.db.transaction() as tx:
        prices.set_price(tx, "smile-ng", "100mb-1d", naira(110), "ada", later)
    assert shop.prices() == {"100mb-1d": naira(100)}
    shop.world.clock.advance(seconds=86_401)
    assert shop.prices() == {"100mb-1d": naira(110)}


def test_the_sample_is_marked_and_never_hides_what_a_vendor_says(shop: Shop) -> None:
    shop.lists("first", plan(100, 1, 90), source=SAMPLE)
    assert list(shop.prices()) == ["100mb-1d"]
    assert shop.prices(samples=False) == {}
    shop.lists("first", plan(100, 1, 500))
    assert (list(shop.prices(samples=False)), list_changes(shop.world.vending)) == (
        ["100mb-1d"], [],
    )  # fmt: skip


def test_the_sample_that_ships_can_be_read_and_loaded_twice(shop: Shop) -> None:
    vending = shop.world.vending
    vending.providers["vtpass"] = ScriptedVendor(shop.world.clock, "vtpass")  # type: ignore[index]
    with shop.world.db.transaction() as tx:
        tx.run("delete from offers where provider = 'vtpass'")
    assert load_sample(vending) == load_sample(vending) > 0
    written = dict.fromkeys(export(vending, ["vtpass"]).splitlines())
    assert len(list(read("\n".join(written)))) == len(written) - 1


def test_codes_name_size_time_and_family() -> None:
    assert product_code(plan(1_024, 7, 1)) == "1024mb-7d"
    assert product_code(plan(1_024, 7, 1, family=Family.CG)) == "1024mb-7d-cg"
    airtime = Offered("smile-ng", ProductKind.AIRTIME, "smile", "airtime")
    assert product_code(airtime) == "airtime"
