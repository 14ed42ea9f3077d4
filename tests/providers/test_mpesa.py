"""M-Pesa's dialect: recorded answers and callbacks, and what becomes of them."""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import replace

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
from providers.payments.mpesa.adapter import Mpesa, MpesaSettings
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, Requests, saying

TOKEN_PATH = "/oauth/v1/generate"
_GRANT = "grant_type=client_credentials"
START = "/mpesa/stkpush/v1/processrequest"
QUERY = "/mpesa/stkpushquery/v1/query"
TOKEN = (200, '{"access_token": "the-token", "expires_in": "3599"}')
CHECKOUT = "ws_CO_02032026140000123712345678"
CALLBACK_URL = "https://nexustop.example/webhooks/mpesa/the-inbound-token"
CHARGE = Charge(
    "7K3F9Q", Msisdn("+254712345678"), ChargeMethod.PROMPT, Money(1_500_00, "KES"),
    external_id=CHECKOUT,
)  # fmt: skip
STARTED = {
    "MerchantRequestID": "29115-34620561-1", "CheckoutRequestID": CHECKOUT, "ResponseCode": "0",
    "ResponseDescription": "Success. Request accepted for processing",
    "CustomerMessage": "Success. Request accepted for processing",
}  # fmt: skip
CALLBACK = {
    "MerchantRequestID": "29115-34620561-1", "CheckoutRequestID": CHECKOUT, "ResultCode": 0,
    "ResultDesc": "The service request is processed successfully.",
    "CallbackMetadata": {
        "Item": [
            {"Name": "Amount", "Value": 1500.0},
            {"Name": "MpesaReceiptNumber", "Value": "UC27KL4M9P"},
            {"Name": "TransactionDate", "Value": 20260302140012},
            {"Name": "PhoneNumber", "Value": 254712345678},
        ]
    },
}  # fmt: skip


@pytest.fixture
def log() -> Remembered:
    return Remembered()


@pytest.fixture
def http(clock: FixedClock, log: Remembered) -> Iterator[HttpClient]:
    client = HttpClient(clock, log, read_seconds=1)
    yield client
    client.close()


@pytest.fixture
def daraja() -> Iterator[tuple[str, Requests]]:
    with saying() as (base, requests):
        requests.answers[TOKEN_PATH] = TOKEN
        yield base, requests


def mpesa(base: str, http: HttpClient, clock: FixedClock) -> Mpesa:
    settings = MpesaSettings(base, "key", "the-secret", "174379", "the-passkey", CALLBACK_URL)
    return Mpesa(settings, http, clock)


def asked(result: object, response: object = "0", checkout: str = CHECKOUT) -> dict[str, object]:
    return {
        "ResponseCode": response, "MerchantRequestID": "29115-34620561-1",
        "ResponseDescription": "The service request has been accepted successsfully",
        "CheckoutRequestID": checkout, "ResultCode": result, "ResultDesc": "...",
    }  # fmt: skip


def error(code: str) -> dict[str, str]:
    return {"requestId": "11728-2929992-1", "errorCode": code, "errorMessage": "..."}


