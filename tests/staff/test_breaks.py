"""Breaks have an owner and an end, and whatever their end posts leaves the books right."""

import json
import threading
from datetime import timedelta

import pytest

from app.db import breaks
from app.db.engine import Database
from app.domain.breaks import BreakKind, Way, ways_of
from app.domain.ledger import AccountKind, system
from app.domain.outcomes import NotFound, Unknown
from app.ports.payments import Paid
from app.services.approve import approve
from app.services.resolve_break import (
    Asked,
    Closed,
    ask_resolution,
    list_breaks,
    take_break,
)
from app.services.settle_by_hand import open_unknown_order
from app.services.staff_refused import StaffRefused
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor
from tests.staff.office import ADMIN, CHECKER, Office


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def office(db: Database, clock: FixedClock, vendor: ScriptedVendor) -> Office:
    world = World(db, clock, {"first": vendor})
    with db.statement() as tx:
        tx.run("update breaks set closed_at = now(), resolution = 'before' where closed_at is null")
        tx.run("delete from outbox")
        tx.run("update orders set due_at = null")
        tx.run("update vend_attempts set due_at = null")
    return Office(world)


def suspended(office: Office, number: str) -> int:
    """NGN 500 of nobody; the break's id."""
    world = office.world
    world.payments.payments[f"r{number}"] = Paid(number, naira(500), naira(5), "nobody")
    world.webhook({"paid": f"r{number}"})
    world.look()
    return int(world.one("select max(id) from breaks where kind = 'suspense'"))


def of_line(office: Office, kind: BreakKind, external_id: str, theirs: int, ours: int,
            *, sales: bool, currency: str = "NGN") -> int:  # fmt: skip
    """A break as reconciliation opens it."""
    provider = "first" if sales else "paystack"
    detail = {
        "theirs_minor": theirs * 100, "ours_minor": ours * 100, "currency": currency,
        "ours_currency": "NGN", "sales": sales,
    }  # fmt: skip
    return int(
        office.world.one(
            "insert into breaks (kind, provider, external_id, detail, opened_at)"
            " values (%s, %s, %s, %s::jsonb, %s) returning id",
            kind, provider, external_id, json.dumps(detail), office.world.clock.now(),
        )
    )  # fmt: skip


def ask(office: Office, break_id: int, way: Way, to: object = None) -> str:
    came = ask_resolution(office.context, break_id, way, to, "as agreed", ADMIN)  # type: ignore[arg-type]
    assert isinstance(came, Asked)
    return came.ticket


def resolution(office: Office, break_id: int) -> str:
    assert office.world.one("select closed_at is not null from breaks where id = %s", break_id)
    return str(office.world.one("select resolution from breaks where id = %s", break_id))


def test_a_break_has_an_age_and_an_owner_once_somebody_takes_it(office: Office) -> None:
    taken = suspended(office, "a1")
    office.world.clock.advance(days=3)
    fresh = suspended(office, "a2")
    take_break(office.context, taken, CHECKER)
    assert [row.id for row in list_breaks(office.context)] == [taken, fresh]
    assert [row.id for row in list_breaks(office.context, owner=CHECKER)] == [taken]
    assert [row.id for row in list_breaks(office.context, owner="")] == [fresh]
    assert [row.id for row in list_breaks(office.context, older_than=timedelta(days=2))] == [taken]
    assert list_breaks(office.context, kind="missing_here") == []
    with pytest.raises(StaffRefused, match="no break"):
        take_break(office.context, 10**9, CHECKER)


def test_money_of_unknown_owner_reaches_a_wallet_by_two_people(office: Office) -> None:
    world, found = office.world, suspended(office, "b1")
    held = world.balance(system(AccountKind.SUSPENSE, "NGN"))
    msisdn = world.subscriber()
    ticket = ask(office, found, Way.CREDIT, msisdn)
    assert world.spendable(msisdn) == naira(0)
    assert office.approve(ticket) == f"break:{found}"
    assert world.spendable(msisdn) == naira(500)
    assert held - world.balance(system(AccountKind.SUSPENSE, "NGN")) == naira(500)
    assert world.sms(msisdn) == ["topped_up"]
    assert resolution(office, found) == f"credit: posted break:{found} ({ticket}); as agreed"
    with pytest.raises(StaffRefused, match="is closed"):
        ask_resolution(office.context, found, Way.REFUND, None, "too", ADMIN)
    assert world.books_differ() == []


