"""What a sale teaches of whose a number is."""

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.outcomes import Declined, Delivered, Pending, Scope
from app.services.show_number import set_operator
from tests.factories.races import meet_at
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.lookups import ScriptedLookup
from tests.fakes.vendor import ScriptedVendor
from tests.lookup.conftest import AIRTEL, GLO, MTN, known, rows, sold, write


def test_where_nothing_was_learned_the_prefix_counts(world: World, number: Msisdn) -> None:
    assert known(world, number) == MTN
    assert known(world, Msisdn("+27821234567")) is None


def test_a_number_that_was_corrected_once_is_right_the_next_time_for_everybody(
    world: World, number: Msisdn
) -> None:
    sold(world, number, AIRTEL)
    assert known(world, number) == AIRTEL
    world.clock.advance(hours=24 * 365)
    assert known(world, number) == AIRTEL
    assert world.books_differ() == []


def test_also_by_sms(world: World, number: Msisdn, vendor: ScriptedVendor) -> None:
    sold(world, number, AIRTEL)
    ada = world.subscriber(naira(1_000))
    write(world, ada, f"AIR 200 0{number[4:]} {PIN}")
    world.look()
    assert (vendor.requests[-1].recipient, vendor.requests[-1].operator) == (number, AIRTEL)
    assert world.spendable(ada) == naira(800)


def test_a_sale_that_was_declined_teaches_nothing(
    world: World, number: Msisdn, vendor: ScriptedVendor
) -> None:
    vendor.answers.append(Declined("wrong_network", Scope.SALE))
    assert world.state(sold(world, number, GLO)) == "declined"
    assert known(world, number) == MTN


def test_a_sale_teaches_when_it_is_delivered_and_not_before(
    world: World, number: Msisdn, vendor: ScriptedVendor
) -> None:
    vendor.answers.append(Pending("X1"))
    vendor.words.append(Delivered("X1"))
    order = sold(world, number, AIRTEL)
    assert (world.state(order), known(world, number)) == ("pending", MTN)
    world.pass_time(6)
    assert (world.state(order), known(world, number)) == ("delivered", AIRTEL)


def test_the_newest_correction_counts_and_a_number_may_come_back(
    world: World, number: Msisdn
) -> None:
    for operator in (AIRTEL, GLO, MTN, AIRTEL):
        sold(world, number, operator)
        world.clock.advance(hours=1)
        assert known(world, number) == operator


def test_a_sale_that_says_what_the_prefix_says_is_not_kept(world: World, number: Msisdn) -> None:
    sold(world, number, MTN)
    assert rows(world, number) == []


def test_a_sale_for_another_countrys_number_teaches_nothing(world: World) -> None:
    kenyan = Msisdn("+254712345678")
    sold(world, kenyan, MTN)
    assert (known(world, kenyan), rows(world, kenyan)) == ("safaricom-ke", [])


def test_a_vendor_that_finds_the_operator_itself_proves_nothing_but_a_choice_beats_the_prefix(
    db: Database, clock: FixedClock, asked: ScriptedLookup, number: Msisdn
) -> None:
    finder = ScriptedVendor(clock, "second", finds_operator=True)
    world = World(db, clock, {"second": finder}, lookups=(asked,))
    sold(world, number, AIRTEL)
    assert known(world, number) == AIRTEL
    asked.knows[number] = GLO
    clock.advance(seconds=1)
    world.look()
    assert known(world, number) == GLO, "a vendor that was asked knows better"
    clock.advance(seconds=1)
    sold(world, number, AIRTEL)
    assert known(world, number) == AIRTEL, "until somebody chooses anew"
    set_operator(world.context, number, MTN, "ada@nexustop.example", "papers seen")
    clock.advance(hours=1)
    sold(world, number, AIRTEL)
    assert known(world, number) == MTN, "a choice outranks no correction"


def test_two_sales_for_a_number_that_settle_at_once_both_teach(
    world: World, number: Msisdn
) -> None:
    sold(world, number, AIRTEL)
    orders = [
        int(world.one("select id from orders where reference = %s",
                      world.buy(world.subscriber(naira(1_000)), 200, number,
                                operator=GLO).reference))
        for _ in range(2)
    ]  # fmt: skip
    meet_at(
        world.db,
        lambda tx: tx.run("select from number_operators where msisdn = %s for update", (number,)),
        [lambda order=order: world.vend(order) for order in orders],  # type: ignore[misc]
    )
    assert [world.state(order) for order in orders] == ["delivered", "delivered"]
    assert rows(world, number) == [("sale", GLO)]
    assert world.books_differ() == []
