"""Reloadly: its token, what leaves, questions about a sale, callbacks."""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotFound,
    NotSent,
    Pending,
    Scope,
    Throttled,
    Unknown,
)
from app.ports.vending import ProductKind, StatusCallback, VendRequest
from providers.http_client import HttpClient
from providers.vending.reloadly.callbacks import BadCallback, parse_update
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, Requests, saying
from tests.providers.vending.contract import Wanted
from tests.providers.vending.reloadly import REFERENCE, TOKEN, adapter, topup

LIST = "/reloadly/topups/reports/transactions"
MTN = Msisdn("+2348031234567")


@pytest.fixture
def log() -> Remembered:
    return Remembered()


@pytest.fixture
def http(clock: FixedClock, log: Remembered) -> Iterator[HttpClient]:
    client = HttpClient(clock, log)
    yield client
    client.close()


@pytest.fixture
def vendor() -> Iterator[tuple[str, Requests]]:
    with saying() as (base, requests):
        requests.answers["/reloadly/oauth/token"] = TOKEN
        yield base, requests


def request(clock: FixedClock, **other: Any) -> VendRequest:
    return Wanted(**{"code": "341", **other}).request(REFERENCE, clock.now() + timedelta(seconds=5))


DATA = {"code": "1341/800.00", "kind": ProductKind.DATA, "amount": Money(800_00, "NGN")}


# --- the token -----------------------------------------------------------------------------------


def test_the_token_is_asked_for_in_json_and_kept(
    vendor: tuple[str, Requests], clock: FixedClock, http: HttpClient, log: Remembered
) -> None:
    base, requests = vendor
    requests.answer = (200, json.dumps(topup()))
    reloadly = adapter(base, http)
    assert isinstance(reloadly.vend(request(clock)), Delivered)
    assert isinstance(reloadly.vend(request(clock)), Delivered)
    paths = [path for path, _, _ in requests.seen]
    assert paths == ["/reloadly/oauth/token", "/reloadly/topups", "/reloadly/topups"]
    assert json.loads(requests.seen[0][2]) == {
        "client_id": "id", "client_secret": "s3cret", "grant_type": "client_credentials",
        "audience": f"{base}/reloadly",
    }  # fmt: skip
    assert requests.seen[1][1]["Authorization"] == "Bearer tok"
    assert requests.seen[1][1]["Accept"] == "application/com.reloadly.topups-v1+json"
    assert "s3cret" not in repr(log.exchanges)
    assert "access_token" not in repr(log.exchanges)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(401, Misconfigured("no_token_401")), (403, Misconfigured("no_token_403")),
     (500, NotSent("no_token_500")), (200, NotSent("no_token_200"))],
)  # fmt: skip
def test_without_a_token_nothing_was_sent_and_refused_credentials_are_for_staff(
    vendor: tuple[str, Requests], clock: FixedClock, http: HttpClient, status: int, outcome: object
) -> None:
    base, requests = vendor
    requests.answers["/reloadly/oauth/token"] = (status, '{"errorCode": "INVALID_CREDENTIALS"}')
    reloadly = adapter(base, http)
    assert reloadly.vend(request(clock)) == outcome
    assert reloadly.query(REFERENCE, None) == outcome
    assert reloadly.probe() == outcome
    assert {path for path, _, _ in requests.seen} == {"/reloadly/oauth/token"}


def test_a_refused_token_is_fetched_anew_once(
    vendor: tuple[str, Requests], clock: FixedClock, http: HttpClient
) -> None:
    base, requests = vendor
    requests.answer = (401, '{"errorCode": "TOKEN_EXPIRED"}')
    assert adapter(base, http).vend(request(clock)) == Misconfigured("TOKEN_EXPIRED")
    assert [path.rsplit("/", 1)[1] for path, _, _ in requests.seen] == [
        "token", "topups", "token", "topups",
    ]  # fmt: skip


# --- what leaves ---------------------------------------------------------------------------------