def body(callback: object) -> bytes:
    return json.dumps({"Body": {"stkCallback": callback}}).encode()


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (200, STARTED, ChargeStarted(CHECKOUT)),
        (200, {**STARTED, "ResponseCode": 0}, ChargeStarted(CHECKOUT)),
        (200, {**STARTED, "ResponseCode": "1"}, ChargeRefused("1")),
        (200, {**STARTED, "CheckoutRequestID": ""}, ChargeUnknown("200")),
        (200, {**STARTED, "CheckoutRequestID": "no id at all"}, ChargeUnknown("200")),
        (200, {**STARTED, "CheckoutRequestID": 7}, ChargeUnknown("200")),
        (200, {}, ChargeUnknown("200")),
        (200, "<html>", ChargeUnknown("200")),
        (200, [STARTED], ChargeUnknown("200")),
        (400, error("400.002.02"), ChargeRefused("400.002.02")),
        (500, error("500.001.1001"), ChargeRefused("500.001.1001")),
        (500, error("500.003.02"), ChargeRefused("500.003.02")),
        (404, error("404.001.03"), ChargeRefused("404.001.03")),
        (401, "", ChargeRefused("401")),
        (500, error("500.999.99"), ChargeUnknown("500.999.99")),
        (503, "", ChargeUnknown("503")),
    ],
)  # fmt: skip
def test_each_recorded_answer_to_a_start_becomes_its_outcome(
    status: int, answer: object, expected: object, http: HttpClient, clock: FixedClock,
    daraja: tuple[str, Requests],
) -> None:  # fmt: skip
    base, requests = daraja
    requests.answer = (status, answer if isinstance(answer, str) else json.dumps(answer))
    assert mpesa(base, http, clock).start(CHARGE) == expected


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (200, asked("0"), Paid(CHECKOUT, Money(1_500_00, "KES"), Money(0, "KES"), "", "7K3F9Q")),
        (200, asked(0, 0), Paid(CHECKOUT, Money(1_500_00, "KES"), Money(0, "KES"), "", "7K3F9Q")),
        (200, asked("1"), NotPaid("insufficient")),
        (200, asked("1001"), NotPaid("busy")),
        (200, asked("1019"), NotPaid("expired")),
        (200, asked("1025"), NotPaid("not_prompted")),
        (200, asked("1032"), NotPaid("cancelled")),
        (200, asked("1037"), NotPaid("unreachable")),
        (200, asked(2001), NotPaid("wrong_pin")),
        (200, asked("4999"), PaymentUnknown("4999")),
        (200, asked("17"), PaymentUnknown("17")),
        (200, asked("8888"), PaymentUnknown("8888")),
        (200, asked(False), PaymentUnknown("unreadable")),
        (200, asked(None), PaymentUnknown("unreadable")),
        (200, asked("0", response="1"), PaymentUnknown("0")),
        (200, asked("0", checkout="ws_CO_other"), PaymentUnknown("200")),
        (200, asked("1032", checkout="ws_CO_other"), PaymentUnknown("200")),
        (200, {}, PaymentUnknown("200")),
        (200, "<html>", PaymentUnknown("200")),
        (200, [1], PaymentUnknown("200")),
        (500, error("500.001.1001"), PaymentUnknown("processing")),
        (400, error("400.002.02"), PaymentUnknown("400.002.02")),
        (404, error("404.001.03"), PaymentUnknown("404.001.03")),
        (500, asked("0"), PaymentUnknown("500")),
        (503, "", PaymentUnknown("503")),
    ],
)  # fmt: skip
def test_each_recorded_answer_to_a_query_becomes_its_state(
    status: int, answer: object, expected: object, http: HttpClient, clock: FixedClock,
    daraja: tuple[str, Requests],
) -> None:  # fmt: skip
    base, requests = daraja
    requests.answer = (status, answer if isinstance(answer, str) else json.dumps(answer))
    assert mpesa(base, http, clock).query_charge(CHARGE) == expected


def test_a_start_is_signed_with_the_time_in_nairobi_and_asks_for_whole_shillings(
    http: HttpClient, clock: FixedClock, daraja: tuple[str, Requests]
) -> None:
    base, requests = daraja
    mpesa(base, http, clock).start(CHARGE)
    (token_path, token_headers, _), (path, headers, sent) = requests.seen
    assert token_path == f"{TOKEN_PATH}?grant_type=client_credentials"
    assert base64.b64decode(token_headers["Authorization"].split()[1]) == b"key:the-secret"
    assert (path, headers["Authorization"]) == (START, "Bearer the-token")
    asked_for = json.loads(sent)
    assert base64.b64decode(asked_for.pop("Password")) == b"174379the-passkey20260302140000"
    assert asked_for == {
        "BusinessShortCode": "174379", "Timestamp": "20260302140000", "Amount": 1500,
        "TransactionType": "CustomerPayBillOnline", "PartyA": "254712345678",
        "PartyB": "174379", "PhoneNumber": "254712345678", "CallBackURL": CALLBACK_URL,
        "AccountReference": "7K3F9Q", "TransactionDesc": "Add money",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("charge", "why"),
    [
        (replace(CHARGE, amount=Money(1_500_50, "KES")), "not_whole"),
        (replace(CHARGE, amount=Money(1_500_00, "NGN")), "not_offered"),
        (replace(CHARGE, method=ChargeMethod.BANK_USSD), "not_offered"),
    ],
)
def test_what_cannot_be_prompted_for_is_refused_and_nothing_is_sent(
    charge: Charge, why: str, http: HttpClient, clock: FixedClock, daraja: tuple[str, Requests]
) -> None:
    base, requests = daraja
    assert mpesa(base, http, clock).start(charge) == ChargeRefused(why)
    assert requests.seen == []


def test_a_charge_whose_start_brought_no_id_cannot_be_asked_about(
    http: HttpClient, clock: FixedClock, daraja: tuple[str, Requests]
) -> None:
    base, requests = daraja
    lost = replace(CHARGE, external_id="")
    assert mpesa(base, http, clock).query_charge(lost) == PaymentUnknown("no_checkout_id")
    assert requests.seen == []