def test_two_ways_asked_for_end_a_break_once(office: Office) -> None:
    world, found = office.world, suspended(office, "c1")
    msisdn = world.subscriber()
    tickets = [ask(office, found, Way.CREDIT, msisdn), ask(office, found, Way.REFUND)] * 2
    said: list[str] = []
    gate = threading.Barrier(len(tickets))

    def try_it(ticket: str) -> None:
        gate.wait()
        try:
            said.append(office.approve(ticket))
        except StaffRefused:
            said.append("refused")

    threads = [threading.Thread(target=try_it, args=(ticket,)) for ticket in tickets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [f"break:{found}", "refused", "refused", "refused"]
    assert world.books_differ() == []


def test_money_goes_back_at_the_provider(office: Office) -> None:
    world, found = office.world, suspended(office, "d1")
    clearing = world.balance(system(AccountKind.PAYMENT_CLEARING, "NGN", "paystack"))
    office.approve(ask(office, found, Way.REFUND))
    after = world.balance(system(AccountKind.PAYMENT_CLEARING, "NGN", "paystack"))
    assert after - clearing == naira(500)
    assert world.one("select state from topups where external_id = 'd1'") == "taken_back"
    assert world.books_differ() == []


@pytest.mark.parametrize(
    ("kind", "theirs", "ours", "sales", "moved"),
    [
        (BreakKind.MISSING_HERE, 700, 0, True, 700),
        (BreakKind.MISSING_THERE, 0, 700, True, -700),
        (BreakKind.AMOUNT_DIFFERS, 650, 700, True, -50),
        (BreakKind.MISSING_HERE, 700, 0, False, -700),
        (BreakKind.MISSING_THERE, 0, 700, False, 700),
        (BreakKind.AMOUNT_DIFFERS, 650, 700, False, 50),
    ],
)
def test_a_write_off_brings_our_account_to_what_the_provider_says(
    office: Office, kind: BreakKind, theirs: int, ours: int, moved: int, *, sales: bool
) -> None:
    world = office.world
    there = (
        system(AccountKind.PROVIDER_FLOAT, "NGN", "first") if sales
        else system(AccountKind.PAYMENT_CLEARING, "NGN", "paystack")
    )  # fmt: skip
    before = world.balance(there), world.balance(system(AccountKind.UNKNOWN_LOSS, "NGN"))
    found = of_line(office, kind, f"{kind}-{sales}", theirs, ours, sales=sales)
    office.approve(ask(office, found, Way.WRITE_OFF))
    after = world.balance(there), world.balance(system(AccountKind.UNKNOWN_LOSS, "NGN"))
    assert (after[0] - before[0], after[1] - before[1]) == (naira(moved), naira(-moved))
    assert resolution(office, found).startswith(f"write_off: posted break:{found} (")
    assert world.books_differ() == []


def test_a_break_in_two_currencies_is_not_written_off(office: Office) -> None:
    found = of_line(office, BreakKind.AMOUNT_DIFFERS, "fx", 7, 7, sales=False, currency="GHS")
    with pytest.raises(StaffRefused, match="two currencies"):
        ask(office, found, Way.WRITE_OFF)


def test_one_person_may_accept_what_posts_nothing_and_the_reason_is_kept(office: Office) -> None:
    found = of_line(office, BreakKind.MISSING_THERE, "acc", 0, 7, sales=False)
    with pytest.raises(StaffRefused, match="reason"):
        ask_resolution(office.context, found, Way.ACCEPT, None, " ", ADMIN)
    came = ask_resolution(office.context, found, Way.ACCEPT, None, "bank holiday", ADMIN)
    assert came == Closed()
    assert resolution(office, found) == "accept: bank holiday"
    assert office.audited(str(found)) == ["break.accept"]
    assert office.world.books_differ() == []


@pytest.mark.parametrize(
    ("kind", "way"),
    [(k, w) for k in (*BreakKind, "of another kind") for w in Way if w not in ways_of(k)],
)
def test_a_break_ends_only_in_a_way_of_its_kind(office: Office, kind: str, way: Way) -> None:
    found = of_line(office, kind, f"{kind}-{way}", 7, 7, sales=False)  # type: ignore[arg-type]
    with pytest.raises(StaffRefused, match=r"ends by|is about no top-up"):
        ask(office, found, way, "+2348030000001")


def test_a_credit_needs_somebody_to_credit(office: Office) -> None:
    found = suspended(office, "e1")
    for to in (None, "+2348039990000"):
        with pytest.raises(StaffRefused, match="whose wallet"):
            ask(office, found, Way.CREDIT, to)


# --- orders nobody can speak of ------------------------------------------------------------------


def unknown(office: Office, vendor: ScriptedVendor, *, for_a_day: bool) -> int:
    vendor.answers.append(Unknown("read_timeout"))
    vendor.words.extend([Unknown("500")] * 300)
    order = office.world.placed(200)
    office.world.vend(order)
    office.world.pass_time(25 * 3600 if for_a_day else 60, step=600 if for_a_day else 10)
    return order


def reference_of(office: Office, order: int) -> str:
    return str(office.world.one("select reference from orders where id = %s", order))


@pytest.mark.parametrize(
    ("way", "state", "left", "receipt"),
    [(Way.DELIVERED, "delivered", 800, "delivered"), (Way.DECLINED, "declined", 1_000, "refunded")],
)
def test_staff_end_an_unknown_order_by_two_people(
    office: Office, vendor: ScriptedVendor, way: Way, state: str, left: int, receipt: str
) -> None:
    world, order = office.world, unknown(office, vendor, for_a_day=False)
    assert world.state(order) == "unknown"
    found = open_unknown_order(office.context, reference_of(office, order), "vendor phoned", ADMIN)
    ticket = ask(office, found, way)
    assert world.state(order) == "unknown"
    office.approve(ticket)
    assert world.state(order) == state
    assert world.buyers_money(order) == naira(left)
    assert world.receipts(order) == [receipt]
    assert f"posted order:{reference_of(office, order)}:end" in resolution(office, found)
    world.pass_time(120, step=30)
    assert world.state(order) == state
    assert world.books_differ() == []


def test_an_order_that_ended_by_itself_is_left_as_it_is(
    office: Office, vendor: ScriptedVendor
) -> None:
    world, order = office.world, unknown(office, vendor, for_a_day=False)
    found = open_unknown_order(office.context, reference_of(office, order), "asked", ADMIN)
    ticket = ask(office, found, Way.DECLINED)
    vendor.words.clear()
    vendor.deliver(f"first-{reference_of(office, order)}")
    world.pass_time(120, step=10)
    assert world.state(order) == "delivered"
    with pytest.raises(StaffRefused, match="is closed"):
        office.approve(ticket)
    assert world.buyers_money(order) == naira(800)
    assert found not in {row.id for row in list_breaks(office.context, None, None)}
    with pytest.raises(StaffRefused, match="neither pending nor unknown"):
        open_unknown_order(office.context, reference_of(office, order), "again", ADMIN)
    assert world.books_differ() == []


@pytest.mark.parametrize(("way", "float_used"), [(Way.DELIVERED, 200), (Way.DECLINED, 0)])
def test_an_order_that_was_given_up_moves_only_our_own_money(
    office: Office, vendor: ScriptedVendor, way: Way, float_used: int
) -> None:
    world = office.world
    before = world.balance(system(AccountKind.PROVIDER_FLOAT, "NGN", "first"))
    order = unknown(office, vendor, for_a_day=True)
    found = int(world.one("select id from breaks where order_id = %s and closed_at is null", order))
    approve(office.context, ask(office, found, way), CHECKER)
    after = world.balance(system(AccountKind.PROVIDER_FLOAT, "NGN", "first"))
    assert after - before == naira(float_used)
    assert world.buyers_money(order) == naira(1_000)
    assert resolution(office, found).startswith(str(way))
    assert world.books_differ() == []


def test_the_books_notice_a_break_that_was_closed_without_its_posting(office: Office) -> None:
    found = of_line(office, BreakKind.MISSING_HERE, "lie", 700, 0, sales=True)
    with office.world.db.transaction() as tx:
        breaks.end(tx, found, f"write_off: posted break:{found} (AAAAAA); lie", ADMIN,
                   office.world.clock.now())  # fmt: skip
    assert office.world.books_differ() == [f"a break's posting and its end differ: break {found}"]
    with office.world.db.statement() as tx:
        tx.run("delete from breaks where id = %s", (found,))


def test_what_was_decided_of_an_order_that_was_sent_again_since_is_not_done(
    office: Office, vendor: ScriptedVendor
) -> None:
    """The vendor had nothing when it was rung up; the repeat that followed has reached it."""
    world = office.world
    vendor.answers.append(Unknown("read_timeout"))
    order = world.placed(200)
    world.vend(order)
    reference = reference_of(office, order)
    found = open_unknown_order(office.context, reference, "rang", ADMIN)
    asked = ask_resolution(office.context, found, Way.DECLINED, None, "they have nothing", ADMIN)
    assert isinstance(asked, Asked)
    vendor.words.extend([NotFound(), NotFound()])
    vendor.answers.append(Unknown("read_timeout"))
    world.pass_time(90, step=5)
    assert len(vendor.requests) == 2
    with pytest.raises(StaffRefused, match="sent again since"):
        office.approve(asked.ticket)
    assert world.state(order) == "unknown"
