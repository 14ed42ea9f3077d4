"""DingConnect: what is sent and when, the exact price of airtime, the balance, its settings."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotSent,
    Scope,
    Unknown,
)
from app.domain.products import ProductKind
from app.ports.vending import VendRequest
from providers.http_client import HttpClient
from providers.vending.dingconnect.adapter import DingConnect, DingConnectSettings
from tests.factories import gateway
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, Requests, saying
from tests.providers.test_sandbox import Sandbox, sandbox  # noqa: F401 - a fixture
from tests.providers.vending.dingconnect import (
    AIRTIME,
    OURS,
    PLAN,
    VENDOR,
    envelope,
    estimated,
    priced,
    sent,
)

ESTIMATE, SEND = (f"/dingconnect/api/V1/{name}" for name in ("EstimatePrices", "SendTransfer"))
OF_AIRTIME = {"SkuCode": AIRTIME, "Price": priced()}


@pytest.fixture
def http(clock: FixedClock) -> Iterator[HttpClient]:
    client = HttpClient(clock, Remembered(), read_seconds=1)
    yield client
    client.close()


@pytest.fixture
def ding() -> Iterator[tuple[str, Requests]]:
    """Its address, and what it says: to an estimate that NGN 200 costs 20 cents."""
    with saying(404, "") as (base, requests):
        requests.answers[ESTIMATE] = (200, estimated())
        yield base, requests


def airtime(clock: FixedClock, **late: float) -> VendRequest:
    return VENDOR.airtime.request(OURS, clock.now() + timedelta(**(late or {"seconds": 5})))


def plan(clock: FixedClock) -> VendRequest:
    assert VENDOR.data is not None
    return VENDOR.data.request(OURS, clock.now() + timedelta(seconds=5))


def paths(requests: Requests) -> list[str]:
    return [path for path, _, _ in requests.seen]


def test_airtime_is_priced_then_sent_for_exactly_that_price(
    ding: tuple[str, Requests], clock: FixedClock, http: HttpClient
) -> None:
    base, requests = ding
    requests.answers[SEND] = (200, sent("Complete", **OF_AIRTIME))
    outcome = VENDOR.make(base, http).vend(airtime(clock))
    assert outcome == Delivered("863784492", "Complete")
    assert paths(requests) == [ESTIMATE, SEND]
    [asked], transfer = (json.loads(body) for _, _, body in requests.seen)
    assert asked == {"ReceiveValue": 200.0, "SendValue": 0, "SendCurrencyIso": "USD",
                     "SkuCode": AIRTIME, "BatchItemRef": OURS}  # fmt: skip
    assert transfer == {
        "SendValue": 0.2, "SendCurrencyIso": "USD", "SkuCode": AIRTIME, "DistributorRef": OURS,
        "AccountNumber": "2348031234567", "ValidateOnly": False,
    }  # fmt: skip
    assert b'"SendValue": 0.20,' in requests.seen[1][2]
    assert all(headers["api_key"] == "k" for _, headers, _ in requests.seen)


def test_a_plan_is_sent_at_the_price_that_we_know_and_not_priced_again(
    ding: tuple[str, Requests], clock: FixedClock, http: HttpClient
) -> None:
    base, requests = ding
    requests.answers[SEND] = (200, sent("Complete"))
    assert isinstance(VENDOR.make(base, http).vend(plan(clock)), Delivered)
    assert paths(requests) == [SEND]
    assert b'"SendValue": 0.80,' in requests.seen[0][2]


def test_a_plan_priced_in_another_currency_than_the_accounts_is_not_sent(
    ding: tuple[str, Requests], clock: FixedClock, http: HttpClient
) -> None:
    base, requests = ding
    request = VendRequest(
        OURS, Msisdn("+2348031234567"), "mtn-ng", Money(800_00, "NGN"),
        clock.now() + timedelta(seconds=5), PLAN, ProductKind.DATA,
    )  # fmt: skip
    outcome = VENDOR.make(base, http).vend(request)
    assert outcome == Declined("not_our_currency", Scope.PROVIDER)
    assert requests.seen == []


@pytest.mark.parametrize("case", sorted(VENDOR.recorded))
def test_whatever_is_wrong_with_an_estimate_nothing_is_bought(
    case: str, ding: tuple[str, Requests], clock: FixedClock, http: HttpClient
) -> None:
    base, requests = ding
    status, body, _ = VENDOR.recorded[case]
    requests.answers = {ESTIMATE: (status, body), SEND: (200, sent("Complete", **OF_AIRTIME))}
    VENDOR.make(base, http).vend(airtime(clock))
    assert paths(requests) == [ESTIMATE]


def test_an_estimate_that_never_came_is_a_sale_that_was_not_sent(
    clock: FixedClock, http: HttpClient
) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as deaf:
        base = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        assert VENDOR.make(base, http).vend(airtime(clock)) == NotSent("read_timeout")


def test_an_estimate_that_took_too_long_is_not_followed_by_a_sale(
    ding: tuple[str, Requests], clock: FixedClock, http: HttpClient
) -> None:
    """The fence of the sale is looked at last thing before the sale itself leaves."""
    base, requests = ding
    requests.answers[SEND] = (200, sent("Complete", **OF_AIRTIME))

    class Slow(FixedClock):
        def now(self) -> datetime:
            late = timedelta(seconds=9) if requests.seen else timedelta()
            return clock.now() + late

    slow = HttpClient(Slow(), Remembered())
    assert VENDOR.make(base, slow).vend(airtime(clock)) == NotSent("send_by_passed")
    assert paths(requests) == [ESTIMATE]
    slow.close()


@pytest.mark.parametrize(
    "price",
    [
        priced(ReceiveValue=208.0),
        priced(ReceiveValue=199.99),
        priced(ReceiveCurrencyIso="USD"),
        priced(SendValue=0.21),
        priced(ReceiveValue=None),
    ],
)
def test_airtime_that_came_out_otherwise_than_priced_is_never_called_delivered(
    price: dict[str, Any], ding: tuple[str, Requests], clock: FixedClock, http: HttpClient
) -> None:
    base, requests = ding
    requests.answers[SEND] = (200, sent("Complete", SkuCode=AIRTIME, Price=price))
    outcome = VENDOR.make(base, http).vend(airtime(clock))
    assert outcome == Unknown("another_price", "863784492")


def test_the_vendor_is_given_its_documented_ninety_seconds(http: HttpClient) -> None:
    traits = VENDOR.make("http://127.0.0.1:1", http).traits
    assert traits.grace == timedelta(seconds=90)
    assert traits.can_query
    assert not traits.refuses_duplicates
    longer = DingConnectSettings("http://127.0.0.1:1", "k", "USD", timedelta(minutes=5))
    assert DingConnect(longer, http).traits.grace == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, envelope(1, Balance=1234.5, CurrencyIso="USD"), Money(1234_50, "USD")),
        (200, envelope(1, Balance="12.34", CurrencyIso="USD"), Money(12_34, "USD")),
        (200, envelope(1, Balance=0.029, CurrencyIso="USD"), Money(2, "USD")),
        (200, envelope(1, Balance=-0.5, CurrencyIso="USD"), Money(-50, "USD")),
        (200, envelope(1, Balance=5, CurrencyIso="EUR"), Misconfigured("other_currency")),
        (200, envelope(4, "AuthenticationFailed"), Misconfigured("AuthenticationFailed")),
        (401, "", Misconfigured("401")),
        (200, envelope(1, Balance=None, CurrencyIso="USD"), Unknown("unreadable")),
        (200, envelope(1, Balance=1e40, CurrencyIso="USD"), Unknown("unreadable")),
        (200, envelope(3, "OtherError"), Unknown("OtherError")),
        (503, "<html>", Unknown("unreadable")),
    ],
)
def test_the_balance_is_read_exactly_or_not_at_all(
    status: int, body: str, expected: object, http: HttpClient
) -> None:
    with saying(status, body) as (base, _):
        assert VENDOR.make(base, http).probe() == expected


KNOWN = {"dingconnect_base_url": "https://ding.test", "dingconnect_api_key": "key"}


def problems(**wanted: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        gateway.settings("postgresql://nowhere/x", "redis://nowhere", **wanted)
    return str(refused.value)


def test_settings_are_wanted_of_a_provider_that_is_used_and_of_no_other() -> None:
    made = gateway.settings("postgresql://nowhere/x", "redis://nowhere")
    assert made.dingconnect_api_key.get_secret_value() == ""
    used = gateway.settings(
        "postgresql://nowhere/x", "redis://nowhere", vending_order="vtpass,dingconnect", **KNOWN
    )
    assert used.dingconnect_currency == "USD"
    for missing in KNOWN:
        known = {name: value for name, value in KNOWN.items() if name != missing}
        said = problems(vending_order="dingconnect", **known)
        assert f"{missing.upper()} is missing" in said
        assert said.count("is missing") == 1


def test_a_currency_whose_decimals_nobody_knows_is_refused() -> None:
    assert "unknown currency XYZ" in problems(dingconnect_currency="XYZ")
