"""Reloadly: its token, what leaves, questions about a sale, what it sells, whose a number is."""

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
from app.domain.products import Offered
from app.ports.catalogue import CatalogueUnavailable
from app.ports.operator_lookup import LookupUnknown, OperatorFound, OperatorNotFound
from app.ports.vending import ProductKind, StatusCallback, VendRequest
from providers.http_client import HttpClient
from providers.vending.reloadly.callbacks import BadCallback, parse_update
from providers.vending.reloadly.offers import offers_of
from providers.vending.reloadly.plans import size_and_days
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, Requests, saying
from tests.providers.vending.contract import Wanted
from tests.providers.vending.reloadly import REFERENCE, adapter, topup

TOKEN = (200, '{"access_token": "tok", "expires_in": 5184000, "token_type": "Bearer"}')
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


# --- what it sells -------------------------------------------------------------------------------


def listed(**other: Any) -> dict[str, Any]:
    """An operator as the page of a country shows it, from an account in dollars."""
    return {
        "id": 341, "operatorId": 341, "name": "MTN Nigeria", "bundle": False, "data": False,
        "pin": False, "supportsLocalAmounts": True, "denominationType": "RANGE",
        "senderCurrencyCode": "USD", "destinationCurrencyCode": "NGN",
        "internationalDiscount": Decimal("4.42"), "localDiscount": Decimal(1),
        "minAmount": Decimal("0.05"), "maxAmount": Decimal(50), "localMinAmount": Decimal(50),
        "localMaxAmount": Decimal("50000.00"), "fixedAmounts": [], "fixedAmountsDescriptions": [],
        "localFixedAmounts": [], "localFixedAmountsDescriptions": [], "status": "ACTIVE",
        "fees": {"international": 0, "local": Decimal("0.0"), "localPercentage": None},
        **other,
    }  # fmt: skip


PLANS = listed(
    operatorId=1341, name="MTN Nigeria Data", data=True, denominationType="FIXED",
    fixedAmounts=[Decimal("0.55"), Decimal("1.2"), Decimal("9.999"), Decimal(3)],
    fixedAmountsDescriptions={"0.55": "1GB for 7 days", "1.20": "Night plan", "9.999": "1GB 1 day"},
    localFixedAmounts=[800, 1500],
    localFixedAmountsDescriptions={"800.00": "1GB for 7 days", "1500": "Night plan"},
)  # fmt: skip


def test_airtime_is_offered_in_the_operators_currency() -> None:
    assert list(offers_of("NG", listed())) == [
        Offered("mtn-ng", ProductKind.AIRTIME, "341", "MTN Nigeria", Money(50_00, "NGN"),
                Money(50_000_00, "NGN"), 442)
    ]  # fmt: skip
    at_home = listed(senderCurrencyCode="NGN", supportsLocalAmounts=False, localMinAmount=None,
                     localMaxAmount=None, minAmount="100", maxAmount=5000)  # fmt: skip
    assert list(offers_of("NG", at_home)) == [
        Offered("mtn-ng", ProductKind.AIRTIME, "341", "MTN Nigeria", Money(100_00, "NGN"),
                Money(5_000_00, "NGN"), 100)
    ]  # fmt: skip


def test_each_fixed_amount_of_airtime_is_an_offer() -> None:
    fixed = listed(denominationType="FIXED", localFixedAmounts=[500, Decimal("999.999"), "1000"])
    found = list(offers_of("NG", fixed))
    assert [(one.code, one.least, one.most) for one in found] == [
        ("341/500.00", Money(500_00, "NGN"), Money(500_00, "NGN")),
        ("341/1000.00", Money(1_000_00, "NGN"), Money(1_000_00, "NGN")),
    ]


def test_a_plan_is_offered_when_amount_size_and_validity_can_be_read() -> None:
    assert list(offers_of("NG", PLANS)) == [
        Offered("mtn-ng", ProductKind.DATA, "1341/0.55", "1GB for 7 days", discount_bp=442,
                size_mb=1024, validity_days=7, cost=Money(55, "USD"), face=Money(800_00, "NGN"))
    ]  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"name": "MTN Ghana"}, {"name": None}, {"name": "Visafone Nigeria"}, {"operatorId": None},
        {"operatorId": "x"}, {"pin": True}, {"status": "INACTIVE"},
        {"fees": {"international": Decimal("0.59")}}, {"fees": {"local": "some"}},
        {"supportsLocalAmounts": False}, {"localMinAmount": None}, {"localMinAmount": 60_000},
        {"destinationCurrencyCode": "USD"}, {"denominationType": "FIXED", "localFixedAmounts": {}},
        {"data": True, "fixedAmounts": [1], "fixedAmountsDescriptions": ["1GB 1 day"]},
        {"data": True, "senderCurrencyCode": None, "fixedAmounts": [1]},
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_or_sold_is_left_out(other: Any) -> None:
    assert list(offers_of("NG", listed(**other))) == []


