"""DT One's adapter against its sandbox: plans under every fault, catalogue, look-up, callbacks."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.bootstrap import SystemClock
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.operators import OPERATORS
from app.domain.outcomes import Declined, Delivered, Pending, Scope, Unknown
from app.domain.products import ProductKind
from app.ports.operator_lookup import OperatorFound, OperatorNotFound
from app.ports.vending import VendRequest
from providers.http_client import HttpClient
from providers.sandbox import stock
from providers.sandbox.faults import FAULTS
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from providers.vending.dtone import adapter as module
from providers.vending.dtone.adapter import Dtone
from tests.fakes.http import Remembered, saying
from tests.providers.test_sandbox import Sandbox, until
from tests.providers.vending import VENDORS

DOOR = "/webhooks/dtone"


@pytest.fixture
def sandbox(tmp_path: Any) -> Iterator[Sandbox]:
    with saying(200, "OK") as (program, requests):
        settings = SandboxSettings(
            callback_base=program, book_path=tmp_path / "book", silence_seconds=1.5,
            pending_seconds=0.3, delivery_seconds=0.05, retry_seconds=0.05,
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
def dtone(sandbox: Sandbox) -> Iterator[Dtone]:
    client = HttpClient(SystemClock(), Remembered(), read_seconds=1)
    made: Any = VENDORS["dtone"].make(sandbox.base, client)
    yield made
    client.close()


def a_plan(reference: str = "nx20260302ABCDEF") -> VendRequest:
    wanted = VENDORS["dtone"].data
    assert wanted is not None
    return wanted.request(reference, datetime.now(UTC) + timedelta(seconds=5))


PLANS = {
    # fault -> (answer to the sale, word of a query once it has come to rest, the book)
    "": (Pending, Delivered, "delivered"),
    "decline": (Declined, Declined, "failed"),
    "timeout_then_delivered": (Unknown, Delivered, "delivered"),
    "timeout_never_received": (Unknown, Declined, "failed"),
    "server_error_then_delivered": (Unknown, Delivered, "delivered"),
    "refused": (Unknown, Declined, "failed"),
    "malformed_body": (Unknown, Delivered, "delivered"),
    "throttled": (Declined, Declined, "failed"),
    "pending_then_delivered": (Pending, Delivered, "delivered"),
    "pending_then_failed": (Pending, Declined, "failed"),
    "duplicate_callback": (Pending, Delivered, "delivered"),
    "callback_before_answer": (Pending, Delivered, "delivered"),
    "forged_callback": (Pending, Declined, "failed"),
    "delivered_then_reversed": (Pending, Declined, "reversed"),
}
NEVER_CONFIRMED = {"timeout_never_received", "refused"}


def test_the_table_has_every_fault() -> None:
    assert set(PLANS) - {""} == set(FAULTS["dtone", "vending"])


@pytest.mark.parametrize("fault", PLANS)
def test_a_plan_under_each_fault(fault: str, sandbox: Sandbox, dtone: Dtone) -> None:
    if fault:
        sandbox.control("faults", {"provider": "dtone", "fault": fault, "count": 1})
    answer, word, state = PLANS[fault]
    request = a_plan()
    assert isinstance(dtone.vend(request), answer)
    if fault in NEVER_CONFIRMED:
        # What nobody confirmed rests until it is asked about, and then it is cancelled.
        assert isinstance(dtone.query(request.reference, None), Declined)
    until(lambda: [one["state"] for one in sandbox.vends()] == [state])
    said = dtone.query(request.reference, None)
    assert isinstance(said, word)
    assert getattr(said, "taken_back", False) == (state == "reversed")


def test_a_plan_that_costs_more_than_it_did_is_not_bought(sandbox: Sandbox, dtone: Dtone) -> None:
    request = replace(a_plan(), amount=Money(775_99, "NGN"))
    outcome = dtone.vend(request)
    assert isinstance(outcome, Declined)
    assert (outcome.code, outcome.scope) == ("price_moved", Scope.PROVIDER)
    assert [one["state"] for one in sandbox.vends()] == ["failed"]
    assert isinstance(dtone.query(request.reference, None), Declined)


def test_an_id_that_was_used_sells_nothing_again(sandbox: Sandbox, dtone: Dtone) -> None:
    assert isinstance(dtone.vend(a_plan()), Pending)
    assert dtone.vend(a_plan()) == Unknown("1007001")
    assert len(sandbox.vends()) == 1


def test_everything_in_stock_is_offered_and_can_be_bought(
    sandbox: Sandbox, dtone: Dtone, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = list(dtone.offers())
    monkeypatch.setattr(module, "_PER_PAGE", 7)
    assert list(dtone.offers()) == whole
    plans = [one for one in whole if one.kind is ProductKind.DATA]
    assert [(p.operator, p.size_mb, p.validity_days, p.face) for p in plans] == [
        (p.operator, p.size_mb, p.days, Money(p.price_minor, p.currency)) for p in stock.PLANS
    ]
    airtime = {one.operator: one for one in whole if one.kind is ProductKind.AIRTIME}
    assert set(airtime) == {plan.operator for plan in stock.PLANS}
    ugandan = airtime["mtn-ug"]
    assert (ugandan.least, ugandan.most) == (
        OPERATORS["mtn-ug"].airtime_min, OPERATORS["mtn-ug"].airtime_max
    )  # fmt: skip
    bought = VendRequest(
        "nx20260302UGANDA", Msisdn("+256772345678"), "mtn-ug", Money(5_000, "UGX"),
        datetime.now(UTC) + timedelta(seconds=5), ugandan.code,
    )  # fmt: skip
    assert isinstance(dtone.vend(bought), Pending)
    until(lambda: [(v["state"], v["amount_minor"], v["currency"]) for v in sandbox.vends()]
          == [("delivered", 5_000, "UGX")])  # fmt: skip


def test_an_amount_out_of_range_is_another_providers(dtone: Dtone) -> None:
    wanted = replace(VENDORS["dtone"].airtime, amount=Money(10_00, "NGN"))
    outcome = dtone.vend(wanted.request("nx20260302ABCDEF", a_plan().send_by))
    assert outcome == Declined("1003002", Scope.PROVIDER)


def test_the_look_up_knows_ported_numbers(dtone: Dtone) -> None:
    assert dtone.operator_of(Msisdn("+2348031234567")) == OperatorFound("mtn-ng")
    assert dtone.operator_of(Msisdn("+2347030000912")) == OperatorFound("airtel-ng")
    assert dtone.operator_of(Msisdn("+2348041234567")) == OperatorFound("ntel-ng")
    assert dtone.operator_of(Msisdn("+12025550123")) == OperatorNotFound("none")


def test_the_balance_is_what_is_left(dtone: Dtone) -> None:
    before = dtone.probe()
    assert isinstance(before, Money)
    assert isinstance(dtone.vend(a_plan()), Pending)
    assert dtone.probe() == before - Money(800_00, "NGN")


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        ("", ["COMPLETED"]),
        ("duplicate_callback", ["COMPLETED"] * 3),
        ("forged_callback", ["COMPLETED", "DECLINED"]),
        ("delivered_then_reversed", ["COMPLETED", "REVERSED"]),
        ("callback_before_answer", ["COMPLETED"]),
    ],
)
def test_callbacks_come_as_the_fault_says(
    fault: str, statuses: list[str], sandbox: Sandbox, dtone: Dtone
) -> None:
    if fault:
        sandbox.control("faults", {"provider": "dtone", "fault": fault, "count": 1})
    dtone.vend(a_plan())
    until(lambda: len(sandbox.callbacks(DOOR)) == len(statuses))
    heard = [json.loads(body) for body in sandbox.callbacks(DOOR)]
    assert [one["status"]["message"] for one in heard] == statuses
    assert {one["external_id"] for one in heard} == {"nx20260302ABCDEF"}