def test_airtime_is_asked_for_in_the_operators_currency(
    vendor: tuple[str, Requests], clock: FixedClock, http: HttpClient
) -> None:
    base, requests = vendor
    adapter(base, http).vend(
        request(clock, code="265", to="+254712345678", operator="safaricom-ke",
                amount=Money(50_50, "KES"))
    )  # fmt: skip
    assert b'"amount": 50.50}' in requests.seen[1][2]
    assert json.loads(requests.seen[1][2], parse_float=Decimal) == {
        "operatorId": 265, "useLocalAmount": True, "customIdentifier": REFERENCE,
        "recipientPhone": {"countryCode": "KE", "number": "254712345678"},
        "amount": Decimal("50.50"),
    }  # fmt: skip


def test_data_is_asked_for_at_its_listed_price_in_the_accounts_currency(
    vendor: tuple[str, Requests], clock: FixedClock, http: HttpClient
) -> None:
    base, requests = vendor
    requests.answer = (200, json.dumps(topup(operatorId=1341, requestedAmount=800)))
    reloadly = adapter(base, http)
    assert reloadly.vend(request(clock, **DATA)) == Delivered("4602843", "SUCCESSFUL")
    said = json.loads(requests.seen[1][2])
    assert (said["operatorId"], said["amount"], said["useLocalAmount"]) == (1341, 800, False)
    requests.answer = (200, json.dumps(topup(operatorId=1341, requestedAmount=801)))
    assert reloadly.vend(request(clock, **DATA)) == Unknown("other_amount", "4602843")


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({**DATA, "amount": Money(799_99, "NGN")}, "price_changed"),
        ({**DATA, "code": "1341"}, "price_changed"),
        ({**DATA, "code": "1341/800.001"}, "price_changed"),
        ({**DATA, "code": "1341/1e3"}, "not_offered"),
        ({"code": "345/500.00"}, "amount_not_offered"),
        ({"amount": Money(200_00, "KES")}, "amount_not_offered"),
        ({"operator": "nobody-xx"}, "amount_not_offered"),
        ({"code": "mtn"}, "not_offered"),
        ({"code": ""}, "not_offered"),
    ],
)
def test_what_cannot_be_asked_for_exactly_is_declined_before_anything_leaves(
    vendor: tuple[str, Requests], clock: FixedClock, http: HttpClient, other: Any, code: str
) -> None:
    base, requests = vendor
    assert adapter(base, http).vend(request(clock, **other)) == Declined(code, Scope.PROVIDER)
    assert requests.seen == []


def test_a_fixed_amount_of_airtime_is_sold_as_listed(
    vendor: tuple[str, Requests], clock: FixedClock, http: HttpClient
) -> None:
    base, requests = vendor
    adapter(base, http).vend(
        request(clock, code="345/500.00", operator="smile-ng", amount=Money(500_00, "NGN"))
    )
    assert json.loads(requests.seen[1][2])["operatorId"] == 345


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, '{"transactionId": 4602843}'), Pending("4602843", "accepted")),
        ((200, '{"transactionId": null}'), Unknown("no_id")),
        ((200, '{"transactionId": true}'), Unknown("no_id")),
        ((200, json.dumps(topup("FAILED"))), Declined("FAILED", Scope.PROVIDER, "4602843")),
        ((200, "<html>"), Unknown("unreadable")),
        ((400, '{"errorCode": "INVALID_RECIPIENT_PHONE"}'),
         Declined("INVALID_RECIPIENT_PHONE", Scope.SALE)),
    ],
)  # fmt: skip
def test_bought_asynchronously_an_id_means_wait(
    vendor: tuple[str, Requests], clock: FixedClock, http: HttpClient, answer: Any, outcome: object
) -> None:
    base, requests = vendor
    requests.answer = answer
    assert adapter(base, http, asynchronous=True).vend(request(clock)) == outcome
    assert requests.seen[1][0] == "/reloadly/topups-async"


def test_the_two_minutes_of_a_number_are_its_rule(
    vendor: tuple[str, Requests], clock: FixedClock, http: HttpClient
) -> None:
    base, requests = vendor
    requests.answer = (400, '{"errorCode": "PHONE_RECENTLY_RECHARGED"}')
    assert adapter(base, http).vend(request(clock)) == Throttled(
        "PHONE_RECENTLY_RECHARGED", timedelta(minutes=2), same_recipient=True
    )


