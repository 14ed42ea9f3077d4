"""A batch is issued, voided or expires; what it owes is in the ledger at every moment."""

import threading
from datetime import date

import pytest

from app.db.engine import Database
from app.db.ledger_check import CHECKS
from app.domain.ledger import AccountKind, system
from app.domain.money import Money
from app.domain.requests import VoucherNotGood
from app.domain.roles import Role
from app.domain.secret import Secret
from app.security.vouchers import VoucherPins
from app.services.approve import approve
from app.services.run_staff import add_staff
from app.services.run_vouchers import (
    BatchHasEnded,
    Issued,
    NoSuchBatch,
    NoSuchVoucher,
    Wanted,
    ask_batch,
    issue_vouchers,
    list_vouchers,
    show_voucher,
    void_vouchers,
)
from app.services.staff_refused import MayNot, SamePerson, StaffRefused
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.vouchers.shop import CHECKER, LAST_DAY, MAKER, PASSWORD, Shop, approved, hire

FUNDING, REVENUE = system(AccountKind.FUNDING, "NGN"), system(AccountKind.REVENUE, "NGN")


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)


def test_issuing_owes_the_face_value_and_is_audited(world: World, shop: Shop) -> None:
    owed, funding = shop.owed(), world.balance(FUNDING)
    issued = shop.issue(7, 200)
    assert len({pin.value for pin in issued.pins}) == 7
    assert (shop.owed() - owed, funding - world.balance(FUNDING)) == (naira(1_400), naira(1_400))
    entries = world.all(
        "select actor, act, detail from audit where subject = %s order by id",
        issued.batch.reference,
    )
    assert [entry[:2] for entry in entries] == [
        (MAKER, "voucher_batch.ask"), (CHECKER, "voucher_batch.approve"), (MAKER, "voucher.issue"),
    ]  # fmt: skip
    assert entries[-1][2] == {
        "count": "7", "face_minor": "20000", "currency": "NGN", "last_day": "2026-12-31",
        "approved_by": CHECKER,
    }  # fmt: skip
    assert world.books_differ() == []


def test_a_batch_whose_file_could_not_be_written_is_not_issued(world: World, shop: Shop) -> None:
    owed, seen = shop.owed(), list[Issued]()

    def write(issued: Issued) -> None:
        seen.append(issued)
        raise OSError("no space left")

    ticket = approved(world.context, Wanted(3, naira(100), LAST_DAY))
    with pytest.raises(OSError, match="no space"):
        issue_vouchers(world.context, ticket, MAKER, write)
    assert shop.owed() == owed
    assert shop.redeem(world.subscriber(), seen[0].pins[0].value) == VoucherNotGood()
    assert world.all(
        "select 1 from audit where subject = %s and act = 'voucher.issue'", ticket
    ) == []  # fmt: skip
    again: list[Issued] = []
    issue_vouchers(world.context, ticket, MAKER, again.append)
    assert not {pin.value for pin in again[0].pins} & {pin.value for pin in seen[0].pins}


def test_the_maker_of_a_batch_cant_approve_it_and_the_approver_cant_print_it(
    world: World, shop: Shop
) -> None:
    ctx, seen = world.context, list[Issued]()
    owner = "owns@nexustop.example"
    add_staff(ctx, owner, Secret(PASSWORD), "cli:test", Role.OWNER)
    wanted = Wanted(2, naira(100), LAST_DAY)
    ticket = ask_batch(ctx, wanted, "shops ran out", owner)
    with pytest.raises(SamePerson):
        approve(ctx, ticket, owner)
    with pytest.raises(StaffRefused, match="isn't approved: it is asked"):
        issue_vouchers(ctx, ticket, owner, seen.append)
    approve(ctx, ticket, CHECKER)
    with pytest.raises(MayNot):
        issue_vouchers(ctx, ticket, CHECKER, seen.append)
    theirs = ask_batch(ctx, wanted, "shops ran out", MAKER)
    approve(ctx, theirs, owner)
    with pytest.raises(SamePerson, match="doesn't get its PINs"):
        issue_vouchers(ctx, theirs, owner, seen.append)
    assert seen == []
    with pytest.raises(MayNot):
        ask_batch(ctx, wanted, "for a friend", CHECKER)


