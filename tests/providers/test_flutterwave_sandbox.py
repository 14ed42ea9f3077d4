"""Flutterwave's adapter against its sandbox: start, pay, ask; and each fault."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.days import day_of
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.charges import (
    Charge,
    ChargeMethod,
    ChargeRefused,
    ChargeStarted,
    ChargeUnknown,
)
from app.ports.payments import (
    AccountReady,
    AccountRefused,
    AccountUnknown,
    ChargeHeard,
    Paid,
    PaymentHeard,
    PaymentTakenBack,
    PaymentUnknown,
    TakenBack,
)
from app.ports.statements import LineKind
from providers.payments.flutterwave.adapter import Flutterwave, FlutterwaveSettings
from providers.sandbox import flutterwave as vendor
from providers.sandbox.book import Book
from tests.providers.flutterwave_bench import Bench, serving, until

OWNER = Msisdn("+2348030000001")
NAIRA = Money(100_00, "NGN")
USSD = Charge("ABC234", OWNER, ChargeMethod.BANK_USSD, NAIRA, "zenith")
ONCE = Charge("ABC234", OWNER, ChargeMethod.ONE_TIME_ACCOUNT, NAIRA)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with serving(tmp_path, agrees=3600) as made:
        yield made


@pytest.fixture
def eager(tmp_path: Path) -> Iterator[Bench]:
    """Customers agree at once."""
    with serving(tmp_path, agrees=0) as made:
        yield made


def begun(charge: Charge, outcome: object) -> Charge:
    assert isinstance(outcome, ChargeStarted)
    return Charge(charge.reference, OWNER, charge.method, charge.amount, charge.bank,
                  outcome.external_id)  # fmt: skip


def test_a_transfer_into_a_subscribers_account_is_told_asked_and_of_its_owner(
    bench: Bench,
) -> None:
    opened = bench.adapter.open_account(OWNER)
    assert opened == bench.adapter.open_account(OWNER)
    first, second = bench.transfer(1_000_00, opened), bench.transfer(500_00, opened)
    until(lambda: len(bench.heard()) == 2)
    assert set(map(str, bench.heard())) == {str(PaymentHeard(first)), str(PaymentHeard(second))}
    schemes = [set(headers) & {"verif-hash", "flutterwave-signature"}
               for _, headers, _ in bench.program.seen]  # fmt: skip
    assert sorted(map(str, schemes)) == ["{'flutterwave-signature'}", "{'verif-hash'}"]
    expected = Paid(first, Money(1_000_00, "NGN"), Money(14_00, "NGN"), "", "", OWNER)
    assert bench.adapter.query(first) == expected
    assert bench.booked() == [(1_000_00, 14_00), (500_00, 7_00)]


def test_an_account_wants_a_bvn(bench: Bench) -> None:
    assert bench.with_bvn("").open_account(OWNER) == AccountRefused("400")
    assert bench.floor.book.noted(vendor.CHARGES) == {}


def test_a_ussd_charge_waits_until_the_customer_agrees(bench: Bench) -> None:
    outcome = bench.adapter.start(USSD)
    charge = begun(USSD, outcome)
    assert isinstance(outcome, ChargeStarted)
    assert outcome.dial == f"*966*000*{charge.external_id}#"
    assert bench.adapter.query_charge(charge) == PaymentUnknown("pending")
    assert bench.adapter.query_charge(USSD) == PaymentUnknown("pending")
    vendor.customer_pays(bench.floor, "ABC234", None)
    expected = Paid(charge.external_id, NAIRA, Money(1_40, "NGN"), "", "ABC234")
    assert bench.adapter.query_charge(charge) == expected
    assert bench.adapter.query_charge(USSD) == expected
    assert bench.adapter.query(charge.external_id) == expected
    until(lambda: bench.heard() == [ChargeHeard("ABC234")])
    assert not vendor.customer_pays(bench.floor, "ABC234", None)


def test_an_account_for_once_costs_its_fee_on_top(bench: Bench) -> None:
    outcome = bench.adapter.start(ONCE)
    assert isinstance(outcome, ChargeStarted)
    assert outcome.to_pay == Money(101_40, "NGN")
    charge = begun(ONCE, outcome)
    assert bench.adapter.query_charge(charge) == PaymentUnknown("not_found")
    paid = bench.transfer_to(outcome.account, 101_40)
    expected = Paid(paid, NAIRA, Money(0, "NGN"), "", "ABC234")
    assert bench.adapter.query_charge(charge) == expected
    until(lambda: bench.heard() == [ChargeHeard("ABC234")])


@pytest.mark.parametrize(("paid", "counted"), [(51_40, 50_00), (301_40, 300_00)])
def test_what_was_really_transferred_is_what_is_answered(
    bench: Bench, paid: int, counted: int
) -> None:
    charge = begun(ONCE, bench.adapter.start(ONCE))
    vendor.customer_pays(bench.floor, "nx-ABC234", paid)
    state = bench.adapter.query_charge(charge)
    assert isinstance(state, Paid)
    assert (state.amount, state.fee) == (Money(counted, "NGN"), Money(0, "NGN"))


@pytest.mark.parametrize("charge", [USSD, ONCE])
def test_the_customer_agrees_by_himself(eager: Bench, charge: Charge) -> None:
    eager.adapter.start(charge)
    until(lambda: isinstance(eager.adapter.query_charge(charge), Paid))
    until(lambda: eager.heard() == [ChargeHeard("ABC234")])


def test_a_reference_is_used_once(bench: Bench) -> None:
    bench.adapter.start(USSD)
    assert bench.adapter.start(USSD) == ChargeUnknown("known_already")
    assert bench.adapter.start(ONCE) == ChargeUnknown("known_already")


# --- faults ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "outcome", "arrived"),
    [
        ("decline", ChargeRefused, False),
        ("timeout_then_delivered", ChargeUnknown, True),
        ("timeout_never_received", ChargeUnknown, False),
        ("server_error_then_delivered", ChargeUnknown, True),
        ("refused", ChargeUnknown, False),
        ("malformed_body", ChargeUnknown, True),
        ("throttled", ChargeUnknown, False),
    ],
)
@pytest.mark.parametrize("charge", [USSD, ONCE])
def test_a_start_that_goes_wrong_is_paid_exactly_when_it_arrived(
    eager: Bench, charge: Charge, fault: str, outcome: type, arrived: bool
) -> None:
    eager.fault(fault)
    assert isinstance(eager.adapter.start(charge), outcome)
    if arrived:
        until(lambda: isinstance(eager.adapter.query_charge(charge), Paid))
    assert eager.adapter.query_charge(charge) == (
        Paid(
            str(eager.floor.book.payments("flutterwave")[0].id), NAIRA,
            Money(1_40 if charge is USSD else 0, "NGN"), "", "ABC234",
        ) if arrived else PaymentUnknown("not_found")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [("decline", AccountRefused("400")), ("timeout_then_delivered", AccountUnknown("read_timeout")),
     ("server_error_then_delivered", AccountUnknown("500")),
     ("malformed_body", AccountUnknown("200")), ("throttled", AccountUnknown("429"))],
)  # fmt: skip
def test_an_account_that_was_not_told_is_asked_for_again(
    bench: Bench, fault: str, outcome: object
) -> None:
    bench.fault(fault)
    assert bench.adapter.open_account(OWNER) == outcome
    assert isinstance(bench.adapter.open_account(OWNER), AccountReady)


@pytest.mark.parametrize(("fault", "times"), [("duplicate_callback", 3), ("callback_lost", 0)])
def test_a_payment_is_told_as_often_as_the_fault_says(bench: Bench, fault: str, times: int) -> None:
    opened = bench.adapter.open_account(OWNER)
    bench.fault(fault)
    paid = bench.transfer(1_000_00, opened)
    bench.transfer(500_00, opened)
    until(lambda: len(bench.heard()) == times + 1)
    assert bench.heard().count(PaymentHeard(paid)) == times


def test_a_payment_that_was_never_told_is_told_when_somebody_asks(bench: Bench) -> None:
    opened = bench.adapter.open_account(OWNER)
    assert isinstance(opened, AccountReady)
    other = bench.adapter.open_account(Msisdn("+2348030000002"))
    bench.transfer(200_00, other)
    until(lambda: len(bench.heard()) == 1)
    bench.fault("callback_lost")
    paid = bench.transfer(1_000_00, opened)
    assert bench.adapter.look_again(OWNER, opened.account.number)
    until(lambda: len(bench.heard()) == 2)
    assert bench.heard()[1] == PaymentHeard(paid)


def test_a_lying_webhook_changes_no_amount(bench: Bench) -> None:
    opened = bench.adapter.open_account(OWNER)
    bench.fault("forged_callback")
    paid = bench.transfer(1_000_00, opened)
    until(lambda: len(bench.program.seen) == 2)
    assert bench.heard() == [PaymentHeard(paid)]
    assert all(b'"amount": 100000,' in body for _, _, body in bench.program.seen)
    state = bench.adapter.query(paid)
    assert isinstance(state, Paid)
    assert state.amount == Money(1_000_00, "NGN")


def test_another_amount_than_asked_for_is_answered_as_it_is(eager: Bench) -> None:
    eager.fault("amount_differs")
    charge = begun(USSD, eager.adapter.start(USSD))
    until(lambda: isinstance(eager.adapter.query_charge(charge), Paid))
    state = eager.adapter.query_charge(charge)
    assert isinstance(state, Paid)
    assert state.amount == Money(90_00, "NGN")


def test_a_payment_that_is_reversed_later_is_told_and_answered_so(bench: Bench) -> None:
    opened = bench.adapter.open_account(OWNER)
    bench.fault("reversed_later")
    paid = bench.transfer(1_000_00, opened)
    until(lambda: PaymentTakenBack(external_id=paid) in bench.heard())
    assert bench.adapter.query(paid) == TakenBack(paid, Money(1_000_00, "NGN"))
    assert not vendor.take_back(bench.floor, paid)


@pytest.mark.parametrize("payments", [0, 1, 10, 11, 25])
def test_the_statement_is_the_book(bench: Bench, payments: int) -> None:
    opened = bench.adapter.open_account(OWNER)
    ids = [bench.transfer(1_000_00 + n, opened) for n in range(payments)]
    for paid in ids[:1]:
        vendor.take_back(bench.floor, paid)
    today = day_of(datetime.now(UTC), "NG")
    lines = list(bench.adapter.statement(today))
    came = [line for line in lines if line.kind is LineKind.PAYMENT]
    assert sorted(line.external_id for line in came) == sorted(ids)
    assert sum(line.amount.amount_minor for line in came) == sum(a for a, _ in bench.booked())
    assert sum(line.fee.amount_minor for line in came) == sum(fee for _, fee in bench.booked())
    back = [(x.external_id, x.amount) for x in lines if x.kind is LineKind.TAKEN_BACK]
    assert back == [(paid, Money(1_000_00, "NGN")) for paid in ids[:1]]
    assert list(bench.adapter.statement(today - timedelta(days=1))) == []


def test_what_was_asked_and_paid_survives_a_restart(bench: Bench, tmp_path: Path) -> None:
    bench.adapter.start(USSD)
    vendor.customer_pays(bench.floor, "ABC234", None)
    vendor.take_back(bench.floor, str(bench.floor.book.payments("flutterwave")[0].id))
    again = Book(tmp_path / "book")
    for shelf in (vendor.CHARGES, vendor.REFUNDS):
        assert again.noted(shelf) == bench.floor.book.noted(shelf)
    assert again.payments("flutterwave") == bench.floor.book.payments("flutterwave")
    again.close()


def test_another_key_is_not_let_in(bench: Bench) -> None:
    settings = FlutterwaveSettings(f"{bench._base}/flutterwave", "wrong", "hash", "", "x.test")
    stranger = Flutterwave(settings, bench._http)
    assert stranger.start(USSD) == ChargeRefused("401")
    assert stranger.query("1") == PaymentUnknown("401")