# --- what became of it ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, json.dumps(topup())), Delivered("4602843", "SUCCESSFUL")),
        ((200, json.dumps({"code": None, "message": None, "status": "SUCCESSFUL",
                           "transaction": topup(None)})), Delivered("4602843", "SUCCESSFUL")),
        ((200, json.dumps(topup("REFUNDED"))),
         Declined("REFUNDED", Scope.SALE, "4602843", taken_back=True)),
        ((200, json.dumps(topup(customIdentifier="another's"))), Unknown("other_reference")),
        ((200, json.dumps({"status": "SUCCESSFUL", "transaction": None})),
         Unknown("other_reference")),
        ((200, json.dumps({"status": "PROCESSING", "transaction": None})),
         Pending("", "PROCESSING")),
        ((404, '{"errorCode": "TRANSACTION_NOT_FOUND"}'), Unknown("404")),
        ((400, '{"errorCode": "INVALID_RECIPIENT_PHONE"}'), Unknown("400")),
        ((429, ""), NotSent("429")),
    ],
)  # fmt: skip
def test_with_its_id_the_status_is_asked(
    vendor: tuple[str, Requests], http: HttpClient, answer: Any, outcome: object
) -> None:
    base, requests = vendor
    requests.answer = answer
    assert adapter(base, http).query(REFERENCE, "4602843") == outcome
    assert requests.seen[1][0] == "/reloadly/topups/4602843/status"


def test_without_an_id_the_list_is_asked_by_our_reference(
    vendor: tuple[str, Requests], http: HttpClient
) -> None:
    base, requests = vendor
    requests.answers[LIST] = (200, '{"content": []}')
    assert adapter(base, http).query(REFERENCE, None) == NotFound("empty_list")
    assert requests.seen[1][0] == f"{LIST}?customIdentifier={REFERENCE}&size=10&page=1"


def test_a_lost_answer_to_a_question_is_no_word(http: HttpClient) -> None:
    assert isinstance(adapter("http://127.0.0.1:1", http).query(REFERENCE, "1"), NotSent)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((200, '{"balance": 5109.53732, "currencyCode": "NGN"}'), Money(5109_53, "NGN")),
        ((200, '{"balance": "550.75", "currencyCode": "USD"}'), Money(550_75, "USD")),
        ((200, '{"balance": NaN, "currencyCode": "USD"}'), Unknown("unreadable")),
        ((200, '{"balance": 1, "currencyCode": "XXX"}'), Unknown("unreadable")),
        ((200, "[]"), Unknown("unreadable")),
        ((500, ""), Unknown("unreadable")),
        ((403, ""), Misconfigured("403")),
    ],
)
def test_the_float_is_read_exactly_and_never_too_high(
    vendor: tuple[str, Requests], http: HttpClient, answer: Any, found: object
) -> None:
    base, requests = vendor
    requests.answer = answer
    assert adapter(base, http).probe() == found


# --- callbacks -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reference", "external_id"),
    [
        ('{"type": "airtime_transaction.status", "data": {"transactionId": 7, "status":'
         ' "SUCCESSFUL", "customIdentifier": "R1"}}', "R1", "7"),
        ('{"transactionId": "7", "status": "FAILED", "customIdentifier": null}', None, "7"),
        ('{"data": {"customIdentifier": "R1"}}', "R1", None),
    ],
)  # fmt: skip
def test_a_callback_is_a_reason_to_ask_and_nothing_more(
    body: str, reference: str | None, external_id: str | None
) -> None:
    assert parse_update("", body.encode()) == StatusCallback(
        "reloadly", Unknown("callback"), reference, external_id
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[1]", b"null", b"{}", b"\xff", b'{"data": {"transactionId": -1}}',
     b'{"data": {"customIdentifier": ["R1"]}}', b'{"data": {"customIdentifier": "a\\u0000b"}}',
     b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_callback_is_told_apart(body: bytes) -> None:
    with pytest.raises(BadCallback):
        parse_update("application/json", body)