def test_something_else_for_an_operator_is_left_out() -> None:
    assert [list(offers_of("NG", line)) for line in (None, [], "MTN Nigeria", 341)] == [[]] * 4


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1GB for 7 days", (1024, 7)), ("1.5 GB - 30days", (1536, 30)), ("100MB 24hrs", (100, 1)),
        ("200mb/48 hours", (200, 2)), ("5GB, 2 weeks", (5120, 14)), ("1TB 1 Month", (1048576, 30)),
        ("Daily 50MB", (50, 1)), ("N1000 1.8GB (30 days)", (1843, 30)), ("750MB 3-day", (750, 3)),
        ("1GB", None), ("7 days", None), ("1GB + 1GB night 7 days", None), ("1GB 6 hours", None),
        ("1GB 7 days, renewed after 30 days", None), ("0MB 7 days", None), ("", None),
        ("2GBP 7 days", None), ("1GB 0 days", None),
    ],
)  # fmt: skip
def test_size_and_validity_are_read_or_nothing_is(text: str, read: object) -> None:
    assert size_and_days(text) == read


def _countries(requests: Requests, **answers: tuple[int, str]) -> None:
    for country in ("NG", "KE", "GH", "UG", "TZ", "RW"):
        requests.answers[f"/reloadly/operators/countries/{country}"] = answers.get(
            country, (200, "[]")
        )


def test_the_list_is_all_six_countries_or_none(
    vendor: tuple[str, Requests], http: HttpClient
) -> None:
    base, requests = vendor
    both = json.dumps([listed(), PLANS, {"name": 1}, None], default=str)
    not_sold = (404, '{"errorCode": "COUNTRY_NOT_SUPPORTED"}')
    _countries(requests, NG=(200, both), RW=not_sold)
    assert [one.code for one in adapter(base, http).offers()] == ["341", "1341/0.55"]
    for bad in ((500, ""), (200, "{}"), (200, "<html>"), (404, "{}"), (401, "")):
        _countries(requests, NG=(200, both), RW=bad)
        with pytest.raises(CatalogueUnavailable, match="RW"):
            adapter(base, http).offers()
    with pytest.raises(CatalogueUnavailable):
        adapter("http://127.0.0.1:1", http).offers()


# --- whose a number is ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, '{"name": "Airtel Nigeria", "country": {"isoName": "NG"}}'),
         OperatorFound("airtel-ng")),
        ((200, '{"name": "Visafone Nigeria", "country": {"isoName": "NG"}}'),
         OperatorNotFound("Visafone Nigeria")),
        ((200, '{"name": "Airtel Kenya", "country": {"isoName": "KE"}}'),
         LookupUnknown("unreadable_200")),
        ((200, '{"name": "Airtel Nigeria"}'), LookupUnknown("unreadable_200")),
        ((200, "[]"), LookupUnknown("unreadable_200")),
        ((404, '{"errorCode": "COULD_NOT_AUTO_DETECT_OPERATOR"}'),
         OperatorNotFound("COULD_NOT_AUTO_DETECT_OPERATOR")),
        ((500, '{"errorCode": "COULD_NOT_AUTO_DETECT_OPERATOR"}'),
         LookupUnknown("COULD_NOT_AUTO_DETECT_OPERATOR")),
        ((404, "{}"), LookupUnknown("unreadable_404")),
        ((429, ""), LookupUnknown("unreadable_429")),
    ],
)  # fmt: skip
def test_an_operator_is_learned_from_a_clear_answer_only(
    vendor: tuple[str, Requests], http: HttpClient, answer: Any, outcome: object
) -> None:
    base, requests = vendor
    requests.answer = answer
    assert adapter(base, http).operator_of(MTN) == outcome
    assert requests.seen[1][0] == (
        "/reloadly/operators/auto-detect/phone/2348031234567/countries/NG"
    )
