"""Paystack's dialect: recorded answers and events, and what becomes of them."""

import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.payments import (
    AccountHeard,
    AccountNotOpened,
    AccountPending,
    AccountRefused,
    AccountUnknown,
    BadWebhook,
    NothingHeard,
    NotPaid,
    Paid,
    PaymentHeard,
    PaymentUnknown,
    VirtualAccount,
)
from providers.http_client import HttpClient
from providers.payments.paystack.adapter import Paystack, PaystackSettings
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, saying

OWNER = Msisdn("+2348030000001")
EMAIL = "2348030000001@customers.test"
PAID = {
    "id": 4099260516, "status": "success", "reference": "r-1", "amount": 100000, "fees": 1000,
    "currency": "NGN", "channel": "dedicated_nuban",
    "authorization": {"receiver_bank_account_number": "9912345678"},
}  # fmt: skip
ASSIGNED = {
    "customer": {"email": EMAIL, "customer_code": "CUS_1"},
    "dedicated_account": {
        "bank": {"name": "Wema Bank"}, "account_number": "9912345678",
        "account_name": "NEXUSTOP/2348030000001",
    },
}  # fmt: skip


@pytest.fixture
def log() -> Remembered:
    return Remembered()


@pytest.fixture
def http(clock: FixedClock, log: Remembered) -> Iterator[HttpClient]:
    client = HttpClient(clock, log)
    yield client
    client.close()


def paystack(base: str, http: HttpClient) -> Paystack:
    return Paystack(
        PaystackSettings(base, "sk-secret", "wema-bank", "customers.test"), http, FixedClock()
    )


def body(event: str, data: object) -> bytes:
    return json.dumps({"event": event, "data": data}).encode()


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (200, {"status": True, "data": PAID},
         Paid("4099260516", Money(1_000_00, "NGN"), Money(10_00, "NGN"), "9912345678")),
        (200, {"status": True, "data": {**PAID, "authorization": None}},
         Paid("4099260516", Money(1_000_00, "NGN"), Money(10_00, "NGN"), "")),
        (200, {"status": True, "data": {**PAID, "status": "failed"}}, NotPaid("failed")),
        (200, {"status": True, "data": {**PAID, "status": "abandoned"}}, NotPaid("abandoned")),
        (200, {"status": True, "data": {**PAID, "status": "pending"}}, PaymentUnknown("pending")),
        (200, {"status": True, "data": {**PAID, "status": "surprise"}},
         PaymentUnknown("surprise")),
        (200, {"status": True, "data": {**PAID, "reference": "r-2"}}, PaymentUnknown("success")),
        (200, {"status": True, "data": {**PAID, "amount": 1000.5}}, PaymentUnknown("unreadable")),
        (200, {"status": True, "data": {**PAID, "amount": "100000"}},
         PaymentUnknown("unreadable")),
        (200, {"status": True, "data": {**PAID, "amount": 0}}, PaymentUnknown("unreadable")),
        (200, {"status": True, "data": {**PAID, "amount": -5}}, PaymentUnknown("unreadable")),
        (200, {"status": True, "data": {**PAID, "currency": "USD"}},
         PaymentUnknown("unreadable")),
        (200, {"status": True}, PaymentUnknown("200")),
        (400, {"status": False, "message": "Transaction reference not found."},
         NotPaid("not_found")),
        (401, {"status": False, "message": "Invalid key"}, PaymentUnknown("401")),
        (500, {}, PaymentUnknown("500")),
        (200, "<html>", PaymentUnknown("200")),
    ],
)  # fmt: skip
def test_each_recorded_answer_to_a_query_becomes_its_state(
    status: int, answer: object, expected: object, http: HttpClient
) -> None:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    with saying(status, text) as (base, requests):
        assert paystack(base, http).query("r-1") == expected
    assert requests.seen[0][0] == "/transaction/verify/r-1"


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (200, {"status": True, "message": "Assign dedicated account in progress"}, AccountPending),
        (400, {"status": False, "message": "email is required"}, AccountRefused),
        (401, {"status": False}, AccountUnknown),
        (503, {}, AccountUnknown),
        (200, {"status": False}, AccountUnknown),
    ],
)
def test_each_recorded_answer_to_asking_for_an_account_becomes_its_outcome(
    status: int, answer: object, kind: type, http: HttpClient
) -> None:
    with saying(status, json.dumps(answer)) as (base, requests):
        assert isinstance(paystack(base, http).open_account(OWNER), kind)
    path, headers, sent = requests.seen[0]
    assert path == "/dedicated_account/assign"
    assert headers["Authorization"] == "Bearer sk-secret"
    assert json.loads(sent)["email"] == EMAIL


def test_a_refused_connection_is_unknown_and_nothing_is_logged_of_the_key(
    http: HttpClient, log: Remembered
) -> None:
    away = paystack("http://127.0.0.1:1", http)
    assert isinstance(away.open_account(OWNER), AccountUnknown)
    assert isinstance(away.query("r-1"), PaymentUnknown)
    assert away.look_again(OWNER, "9912345678") is False
    assert "sk-secret" not in repr(log.exchanges)


def test_only_the_providers_signature_over_the_very_bytes_counts(http: HttpClient) -> None:
    adapter = paystack("http://127.0.0.1:1", http)
    raw = body("charge.success", PAID)
    signature = hmac.new(b"sk-secret", raw, hashlib.sha512).hexdigest()
    assert adapter.authentic({"x-paystack-signature": signature}, raw)
    for given, what in ((signature, raw + b" "), ("0" * 128, raw), ("", raw), ("é", raw)):
        assert not adapter.authentic({"x-paystack-signature": given}, what)
    assert not adapter.authentic({}, raw)


def test_events_are_read(http: HttpClient) -> None:
    adapter = paystack("http://127.0.0.1:1", http)
    assert adapter.parse(body("charge.success", PAID)) == PaymentHeard("r-1")
    account = VirtualAccount("paystack", "9912345678", "Wema Bank", "NEXUSTOP/2348030000001")
    heard = adapter.parse(body("dedicatedaccount.assign.success", ASSIGNED))
    assert heard == AccountHeard(OWNER, account)
    refused = adapter.parse(body("dedicatedaccount.assign.failed", ASSIGNED))
    assert refused == AccountNotOpened(OWNER)
    assert adapter.parse(body("invoice.create", {})) == NothingHeard("invoice.create")


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b"{", b"\xff", b'{"event": "charge.success"}',
        body("charge.success", {}), body("charge.success", None),
        body("dedicatedaccount.assign.success",
             {**ASSIGNED, "customer": {"email": "2348030000001@elsewhere.test"}}),
        body("dedicatedaccount.assign.success",
             {**ASSIGNED, "customer": {"email": "hello@customers.test"}}),
        body("dedicatedaccount.assign.success",
             {**ASSIGNED, "dedicated_account": {"account_number": "12"}}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_no_event(raw: bytes, http: HttpClient) -> None:
    with pytest.raises(BadWebhook):
        paystack("http://127.0.0.1:1", http).parse(raw)
