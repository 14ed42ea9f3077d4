"""Africa's Talking mobile data: what goes out, its look-up, its callback, its plans."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import SystemClock
from app.domain.money import Money
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotSent,
    Pending,
    Scope,
    Unknown,
)
from app.domain.products import ProductKind
from app.ports.catalogue import CatalogueUnavailable
from providers import plan_files
from providers.http_client import HttpClient
from providers.sandbox import africastalking_data as sandbox_data
from providers.vending.africastalking_data.callbacks import BadCallback, parse_status
from tests.fakes.http import Remembered, saying
from tests.providers.test_sandbox import Sandbox, sandbox, until  # noqa: F401 - a fixture
from tests.providers.vending import VENDORS
from tests.providers.vending.africastalking_data import VENDOR, make
from tests.providers.vending.contract import Wanted


@pytest.fixture
def http() -> Iterator[HttpClient]:
    client = HttpClient(SystemClock(), Remembered(), read_seconds=2)
    yield client
    client.close()


def bought(adapter: Any, wanted: Wanted, seed: str = "ABCDEF") -> tuple[str, Any]:
    now = datetime.now(UTC)
    reference = adapter.new_reference(seed, now)
    return reference, adapter.vend(wanted.request(reference, now + timedelta(seconds=5)))


def found(status: str, **other: object) -> str:
    data = {
        "transactionId": "ATPid_1", "status": status, "destination": "+2348031234567",
        "requestMetadata": {"reference": "ours"},
    }  # fmt: skip
    return json.dumps({"status": "Success", "data": data | other})


def test_the_request_says_quantity_unit_and_validity(http: HttpClient) -> None:
    assert VENDOR.data is not None
    with saying(201, "{}") as (base, requests):
        reference, _ = bought(make(base, http), VENDOR.data)
    [(path, headers, body)] = requests.seen
    assert path == "/africastalking/mobile/data/request"
    assert headers["Idempotency-Key"] == reference
    assert json.loads(body) == {
        "username": "demo", "productName": "demo",
        "recipients": [{
            "phoneNumber": "+2348031234567", "quantity": 1024, "unit": "MB", "validity": "Week",
            "metadata": {"reference": reference},
        }],
    }  # fmt: skip


@pytest.mark.parametrize("code", ["", "1024/MB", "0/MB/Week", "1/TB/Week", "1/GB/Year", "airtime"])
def test_a_code_it_has_no_words_for_is_refused_before_sending(http: HttpClient, code: str) -> None:
    with saying(201, "{}") as (base, requests):
        _, outcome = bought(make(base, http), Wanted(code, kind=ProductKind.DATA))
    assert outcome == Declined("not_sold", Scope.PROVIDER)
    assert requests.seen == []


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, found("Success"), Delivered("ATPid_1", "Success")),
        (200, found("Failed"), Declined("Failed", Scope.SALE, "ATPid_1")),
        (200, found("Queued"), Pending("ATPid_1", "Queued")),
        (200, found("Success", requestMetadata=None), Delivered("ATPid_1", "Success")),
        (200, found("PendingValidation"), Unknown("status_PendingValidation", "ATPid_1")),
        (200, found("Success", transactionId="ATPid_2"), Unknown("another_transaction")),
        (200, found("Success", requestMetadata={"reference": "x"}), Unknown("another_transaction")),
        (200, '{"status": "Failure", "errorMessage": "No such"}', Unknown("unreadable")),
        (200, "<html></html>", Unknown("unreadable")),
        (500, found("Success"), Unknown("500")),
        (401, "", Misconfigured("401")),
    ],
)
def test_a_look_up_is_believed_when_it_is_about_this_transaction(
    http: HttpClient, status: int, body: str, expected: object
) -> None:
    with saying(status, body) as (base, requests):
        assert make(base, http).query("ours", "ATPid_1") == expected
    [(path, _, _)] = requests.seen
    assert path == "/africastalking/query/transaction/find?username=demo&transactionId=ATPid_1"


def test_without_their_id_nothing_is_asked(http: HttpClient) -> None:
    with saying(200, found("Success")) as (base, requests):
        assert make(base, http).query("ours", None) == Unknown("cannot_be_asked")
    assert requests.seen == []


def test_a_look_up_that_does_not_get_through_says_nothing(http: HttpClient) -> None:
    assert make("http://127.0.0.1:1", http).query("ours", "ATPid_1") == NotSent("connect")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"status": "Success", "balance": "KES 500.0050"}', Money(500_00, "KES")),
        ('{"status": "Success", "balance": "UGX 500.9"}', Money(500, "UGX")),
        ('{"status": "Success", "balance": "XYZ 1.00"}', Unknown("unreadable")),
        ('{"status": "Failed", "balance": "KES 500.0000"}', Unknown("unreadable")),
        ('{"status": "Success", "balance": 500}', Unknown("unreadable")),
        ("", Unknown("unreadable")),
    ],
)
def test_the_wallet_is_read_in_its_currency(http: HttpClient, body: str, expected: object) -> None:
    with saying(200, body) as (base, _):
        assert make(base, http).probe() == expected


@pytest.mark.parametrize("fault", ["pending_then_delivered", "pending_then_failed"])
def test_the_sandbox_s_look_up_follows_its_book(
    sandbox: Sandbox,  # noqa: F811
    http: HttpClient,
    fault: str,
) -> None:
    sandbox.control("faults", {"provider": "africastalking_data", "fault": fault, "count": 1})
    adapter = make(sandbox.base, http)
    assert VENDOR.data is not None
    reference, outcome = bought(adapter, VENDOR.data)
    assert isinstance(outcome, Pending)
    assert isinstance(adapter.query(reference, outcome.external_id), Pending)
    until(lambda: [one for one in sandbox.vends() if one["state"] != "pending"])
    last = adapter.query(reference, outcome.external_id)
    assert isinstance(last, Delivered if fault.endswith("delivered") else Declined)
    until(lambda: sandbox.callbacks("/webhooks/africastalking/data/status"))
    told = sandbox.callbacks("/webhooks/africastalking/data/status")[0]
    callback = parse_status("application/json", told)
    assert (callback.provider, callback.external_id) == (
        "africastalking_data", outcome.external_id,
    )  # fmt: skip
    assert isinstance(callback.outcome, Unknown), "a reason to ask, whatever it says"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b""), ("application/json", b"[]"), ("application/json", b"\xff"),
        ("application/json", b'{"transactionId": 7}'), ("application/json", b"[" * 50_000),
        ("application/json", b'{"transactionId": "' + b"a" * 101 + b'"}'),
        ("application/x-www-form-urlencoded", b"status=Success"),
    ],
)  # fmt: skip
def test_a_callback_that_names_no_transaction_is_none(kind: str, body: bytes) -> None:
    with pytest.raises(BadCallback):
        parse_status(kind, body)


def test_plans_of_every_country_come_from_the_file(http: HttpClient, tmp_path: Path) -> None:
    file = tmp_path / "plans.csv"
    file.write_text(sandbox_data.plan_file())
    offered = {(one.operator, one.code): one for one in make("x", http, file).offers()}
    weekly = offered["safaricom-ke", "1024/MB/Week"]
    assert (weekly.size_mb, weekly.validity_days, weekly.cost) == (1024, 7, Money(250_00, "KES"))
    assert offered["mtn-ug", "1024/MB/Week"].cost == Money(10_000, "UGX")


@pytest.mark.parametrize("row", ["mtn-ng,1/GB/Week,direct,1000,7,80000", "mtn-ng,x,direct,1,7,1"])
def test_a_code_that_says_something_else_than_its_line_stops_the_list(
    http: HttpClient, tmp_path: Path, row: str
) -> None:
    file = tmp_path / "plans.csv"
    file.write_text(",".join(plan_files.COLUMNS) + f"\n{row}\n")
    with pytest.raises(CatalogueUnavailable, match="not what its line says"):
        make("x", http, file).offers()


@pytest.mark.parametrize(
    ("operator", "to", "amount"),
    [
        ("safaricom-ke", "+254711000001", Money(50_00, "KES")),
        ("mtn-ug", "+256770000001", Money(2_500, "UGX")),
        ("vodacom-tz", "+255740000001", Money(1_000_00, "TZS")),
        ("mtn-rw", "+250780000001", Money(500, "RWF")),
    ],
)
def test_airtime_abroad_is_sold_in_the_operator_s_currency(
    sandbox: Sandbox,  # noqa: F811
    http: HttpClient,
    operator: str,
    to: str,
    amount: Money,
) -> None:
    adapter = VENDORS["africastalking"].make(sandbox.base, http)
    _, outcome = bought(adapter, Wanted("airtime", to, operator, amount))
    assert isinstance(outcome, Pending)
    until(lambda: [one["state"] for one in sandbox.vends()] == ["delivered"])
    [vend] = sandbox.vends()
    assert (vend["msisdn"], vend["amount_minor"], vend["currency"]) == (
        to, amount.amount_minor, amount.currency,
    )  # fmt: skip
    asked = json.loads(sandbox.callbacks("/webhooks/africastalking/airtime/validation")[0])
    assert Money(int(asked["amount"].split(".")[0]), "") == Money(
        int(amount.decimal().split(".")[0]), ""
    )
    assert asked["currencyCode"] == amount.currency


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("airtime", "+233240000001", "mtn-gh", Money(5_00, "GHS")),
        Wanted("airtime", amount=Money(200_00, "KES")),
        Wanted("airtime", kind=ProductKind.DATA),
    ],
)
def test_airtime_it_does_not_sell_is_refused_before_sending(
    http: HttpClient, wanted: Wanted
) -> None:
    with saying(201, "{}") as (base, requests):
        _, outcome = bought(VENDORS["africastalking"].make(base, http), wanted)
    assert outcome == Declined("not_sold", Scope.PROVIDER)
    assert requests.seen == []


def test_airtime_is_offered_for_every_operator_it_sells(http: HttpClient) -> None:
    adapter: Any = VENDORS["africastalking"].make("x", http)
    offered = {one.operator: one for one in adapter.offers()}
    assert len(offered) == 12
    assert offered["mtn-ug"].least == Money(500, "UGX")
    assert {one.code for one in offered.values()} == {"airtime"}
