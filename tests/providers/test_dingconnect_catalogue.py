"""DingConnect: what it sells of our operators, and whose a number is."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.operators import OPERATORS
from app.domain.products import Offered, ProductKind
from app.ports.catalogue import CatalogueUnavailable
from app.ports.operator_lookup import LookupUnknown, OperatorFound, OperatorNotFound
from providers.http_client import HttpClient
from providers.vending.dingconnect.adapter import DingConnect, DingConnectSettings
from providers.vending.dingconnect.catalogue import offered, operator_named
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, saying
from tests.providers.test_sandbox import Sandbox, sandbox  # noqa: F401 - a fixture
from tests.providers.vending.contract import GRACE
from tests.providers.vending.dingconnect import (
    AIRTIME,
    PLAN,
    envelope,
    priced,
)

PRODUCT: dict[str, Any] = {
    "ProviderCode": "MTNG", "SkuCode": PLAN, "SettingDefinitions": [],
    "Maximum": priced(SendValue=0.8), "Minimum": priced(SendValue=0.8), "CommissionRate": 0.03,
    "ProcessingMode": "Instant", "RedemptionMechanism": "Immediate", "Benefits": ["Mobile", "Data"],
    "ValidityPeriodIso": "P7D", "DefaultDisplayText": "MTN Nigeria 1.5GB for 7 days",
    "PaymentTypes": ["Prepaid"], "LookupBillsRequired": False,
}  # fmt: skip
TOP_UP = PRODUCT | {
    "SkuCode": AIRTIME, "Benefits": ["Mobile", "Minutes"], "ValidityPeriodIso": None,
    "DefaultDisplayText": "MTN Nigeria", "Minimum": priced(SendValue=2, ReceiveValue=2246.291),
    "Maximum": priced(SendValue=105, ReceiveValue=117930.319),
}  # fmt: skip
NAMES = {
    "Items": [{"ProviderCode": "MTNG", "CountryIso": "NG", "Name": "MTN Nigeria"},
              {"ProviderCode": "ZANG", "CountryIso": "NG", "Name": "Airtel Nigeria"},
              {"ProviderCode": "4XNG", "CountryIso": "NG", "Name": "Ikeja Electric Nigeria"}],
}  # fmt: skip


@pytest.fixture
def http(clock: FixedClock) -> Iterator[HttpClient]:
    client = HttpClient(clock, Remembered(), read_seconds=1)
    yield client
    client.close()


def settings(base: str) -> DingConnectSettings:
    return DingConnectSettings(f"{base}/dingconnect", "k", "USD", GRACE)


def read(**changed: Any) -> Offered | None:
    product = json.loads(json.dumps(PRODUCT | changed), parse_float=Decimal)
    return offered(product, OPERATORS["mtn-ng"], "USD")


def test_a_plan_is_read_with_its_size_days_and_what_it_takes_from_us() -> None:
    assert read() == Offered(
        "mtn-ng", ProductKind.DATA, PLAN, "MTN Nigeria 1.5GB for 7 days", size_mb=1536,
        validity_days=7, cost=Money(80, "USD"),
    )  # fmt: skip


def test_a_range_of_airtime_is_read_in_the_operators_currency_to_its_inside() -> None:
    assert read(**TOP_UP) == Offered(
        "mtn-ng", ProductKind.AIRTIME, AIRTIME, "MTN Nigeria",
        least=Money(2246_30, "NGN"), most=Money(117_930_31, "NGN"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("period", "days"),
    [("P1D", 1), ("P30D", 30), ("P2W", 14), ("P1M", 30), ("PT24H", 1), ("PT36H", 2)],
)
def test_periods_are_days(period: str, days: int) -> None:
    found = read(ValidityPeriodIso=period)
    assert found is not None
    assert found.validity_days == days


@pytest.mark.parametrize(
    "changed",
    [
        {"ProcessingMode": "Batch"},
        {"RedemptionMechanism": "ReadReceipt"},
        {"SettingDefinitions": [{"Name": "MeterId", "IsMandatory": True}]},
        {"LookupBillsRequired": True},
        {"PaymentTypes": ["Postpaid"]},
        {"Benefits": ["Mobile", "Minutes", "Data"]},
        {"Benefits": ["Electricity"]},
        {"Benefits": None},
        {"Benefits": 7},
        {"ValidityPeriodIso": None},
        {"ValidityPeriodIso": "P1Y"},
        {"DefaultDisplayText": "MTN Nigeria data"},
        {"DefaultDisplayText": "1GB and 500MB at night"},
        {"SkuCode": None},
        {"Minimum": None},
        {"Maximum": priced(SendValue=0.9)},
        {"Minimum": priced(SendValue=0.805), "Maximum": priced(SendValue=0.805)},
        {"Minimum": priced(SendValue=0.8, CustomerFee=0.1)},
        {"Maximum": priced(SendValue=0.8, DistributorFee=0.01)},
        {"Minimum": priced(SendValue=0.8, TaxRate="odd")},
        {"Minimum": priced(SendValue=0.8, SendCurrencyIso="EUR")},
        {**TOP_UP, "Minimum": priced(), "Maximum": priced()},
        {**TOP_UP, "Minimum": priced(ReceiveCurrencyIso="USD")},
        {**TOP_UP, "Maximum": priced(ReceiveValue=None)},
    ],
)
def test_what_cannot_be_sold_plainly_is_left_out(changed: dict[str, Any]) -> None:
    assert read(**changed) is None


@pytest.mark.parametrize(
    ("country", "name", "operator"),
    [
        ("NG", "9Mobile (Etisalat) Nigeria", "t2-ng"), ("NG", "Airtel Nigeria", "airtel-ng"),
        ("KE", "Airtel Kenya", "airtel-ke"), ("GH", "AirtelTigo Ghana", "at-gh"),
        ("GH", "Vodafone Ghana", "telecel-gh"), ("TZ", "Tigo Tanzania", "yas-tz"),
        ("NG", "Ikeja Electric Nigeria", None), ("ZA", "MTN South Africa", None),
        ("NG", "MTN and Airtel Nigeria", None),
    ],
)  # fmt: skip
def test_a_provider_is_known_by_one_brand_in_its_country(
    country: str, name: str, operator: str | None
) -> None:
    found = operator_named(country, name)
    assert (found.code if found else None) == operator


def test_only_products_of_the_provider_that_was_asked_for_are_offered(http: HttpClient) -> None:
    """A filter that fits nothing is answered with the whole list."""
    with saying(404) as (base, requests):
        requests.answers = {
            "/dingconnect/api/V1/GetProviders": (200, envelope(1, **NAMES)),
            "/dingconnect/api/V1/GetProducts": (200, envelope(1, Items=[PRODUCT, TOP_UP])),
        }
        found = list(DingConnect(settings(base), http).offers())
    assert [offer.code for offer in found] == [PLAN, AIRTIME]
    assert {offer.operator for offer in found} == {"mtn-ng"}
    asked = [path.partition("?")[2] for path, _, _ in requests.seen]
    assert asked[0].startswith("countryIsos=NG&countryIsos=KE&")
    assert asked[1:] == ["countryIsos=NG&providerCodes=MTNG", "countryIsos=NG&providerCodes=ZANG"]


@pytest.mark.parametrize(
    ("providers", "products"),
    [
        ((200, envelope(1, Items=[])), (200, envelope(1, Items=[]))),
        ((200, envelope(1, **NAMES)), (500, "")),
        ((200, envelope(1, **NAMES)), (200, "<html>")),
        ((200, envelope(1, **NAMES)), (200, envelope(2, "NearestMatch", Items=[]))),
        ((200, envelope(1, **NAMES)), (200, envelope(1, Items=["odd"]))),
        ((200, envelope(1, **NAMES)), (200, envelope(1, Items=[{"a": "x" * 300_000}]))),
        ((401, ""), (200, envelope(1, Items=[PRODUCT]))),
    ],
)
def test_a_list_that_is_not_whole_withdraws_nothing(
    providers: tuple[int, str], products: tuple[int, str], http: HttpClient
) -> None:
    with saying(404) as (base, requests):
        requests.answers = {
            "/dingconnect/api/V1/GetProviders": providers,
            "/dingconnect/api/V1/GetProducts": products,
        }
        with pytest.raises(CatalogueUnavailable):
            DingConnect(settings(base), http).offers()


def lookup(*providers: str) -> tuple[int, str]:
    rows = [{"ProviderCode": one, "RegionCode": "NG"} for one in providers]
    return 200, envelope(1, CountryIso="NG", AccountNumberNormalized="2348031234567", Items=rows)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lookup("MTNG"), OperatorFound("mtn-ng")),
        (lookup("MTNG", "4XNG"), OperatorFound("mtn-ng")),
        (lookup("MTNG", "ZANG"), LookupUnknown("several_operators")),
        (lookup("4XNG"), OperatorNotFound("4XNG")),
        (lookup(), OperatorNotFound("no_provider")),
        ((200, envelope(4, "AccountNumberInvalid")), OperatorNotFound("AccountNumberInvalid")),
        ((200, envelope(2, "NearestMatch", Items=[])), LookupUnknown("NearestMatch")),
        ((200, envelope(4, "ParameterInvalid")), LookupUnknown("ParameterInvalid")),
        ((500, ""), LookupUnknown("unreadable")),
        ((200, envelope(1)), LookupUnknown("Items")),
        ((401, envelope(4, "AuthenticationFailed")), LookupUnknown("AuthenticationFailed")),
    ],
)
def test_a_number_is_its_operators_only_when_the_vendor_is_sure(
    answer: tuple[int, str], expected: object, http: HttpClient
) -> None:
    with saying(404) as (base, requests):
        requests.answers = {
            "/dingconnect/api/V1/GetAccountLookup": answer,
            "/dingconnect/api/V1/GetProviders": (200, envelope(1, **NAMES)),
        }
        found = DingConnect(settings(base), http).operator_of(Msisdn("+2348031234567"))
    assert found == expected
    assert requests.seen[0][0].endswith("GetAccountLookup?accountNumber=2348031234567")
