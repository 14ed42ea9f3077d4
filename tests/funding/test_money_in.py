"""Money comes in once per payment, whatever is heard of it how often, and only when it is true."""

import json
import threading

import pytest

from app.db.engine import Database
from app.domain.ledger import AccountKind, system
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    AskPayInAccount,
    Done,
    LookForPayment,
    PayInAccount,
    PayInAsked,
    Refusal,
    Refused,
)
from app.ports.payments import (
    AccountReady,
    AccountRefused,
    AccountUnknown,
    NotPaid,
    Paid,
    PaymentUnknown,
    VirtualAccount,
)
from app.services.perform import perform
from app.services.sweep import take_outbox
from app.services.take_payment import hear_payment_event, take_payment
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock

ACCOUNT = "9912345678"


class Bank:
    """A world with a payment provider, and the worker that looks after it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.provider = world.payments

    def owner(self, account: str = ACCOUNT) -> Msisdn:
        """A subscriber whose account this is."""
        msisdn = self.world.subscriber()
        self.tell({"account": account, "owner": msisdn})
        return msisdn

    def pays(self, external_id: str, amount: Money, account: str = ACCOUNT, fee: int = 10) -> str:
        """Money really came in; the payment's reference."""
        reference = f"ref-{external_id}"
        self.provider.payments[reference] = Paid(external_id, amount, naira(fee), account)
        return reference

    def tell(self, event: dict[str, object]) -> None:
        """A webhook comes and a worker looks at it."""
        self.world.webhook(event)
        self.work()

    def work(self) -> None:
        self.world.look()

    def told(self, msisdn: Msisdn) -> list[str]:
        rows = self.world.all("select kind from mt_sms where msisdn = %s order by id", msisdn)
        return [row[0] for row in rows]

    def breaks(self) -> list[tuple[str, str]]:
        return self.world.all("select kind, detail->>'code' from breaks order by id")


@pytest.fixture
def bank(db: Database, clock: FixedClock) -> Bank:
    world = World(db, clock)
    with db.transaction() as tx:
        tx.run("delete from virtual_accounts")
        tx.run("delete from account_requests")
        tx.run("delete from breaks")
        tx.run("delete from mt_sms where kind = 'pay_in_account'")
    return Bank(world)


def test_a_transfer_is_in_the_wallet_whole_and_the_fee_is_ours(bank: Bank) -> None:
    owner = bank.owner()
    fees = bank.world.balance(system(AccountKind.PAYMENT_FEES, "NGN"))
    bank.tell({"paid": bank.pays("whole-1", naira(1_000))})
    assert bank.world.spendable(owner) == naira(1_000)
    assert bank.world.balance(system(AccountKind.PAYMENT_FEES, "NGN")) == fees - naira(10)
    assert bank.told(owner) == ["pay_in_account", "topped_up"]
    assert bank.world.books_differ() == []


