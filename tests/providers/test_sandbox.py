"""The adapters against the sandbox, fault by fault, and the rules the sandbox enforces."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.bootstrap import SystemClock
from app.domain.money import Money
from app.domain.outcomes import (
    Declined,
    Delivered,
    NotFound,
    Pending,
    Throttled,
    Unknown,
)
from app.ports.vending import VendRequest
from providers.http_client import HttpClient
from providers.sandbox.faults import FAULTS
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from tests.fakes.http import Remembered, Requests, saying
from tests.providers.vending import VENDORS

VALIDATED = '{"status": "Validated"}'
EXPECTED: dict[str, tuple[type, ...]] = {
    "decline": (Declined,),
    "timeout_then_delivered": (Unknown,),
    "timeout_never_received": (Unknown,),
    "server_error_then_delivered": (Unknown,),
    "refused": (Unknown,),
    "malformed_body": (Unknown,),
    "throttled": (Throttled,),
    "pending_then_delivered": (Pending,),
    "pending_then_failed": (Pending,),
    "duplicate_callback": (Pending,),
    "callback_before_answer": (Pending, Delivered),
    "forged_callback": (Pending,),
    "validated_then_silent": (Unknown,),
    "delivered_then_reversed": (Delivered, Pending),
    "ambiguous_error_then_delivered": (Unknown,),
    "ambiguous_error_then_failed": (Unknown,),
}
DELIVERS = {"timeout_then_delivered", "server_error_then_delivered", "malformed_body",
            "pending_then_delivered", "duplicate_callback", "callback_before_answer",
            "ambiguous_error_then_delivered"}  # fmt: skip
TAKEN_BACK = {"vtpass": "reversed", "reloadly": "REFUNDED", "dtone": "REVERSED"}


class Sandbox:
    """A served sandbox, and the program's doors faked by a server that validates everything."""

    def __init__(self, base: str, program: Requests) -> None:
        self.base = base
        self.program = program

    def control(self, path: str, body: object = None, method: str = "") -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            f"{self.base}/control/{path}", data, {"Content-Type": "application/json"}
        )
        if method:
            request.method = method
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)

    def vends(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("vends")
        return found

    def callbacks(self, path: str) -> list[bytes]:
        return [body for seen, _, body in self.program.seen if seen == path]


@pytest.fixture
def sandbox(tmp_path: Any) -> Iterator[Sandbox]:
    with saying(200, VALIDATED) as (program, requests):
        settings = SandboxSettings(
            callback_base=program, book_path=tmp_path / "book", silence_seconds=1.5,
            pending_seconds=0.3, delivery_seconds=0.05, report_seconds=0.05, retry_seconds=0.05,
        )  # fmt: skip
        served = SandboxServer(settings, "127.0.0.1", 0)
        thread = threading.Thread(target=served.run)
        thread.start()
        try:
            yield Sandbox(f"http://127.0.0.1:{served.port}", requests)
        finally:
            served.stop()
            thread.join()


@pytest.fixture
def http() -> Iterator[HttpClient]:
    client = HttpClient(SystemClock(), Remembered(), connect_seconds=3, read_seconds=1)
    yield client
    client.close()


def request_for(name: str, seed: str, to: str = "", amount: int = 0) -> VendRequest:
    """A purchase of the vendor's usual airtime, or of `amount` naira of it, to `to`."""
    now = datetime.now(UTC)
    vendor = VENDORS[name]
    adapter = vendor.make("http://127.0.0.1:1", None)  # type: ignore[arg-type]
    wanted = replace(
        vendor.airtime, to=to or vendor.airtime.to,
        amount=Money(amount * 100, "NGN") if amount else vendor.airtime.amount,
    )  # fmt: skip
    return wanted.request(adapter.new_reference(seed, now), now + timedelta(seconds=5))


def until(holds: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("name", "fault"),
    [(name, f) for (name, kind), fs in FAULTS.items() if kind == "vending" for f in fs],
)
def test_each_fault_gives_its_outcome_and_the_book_tells_the_truth(
    sandbox: Sandbox, http: HttpClient, name: str, fault: str
) -> None:
    sandbox.control("faults", {"provider": name, "fault": fault, "count": 1})
    adapter = VENDORS[name].make(sandbox.base, http)
    request = request_for(name, "ABCDEF")
    assert isinstance(adapter.vend(request), EXPECTED[fault])
    if fault in DELIVERS:
        until(lambda: [v for v in sandbox.vends() if v["state"] == "delivered"])
    elif fault == "delivered_then_reversed":
        until(lambda: [v for v in sandbox.vends() if v["state"] == "reversed"])
        until(lambda: b"".join(sandbox.callbacks(f"/webhooks/{name}")))
        said = TAKEN_BACK[name].encode()
        until(lambda: said in b"".join(sandbox.callbacks(f"/webhooks/{name}")))
    else:
        until(lambda: not [v for v in sandbox.vends() if v["state"] == "pending"])
        assert not [v for v in sandbox.vends() if v["state"] == "delivered"]
    if adapter.traits.can_query:
        word = adapter.query(request.reference, None)
        book = {v["reference"]: v["state"] for v in sandbox.vends()}
        expected = {
            "delivered": Delivered, "failed": Declined, "reversed": Declined, None: NotFound
        }  # fmt: skip
        state = book.get(request.reference)
        assert isinstance(word, expected[state])
        assert getattr(word, "taken_back", False) == (state == "reversed")


@pytest.mark.parametrize("name", sorted(VENDORS))
def test_without_a_fault_airtime_arrives(sandbox: Sandbox, http: HttpClient, name: str) -> None:
    VENDORS[name].make(sandbox.base, http).vend(request_for(name, "ABCDEF"))
    until(lambda: [v["state"] for v in sandbox.vends()] == ["delivered"])
    [vend] = sandbox.vends()
    wanted = VENDORS[name].airtime
    assert (vend["provider"], vend["msisdn"], vend["amount_minor"], vend["currency"]) == (
        name, wanted.to, wanted.amount.amount_minor, wanted.amount.currency,
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(name for name, one in VENDORS.items() if one.data))
def test_without_a_fault_a_plan_arrives(sandbox: Sandbox, http: HttpClient, name: str) -> None:
    adapter, wanted = VENDORS[name].make(sandbox.base, http), VENDORS[name].data
    assert wanted is not None
    now = datetime.now(UTC)
    adapter.vend(wanted.request(adapter.new_reference("ABCDEF", now), now + timedelta(seconds=5)))
    until(lambda: [v["state"] for v in sandbox.vends()] == ["delivered"])
    [vend] = sandbox.vends()
    assert (vend["provider"], vend["msisdn"]) == (name, wanted.to)
    assert vend["product"].startswith("data ")


def test_africas_talking_books_nothing_that_we_do_not_validate(
    sandbox: Sandbox, http: HttpClient
) -> None:
    sandbox.program.answer = (200, '{"status": "Failed"}')
    outcome = (
        VENDORS["africastalking"]
        .make(sandbox.base, http)
        .vend(request_for("africastalking", "ABCDEF"))
    )
    assert isinstance(outcome, Declined)
    assert sandbox.vends() == []
    asked = json.loads(sandbox.callbacks("/webhooks/africastalking/airtime/validation")[0])
    assert asked["amount"] == "200.00"
    assert asked["currencyCode"] == "NGN"


def test_africas_talking_refuses_the_same_number_and_amount_for_five_minutes(
    sandbox: Sandbox, http: HttpClient
) -> None:
    adapter = VENDORS["africastalking"].make(sandbox.base, http)
    assert isinstance(adapter.vend(request_for("africastalking", "AAAAAA")), Pending)
    again = adapter.vend(request_for("africastalking", "BBBBBB"))
    assert isinstance(again, Throttled)
    assert again.same_recipient
    other = adapter.vend(request_for("africastalking", "CCCCCC", amount=300))
    assert isinstance(other, Pending)


def test_vtpass_refuses_the_same_number_for_thirty_seconds_and_a_used_id_for_ever(
    sandbox: Sandbox, http: HttpClient
) -> None:
    adapter = VENDORS["vtpass"].make(sandbox.base, http)
    first = request_for("vtpass", "AAAAAA")
    assert isinstance(adapter.vend(first), Delivered)
    again = adapter.vend(request_for("vtpass", "BBBBBB", amount=500))
    assert isinstance(again, Throttled)
    assert again.same_recipient
    assert adapter.vend(first) == Unknown("014")
    assert len(sandbox.vends()) == 1


def test_vtpass_refuses_an_id_that_is_not_todays_time_in_lagos(
    sandbox: Sandbox, http: HttpClient
) -> None:
    adapter = VENDORS["vtpass"].make(sandbox.base, http)
    now = datetime.now(UTC)
    old = VENDORS["vtpass"].airtime.request(
        adapter.new_reference("AAAAAA", now - timedelta(hours=2)), now + timedelta(seconds=5)
    )
    assert isinstance(adapter.vend(old), Declined)


def test_callbacks_come_as_often_as_the_fault_says(sandbox: Sandbox, http: HttpClient) -> None:
    sandbox.control("faults", {"provider": "vtpass", "fault": "duplicate_callback", "count": 1})
    VENDORS["vtpass"].make(sandbox.base, http).vend(request_for("vtpass", "AAAAAA"))
    until(lambda: len(sandbox.callbacks("/webhooks/vtpass")) == 3)


def test_a_callback_that_is_not_heard_comes_again(sandbox: Sandbox, http: HttpClient) -> None:
    adapter = VENDORS["africastalking"].make(sandbox.base, http)
    adapter.vend(request_for("africastalking", "AAAAAA"))
    sandbox.program.answer = (503, "")
    until(lambda: len(sandbox.callbacks("/webhooks/africastalking/airtime/status")) >= 2)


def test_faults_that_make_no_sense_are_refused(sandbox: Sandbox) -> None:
    for wanted in (
        {"provider": "vtpass", "fault": "validated_then_silent"},
        {"provider": "vtpass", "fault": "decline", "capability": "sms"},
        {"provider": "nobody", "fault": "decline"},
        {"provider": "vtpass", "fault": "decline", "count": 0},
        {},
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            sandbox.control("faults", wanted)
        assert refused.value.code == 422
        refused.value.close()
    assert "timeout_then_delivered" in sandbox.control("faults")


def test_clearing_faults_brings_good_times_back(sandbox: Sandbox, http: HttpClient) -> None:
    sandbox.control("faults", {"provider": "vtpass", "fault": "decline", "count": 5})
    sandbox.control("faults", method="DELETE")
    outcome = VENDORS["vtpass"].make(sandbox.base, http).vend(request_for("vtpass", "AAAAAA"))
    assert isinstance(outcome, Delivered)


def test_the_book_survives_a_restart(sandbox: Sandbox, http: HttpClient, tmp_path: Any) -> None:
    from providers.sandbox.book import Book

    VENDORS["vtpass"].make(sandbox.base, http).vend(request_for("vtpass", "AAAAAA"))
    before = sandbox.vends()
    again = Book(tmp_path / "book")
    assert again.vends() == before
    assert again.sold_minor("vtpass") == 200_00
    again.close()


def test_a_page_of_the_program_may_read_the_control_paths_and_no_other_page(
    sandbox: Sandbox,
) -> None:
    for origin, allowed in (("http://127.0.0.1:8000", True), ("http://elsewhere.test", False)):
        request = urllib.request.Request(
            f"{sandbox.base}/control/vends", headers={"Origin": origin}
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert (answer.headers.get("Access-Control-Allow-Origin") == origin) is allowed


def test_credentials_are_wanted(sandbox: Sandbox) -> None:
    for path in (
        "/vtpass/api/balance", "/africastalking/version1/user", "/dingconnect/api/V1/GetBalance",
        "/dtone/v1/balances",
    ):  # fmt: skip
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{sandbox.base}{path}", timeout=5)
        assert refused.value.code == 401
        refused.value.close()
