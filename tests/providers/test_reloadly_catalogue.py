"""What Reloadly sells, and whose it says a number is."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.products import Offered, ProductKind
from app.ports.catalogue import CatalogueUnavailable
from app.ports.operator_lookup import LookupUnknown, OperatorFound, OperatorNotFound
from providers.http_client import HttpClient
from providers.vending.reloadly.offers import offers_of
from providers.vending.reloadly.plans import size_and_days
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, Requests, saying
from tests.providers.vending.reloadly import TOKEN, adapter

MTN = Msisdn("+2348031234567")


@pytest.fixture
def http(clock: FixedClock) -> Iterator[HttpClient]:
    client = HttpClient(clock, Remembered())
    yield client
    client.close()


@pytest.fixture
def vendor() -> Iterator[tuple[str, Requests]]:
    with saying() as (base, requests):
        requests.answers["/reloadly/oauth/token"] = TOKEN
        yield base, requests


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
