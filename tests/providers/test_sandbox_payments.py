"""Paystack's adapter against its sandbox, fault by fault, and the control paths of money in."""

import json
import threading
import urllib.error
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.bootstrap import SystemClock
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.charges import (
    Charge,
    ChargeMethod,
    ChargeOutcome,
    ChargeRefused,
    ChargeStarted,
    ChargeUnknown,
)
from app.ports.payments import (
    ChargeHeard,
    NotPaid,
    Paid,
    PaymentTakenBack,
    PaymentUnknown,
    TakenBack,
)
from app.ports.statements import LineKind
from providers.http_client import HttpClient
from providers.payments.paystack.adapter import Paystack, PaystackSettings
from providers.sandbox.faults import FAULTS
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from tests.fakes.http import Remembered, saying
from tests.providers.test_sandbox import Sandbox, until

WEBHOOK = "/webhooks/paystack"
OUTCOMES: dict[str, type[ChargeOutcome]] = {
    "decline": ChargeRefused,
    "timeout_then_delivered": ChargeUnknown,
    "timeout_never_received": ChargeUnknown,
    "server_error_then_delivered": ChargeUnknown,
    "refused": ChargeUnknown,
    "malformed_body": ChargeUnknown,
    "throttled": ChargeUnknown,
}
NEVER_THERE = {"decline", "timeout_never_received", "refused", "throttled"}


@pytest.fixture
def sandbox(tmp_path: Any) -> Iterator[Sandbox]:
    with saying(200, "OK") as (program, requests):
        settings = SandboxSettings(
            callback_base=program, book_path=tmp_path / "book", silence_seconds=1.5,
            delivery_seconds=0.05, retry_seconds=0.05, taken_back_after_seconds=0.1,
        )  # fmt: skip
        served = SandboxServer(settings, "127.0.0.1", 0)
        thread = threading.Thread(target=served.run)
        thread.start()
        try:
            yield Sandbox(f"http://127.0.0.1:{served.port}", requests)
        finally:
            served.stop()
            thread.join()


@pytest.fixture
def paystack(sandbox: Sandbox) -> Iterator[Paystack]:
    client = HttpClient(SystemClock(), Remembered(), connect_seconds=3, read_seconds=1)
    settings = PaystackSettings(
        f"{sandbox.base}/paystack", "demo-paystack", "wema-bank", "customers.test"
    )
    yield Paystack(settings, client, SystemClock())
    client.close()


def charge(
    reference: str = "7K3F9Q", method: ChargeMethod = ChargeMethod.BANK_USSD, naira: int = 1_000
) -> Charge:
    bank = "gtb" if method is ChargeMethod.BANK_USSD else ""
    return Charge(reference, Msisdn("+2348031234567"), method, Money(naira * 100, "NGN"), bank)


def refused(sandbox: Sandbox, path: str, body: object) -> int:
    with pytest.raises(urllib.error.HTTPError) as error:
        sandbox.control(path, body)
    error.value.close()
    return error.value.code


@pytest.mark.parametrize("fault", sorted(FAULTS["paystack", "payments"]))
def test_each_fault_gives_its_outcome_and_a_query_tells_the_truth(
    sandbox: Sandbox, paystack: Paystack, fault: str
) -> None:
    sandbox.control("faults", {"provider": "paystack", "fault": fault, "count": 1,
                               "capability": "payments"})  # fmt: skip
    assert isinstance(paystack.start(charge()), OUTCOMES.get(fault, ChargeStarted))
    if fault in NEVER_THERE:
        assert paystack.query_charge(charge()) == NotPaid("not_found")
        assert refused(sandbox, "charges/7K3F9Q/pay", {}) == 422
        return
    assert paystack.query_charge(charge()) == PaymentUnknown("abandoned")
    sandbox.control("charges/7K3F9Q/pay", {})
    [payment] = sandbox.control("payments")
    if fault == "reversed_later":
        until(lambda: isinstance(paystack.query_charge(charge()), TakenBack))
        return
    paid = paystack.query_charge(charge())
    assert isinstance(paid, Paid)
    assert paid.reference == "7K3F9Q"
    assert paid.amount == Money(900_00 if fault == "amount_differs" else 1_000_00, "NGN")
    assert payment["amount_minor"] == paid.amount.amount_minor


@pytest.mark.parametrize(("fault", "times"), [("", 1), ("duplicate_callback", 3)])
def test_a_paid_charge_is_told_with_a_signature(
    sandbox: Sandbox, paystack: Paystack, fault: str, times: int
) -> None:
    if fault:
        sandbox.control("faults", {"provider": "paystack", "fault": fault, "count": 1,
                                   "capability": "payments"})  # fmt: skip
    paystack.start(charge())
    sandbox.control("charges/nx-7K3F9Q/pay", {})
    until(lambda: len(sandbox.callbacks(WEBHOOK)) == times)
    for path, headers, body in sandbox.program.seen:
        assert path == WEBHOOK
        assert paystack.authentic({name.lower(): v for name, v in headers.items()}, body)
        assert paystack.parse(body) == ChargeHeard("7K3F9Q", "nx-7K3F9Q")


