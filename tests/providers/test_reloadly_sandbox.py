"""Reloadly's adapter against the sandbox: what the sandbox enforces, and how it tells."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.bootstrap import SystemClock
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.outcomes import Declined, Delivered, NotFound, Pending, Throttled, Unknown
from app.domain.products import Offered, ProductKind
from app.ports.operator_lookup import OperatorFound, OperatorNotFound
from app.ports.vending import VendRequest
from providers.http_client import HttpClient
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from providers.sandbox.stock import PLANS
from providers.vending.reloadly.adapter import Reloadly
from providers.vending.reloadly.callbacks import parse_update
from tests.fakes.http import Remembered, Requests, saying
from tests.providers.flutterwave_bench import until
from tests.providers.vending.contract import Wanted
from tests.providers.vending.reloadly import VENDOR, adapter

WEBHOOK = "/webhooks/reloadly"


class Bench:
    def __init__(self, served: SandboxServer, program: Requests, http: HttpClient) -> None:
        self.floor = served.floor
        self.base = f"http://127.0.0.1:{served.port}"
        self.program = program
        self.http = http

    def reloadly(self, *, asynchronous: bool = False) -> Reloadly:
        return adapter(self.base, self.http, asynchronous=asynchronous)

    def vends(self) -> list[tuple[str, ...]]:
        wanted = ("msisdn", "product", "amount_minor", "currency", "state")
        return [tuple(vend[name] for name in wanted) for vend in self.floor.book.vends()]

    def told(self) -> list[tuple[dict[str, str], bytes]]:
        return [(headers, body) for path, headers, body in self.program.seen if path == WEBHOOK]


@contextmanager
def serving(folder: Path) -> Iterator[Bench]:
    with saying(200, "OK") as (program, requests):
        settings = SandboxSettings(
            callback_base=program, book_path=folder / "book", pending_seconds=0.1,
            delivery_seconds=0.05, retry_seconds=0.05,
        )  # fmt: skip
        served = SandboxServer(settings, "127.0.0.1", 0)
        thread = threading.Thread(target=served.run)
        thread.start()
        http = HttpClient(SystemClock(), Remembered(), connect_seconds=3, read_seconds=1)
        try:
            yield Bench(served, requests, http)
        finally:
            http.close()
            served.stop()
            thread.join()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with serving(tmp_path) as made:
        yield made


def buying(reference: str, what: Wanted = VENDOR.airtime) -> VendRequest:
    return what.request(reference, datetime.now(UTC) + timedelta(seconds=5))


def offered(reloadly: Reloadly, **wanted: Any) -> list[Offered]:
    return [one for one in reloadly.offers()
            if all(getattr(one, name) == value for name, value in wanted.items())]  # fmt: skip


def test_a_reference_is_taken_once_and_its_sale_is_found_with_and_without_an_id(
    bench: Bench,
) -> None:
    reloadly = bench.reloadly()
    assert reloadly.query("R1", None) == NotFound("empty_list")
    sold = reloadly.vend(buying("R1"))
    assert isinstance(sold, Delivered)
    assert reloadly.vend(buying("R1")) == Unknown("CUSTOM_IDENTIFIER_ALREADY_USED")
    assert reloadly.query("R1", None) == reloadly.query("R1", sold.external_id) == sold
    assert bench.vends() == [("+2348031234567", "airtime", 200_00, "NGN", "delivered")]


def test_a_number_is_refused_for_two_minutes(bench: Bench) -> None:
    reloadly = bench.reloadly()
    reloadly.vend(buying("R1"))
    again = reloadly.vend(buying("R2"))
    assert isinstance(again, Throttled)
    assert again.same_recipient
    assert isinstance(reloadly.vend(buying("R3", Wanted("341", to="+2348031234568"))), Delivered)


def test_bought_asynchronously_it_waits_and_is_told(bench: Bench) -> None:
    reloadly = bench.reloadly(asynchronous=True)
    sold = reloadly.vend(buying("R1"))
    assert isinstance(sold, Pending)
    until(lambda: bench.told())
    heard = parse_update("application/json", bench.told()[0][1])
    assert (heard.reference, heard.external_id) == ("R1", sold.external_id)
    assert isinstance(reloadly.query("R1", sold.external_id), Delivered)


def test_a_webhook_is_signed_and_a_forged_one_is_not(bench: Bench) -> None:
    bench.floor.faults.add("reloadly", "vending", "forged_callback", 1)
    assert isinstance(bench.reloadly().vend(buying("R1")), Pending)
    until(lambda: len(bench.told()) == 2)
    secret = bench.floor.settings.reloadly_webhook_secret.encode()
    good = {}
    for headers, body in bench.told():
        signed = body + f":{headers['X-Reloadly-Request-Timestamp']}".encode()
        made = hmac.new(secret, signed, hashlib.sha256).hexdigest()
        good[json.loads(body)["data"]["status"]] = headers["X-Reloadly-Signature"] == made
    assert good == {"SUCCESSFUL": False, "FAILED": True}


def test_every_plan_of_the_stock_is_offered_and_can_be_bought_at_its_cost(bench: Bench) -> None:
    reloadly = bench.reloadly()
    plans = offered(reloadly, kind=ProductKind.DATA)
    assert sorted((one.operator, one.size_mb, one.validity_days) for one in plans) == sorted(
        (plan.operator, plan.size_mb, plan.days) for plan in PLANS
    )
    for number, code in (("+2348031234567", "mtn-ng"), ("+254712345678", "safaricom-ke")):
        [weekly] = [one for one in plans if (one.operator, one.size_mb, one.validity_days)
                    == (code, 1024, 7)]  # fmt: skip
        assert weekly.cost is not None
        wanted = Wanted(weekly.code, number, code, weekly.cost, ProductKind.DATA)
        assert isinstance(reloadly.vend(buying(f"R-{code}", wanted)), Delivered)
        assert bench.vends()[-1] == (
            number, f"data {weekly.code}", weekly.cost.amount_minor, "NGN", "delivered"
        )  # fmt: skip


def test_airtime_of_each_operator_is_offered_and_sold_in_its_currency(bench: Bench) -> None:
    reloadly = bench.reloadly()
    airtime = offered(reloadly, kind=ProductKind.AIRTIME)
    assert len({one.operator for one in airtime}) == 16
    assert [one.code for one in airtime if one.operator == "smile-ng"] == [
        "345/500.00", "345/1000.00", "345/2000.00",
    ]  # fmt: skip
    [safaricom] = [one for one in airtime if one.operator == "safaricom-ke"]
    wanted = Wanted(safaricom.code, "+254712345678", "safaricom-ke", Money(75_50, "KES"))
    assert isinstance(reloadly.vend(buying("R1", wanted)), Delivered)
    assert bench.vends() == [("+254712345678", "airtime", 75_50, "KES", "delivered")]


def test_what_is_not_sold_is_declined(bench: Bench) -> None:
    reloadly = bench.reloadly()
    too_much = Wanted("341", amount=Money(60_000_00, "NGN"))
    assert isinstance(reloadly.vend(buying("R1", too_much)), Declined)
    withdrawn = Wanted("1341/801.00", amount=Money(801_00, "NGN"), kind=ProductKind.DATA)
    assert isinstance(reloadly.vend(buying("R2", withdrawn)), Declined)
    assert bench.vends() == []


def test_a_ported_number_is_found_where_it_is_now(bench: Bench) -> None:
    reloadly = bench.reloadly()
    assert reloadly.operator_of(Msisdn("+2347030000901")) == OperatorFound("airtel-ng")
    assert reloadly.operator_of(Msisdn("+2348031234567")) == OperatorFound("mtn-ng")
    nobodys = reloadly.operator_of(Msisdn("+2348010000000"))
    assert nobodys == OperatorNotFound("COULD_NOT_AUTO_DETECT_OPERATOR")


def test_the_float_falls_by_what_was_sold(bench: Bench) -> None:
    reloadly = bench.reloadly()
    before = reloadly.probe()
    reloadly.vend(buying("R1"))
    assert isinstance(before, Money)
    assert reloadly.probe() == before - Money(200_00, "NGN")


def test_a_restart_forgets_tokens_and_no_sale(tmp_path: Path) -> None:
    with serving(tmp_path) as before:
        sold = before.reloadly().vend(buying("R1"))
    assert isinstance(sold, Delivered)
    with serving(tmp_path) as after:
        assert after.reloadly().query("R1", sold.external_id) == sold
        assert after.reloadly().vend(buying("R1")) == Unknown("CUSTOM_IDENTIFIER_ALREADY_USED")


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"operatorId": "341"}, {"operatorId": []}, {"operatorId": 341, "amount": "much"},
     {"operatorId": 341, "amount": True}, {"operatorId": 341, "amount": -1},
     {"operatorId": 341, "amount": 100}, {"operatorId": 341, "amount": 100, "recipientPhone": 1}],
)  # fmt: skip
def test_a_request_that_makes_no_sense_is_refused(bench: Bench, body: object) -> None:
    said = {"client_id": "i", "client_secret": "s", "audience": "a",
            "grant_type": "client_credentials"}  # fmt: skip
    token = httpx.post(f"{bench.base}/reloadly/oauth/token", json=said).json()["access_token"]
    answer = httpx.post(
        f"{bench.base}/reloadly/topups", json=body, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 400
    assert bench.vends() == []


def test_credentials_are_wanted(bench: Bench) -> None:
    for path in ("accounts/balance", "topups/1/status", "operators/countries/NG"):
        assert httpx.get(f"{bench.base}/reloadly/{path}").status_code == 401
    assert httpx.post(f"{bench.base}/reloadly/oauth/token", json={}).status_code == 401