def test_a_token_is_fetched_once_and_again_shortly_before_it_expires(
    http: HttpClient, clock: FixedClock, daraja: tuple[str, Requests]
) -> None:
    base, requests = daraja
    adapter = mpesa(base, http, clock)
    for _ in range(3):
        adapter.query_charge(CHARGE)
    assert [path for path, _, _ in requests.seen].count(f"{TOKEN_PATH}?{_GRANT}") == 1
    clock.advance(seconds=3600 - 62)
    adapter.query_charge(CHARGE)
    assert [path for path, _, _ in requests.seen].count(f"{TOKEN_PATH}?{_GRANT}") == 1
    clock.advance(seconds=2)
    adapter.query_charge(CHARGE)
    assert [path for path, _, _ in requests.seen].count(f"{TOKEN_PATH}?{_GRANT}") == 2


def test_a_token_that_is_not_accepted_is_replaced_once(
    http: HttpClient, clock: FixedClock, daraja: tuple[str, Requests]
) -> None:
    base, requests = daraja
    requests.answers[START] = (404, json.dumps(error("404.001.03")))
    assert mpesa(base, http, clock).start(CHARGE) == ChargeRefused("404.001.03")
    paths = [path.split("?")[0] for path, _, _ in requests.seen]
    assert paths == [TOKEN_PATH, START, TOKEN_PATH, START]


def test_threads_share_one_token(
    http: HttpClient, clock: FixedClock, daraja: tuple[str, Requests]
) -> None:
    base, requests = daraja
    adapter = mpesa(base, http, clock)
    threads = [threading.Thread(target=adapter.query_charge, args=(CHARGE,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    paths = [path.split("?")[0] for path, _, _ in requests.seen]
    assert (paths.count(TOKEN_PATH), paths.count(QUERY)) == (1, 16)


@pytest.mark.parametrize(
    "answer",
    [(400, json.dumps(error("400.008.01"))), (500, ""), (200, "<html>"), (200, "[]"), (200, "{}"),
     (200, '{"access_token": "t", "expires_in": "soon"}'),
     (200, '{"access_token": 5, "expires_in": "3599"}'),
     (200, '{"access_token": "t", "expires_in": 0}')],
)  # fmt: skip
def test_without_a_token_nothing_is_started_and_nothing_is_known(
    answer: tuple[int, str], http: HttpClient, clock: FixedClock, daraja: tuple[str, Requests]
) -> None:
    base, requests = daraja
    requests.answers[TOKEN_PATH] = answer
    adapter = mpesa(base, http, clock)
    why = f"no_token_{answer[0]}"
    assert adapter.start(CHARGE) == ChargeNotSent(why)
    assert adapter.query_charge(CHARGE) == PaymentUnknown(why)
    assert [path.split("?")[0] for path, _, _ in requests.seen] == [TOKEN_PATH]
    requests.answers[TOKEN_PATH] = TOKEN
    requests.answer = (200, json.dumps(STARTED))
    clock.advance(seconds=1)
    assert adapter.start(CHARGE) == ChargeStarted(CHECKOUT)


def test_what_never_left_is_told_apart_and_no_secret_is_logged(
    http: HttpClient, clock: FixedClock, log: Remembered, daraja: tuple[str, Requests]
) -> None:
    assert mpesa("http://127.0.0.1:1", http, clock).start(CHARGE) == ChargeNotSent("connect")
    base, requests = daraja
    requests.answer = (200, json.dumps(STARTED))
    mpesa(base, http, clock).start(CHARGE)
    [_, token, start] = log.exchanges
    assert (token.response_body, start.subject) == ("", "7K3F9Q")
    password = base64.b64encode(b"174379the-passkey20260302140000").decode()
    for secret in ("the-token", "the-secret", "the-passkey", "the-inbound-token", password):
        assert secret not in repr(log.exchanges)


def test_a_callback_says_which_prompt_to_ask_about_and_no_more(
    http: HttpClient, clock: FixedClock
) -> None:
    adapter = mpesa("http://127.0.0.1:1", http, clock)
    for raw in (body(CALLBACK), body({"CheckoutRequestID": CHECKOUT, "ResultCode": 1032})):
        assert adapter.authentic({}, raw)
        assert adapter.parse(raw) == ChargeHeard(external_id=CHECKOUT)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"\xff", b"null", b'{"Body": []}', body(None), body({}), body([]),
     body({"CheckoutRequestID": ""}), body({"CheckoutRequestID": 5}),
     body({"CheckoutRequestID": "ws CO"}), body({"CheckoutRequestID": "x" * 101}),
     body({"CheckoutRequestID": CHECKOUT + "\n"}), b"[" * 50_000],
)  # fmt: skip
def test_what_cannot_be_read_is_no_callback(
    raw: bytes, http: HttpClient, clock: FixedClock
) -> None:
    adapter = mpesa("http://127.0.0.1:1", http, clock)
    assert not adapter.authentic({}, raw)
    with pytest.raises(BadWebhook):
        adapter.parse(raw)
