"""Money that is taken back after it came leaves the wallet, or its owner owes it; once."""

import threading
from itertools import count

import pytest

from app.db import ledger, virtual_accounts
from app.db.engine import Database, Transaction
from app.domain.breaks import Way
from app.domain.ledger import AccountKind, debt, move, system, wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import GetTransactions, Movement
from app.ports.payments import NotPaid, Paid, TakenBack
from app.services.payment_fields import open_account_row
from app.services.perform import perform
from app.services.resolve_break import Asked, ask_resolution
from app.services.take_back import take_back_payment
from tests.factories.races import meet_at
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.staff.office import ADMIN, Office
from tests.vouchers.shop import Shop

_names = count(1)


class Bank:
    """A world in which a payment comes in and goes back again."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.provider = world.payments
        self.older = world.one("select coalesce(max(id), 0) from breaks")

    def owner(self, topped_up: int) -> tuple[Msisdn, str]:
        """A subscriber with this much from one payment; its reference at the provider."""
        msisdn = self.world.subscriber()
        account = f"77{next(_names):08d}"
        self.tell({"account": account, "owner": msisdn})
        return msisdn, self.pays(account, topped_up)

    def account(self, msisdn: Msisdn) -> str:
        with self.world.db.statement() as tx:
            stored = virtual_accounts.first_of(tx, msisdn, self.world.context.ways_in.accounts)
        assert stored is not None
        return open_account_row(self.world.context.fields, stored).number

    def pays(self, account: str, amount: int) -> str:
        reference = f"ref-{account}-{next(_names)}"
        self.provider.payments[reference] = Paid(
            f"id-{reference}", naira(amount), naira(1), account
        )
        self.tell({"paid": reference})
        return reference

    def goes_back(self, reference: str, amount: int, **event: object) -> None:
        """The provider reverses so much of it in all, and tells."""
        self.provider.payments[reference] = TakenBack(f"id-{reference}", naira(amount))
        self.tell({"taken_back": reference, **event})

    def tell(self, event: dict[str, object]) -> None:
        self.world.webhook(event)
        self.world.look()

    def owes(self, msisdn: Msisdn) -> Money:
        id_ = self.world.one("select id from subscribers where msisdn = %s", msisdn)
        return -self.world.balance(debt(str(id_), "NGN"))

    def clearing(self) -> Money:
        return self.world.balance(system(AccountKind.PAYMENT_CLEARING, "NGN", "paystack"))

    def suspense(self) -> Money:
        return self.world.balance(system(AccountKind.SUSPENSE, "NGN"))

    def breaks(self) -> list[tuple[str, bool]]:
        return self.world.all(
            "select kind, closed_at is null from breaks where id > %s order by id", self.older
        )

    def movements(self, msisdn: Msisdn) -> list[tuple[str, Money]]:
        found: tuple[Movement, ...] = perform(  # type: ignore[assignment]
            self.world.context, self.world.origin(msisdn), GetTransactions()
        )
        return [(movement.kind, movement.amount) for movement in found]


@pytest.fixture
def bank(db: Database, clock: FixedClock) -> Bank:
    with db.transaction() as tx:
        tx.run("delete from breaks where resolution = ''")
        tx.run("delete from payment_events")
        tx.run("delete from outbox")
    return Bank(World(db, clock))


def test_a_full_wallet_gives_it_back_and_owes_nothing(bank: Bank) -> None:
    who, reference = bank.owner(1_000)
    before = bank.clearing()
    bank.goes_back(reference, 1_000)
    assert bank.world.spendable(who) == naira(0)
    assert bank.owes(who) == naira(0)
    assert bank.clearing() == before + naira(1_000)
    assert bank.world.sms(who) == ["pay_in_account", "topped_up", "topped_back"]
    assert bank.movements(who) == [("taken_back", naira(-1_000)), ("topup", naira(1_000))]
    assert bank.breaks() == []
    assert bank.world.books_differ() == []


@pytest.mark.parametrize("spent", [400, 1_000])
def test_what_was_spent_is_owed_and_the_next_top_up_repays_it_first(bank: Bank, spent: int) -> None:
    who, reference = bank.owner(1_000)
    bank.world.send(who, bank.world.subscriber(), naira(spent))
    before = bank.clearing()
    bank.goes_back(reference, 1_000)
    assert bank.world.spendable(who) == naira(0)
    assert bank.owes(who) == naira(spent)
    assert bank.clearing() == before + naira(1_000)
    assert bank.breaks() == [("debt", True)]
    bank.pays(bank.account(who), spent - 100)
    assert (bank.world.spendable(who), bank.owes(who)) == (naira(0), naira(100))
    bank.pays(bank.account(who), 500)
    assert (bank.world.spendable(who), bank.owes(who)) == (naira(400), naira(0))
    bank.pays(bank.account(who), 50)
    assert bank.world.spendable(who) == naira(450)
    assert ("debt", naira(-100)) in bank.movements(who)
    assert bank.world.books_differ() == []


def test_the_sms_says_how_much_went_to_the_debt(bank: Bank) -> None:
    who, reference = bank.owner(1_000)
    bank.world.send(who, bank.world.subscriber(), naira(600))
    bank.goes_back(reference, 1_000)
    bank.pays(bank.account(who), 700)
    said = bank.world.all("select kind, params from mt_sms where msisdn = %s order by id", who)
    back, paid = said[-2][1], said[-1][1]
    assert (back["amount_minor"], back["owed_minor"], back["balance_minor"]) == (
        1_000_00,
        600_00,
        0,
    )
    assert (paid["amount_minor"], paid["repaid_minor"], paid["balance_minor"]) == (
        700_00, 600_00, 100_00,
    )  # fmt: skip


def test_a_voucher_and_money_out_of_suspense_repay_a_debt_first(bank: Bank) -> None:
    who, reference = bank.owner(1_000)
    bank.world.send(who, bank.world.subscriber(), naira(600))
    bank.goes_back(reference, 1_000)
    shop = Shop(bank.world)
    done = shop.redeemed(who, shop.pin(500))
    assert (done.balance, bank.owes(who)) == (naira(0), naira(100))
    [(said,)] = bank.world.all(
        "select params from mt_sms where msisdn = %s and kind = 'topped_up' order by id desc"
        " limit 1", who,
    )  # fmt: skip
    assert said["repaid_minor"] == 500_00
    bank.pays("9911111111", 300)
    office = Office(bank.world)
    waiting = bank.world.one("select max(id) from breaks where kind = 'suspense'")
    asked = ask_resolution(bank.world.context, waiting, Way.CREDIT, who, "theirs", ADMIN)
    assert isinstance(asked, Asked)
    office.approve(asked.ticket)
    assert (bank.world.spendable(who), bank.owes(who)) == (naira(200), naira(0))
    assert bank.world.books_differ() == []


def test_it_is_heard_twice_and_taken_once(bank: Bank) -> None:
    who, reference = bank.owner(1_000)
    bank.goes_back(reference, 1_000)
    bank.goes_back(reference, 1_000, again=1)
    assert (bank.world.spendable(who), bank.owes(who)) == (naira(0), naira(0))
    assert bank.world.sms(who).count("topped_back") == 1
    assert bank.world.books_differ() == []


def test_twenty_that_hear_it_at_once_take_it_once(bank: Bank) -> None:
    who, reference = bank.owner(1_000)
    bank.world.send(who, bank.world.subscriber(), naira(300))
    taken = TakenBack(f"id-{reference}", naira(1_000))
    gate = threading.Barrier(20)

    def take() -> None:
        gate.wait()
        with bank.world.db.transaction() as tx:
            take_back_payment(bank.world.context, tx, "paystack", taken)

    threads = [threading.Thread(target=take) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (bank.world.spendable(who), bank.owes(who)) == (naira(0), naira(300))
    assert bank.breaks() == [("debt", True)]
    assert bank.world.books_differ() == []


def test_a_wallet_that_is_spent_from_meanwhile_owes_exactly_what_is_missing(bank: Bank) -> None:
    who, reference = bank.owner(1_000)
    bank.provider.payments[reference] = TakenBack(f"id-{reference}", naira(1_000))
    bank.world.webhook({"taken_back": reference})
    event = bank.world.one("select max(id) from payment_events")
    id_ = bank.world.one("select id from subscribers where msisdn = %s", who)
    shop = system(AccountKind.FUNDING, "NGN")

    def spend(tx: Transaction) -> None:
        ledger.post(tx, move(f"test:spent:{id_}", "funding", wallet(id_, "NGN"), shop, naira(600)))

    meet_at(bank.world.db, spend, [lambda: bank.world.jobs["payment"](event)])
    assert (bank.world.spendable(who), bank.owes(who)) == (naira(0), naira(600))
    assert bank.world.books_differ() == []


def test_parts_add_up_to_what_the_provider_says_in_all(bank: Bank) -> None:
    who, reference = bank.owner(1_000)
    bank.goes_back(reference, 300)
    assert bank.world.spendable(who) == naira(700)
    bank.goes_back(reference, 1_000, more=1)
    assert bank.world.spendable(who) == naira(0)
    bank.goes_back(reference, 5_000, much=1)
    assert (bank.world.spendable(who), bank.owes(who)) == (naira(0), naira(0))
    assert bank.world.sms(who).count("topped_back") == 2
    assert bank.world.books_differ() == []


def test_a_webhook_that_the_provider_does_not_confirm_takes_nothing(bank: Bank) -> None:
    who, reference = bank.owner(1_000)
    bank.tell({"taken_back": reference})
    assert bank.world.spendable(who) == naira(1_000)
    bank.provider.payments[reference] = NotPaid("failed")
    bank.tell({"taken_back": reference, "again": 1})
    assert bank.world.spendable(who) == naira(1_000)


def test_a_reversal_that_is_faster_than_the_credit_is_not_lost(bank: Bank) -> None:
    """One asked while the payment stood, and writes that down after another heard it went back."""
    who, _ = bank.owner(100)
    account = bank.account(who)
    late = Paid("id-overtaken", naira(1_000), naira(1), account)
    bank.provider.payments["ref-overtaken"] = TakenBack("id-overtaken", naira(1_000))
    bank.tell({"taken_back": "ref-overtaken"})
    assert bank.world.spendable(who) == naira(100)
    bank.provider.payments["ref-overtaken"] = late
    bank.tell({"paid": "ref-overtaken"})
    assert (bank.world.spendable(who), bank.owes(who)) == (naira(100), naira(0))
    assert bank.movements(who)[:2] == [("taken_back", naira(-1_000)), ("topup", naira(1_000))]
    assert bank.world.books_differ() == []


def test_what_waits_in_suspense_leaves_it_and_its_task_is_closed(bank: Bank) -> None:
    before = bank.suspense()
    reference = bank.pays("0000000000", 800)
    assert bank.suspense() == before + naira(800)
    bank.goes_back(reference, 300)
    assert bank.suspense() == before + naira(500)
    assert bank.breaks() == [("suspense", True)]
    bank.goes_back(reference, 800, more=1)
    assert bank.suspense() == before
    assert bank.breaks() == [("suspense", False)]
    assert bank.world.one("select state from topups where external_id = %s",
                          f"id-{reference}") == "taken_back"  # fmt: skip
    assert bank.world.books_differ() == []


def test_what_staff_have_released_is_taken_back_from_whom_they_gave_it_to(bank: Bank) -> None:
    reference = bank.pays("0000000000", 800)
    who = bank.world.subscriber()
    found = bank.world.one(
        "select b.id from breaks b join topups p on b.detail->>'topup' = p.reference"
        " where p.external_id = %s", f"id-{reference}",
    )  # fmt: skip
    context = bank.world.context
    office = Office(bank.world)
    asked = ask_resolution(context, int(found), Way.CREDIT, who, "theirs", ADMIN)
    assert isinstance(asked, Asked)
    office.approve(asked.ticket)
    assert bank.world.spendable(who) == naira(800)
    assert bank.world.books_differ() == []
    bank.goes_back(reference, 800)
    assert bank.world.spendable(who) == naira(0)
    assert bank.world.books_differ() == []


def test_nothing_is_nothing_taken_back(bank: Bank) -> None:
    who, reference = bank.owner(1_000)
    bank.goes_back(reference, 0)
    assert bank.world.spendable(who) == naira(1_000)


def test_a_loss_that_is_written_nowhere_is_found_by_the_check(bank: Bank, owner: Database) -> None:
    _, reference = bank.owner(1_000)
    with owner.transaction() as tx:
        tx.run(
            "update topups set taken_back_minor = 5 where external_id = %s", (f"id-{reference}",)
        )
    [difference] = bank.world.books_differ()
    assert difference.startswith("what was taken back of a top-up")
    with owner.transaction() as tx:
        tx.run(
            "update topups set taken_back_minor = 0 where external_id = %s", (f"id-{reference}",)
        )
