"""Adjustments and reversals: two people, once, linked, never below zero, and told."""

import threading

import psycopg2.errors
import pytest

from app.db import corrections, ledger
from app.db.engine import Database
from app.domain.corrections import REVERSIBLE, reversal_of
from app.domain.ledger import AccountKind, fund, move, system, wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import GetTransactions
from app.services.approve import approve, decline, list_waiting
from app.services.correct_books import ask_adjustment, ask_reversal
from app.services.staff_refused import AlreadyDecided, SamePerson, StaffRefused, WouldGoBelowZero
from app.services.wallet import get_transactions
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.staff.office import ADMIN, CHECKER, THIRD, Office


@pytest.fixture
def office(db: Database, clock: FixedClock) -> Office:
    return Office(World(db, clock))


def adjust(office: Office, msisdn: Msisdn, naira_amount: int, about: str = "") -> str:
    return ask_adjustment(office.context, msisdn, naira_amount * 100, about, "counted", ADMIN)


def given(office: Office, msisdn: Msisdn, amount: Money, kind: str = "fee") -> str:
    """Money of this kind in a wallet, by default of one that may be reversed; its reference."""
    owner = office.world.one("select id from subscribers where msisdn = %s", msisdn)
    reference = f"{kind}:{office.context.new_reference()}"
    source = system(AccountKind.REVENUE, "NGN")
    with office.world.db.transaction() as tx:
        ledger.post(tx, move(reference, kind, source, wallet(owner, "NGN"), amount))
    return reference


@pytest.mark.parametrize(("amount", "left"), [(300, 1_300), (-300, 700)])
def test_an_adjustment_moves_money_once_another_person_has_approved(
    office: Office, amount: int, left: int
) -> None:
    msisdn = office.world.subscriber(naira(1_000))
    before = office.world.balance(system(AccountKind.ADJUSTMENTS, "NGN"))
    ticket = adjust(office, msisdn, amount)
    assert office.world.spendable(msisdn) == naira(1_000)
    assert office.approve(ticket) == f"adjustment:{ticket}"
    assert office.world.spendable(msisdn) == naira(left)
    after = office.world.balance(system(AccountKind.ADJUSTMENTS, "NGN"))
    assert before - after == naira(amount)
    assert office.world.sms(msisdn) == ["adjusted"]
    assert office.audited(ticket) == ["adjust.ask", "adjust.approve"]
    assert office.world.books_differ() == []


def test_an_adjustment_shows_in_the_mini_statement_under_its_ticket(office: Office) -> None:
    msisdn = office.world.subscriber(naira(1_000))
    ticket = adjust(office, msisdn, 300)
    office.approve(ticket)
    [newest, *_] = get_transactions(office.context, office.world.origin(msisdn), GetTransactions())
    assert (newest.kind, newest.amount) == ("adjustment", naira(300))
    assert newest.reference == f"adjustment:{ticket}"


def test_whoever_asked_cannot_approve_and_the_database_would_not_let_them(office: Office) -> None:
    ticket = adjust(office, office.world.subscriber(naira(1_000)), 300)
    with pytest.raises(SamePerson):
        approve(office.context, ticket, ADMIN)
    with pytest.raises(psycopg2.errors.CheckViolation), office.world.db.statement() as tx:
        tx.run(
            "update approvals set state = 'approved', decided_by = %s where ticket = %s",
            (ADMIN, ticket),
        )


