"""MTN MoMo's dialect: recorded answers and callbacks, and what becomes of them."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.charges import (
    Charge,
    ChargeMethod,
    ChargeNotSent,
    ChargeRefused,
    ChargeStarted,
    ChargeUnknown,
)
from app.ports.payments import BadWebhook, ChargeHeard, NotPaid, Paid, PaymentUnknown
from providers.http_client import HttpClient
from providers.payments.momo.adapter import Momo, MomoSettings, reference_id_of
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, Requests, saying

TOKEN_PATH = "/collection/token/"
START = "/collection/v1_0/requesttopay"
TOKEN = (200, '{"access_token": "the-token", "token_type": "access_token", "expires_in": 3600}')
REFERENCE_ID = reference_id_of("7K3F9Q")
CALLBACK_URL = "https://nexustop.example/webhooks/momo/the-inbound-token"
CHARGE = Charge(
    "7K3F9Q", Msisdn("+256772345678"), ChargeMethod.PROMPT, Money(15_000, "UGX"),
    external_id=REFERENCE_ID,
)  # fmt: skip
PAID = {
    "amount": "15000", "currency": "UGX", "financialTransactionId": "2350345211",
    "externalId": "7K3F9Q", "payer": {"partyIdType": "MSISDN", "partyId": "256772345678"},
    "status": "SUCCESSFUL",
}  # fmt: skip
PENDING = {**{k: v for k, v in PAID.items() if k != "financialTransactionId"}, "status": "PENDING"}
FAILED = {**PENDING, "status": "FAILED"}
IS_PAID = Paid("2350345211", Money(15_000, "UGX"), Money(0, "UGX"), "", "7K3F9Q")


@pytest.fixture
def log() -> Remembered:
    return Remembered()


@pytest.fixture
def http(clock: FixedClock, log: Remembered) -> Iterator[HttpClient]:
    client = HttpClient(clock, log, read_seconds=1)
    yield client
    client.close()


@pytest.fixture
def mtn() -> Iterator[tuple[str, Requests]]:
    with saying() as (base, requests):
        requests.answers[TOKEN_PATH] = TOKEN
        yield base, requests


def momo(base: str, http: HttpClient, clock: FixedClock) -> Momo:
    settings = MomoSettings(
        base, "the-user", "the-api-key", "the-subscription", "mtnuganda",
        frozenset({"UGX", "GHS"}), CALLBACK_URL,
    )  # fmt: skip
    return Momo(settings, http, clock)


def error(code: str) -> dict[str, str]:
    return {"code": code, "message": "..."}


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (202, "", ChargeStarted(REFERENCE_ID)),
        (409, error("RESOURCE_ALREADY_EXIST"), ChargeStarted(REFERENCE_ID)),
        (409, error("SOMETHING_ELSE"), ChargeUnknown("SOMETHING_ELSE")),
        (409, "", ChargeUnknown("409")),
        (200, "", ChargeUnknown("200")),
        (400, "", ChargeRefused("400")),
        (401, {"statusCode": 401}, ChargeRefused("401")),
        (403, "", ChargeRefused("403")),
        (500, error("NOT_ALLOWED"), ChargeRefused("NOT_ALLOWED")),
        (500, error("INVALID_CURRENCY"), ChargeRefused("INVALID_CURRENCY")),
        (500, error("INVALID_CALLBACK_URL_HOST"), ChargeRefused("INVALID_CALLBACK_URL_HOST")),
        (500, error("SERVICE_UNAVAILABLE"), ChargeUnknown("SERVICE_UNAVAILABLE")),
        (500, error("INTERNAL_PROCESSING_ERROR"), ChargeUnknown("INTERNAL_PROCESSING_ERROR")),
        (503, "<html>", ChargeUnknown("503")),
        (429, "", ChargeUnknown("429")),
    ],
)
def test_each_recorded_answer_to_a_start_becomes_its_outcome(
    status: int, answer: object, expected: object, http: HttpClient, clock: FixedClock,
    mtn: tuple[str, Requests],
) -> None:  # fmt: skip
    base, requests = mtn
    requests.answer = (status, answer if isinstance(answer, str) else json.dumps(answer))
    assert momo(base, http, clock).start(CHARGE) == expected


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (200, PAID, IS_PAID),
        (200, {**PAID, "amount": 15000, "financialTransactionId": 2350345211}, IS_PAID),
        (200, {**PAID, "amount": "15000.00"}, IS_PAID),
        (200, '{"amount": 12.50, "currency": "GHS", "financialTransactionId": "9",'
              ' "externalId": "7K3F9Q", "status": "SUCCESSFUL"}',
         Paid("9", Money(12_50, "GHS"), Money(0, "GHS"), "", "7K3F9Q")),
        (200, {**PAID, "amount": "14000"}, replace(IS_PAID, amount=Money(14_000, "UGX"))),
        (200, {**PAID, "currency": "EUR"}, PaymentUnknown("unreadable")),
        (200, {**PAID, "amount": "15000.50"}, PaymentUnknown("unreadable")),
        (200, {**PAID, "amount": "0"}, PaymentUnknown("unreadable")),
        (200, {**PAID, "amount": "-15000"}, PaymentUnknown("unreadable")),
        (200, {**PAID, "amount": "1e999999999"}, PaymentUnknown("unreadable")),
        (200, {**PAID, "amount": "NaN"}, PaymentUnknown("unreadable")),
        (200, {**PAID, "amount": "sNaN"}, PaymentUnknown("unreadable")),
        (200, {**PAID, "amount": "15,000"}, PaymentUnknown("unreadable")),
        (200, {**PAID, "amount": True}, PaymentUnknown("unreadable")),
        (200, {**PAID, "amount": None}, PaymentUnknown("unreadable")),
        (200, {**PAID, "amount": []}, PaymentUnknown("unreadable")),
        (200, {**PAID, "financialTransactionId": ""}, PaymentUnknown("unreadable")),
        (200, {**PAID, "financialTransactionId": None}, PaymentUnknown("unreadable")),
        (200, {**PAID, "externalId": "OTHERS"}, PaymentUnknown("other_reference")),
        (200, {**FAILED, "externalId": "OTHERS"}, PaymentUnknown("other_reference")),
        (200, PENDING, PaymentUnknown("PENDING")),
        (200, {**PAID, "status": "CREATED"}, PaymentUnknown("CREATED")),
        (200, {**PAID, "status": "successful"}, PaymentUnknown("successful")),
        (200, {**FAILED, "reason": {"code": "NOT_ENOUGH_FUNDS", "message": "..."}},
         NotPaid("NOT_ENOUGH_FUNDS")),
        (200, {**FAILED, "reason": "APPROVAL_REJECTED"}, NotPaid("APPROVAL_REJECTED")),
        (200, FAILED, NotPaid("failed")),
        (404, error("RESOURCE_NOT_FOUND"), NotPaid("not_found")),
        (404, "<html>no such page", PaymentUnknown("404")),
        (401, "", PaymentUnknown("401")),
        (500, error("INTERNAL_PROCESSING_ERROR"), PaymentUnknown("500")),
        (200, "<html>", PaymentUnknown("other_reference")),
        (200, [PAID], PaymentUnknown("other_reference")),
    ],
)  # fmt: skip
def test_each_recorded_answer_to_a_query_becomes_its_state(
    status: int, answer: object, expected: object, http: HttpClient, clock: FixedClock,
    mtn: tuple[str, Requests],
) -> None:  # fmt: skip
    base, requests = mtn
    requests.answer = (status, answer if isinstance(answer, str) else json.dumps(answer))
    assert momo(base, http, clock).query_charge(CHARGE) == expected
    assert requests.seen[1][0] == f"{START}/{REFERENCE_ID}"


def test_a_start_carries_what_mtn_asks_for(
    http: HttpClient, clock: FixedClock, mtn: tuple[str, Requests]
) -> None:
    base, requests = mtn
    momo(base, http, clock).start(replace(CHARGE, amount=Money(1_234_50, "GHS")))
    (token_path, token_headers, _), (path, headers, sent) = requests.seen
    assert (token_path, path) == (TOKEN_PATH, START)
    assert base64.b64decode(token_headers["Authorization"].split()[1]) == b"the-user:the-api-key"
    told = {name.lower(): value for name, value in headers.items()}
    assert told["authorization"] == "Bearer the-token"
    assert told["x-reference-id"] == REFERENCE_ID
    assert told["x-target-environment"] == "mtnuganda"
    assert told["x-callback-url"] == CALLBACK_URL
    assert told["ocp-apim-subscription-key"] == "the-subscription"
    wanted = json.loads(sent)
    assert (wanted["amount"], wanted["currency"]) == ("1234.50", "GHS")
    assert wanted["externalId"] == "7K3F9Q"
    assert wanted["payer"] == {"partyIdType": "MSISDN", "partyId": "256772345678"}


def test_a_currency_without_cents_is_asked_for_in_whole_units(
    http: HttpClient, clock: FixedClock, mtn: tuple[str, Requests]
) -> None:
    base, requests = mtn
    momo(base, http, clock).start(CHARGE)
    assert json.loads(requests.seen[1][2])["amount"] == "15000"


def test_the_same_reference_is_the_same_request_and_a_uuid_of_version_4() -> None:
    assert reference_id_of("7K3F9Q") == REFERENCE_ID
    assert reference_id_of("7K3F9R") != REFERENCE_ID
    assert (UUID(REFERENCE_ID).version, str(UUID(REFERENCE_ID))) == (4, REFERENCE_ID)


def test_a_charge_whose_start_was_lost_is_asked_about_all_the_same(
    http: HttpClient, clock: FixedClock, mtn: tuple[str, Requests]
) -> None:
    base, requests = mtn
    requests.answer = (200, json.dumps(PAID))
    assert momo(base, http, clock).query_charge(replace(CHARGE, external_id="")) == IS_PAID
    assert requests.seen[1][0] == f"{START}/{REFERENCE_ID}"


@pytest.mark.parametrize(
    "charge",
    [replace(CHARGE, amount=Money(100_00, "KES")), replace(CHARGE, amount=Money(100, "RWF")),
     replace(CHARGE, method=ChargeMethod.ONE_TIME_ACCOUNT)],
)  # fmt: skip
def test_what_is_not_configured_is_refused_and_nothing_is_sent(
    charge: Charge, http: HttpClient, clock: FixedClock, mtn: tuple[str, Requests]
) -> None:
    base, requests = mtn
    assert momo(base, http, clock).start(charge) == ChargeRefused("not_offered")
    assert requests.seen == []


def test_a_token_that_is_not_accepted_is_replaced_once(
    http: HttpClient, clock: FixedClock, mtn: tuple[str, Requests]
) -> None:
    base, requests = mtn
    requests.answers[START] = (401, "{}")
    assert momo(base, http, clock).start(CHARGE) == ChargeRefused("401")
    assert [path for path, _, _ in requests.seen] == [TOKEN_PATH, START, TOKEN_PATH, START]


def test_what_never_left_is_told_apart_and_no_secret_is_logged(
    http: HttpClient, clock: FixedClock, log: Remembered, mtn: tuple[str, Requests]
) -> None:
    away = momo("http://127.0.0.1:1", http, clock)
    assert away.start(CHARGE) == ChargeNotSent("connect")
    assert away.query_charge(CHARGE) == PaymentUnknown("connect")
    momo(mtn[0], http, clock).start(CHARGE)
    for secret in ("the-token", "the-api-key", "the-subscription", "the-inbound-token"):
        assert secret not in repr(log.exchanges)


def test_a_callback_says_which_charge_to_ask_about_and_no_more(
    http: HttpClient, clock: FixedClock
) -> None:
    adapter = momo("http://127.0.0.1:1", http, clock)
    for told in (PAID, FAILED, {"externalId": "7K3F9Q", "status": "anything"}):
        raw = json.dumps(told).encode()
        assert adapter.authentic({}, raw)
        assert adapter.parse(raw) == ChargeHeard(reference="7K3F9Q")
    digits = b'{"externalId": 234567, "status": "SUCCESSFUL"}'
    assert adapter.parse(digits) == ChargeHeard(reference="234567")


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"\xff", b"null", b'"text"', b'{"status": "SUCCESSFUL"}',
     b'{"externalId": "7K3F9Q"}', b'{"externalId": "", "status": "FAILED"}',
     b'{"externalId": "a b", "status": "FAILED"}', b'{"externalId": [], "status": "FAILED"}',
     b'{"externalId": true, "status": "FAILED"}', b'{"externalId": "7K3F9Q", "status": 1}',
     json.dumps({"externalId": "A" * 41, "status": "FAILED"}).encode(), b"[" * 50_000],
)  # fmt: skip
def test_what_cannot_be_read_is_no_callback(
    raw: bytes, http: HttpClient, clock: FixedClock
) -> None:
    adapter = momo("http://127.0.0.1:1", http, clock)
    assert not adapter.authentic({}, raw)
    with pytest.raises(BadWebhook):
        adapter.parse(raw)
