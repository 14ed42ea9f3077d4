"""DingConnect with the sandbox, and what the sandbox keeps of its rules."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.operators import OPERATORS
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotFound,
    Scope,
)
from app.domain.products import ProductKind
from app.ports.operator_lookup import LookupUnknown, OperatorFound
from app.ports.vending import VendRequest
from providers.http_client import HttpClient
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from providers.vending.dingconnect import codes
from providers.vending.dingconnect.adapter import DingConnect, DingConnectSettings
from tests.fakes.http import Remembered
from tests.providers.test_sandbox import Sandbox, sandbox  # noqa: F401 - a fixture
from tests.providers.vending.contract import GRACE
from tests.providers.vending.dingconnect import (
    AIRTIME,
    OURS,
    PLAN,
    VENDOR,
    errors,
    record,
)

SEND = "/dingconnect/api/V1/SendTransfer"


def settings(base: str) -> DingConnectSettings:
    return DingConnectSettings(f"{base}/dingconnect", "k", "USD", GRACE)


@pytest.fixture
def real_http() -> Iterator[HttpClient]:
    from app.bootstrap import SystemClock

    client = HttpClient(SystemClock(), Remembered(), read_seconds=1)
    yield client
    client.close()


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=5)


def test_everything_the_sandbox_lists_can_be_bought_of_it(
    sandbox: Sandbox,  # noqa: F811
    real_http: HttpClient,
) -> None:
    adapter = DingConnect(settings(sandbox.base), real_http)
    found = list(adapter.offers())
    assert {offer.operator for offer in found} == set(OPERATORS) - {"ntel-ng"}
    kenyan = [offer for offer in found if offer.operator == "airtel-ke"]
    for turn, offer in enumerate(kenyan):
        amount = Money(50_00, "KES") if offer.kind is ProductKind.AIRTIME else offer.cost
        assert amount is not None
        request = VendRequest(
            f"reference-{turn}", Msisdn("+254733000001"), offer.operator, amount, soon(),
            offer.code, offer.kind,
        )  # fmt: skip
        assert isinstance(adapter.vend(request), Delivered)
    book = {v["product"]: (v["amount_minor"], v["currency"]) for v in sandbox.vends()}
    assert book["airtime"] == (50_00, "KES")
    assert book["data ZAKE-1gb-7d"] == (250_00, "KES")
    spent = sum(offer.cost.amount_minor for offer in kenyan if offer.cost) + 50
    left = Money(SandboxSettings().float_minor - spent, "USD")
    assert adapter.probe() == left


def test_the_sandbox_prices_an_amount_between_two_cents_as_another_amount(
    sandbox: Sandbox,  # noqa: F811
    real_http: HttpClient,
) -> None:
    adapter = VENDOR.make(sandbox.base, real_http)
    request = VendRequest(
        "reference-1", Msisdn("+2348031234567"), "mtn-ng", Money(205_00, "NGN"), soon(), AIRTIME
    )
    assert adapter.vend(request) == Declined("not_exact", Scope.PROVIDER)
    assert sandbox.vends() == []


def test_the_sandbox_sells_a_repeated_reference_again_as_the_live_api_did(
    sandbox: Sandbox,  # noqa: F811
    real_http: HttpClient,
) -> None:
    adapter = VENDOR.make(sandbox.base, real_http)
    for _ in range(2):
        assert isinstance(adapter.vend(VENDOR.airtime.request(OURS, soon())), Delivered)
    assert [v["reference"] for v in sandbox.vends()] == [OURS, OURS]


def test_the_sandbox_knows_where_a_ported_number_is(
    sandbox: Sandbox,  # noqa: F811
    real_http: HttpClient,
) -> None:
    adapter = DingConnect(settings(sandbox.base), real_http)
    ported = Msisdn("+2347030000912")
    assert adapter.operator_of(ported) == OperatorFound("airtel-ng")
    assert adapter.operator_of(Msisdn("+2341")) == LookupUnknown("NearestMatch")
    request = VendRequest(OURS, ported, "mtn-ng", Money(200_00, "NGN"), soon(), AIRTIME)
    assert adapter.vend(request) == Declined(
        "RechargeNotAllowed", Scope.PROVIDER, adapter.query(OURS, None).external_id
    )
    assert adapter.query("never-sent", None) == NotFound("no_record")


def test_an_empty_balance_in_the_sandbox_stops_the_provider(real_http: HttpClient) -> None:
    import threading

    served = SandboxServer(SandboxSettings(float_minor=10), "127.0.0.1", 0)
    thread = threading.Thread(target=served.run)
    thread.start()
    try:
        adapter = VENDOR.make(f"http://127.0.0.1:{served.port}", real_http)
        outcome = adapter.vend(VENDOR.airtime.request(OURS, soon()))
        assert outcome == Misconfigured("InsufficientBalance")
        assert adapter.probe() == Money(10, "USD")
    finally:
        served.stop()
        thread.join()


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"ValidateOnly": None}, ("ParameterInvalid", "ValidateOnly")),
        ({"AccountNumber": "+2348031234567"}, ("AccountNumberInvalid", "AccountNumberFailedRegex")),
        ({"SendCurrencyIso": "EUR"}, ("ParameterInvalid", "SendCurrencyIso")),
        ({"SkuCode": "odd"}, ("ParameterInvalid", "SkuCode")),
        ({"SendValue": 0.81}, ("ParameterOutOfRange", "SendValue")),
        ({"SendValue": "odd"}, ("ParameterOutOfRange", "SendValue")),
        ({"DistributorRef": ""}, ("ParameterInvalid", "DistributorRef")),
    ],
)
def test_the_sandbox_refuses_what_the_documentation_refuses(
    changed: dict[str, Any], refusal: tuple[str, str]
) -> None:
    from providers.sandbox.application import create_sandbox

    app, floor = create_sandbox(SandboxSettings())
    body = {
        "SkuCode": PLAN, "SendValue": 0.8, "SendCurrencyIso": "USD", "DistributorRef": OURS,
        "AccountNumber": "2348031234567", "ValidateOnly": False, **changed,
    }  # fmt: skip
    answer = app.test_client().post(SEND, json=body, headers={"api_key": "k"}).get_json()
    floor.later.stop()
    assert answer["ErrorCodes"] == errors(refusal[0], context=refusal[1])
    assert floor.book.vends() == []


def test_a_record_has_the_same_shape_in_the_sandbox_and_in_the_recorded_answers() -> None:
    from providers.sandbox.application import create_sandbox

    app, floor = create_sandbox(SandboxSettings())
    body = {
        "SkuCode": PLAN, "SendValue": 0.8, "DistributorRef": OURS, "AccountNumber": "2348031234567",
        "ValidateOnly": False,
    }  # fmt: skip
    answer = app.test_client().post(SEND, json=body, headers={"api_key": "k"}).get_json()
    floor.later.stop()
    assert answer["TransferRecord"].keys() == record("Complete").keys()
    assert record("Complete")["Price"].items() <= answer["TransferRecord"]["Price"].items()


def test_every_error_that_the_sandbox_says_is_described_and_mapped() -> None:
    from providers.sandbox.application import create_sandbox

    app, floor = create_sandbox(SandboxSettings())
    path = "/dingconnect/api/V1/GetErrorCodeDescriptions"
    rows = app.test_client().get(path, headers={"api_key": "k"}).get_json()["Items"]
    floor.later.stop()
    described = {row["Code"] for row in rows}
    known = {*codes.REFUSED, *codes.REFUSED_AT_OPERATOR, *codes.MISCONFIGURED}
    assert described - known == {"NearestMatch"}
    assert all(row["Message"] for row in rows)