def test_a_batch_is_printed_once_whoever_is_faster(world: World, shop: Shop) -> None:
    ticket = approved(world.context, Wanted(3, naira(100), LAST_DAY))
    seen, late = list[Issued](), list[str]()

    def take() -> None:
        try:
            issue_vouchers(world.context, ticket, MAKER, seen.append)
        except StaffRefused as refused:
            late.append(str(refused))

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(seen), len(late)) == (1, 2)
    assert all("printed before" in said for said in late)
    assert world.books_differ() == []


def test_a_batch_without_a_second_person_is_found_in_the_books(world: World, shop: Shop) -> None:
    shop.issue(1)
    forged = shop.issue(1).batch.reference
    approved_by = "update voucher_batches set approved_by = %s where reference = %s"
    with world.db.statement() as tx:
        tx.run(approved_by, (MAKER, forged))
        found = [row[0] for row in tx.all(CHECKS["a batch of vouchers wasn't approved by a second"
                                                 " person"])]  # fmt: skip
        tx.run(approved_by, (CHECKER, forged))
    assert found == [forged]
    assert world.books_differ() == []


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (Wanted(0, naira(100), LAST_DAY), "1 to 100,000"),
        (Wanted(-1, naira(100), LAST_DAY), "1 to 100,000"),
        (Wanted(100_001, naira(100), LAST_DAY), "1 to 100,000"),
        (Wanted(1, naira(0), LAST_DAY), "above zero"),
        (Wanted(1, naira(-5), LAST_DAY), "above zero"),
        (Wanted(1, Money(100, "USD"), LAST_DAY), "USD"),
        (Wanted(1, naira(100), date(2026, 3, 1)), "is over"),
    ],
)
def test_what_cannot_be_a_batch_is_refused_in_words(world: World, wanted: Wanted, why: str) -> None:
    hire(world.context)
    with pytest.raises(StaffRefused, match=why):
        ask_batch(world.context, wanted, "shops ran out", MAKER)


def test_a_pin_that_is_there_already_is_made_again(world: World, shop: Shop) -> None:
    numbers = iter([1, 1, 2, 3, 2, 4])
    pins = VoucherPins(b"test", lambda _: next(numbers))
    object.__setattr__(world.context, "voucher_pins", pins)
    first, second = shop.issue(2), shop.issue(2)
    assert len({pin.value for pin in (*first.pins, *second.pins)}) == 4
    assert world.books_differ() == []


def test_a_batch_larger_than_one_statement_is_complete(world: World, shop: Shop) -> None:
    issued = shop.issue(2_345, 100)
    assert len(set(issued.pins)) == 2_345
    ada = world.subscriber()
    shop.redeemed(ada, issued.pins[0].value)
    shop.redeemed(ada, issued.pins[-1].value)
    assert world.books_differ() == []


def test_voiding_takes_back_what_is_left_and_is_audited(world: World, shop: Shop) -> None:
    issued, ada, funding = shop.issue(3, 500), world.subscriber(), world.balance(FUNDING)
    reference, owed = issued.batch.reference, shop.owed()
    shop.redeemed(ada, issued.pins[1].value)
    assert void_vouchers(world.context, reference, MAKER, "file lost") == naira(1_000)
    assert (owed - shop.owed(), world.balance(FUNDING) - funding) == (naira(1_500), naira(1_000))
    assert shop.redeem(ada, issued.pins[0].value) == VoucherNotGood()
    assert world.spendable(ada) == naira(500)
    detail = world.one(
        "select detail from audit where subject = %s and act = 'voucher.void'", reference
    )
    assert detail == {"left_minor": "100000", "reason": "file lost"}
    with pytest.raises(MayNot):
        void_vouchers(world.context, reference, CHECKER, "file lost")
    assert world.books_differ() == []
    with pytest.raises(BatchHasEnded, match="void"):
        void_vouchers(world.context, reference, MAKER, "again")
    with pytest.raises(NoSuchBatch):
        void_vouchers(world.context, "NOSUCH", MAKER, "typo")


def test_a_batch_of_which_all_is_redeemed_ends_without_a_posting(world: World, shop: Shop) -> None:
    issued = shop.issue(1, 500)
    shop.redeemed(world.subscriber(), issued.pins[0].value)
    assert void_vouchers(world.context, issued.batch.reference, MAKER, "done") == naira(0)
    assert world.books_differ() == []


