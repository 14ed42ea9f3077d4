"""Money of a delivered order is given back: once, never more than it cost, by as many people as it
takes, and the books stay right."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from app.db.engine import Database
from app.domain.ledger import AccountKind, system
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.outcomes import Declined, Scope, Unknown
from app.domain.roles import Role
from app.domain.secret import Secret
from app.services.approve import approve, decline
from app.services.find_reference import find_reference
from app.services.refund_order import RefundAsked, ask_refund
from app.services.run_staff import add_staff
from app.services.settle_order import take_back
from app.services.staff_refused import AlreadyDecided, MayNot, StaffRefused
from tests.factories.races import meet_at
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

MAKER, CHECKER, OTHER = "maker@nexustop.example", "checker@nexustop.example", "o@nexustop.example"
_ROLES = {MAKER: Role.FINANCE_MAKER, CHECKER: Role.FINANCE_CHECKER, OTHER: Role.OWNER}


@dataclass
class Shop:
    """A world with a vendor, staff, and what they do about orders."""

    world: World
    vendor: ScriptedVendor

    def order(self, amount: int = 600, *, vended: bool = True) -> tuple[int, str]:
        """An order of somebody who had NGN 1,000, delivered unless the vendor says otherwise."""
        made = self.world.placed(amount)
        if vended:
            self.world.vend(made)
        return made, str(self.world.one("select reference from orders where id = %s", made))

    def ask(
        self, order: str, amount: int, key: str = "", actor: str = MAKER, currency: str = "NGN"
    ) -> RefundAsked:
        wanted = Money(amount * 100, currency)
        key = key or self.world.context.new_reference()
        return ask_refund(self.world.context, order, wanted, "wrong bundle sold", key, actor)

    def expense(self) -> Money:
        return -self.world.balance(system(AccountKind.GOODWILL, "NGN"))

    def buyer(self, order: int) -> Msisdn:
        return Msisdn(str(self.world.one(
            "select s.msisdn from orders o join subscribers s on s.id = o.subscriber_id"
            " where o.id = %s", order,
        )))  # fmt: skip


@pytest.fixture
def shop(db: Database, clock: FixedClock) -> Shop:
    vendor = ScriptedVendor(clock, "first")
    world = World(db, clock, {"first": vendor})
    with db.statement() as tx:
        tx.run("delete from staff")
        tx.run("update refunds set asked_at = asked_at - interval '2 days'")
    for name, role in _ROLES.items():
        add_staff(world.context, name, Secret("correct horse 9"), "cli:test", role)
    return Shop(world, vendor)


def test_a_little_is_given_back_by_one_person_at_once_and_at_our_expense(shop: Shop) -> None:
    world, before = shop.world, shop.expense()
    order, reference = shop.order(600)
    made = shop.ask(reference, 500)
    assert made.posted
    assert world.buyers_money(order) == naira(900)
    assert shop.expense() - before == naira(500)
    assert world.state(order) == "delivered"
    assert world.sms(shop.buyer(order)) == ["delivered", "goodwill"]
    assert world.books_differ() == []


def test_more_than_that_waits_for_another_person_and_then_comes_once(shop: Shop) -> None:
    world = shop.world
    order, reference = shop.order(600)
    made = shop.ask(reference, 501)
    assert not made.posted
    assert world.buyers_money(order) == naira(400)
    with pytest.raises(StaffRefused, match="whoever asked"):
        approve(world.context, made.reference, MAKER)
    posted = approve(world.context, made.reference, CHECKER)
    assert posted == f"order:{reference}:refund:{made.reference}"
    assert world.buyers_money(order) == naira(901)
    with pytest.raises(AlreadyDecided, match=f"was approved before, by {CHECKER}"):
        approve(world.context, made.reference, OTHER)
    assert world.buyers_money(order) == naira(901)
    assert world.books_differ() == []


def test_a_little_and_a_little_more_of_one_order_is_not_little(shop: Shop) -> None:
    _, reference = shop.order(900)
    assert shop.ask(reference, 300).posted
    assert shop.ask(reference, 200).posted
    assert not shop.ask(reference, 100).posted


def test_one_person_gives_away_so_much_a_day_alone(shop: Shop) -> None:
    for _ in range(10):
        assert shop.ask(shop.order(500)[1], 500).posted
    _, reference = shop.order(500)
    assert shop.ask(reference, 100, actor=OTHER).posted
    assert not shop.ask(reference, 100).posted
    shop.world.clock.advance(hours=25)
    assert shop.ask(shop.order(500)[1], 500).posted


@pytest.mark.parametrize("amount", [100, 900])
def test_a_form_that_is_sent_twice_is_asked_once(shop: Shop, amount: int) -> None:
    order, reference = shop.order(900)
    key = shop.world.context.new_reference()
    first = shop.ask(reference, amount, key=key)
    money = shop.world.buyers_money(order)
    assert shop.ask(reference, amount, key=key) == first
    assert shop.world.buyers_money(order) == money
    rows = shop.world.all("select reference from refunds where order_id = %s", order)
    assert rows == [(first.reference,)]
    with pytest.raises(StaffRefused, match="for something else"):
        shop.ask(reference, 50, key=key)


def test_a_double_click_at_the_same_moment_gives_once(shop: Shop) -> None:
    order, reference = shop.order(600)
    meet_at(
        shop.world.db,
        lambda tx: tx.all("select id from orders where id = %s for update", (order,)),
        [lambda: shop.ask(reference, 400, key="DBL234")] * 2,
    )
    assert shop.world.buyers_money(order) == naira(800)
    assert shop.world.sms(shop.buyer(order)) == ["delivered", "goodwill"]
    assert shop.world.books_differ() == []


def test_two_approvers_at_once_pay_once_and_the_slower_reads_who_was_first(shop: Shop) -> None:
    world = shop.world
    order, reference = shop.order(900)
    ticket = shop.ask(reference, 900).reference
    told: list[str] = []

    def decide(actor: str) -> None:
        try:
            approve(world.context, ticket, actor)
        except AlreadyDecided as late:
            told.append(str(late))

    meet_at(
        world.db,
        lambda tx: tx.all("select id from approvals where ticket = %s for update", (ticket,)),
        [lambda: decide(CHECKER), lambda: decide(OTHER)],
    )
    [late] = told
    first = str(world.one("select decided_by from approvals where ticket = %s", ticket))
    assert late == f"{ticket} was approved before, by {first}"
    assert world.buyers_money(order) == naira(1_000)
    assert world.books_differ() == []


def test_two_refunds_at_once_never_give_more_than_the_order_cost(shop: Shop) -> None:
    order, reference = shop.order(600)
    refused: list[str] = []

    def ask() -> None:
        try:
            shop.ask(reference, 400)
        except StaffRefused as no:
            refused.append(str(no))

    meet_at(
        shop.world.db,
        lambda tx: tx.all("select id from orders where id = %s for update", (order,)),
        [ask, ask],
    )
    assert len(refused) == 1
    assert shop.world.buyers_money(order) == naira(800)


def test_no_more_than_what_is_left_is_given_and_what_waits_counts(shop: Shop) -> None:
    world = shop.world
    order, reference = shop.order(900)
    assert shop.ask(reference, 100).posted
    with pytest.raises(StaffRefused, match=r"NGN 800\.00 is left, not NGN 801\.00"):
        shop.ask(reference, 801)
    first = shop.ask(reference, 700).reference
    with pytest.raises(StaffRefused, match=r"NGN 700\.00 waits for approval: NGN 100\.00 is left"):
        shop.ask(reference, 101)
    decline(world.context, first, CHECKER, "not our fault")
    second = shop.ask(reference, 800).reference
    approve(world.context, second, CHECKER)
    with pytest.raises(StaffRefused, match=r"NGN 0\.00 is left"):
        shop.ask(reference, 1)
    assert world.buyers_money(order) == naira(1_000)
    assert world.books_differ() == []


@pytest.mark.parametrize(("amount", "currency"), [(0, "NGN"), (-5, "NGN"), (5, "KES")])
def test_an_amount_that_is_none_of_the_order_is_refused(
    shop: Shop, amount: int, currency: str
) -> None:
    _, reference = shop.order(200)
    with pytest.raises(StaffRefused, match="an amount in NGN above zero"):
        shop.ask(reference, amount, currency=currency)


def test_an_order_that_waits_is_not_refunded_and_is_told_why(shop: Shop) -> None:
    _, placed = shop.order(200, vended=False)
    with pytest.raises(StaffRefused, match="is still placed: its money is held"):
        shop.ask(placed, 100)
    shop.vendor.answers.append(Unknown("read_timeout"))
    order, unknown = shop.order(200)
    with pytest.raises(StaffRefused, match="is still unknown: its money is held"):
        shop.ask(unknown, 100)
    assert shop.world.buyers_money(order) == naira(800)


def test_an_order_whose_money_is_back_gets_none_again(shop: Shop) -> None:
    shop.vendor.answers.append(Declined("barred", Scope.SALE))
    order, reference = shop.order(200)
    assert shop.world.buyers_money(order) == naira(1_000)
    with pytest.raises(StaffRefused, match="has all of the money back already"):
        shop.ask(reference, 100)
    with pytest.raises(StaffRefused, match="there is no order"):
        shop.ask("ZZZZZZ", 100)


def test_what_its_vendor_took_back_since_it_was_asked_for_is_not_given_as_well(shop: Shop) -> None:
    world = shop.world
    order, reference = shop.order(900)
    ticket = shop.ask(reference, 900).reference
    reversed_by_vendor(shop, order)
    assert world.buyers_money(order) == naira(1_000)
    with pytest.raises(StaffRefused, match="has all of the money back already"):
        approve(world.context, ticket, CHECKER)
    assert world.buyers_money(order) == naira(1_000)
    assert world.books_differ() == []


@pytest.mark.parametrize("given", [100, 200])
def test_what_was_given_back_before_the_vendor_took_back_comes_once(shop: Shop, given: int) -> None:
    world, before = shop.world, shop.expense()
    order, reference = shop.order(200)
    shop.ask(reference, given)
    reversed_by_vendor(shop, order)
    assert world.buyers_money(order) == naira(1_000)
    assert shop.expense() == before, "what we had given is ours again"
    assert world.sms(shop.buyer(order))[-1] == "reversed"
    assert world.books_differ() == []


def reversed_by_vendor(shop: Shop, order: int) -> None:
    world = shop.world
    with world.db.transaction() as tx:
        take_back(tx, world.order(order), world.clock.now())


def test_whoever_may_not_ask_is_refused(shop: Shop) -> None:
    _, reference = shop.order(200)
    for actor in (CHECKER, "nobody@nexustop.example"):
        with pytest.raises(MayNot):
            shop.ask(reference, 100, actor=actor)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\x07b"])
def test_a_reason_that_cannot_be_kept_is_refused(shop: Shop, reason: str) -> None:
    _, reference = shop.order(200)
    with pytest.raises(StaffRefused, match="reason"):
        ask_refund(shop.world.context, reference, naira(1), reason, "REASON", MAKER)


def test_what_a_refund_moved_is_found_by_either_reference(shop: Shop) -> None:
    _, reference = shop.order(200)
    made = shop.ask(reference, 100)
    name = f"order:{reference}:refund:{made.reference}"
    for sought in (reference, made.reference):
        found = find_reference(shop.world.db, sought)
        moved = [(account, amount) for _, n, account, amount in found.postings if n == name]
        assert moved[0] == ("goodwill", naira(-100))


LIES: dict[str, Callable[[int], str]] = {
    "a refund isn't in the ledger, or isn't its amount": lambda order: (
        f"update refunds set amount_minor = amount_minor - 1 where order_id = {order}"
    ),
    "an order was given back more than it cost, or wasn't delivered": lambda order: (
        f"update refunds set amount_minor = amount_minor * 100 where order_id = {order}"
    ),
    "a refund above what one person may give wasn't approved by a second": lambda order: (
        f"update refunds set alone = false where order_id = {order}"
    ),
}


@pytest.mark.parametrize("check", LIES)
def test_the_books_notice_a_refund_that_was_changed(shop: Shop, check: str) -> None:
    order, reference = shop.order(200)
    shop.ask(reference, 100)
    with shop.world.db.statement() as tx:
        kept = tx.one("select amount_minor, alone from refunds where order_id = %s", (order,))
        tx.run(LIES[check](order))
    assert any(found.startswith(check) for found in shop.world.books_differ())
    with shop.world.db.statement() as tx:
        tx.run("update refunds set amount_minor = %s, alone = %s where order_id = %s",
               (*kept, order))  # fmt: skip
    assert shop.world.books_differ() == []