def test_two_approvals_at_once_do_it_once(office: Office) -> None:
    msisdn = office.world.subscriber(naira(1_000))
    ticket = adjust(office, msisdn, 300)
    said: list[str] = []
    gate = threading.Barrier(6)

    def try_it(actor: str) -> None:
        gate.wait()
        try:
            said.append(approve(office.context, ticket, actor))
        except AlreadyDecided:
            said.append("late")

    threads = [threading.Thread(target=try_it, args=(who,)) for who in (CHECKER, THIRD) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [f"adjustment:{ticket}"] + ["late"] * 5
    assert office.world.spendable(msisdn) == naira(1_300)
    assert office.world.books_differ() == []


def test_what_was_declined_is_never_done(office: Office) -> None:
    msisdn = office.world.subscriber(naira(1_000))
    ticket = adjust(office, msisdn, 300)
    decline(office.context, ticket, CHECKER, "no receipt")
    with pytest.raises(AlreadyDecided):
        office.approve(ticket)
    assert office.world.spendable(msisdn) == naira(1_000)
    assert ticket not in [row.ticket for row in list_waiting(office.context)]
    with pytest.raises(StaffRefused, match="no ticket"):
        office.approve("ZZZZZZ")


def test_nothing_is_taken_below_zero_and_what_is_missing_is_said(office: Office) -> None:
    msisdn = office.world.subscriber(naira(100))
    with pytest.raises(WouldGoBelowZero, match=r"NGN 200\.00 is missing"):
        adjust(office, msisdn, -300)
    ticket = adjust(office, msisdn, -80)
    office.world.buy(msisdn, 50)
    with pytest.raises(WouldGoBelowZero, match=r"NGN 30\.00 is missing"):
        office.approve(ticket)
    assert ticket in [row.ticket for row in list_waiting(office.context)], "it still waits"
    assert office.world.spendable(msisdn) == naira(50)


@pytest.mark.parametrize("amount", [0, 10**15, -(10**15)])
def test_an_amount_that_is_none_is_refused(office: Office, amount: int) -> None:
    msisdn = office.world.subscriber(naira(100))
    with pytest.raises(StaffRefused, match="amount"):
        ask_adjustment(office.context, msisdn, amount, "", "why", ADMIN)


def test_an_adjustment_needs_a_reason_a_subscriber_and_a_transaction_that_exists(
    office: Office,
) -> None:
    msisdn = office.world.subscriber(naira(100))
    with pytest.raises(StaffRefused, match="reason"):
        ask_adjustment(office.context, msisdn, 100, "", "  ", ADMIN)
    with pytest.raises(StaffRefused, match="nobody is registered"):
        adjust(office, Msisdn("+2348039999999"), 1)
    with pytest.raises(StaffRefused, match="no transaction"):
        adjust(office, msisdn, 1, about="topup:NOSUCH")


def test_an_adjustment_is_linked_to_what_it_corrects(office: Office) -> None:
    msisdn = office.world.subscriber(naira(100))
    old = given(office, msisdn, naira(50))
    ticket = adjust(office, msisdn, -5, about=old)
    office.approve(ticket)
    row = office.world.all("select about, undoes, ticket from ledger_links where about = %s", old)
    assert row == [(old, False, ticket)]
    assert office.world.books_differ() == []


def test_a_reversal_is_the_opposite_under_its_own_name_and_happens_once(office: Office) -> None:
    msisdn = office.world.subscriber(naira(100))
    old = given(office, msisdn, naira(50))
    first = ask_reversal(office.context, old, "in error", ADMIN)
    second = ask_reversal(office.context, old, "in error", CHECKER)
    assert office.approve(first) == f"reversal:{old}"
    assert office.world.spendable(msisdn) == naira(100)
    with pytest.raises(StaffRefused, match="reversed before"):
        approve(office.context, second, ADMIN)
    with pytest.raises(StaffRefused, match="reversed before"):
        ask_reversal(office.context, old, "again", ADMIN)
    assert office.world.spendable(msisdn) == naira(100)
    assert office.world.sms(msisdn) == ["adjusted"]
    assert office.world.books_differ() == []


def test_two_tickets_for_one_reversal_approved_at_once_take_the_money_once(office: Office) -> None:
    msisdn = office.world.subscriber(naira(500))
    old = given(office, msisdn, naira(50))
    tickets = [ask_reversal(office.context, old, "in error", ADMIN) for _ in range(4)]
    refused: list[StaffRefused] = []
    gate = threading.Barrier(len(tickets))

    def try_it(ticket: str) -> None:
        gate.wait()
        try:
            office.approve(ticket)
        except StaffRefused as error:
            refused.append(error)

    threads = [threading.Thread(target=try_it, args=(ticket,)) for ticket in tickets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == len(tickets) - 1
    assert office.world.spendable(msisdn) == naira(500)
    assert office.world.books_differ() == []


def test_a_reversal_that_takes_too_much_says_what_is_missing(office: Office) -> None:
    msisdn = office.world.subscriber()
    old = given(office, msisdn, naira(200))
    office.world.buy(msisdn, 150)
    with pytest.raises(WouldGoBelowZero, match=r"NGN 150\.00 is missing"):
        ask_reversal(office.context, old, "in error", ADMIN)
    assert office.world.books_differ() == []


def test_a_received_transfer_goes_back_to_its_sender_and_a_waiting_one_cannot(
    office: Office,
) -> None:
    world = office.world
    sender, recipient = world.subscriber(naira(500)), world.subscriber(naira(10))
    reference = world.send(sender, recipient, naira(200)).reference
    ticket = ask_reversal(office.context, f"transfer:{reference}:end", "wrong number", ADMIN)
    office.approve(ticket)
    assert (world.spendable(sender), world.spendable(recipient)) == (naira(500), naira(10))
    assert world.sms(sender)[-1] == world.sms(recipient)[-1] == "adjusted"
    assert world.books_differ() == []
    waiting = world.send(sender, Msisdn("+2348035550000"), naira(100)).reference
    with pytest.raises(StaffRefused, match="can't be reversed by hand"):
        ask_reversal(office.context, f"transfer:{waiting}:hold", "wrong number", ADMIN)


def test_what_belongs_to_an_order_is_not_reversed_by_hand(office: Office) -> None:
    order = office.world.placed()
    reference = office.world.one("select reference from orders where id = %s", order)
    with pytest.raises(StaffRefused, match="can't be reversed by hand"):
        ask_reversal(office.context, f"order:{reference}:hold", "wanted", ADMIN)
    assert not {"hold", "post", "void", "return", "paid_out", "cash_out"} & REVERSIBLE


@pytest.mark.parametrize("kind", ["topup", "voucher"])
def test_money_that_came_in_is_not_reversed_by_hand_its_own_record_would_still_stand(
    office: Office, kind: str
) -> None:
    """A charge-back would take it a second time; a redeemed PIN can't be used again."""
    old = given(office, office.world.subscriber(), naira(50), kind)
    with pytest.raises(StaffRefused, match="can't be reversed by hand"):
        ask_reversal(office.context, old, "in error", ADMIN)


def test_a_stored_transaction_is_read_back_as_its_recipe_made_it(office: Office) -> None:
    msisdn = office.world.subscriber()
    owner = office.world.one("select id from subscribers where msisdn = %s", msisdn)
    made = fund(f"test:read:{owner}", wallet(owner, "NGN"), naira(7))
    with office.world.db.transaction() as tx:
        ledger.post(tx, made)
        assert corrections.transaction(tx, made.reference) == made
        assert corrections.transaction(tx, "no such") is None
    undone = reversal_of(made)
    assert [-p.amount for p in undone.postings] == [p.amount for p in made.postings]