def test_a_batch_is_good_through_its_last_day_and_then_its_rest_is_revenue(
    world: World, shop: Shop
) -> None:
    issued, ada = shop.issue(3, 500, date(2026, 3, 2)), world.subscriber()
    owed, revenue = shop.owed(), world.balance(REVENUE)
    world.clock.advance(hours=11, minutes=59)
    world.look()
    shop.redeemed(ada, issued.pins[0].value)
    world.clock.advance(minutes=1)
    assert shop.redeem(ada, issued.pins[1].value) == VoucherNotGood(), "midnight in Lagos"
    world.look()
    assert shop.state(issued.batch.reference) == "expired"
    assert world.balance(REVENUE) - revenue == naira(1_000)
    assert owed - shop.owed() == naira(1_500)
    assert world.books_differ() == []
    world.look()
    with pytest.raises(BatchHasEnded, match="expired"):
        void_vouchers(world.context, issued.batch.reference, MAKER, "late")
    assert world.balance(REVENUE) - revenue == naira(1_000)


def test_sweepers_and_staff_at_once_end_a_batch_once(world: World, shop: Shop) -> None:
    for _ in range(4):
        issued = shop.issue(4, 100, date(2026, 3, 2))
        started = world.clock.now()
        world.clock.advance(hours=12)

        def void(reference: str = issued.batch.reference) -> None:
            try:
                void_vouchers(world.context, reference, MAKER, "race")
            except BatchHasEnded:
                pass

        threads = [threading.Thread(target=act) for act in (world.look, void, world.look, void)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        world.clock.advance(seconds=(started - world.clock.now()).total_seconds())
        assert shop.state(issued.batch.reference) in {"void", "expired"}
        assert world.books_differ() == []


def test_support_finds_a_voucher_by_its_serial(world: World, shop: Shop) -> None:
    issued, ada = shop.issue(2), world.subscriber()
    reference = issued.batch.reference
    done = shop.redeemed(ada, issued.pins[1].value)
    unused = show_voucher(world.context, f" {reference.lower()}-1 ")
    used = show_voucher(world.context, f"{reference}-00002")
    assert (unused.serial, unused.redeemed) == (f"{reference}-00001", None)
    assert used.redeemed is not None
    assert (used.redeemed.msisdn, used.redeemed.reference) == (ada, done.reference)
    assert used.redeemed.at == world.clock.now()
    for written in ("", reference, f"{reference}-0", f"{reference}-3", f"{reference}-x", "-1"):
        with pytest.raises(NoSuchVoucher):
            show_voucher(world.context, written)


def test_batches_are_listed_newest_first_with_what_is_redeemed(world: World, shop: Shop) -> None:
    old, new = shop.issue(2), shop.issue(1)
    shop.redeemed(world.subscriber(), old.pins[0].value)
    listed = [(batch.reference, redeemed) for batch, redeemed in list_vouchers(world.context)]
    assert listed[:2] == [(new.batch.reference, 0), (old.batch.reference, 1)]


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("update vouchers set redeemed_at = now(), reference = 'ZZZZZZ', channel = 'x',"
         " session = 'x', step = 1, subscriber_id = (select min(id) from subscribers)"
         " where batch_id = {batch} and number = 1", "isn't in its owner's wallet"),
        ("update voucher_batches set state = 'void', ended_at = now() where id = {batch}",
         "what was done with its rest"),
        ("update voucher_batches set face_minor = face_minor + 1 where id = {batch}",
         "another amount"),
        ("delete from vouchers where batch_id = {batch} and number = 2", "more or fewer"),
    ],
)  # fmt: skip
def test_ledger_verify_notices_what_does_not_agree(
    world: World, shop: Shop, owner: Database, harm: str, found: str
) -> None:
    world.subscriber()
    batch = shop.issue(2).batch.id
    assert world.books_differ() == []
    differences = harmed(owner, harm.format(batch=batch))
    assert any(found in one for one in differences)
    assert any("face value of unredeemed" in one for one in differences)
    assert world.books_differ() == []


def harmed(owner: Database, sql: str) -> list[str]:
    """The checks that notice what `sql` does, which is undone."""
    noticed: list[str] = []
    try:
        with owner.transaction() as tx:
            assert tx.run(sql) == 1
            noticed += [check for check, query in CHECKS.items() if tx.all(query)]
            raise Undone
    except Undone:
        return noticed


class Undone(Exception):
    pass


def test_a_pin_in_hand_is_never_shown() -> None:
    assert "5" not in repr(Secret("5" * 14))
