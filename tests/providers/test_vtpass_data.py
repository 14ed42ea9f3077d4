"""VTpass: plans, as it lists and sells them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.bootstrap import SystemClock
from app.domain.money import Money
from app.domain.outcomes import Declined, Delivered, Misconfigured, NotSent, Scope, Unknown
from app.domain.products import ProductKind
from app.ports.catalogue import CatalogueUnavailable
from providers.http_client import HttpClient
from providers.vending.vtpass.callbacks import BadCallback, parse_update
from providers.vending.vtpass.variations import size_and_validity
from tests.fakes.http import Remembered, saying
from tests.providers.test_sandbox import Sandbox, sandbox  # noqa: F401 - a fixture
from tests.providers.vending import VENDORS
from tests.providers.vending.contract import Wanted

SMILE = Wanted(
    "smile-direct/smile-1gb-7d", "+2347020000001", "smile-ng", Money(800_00, "NGN"),
    ProductKind.DATA,
)  # fmt: skip


@pytest.fixture
def http() -> Iterator[HttpClient]:
    client = HttpClient(SystemClock(), Remembered(), read_seconds=2)
    yield client
    client.close()


def vtpass(base: str, http: HttpClient) -> Any:
    return VENDORS["vtpass"].make(base, http)


def buy(adapter: Any, wanted: Wanted, seed: str = "ABCDEF") -> Any:
    now = datetime.now(UTC)
    reference = adapter.new_reference(seed, now)
    return adapter.vend(wanted.request(reference, now + timedelta(seconds=5)))


def listing(*rows: object, spelt: str = "varations") -> str:
    return json.dumps({"response_description": "000", "content": {spelt: rows}})


def row(name: str, amount: object = "100.00", code: object = "c1", fixed: str = "Yes") -> Any:
    return {"variation_code": code, "name": name, "variation_amount": amount, "fixedPrice": fixed}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # as vtpass.com/documentation shows them
        ("N100 100MB - 24 hrs", (100, 1)),
        ("N200 200MB - 2 days", (200, 2)),
        ("N1000 1.5GB - 30 days", (1536, 30)),
        ("9mobile Data - 4500 Naira - 4.5GB Data - 30 Days", (4608, 30)),
        ("Glo Data N100 - 105MB - 2 day", (105, 2)),
        ("2GB MidNite for 7days - 1,020 Naira", None),
        ("3GB Weekend ONLY for 3days - 1,530 Naira", None),
        ("SmileVoice ONLY 65 for 30days - 510 Naira", None),
        ("UnlimitedPlatinum for 30days - 24,000 Naira", None),
        ("Buy Airtime", None),
        ("1.8GB 1 month", (1843, 30)),
        ("1TB - 1 year", (1024 * 1024, 365)),
        ("10GB + 2GB - 30 days", None),
        ("1GB or 2GB - 7 days", None),
        ("1GB - 7 days, then 30 days", None),
        ("1GB - 36 hrs", None),
        ("1GB", None),
        ("1,024MB - 1 day", None),
        ("0MB - 1 day", None),
        ("1GB - 0 days", None),
    ],
)
def test_a_name_is_read_when_it_says_one_size_and_one_validity(
    name: str, expected: tuple[int, int] | None
) -> None:
    assert size_and_validity(name) == expected


@pytest.mark.parametrize("spelt", ["varations", "variations"])
def test_both_spellings_of_the_list_are_read(http: HttpClient, spelt: str) -> None:
    with saying(200, listing(row("N100 100MB - 24 hrs"), spelt=spelt)) as (base, requests):
        data = [one for one in vtpass(base, http).offers() if one.kind is ProductKind.DATA]
    assert [one.code for one in data] == [
        "mtn-data/c1", "airtel-data/c1", "glo-data/c1", "etisalat-data/c1", "smile-direct/c1",
    ]  # fmt: skip
    assert data[0].cost == Money(100_00, "NGN")
    assert requests.seen[0][0] == "/vtpass/api/service-variations?serviceID=mtn-data"
    assert requests.seen[0][1]["public-key"] == "p"


def test_lines_that_cannot_be_read_are_left_out(http: HttpClient) -> None:
    good = row("N100 100MB - 24 hrs")
    odd = [
        row("Buy Airtime", "0.00"), row("1GB - 1 day", fixed="No"), row("1GB - 1 day", "1.50"),
        row("1GB - 1 day", "0.00"), row("1GB - 1 day", "-5"), row("1GB - 1 day", None),
        row("1GB - 1 day", "1e9"), row("1GB - 1 day", code=None), row("1GB - 1 day", code="a b"),
        row("1GB - 1 day", code=["x"]), {"name": 7}, {}, None, 7, [],
    ]  # fmt: skip
    with saying(200, listing(*odd, good)) as (base, _):
        data = [one for one in vtpass(base, http).offers() if one.kind is ProductKind.DATA]
    assert [one.name for one in data] == ["N100 100MB - 24 hrs"] * 5


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, "<html></html>"), (200, "[]"), (200, '{"content": []}'),
        (200, '{"content": {"varations": {"a": 1}}}'), (200, '{"code": "012", "content": {}}'),
        (500, listing()), (401, "{}"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_had_whole_concludes_nothing(
    http: HttpClient, status: int, body: str
) -> None:
    with saying(status, body) as (base, _), pytest.raises(CatalogueUnavailable, match="mtn-data"):
        list(vtpass(base, http).offers())


def test_a_list_that_nobody_gives_concludes_nothing(http: HttpClient) -> None:
    with pytest.raises(CatalogueUnavailable):
        list(vtpass("http://127.0.0.1:1", http).offers())


def test_what_the_sandbox_lists_it_sells(sandbox: Sandbox, http: HttpClient) -> None:  # noqa: F811
    adapter = vtpass(sandbox.base, http)
    offered = {(one.operator, one.size_mb, one.validity_days): one for one in adapter.offers()}
    assert ("smile-ng", 2048, 7) not in offered, "that one is good at night only"
    for seed, (operator, to) in {
        "AAAAAA": ("mtn-ng", "+2348031234567"), "BBBBBB": ("airtel-ng", "+2348021234567"),
        "CCCCCC": ("glo-ng", "+2348051234567"), "DDDDDD": ("t2-ng", "+2348091234567"),
        "EEEEEE": ("smile-ng", "+2347020000001"),
    }.items():  # fmt: skip
        plan = offered[operator, 1843, 30]
        wanted = Wanted(plan.code, to, operator, plan.cost, ProductKind.DATA)
        assert isinstance(buy(adapter, wanted, seed), Delivered), operator
    assert [one["product"] for one in sandbox.vends()] == [
        f"data {one}-ng 1843mb-30d" for one in ("mtn", "airtel", "glo", "t2", "smile")
    ]


def test_a_plan_whose_price_has_risen_is_delivered_only_by_the_word_of_a_query(
    sandbox: Sandbox,  # noqa: F811
    http: HttpClient,
) -> None:
    wanted = Wanted(
        "mtn-data/mtn-1gb-7d", amount=Money(799_00, "NGN"), kind=ProductKind.DATA
    )  # fmt: skip
    adapter = vtpass(sandbox.base, http)
    outcome = buy(adapter, wanted)
    assert isinstance(outcome, Unknown)
    [vend] = sandbox.vends()
    assert isinstance(adapter.query(vend["reference"], None), Delivered)


def test_a_withdrawn_plan_is_refused(sandbox: Sandbox, http: HttpClient) -> None:  # noqa: F811
    wanted = Wanted("mtn-data/mtn-9gb-9d", kind=ProductKind.DATA)
    assert buy(vtpass(sandbox.base, http), wanted) == Declined("010", Scope.SALE)


def test_a_number_that_moved_to_another_operator_fails(
    sandbox: Sandbox,  # noqa: F811
    http: HttpClient,
) -> None:
    adapter = vtpass(sandbox.base, http)
    ported = Wanted("mtn", "+2347030000901")
    assert isinstance(buy(adapter, ported, "AAAAAA"), Declined)
    there = Wanted("airtel", "+2347030000901", "airtel-ng")
    assert isinstance(buy(adapter, there, "BBBBBB"), Delivered)
    assert [one["state"] for one in sandbox.vends()] == ["failed", "delivered"]


@pytest.mark.parametrize(
    "wanted",
    [Wanted("mtn-data/c1"), Wanted("mtn", kind=ProductKind.DATA), Wanted("", kind=ProductKind.DATA),
     Wanted("mtn", amount=Money(200_50, "NGN")), Wanted("mtn", amount=Money(200_00, "KES"))],
)  # fmt: skip
def test_what_it_cannot_take_is_refused_before_sending(http: HttpClient, wanted: Wanted) -> None:
    with saying(200, "{}") as (base, requests):
        outcome = buy(vtpass(base, http), wanted)
    assert isinstance(outcome, Declined)
    assert outcome.scope is Scope.PROVIDER
    assert requests.seen == []


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, '{"content": {"error": "NOT FOUND"}}', Declined("no_one_account", Scope.PROVIDER)),
        (200, '{"content": {"AccountList": {"Account": [{"AccountId": 1}, {"AccountId": 2}]}}}',
         Declined("no_one_account", Scope.PROVIDER)),
        (200, "<html></html>", Declined("no_one_account", Scope.PROVIDER)),
        (500, "", NotSent("500")),
        (401, "", Misconfigured("401")),
    ],
)  # fmt: skip
def test_without_one_smile_account_nothing_is_bought(
    http: HttpClient, status: int, body: str, expected: object
) -> None:
    with saying(status, body) as (base, requests):
        assert buy(vtpass(base, http), SMILE) == expected
    assert [path for path, _, _ in requests.seen] == ["/vtpass/api/merchant-verify"]


def test_a_smile_plan_is_paid_to_the_account_of_the_number(
    sandbox: Sandbox,  # noqa: F811
    http: HttpClient,
) -> None:
    assert isinstance(buy(vtpass(sandbox.base, http), SMILE), Delivered)


def test_an_update_of_variations_is_no_word_about_a_sale() -> None:
    """vtpass.com/documentation/variation-codes-update-webhook-api"""
    told = json.dumps({
        "type": "variations-update", "serviceID": "smile-direct",
        "data": {"requestId": "x", "content": {"varations": []}},
    }).encode()  # fmt: skip
    with pytest.raises(BadCallback, match="variations of smile-direct have changed"):
        parse_update("application/json", told)
    with pytest.raises(BadCallback):
        parse_update("application/json", b"[" * 50_000)