def test_a_forged_webhook_is_not_authentic(sandbox: Sandbox, paystack: Paystack) -> None:
    sandbox.control("faults", {"provider": "paystack", "fault": "forged_callback", "count": 1,
                               "capability": "payments"})  # fmt: skip
    paystack.start(charge())
    sandbox.control("charges/7K3F9Q/pay", {})
    until(lambda: sandbox.program.seen)
    [(_, headers, body)] = sandbox.program.seen
    assert not paystack.authentic({name.lower(): v for name, v in headers.items()}, body)


def test_a_charge_is_paid_once_and_a_reference_is_used_once(
    sandbox: Sandbox, paystack: Paystack
) -> None:
    started = paystack.start(charge())
    assert isinstance(started, ChargeStarted)
    assert started.dial.startswith("*737*")
    assert paystack.start(charge()) == ChargeUnknown("duplicate_reference")
    sandbox.control("charges/7K3F9Q/pay", {"amount_minor": 500_00})
    assert refused(sandbox, "charges/7K3F9Q/pay", {}) == 422
    assert refused(sandbox, "charges/NOBODY/pay", {}) == 422
    assert refused(sandbox, "charges/7K3F9Q/pay", {"amount_minor": 0}) == 422
    paid = paystack.query_charge(charge())
    assert isinstance(paid, Paid)
    assert paid.amount == Money(500_00, "NGN")


def test_an_account_for_one_charge_takes_its_amount_only(
    sandbox: Sandbox, paystack: Paystack
) -> None:
    once = charge(method=ChargeMethod.ONE_TIME_ACCOUNT)
    started = paystack.start(once)
    assert isinstance(started, ChargeStarted)
    transfer = {"account_number": started.account, "amount_minor": 999_00, "currency": "NGN"}
    sandbox.control("bank-transfers", transfer)
    until(lambda: sandbox.callbacks(WEBHOOK))
    assert json.loads(sandbox.callbacks(WEBHOOK)[0])["event"] == "bank.transfer.rejected"
    assert paystack.query_charge(once) == PaymentUnknown("abandoned")
    sandbox.control("bank-transfers", {**transfer, "amount_minor": 1_000_00})
    assert isinstance(paystack.query_charge(once), Paid)


def test_a_page_to_open_is_given(paystack: Paystack) -> None:
    started = paystack.start(charge(method=ChargeMethod.LINK))
    assert isinstance(started, ChargeStarted)
    assert started.link.startswith("https://checkout.")


def test_money_goes_back_in_part_and_then_whole_and_the_statement_says_both(
    sandbox: Sandbox, paystack: Paystack
) -> None:
    paystack.start(charge())
    sandbox.control("charges/7K3F9Q/pay", {})
    paid = paystack.query_charge(charge())
    assert isinstance(paid, Paid)
    until(lambda: len(sandbox.callbacks(WEBHOOK)) == 1)
    reversal = {"provider": "paystack", "external_id": paid.external_id}
    sandbox.control("reversals", {**reversal, "amount_minor": 300_00})
    assert paystack.taken_back("nx-7K3F9Q") == TakenBack(paid.external_id, Money(300_00, "NGN"))
    until(lambda: len(sandbox.callbacks(WEBHOOK)) == 2)
    assert paystack.parse(sandbox.callbacks(WEBHOOK)[1]) == PaymentTakenBack("nx-7K3F9Q")
    sandbox.control("reversals", reversal)
    whole = TakenBack(paid.external_id, Money(1_000_00, "NGN"))
    assert paystack.query_charge(charge()) == paystack.taken_back("nx-7K3F9Q") == whole
    [payment] = sandbox.control("payments")
    lagos = datetime.fromisoformat(payment["at"]) + timedelta(hours=1)
    lines = list(paystack.statement(lagos.date()))
    assert [(line.kind, line.external_id, line.amount.amount_minor) for line in lines] == [
        (LineKind.PAYMENT, paid.external_id, 1_000_00),
        (LineKind.TAKEN_BACK, paid.external_id, 1_000_00),
    ]
    assert refused(sandbox, "reversals", {**reversal, "external_id": "nobody"}) == 422
    assert refused(sandbox, "reversals", {"provider": "nobody"}) == 422


def test_the_book_of_money_survives_a_restart(
    sandbox: Sandbox, paystack: Paystack, tmp_path: Any
) -> None:
    from providers.sandbox.book import Book

    paystack.start(charge())
    paystack.start(charge("OTHERX"))
    sandbox.control("charges/7K3F9Q/pay", {})
    [payment] = sandbox.control("payments")
    sandbox.control("reversals", {"provider": "paystack", "external_id": str(payment["id"])})
    again = Book(tmp_path / "book")
    [kept] = again.payments("paystack")
    assert (kept.reference, kept.taken_back_minor) == ("nx-7K3F9Q", 1_000_00)
    assert again.agree("paystack", "nx-7K3F9Q") is None
    assert again.agree("paystack", "nx-OTHERX") is not None
    again.close()