def test_a_webhook_that_comes_fifty_times_at_once_credits_once(bank: Bank) -> None:
    owner = bank.owner()
    body = json.dumps({"paid": bank.pays("fifty", naira(1_000))}).encode()
    ids: list[int] = []

    def hear(number: int) -> None:
        hear_payment_event(bank.world.context, "paystack", body)
        # Another event about the same payment, as a re-query brings it.
        other = json.dumps({"paid": "ref-fifty", "copy": number}).encode()
        hear_payment_event(bank.world.context, "paystack", other)
        rows = bank.world.all("select id from payment_events where handled_at is null")
        for row in rows:
            take_payment(bank.world.funding, int(row[0]))
            ids.append(int(row[0]))

    threads = [threading.Thread(target=hear, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 51
    assert bank.world.spendable(owner) == naira(1_000)
    assert bank.told(owner).count("topped_up") == 1
    assert bank.world.books_differ() == []


def test_what_the_provider_does_not_confirm_credits_nothing(bank: Bank) -> None:
    owner = bank.owner()
    bank.provider.payments["ref-no"] = NotPaid("failed")
    bank.tell({"paid": "ref-no"})
    for _ in range(5):
        bank.world.clock.advance(seconds=601)
        bank.work()
    assert bank.world.spendable(owner) == naira(0)
    assert bank.world.one(
        "select outcome from payment_events where handled_at is not null order by id desc limit 1"
    ) == "not paid: failed"  # fmt: skip
    assert bank.provider.asked.count("ref-no") == 4


def test_an_api_that_knows_later_than_its_webhook_is_asked_again(bank: Bank) -> None:
    owner = bank.owner()
    bank.provider.payments["ref-slow"] = NotPaid("not_found")
    bank.tell({"paid": "ref-slow"})
    assert bank.world.spendable(owner) == naira(0)
    bank.pays("slow", naira(500))
    bank.world.clock.advance(seconds=3)
    bank.work()
    assert bank.world.spendable(owner) == naira(500)


def test_a_provider_that_cannot_say_is_asked_again_until_it_can(bank: Bank) -> None:
    owner = bank.owner()
    bank.provider.payments["ref-late"] = PaymentUnknown("500")
    bank.tell({"paid": "ref-late"})
    for _ in range(3):
        bank.world.clock.advance(seconds=61)
        bank.work()
    assert bank.world.spendable(owner) == naira(0)
    bank.pays("late", naira(500))
    bank.world.clock.advance(seconds=601)
    bank.work()
    assert bank.world.spendable(owner) == naira(500)


def test_a_worker_that_died_over_an_event_is_followed_by_another(bank: Bank) -> None:
    owner = bank.owner()
    reference = bank.pays("died", naira(500))
    hear_payment_event(bank.world.context, "paystack", json.dumps({"paid": reference}).encode())
    take_outbox(bank.world.db)
    bank.world.clock.advance(seconds=11)
    bank.work()
    assert bank.world.spendable(owner) == naira(500)


@pytest.mark.parametrize(
    ("account", "amount", "code"),
    [("9900000000", Money(700_00, "NGN"), "unknown_account"), ("", naira(700), "unknown_account")],
)
def test_money_of_nobody_we_know_waits_in_suspense_for_staff(
    bank: Bank, account: str, amount: Money, code: str
) -> None:
    suspense = system(AccountKind.SUSPENSE, "NGN")
    before = bank.world.balance(suspense)
    reference = bank.pays(f"nobody-{account}", amount, account)
    bank.tell({"paid": reference})
    bank.tell({"paid": reference, "again": 1})
    assert bank.world.balance(suspense) == before + naira(700)
    assert bank.breaks() == [("suspense", code)]
    assert bank.world.books_differ() == []


def test_a_payment_that_names_its_owner_and_no_number_is_the_owners(bank: Bank) -> None:
    owner, nobody = bank.world.subscriber(), Msisdn("+2348099999999")
    for external_id, named in (("named", owner), ("named-nobody", nobody)):
        bank.provider.payments[external_id] = Paid(
            external_id, naira(300), naira(3), "", "", named
        )  # fmt: skip
        bank.tell({"paid": external_id})
        bank.tell({"paid": external_id, "again": 1})
    assert bank.world.spendable(owner) == naira(300)
    assert bank.told(owner) == ["topped_up"]
    assert bank.breaks() == [("suspense", "unknown_account")]
    assert bank.world.books_differ() == []


def test_an_event_nobody_can_read_is_kept_and_ends(bank: Bank) -> None:
    hear_payment_event(bank.world.context, "paystack", b"\xff{")
    bank.work()
    last = "select outcome from payment_events order by id desc limit 1"
    assert bank.world.one(last).startswith("unreadable")


def test_an_account_is_asked_for_once_and_shown_when_it_is_known(bank: Bank) -> None:
    msisdn = bank.world.subscriber()
    ask = AskPayInAccount()
    for _ in range(2):
        assert perform(bank.world.context, bank.world.origin(msisdn), ask) == PayInAsked()
    bank.work()
    assert bank.provider.asked == [msisdn]
    bank.tell({"account": ACCOUNT, "owner": msisdn})
    bank.tell({"account": ACCOUNT, "owner": msisdn, "again": 1})
    shown = perform(bank.world.context, bank.world.origin(msisdn), ask)
    assert shown == PayInAccount(ACCOUNT, "Wema Bank", "NEXUSTOP")
    assert bank.told(msisdn) == ["pay_in_account"]
    bank.world.clock.advance(seconds=7200)
    bank.work()
    assert bank.provider.asked == [msisdn]


def test_a_provider_that_is_away_is_asked_for_the_account_again(bank: Bank) -> None:
    msisdn = bank.world.subscriber()
    account = VirtualAccount("paystack", ACCOUNT, "Wema Bank", "NEXUSTOP")
    bank.provider.accounts = [AccountUnknown("connect"), AccountReady(account)]
    perform(bank.world.context, bank.world.origin(msisdn), AskPayInAccount())
    bank.work()
    bank.world.clock.advance(seconds=11)
    bank.work()
    assert bank.told(msisdn) == ["pay_in_account"]


def test_a_refused_account_is_a_task_for_staff_and_said_on_the_screen(bank: Bank) -> None:
    msisdn = bank.world.subscriber()
    bank.provider.accounts = [AccountRefused("422")]
    perform(bank.world.context, bank.world.origin(msisdn), AskPayInAccount())
    bank.work()
    assert bank.breaks() == [("account_refused", "422")]
    answer = perform(bank.world.context, bank.world.origin(msisdn), AskPayInAccount())
    assert answer == Refused(Refusal.NO_MONEY_IN_HERE)


def test_somebody_who_paid_has_the_provider_look_again(bank: Bank) -> None:
    owner = bank.owner()
    assert perform(bank.world.context, bank.world.origin(owner), LookForPayment()) == Done()
    bank.work()
    assert bank.provider.looked_again == [ACCOUNT]


def test_an_account_number_belongs_to_its_first_owner(bank: Bank) -> None:
    first = bank.owner()
    second = bank.world.subscriber()
    bank.tell({"account": ACCOUNT, "owner": second})
    bank.tell({"paid": bank.pays("first", naira(100))})
    assert (bank.world.spendable(first), bank.world.spendable(second)) == (naira(100), naira(0))
