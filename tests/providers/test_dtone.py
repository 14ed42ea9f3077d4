"""DT One's dialect: what is sent, what the answers mean, when a plan is confirmed."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    Pending,
    Scope,
    Unknown,
)
from app.domain.products import ProductKind
from app.ports.vending import VendRequest
from providers.http_client import HttpClient
from providers.vending.dtone.adapter import Dtone
from providers.vending.dtone.service import DtoneSettings
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, Requests, saying
from tests.providers.vending.contract import GRACE
from tests.providers.vending.dtone import CALLBACK_URL, REFERENCE, told

CREATE = "/dtone/v1/async/transactions"
CONFIRM = f"{CREATE}/2214563001/confirm"
CANCEL = "/dtone/v1/transactions/2214563001/cancel"
TO = Msisdn("+2348031234567")
NAIRA = {"unit_type": "CURRENCY", "unit": "NGN"}


@pytest.fixture
def http(clock: FixedClock) -> Iterator[HttpClient]:
    client = HttpClient(clock, Remembered())
    yield client
    client.close()


def adapter(base: str, http: HttpClient) -> Dtone:
    return Dtone(DtoneSettings(f"{base}/dtone", "k", "s", GRACE, CALLBACK_URL), http)


def airtime(clock: FixedClock, **changes: Any) -> VendRequest:
    wanted = {"code": "4001", "amount": Money(200_00, "NGN"), "kind": ProductKind.AIRTIME}
    return VendRequest(REFERENCE, TO, "mtn-ng", send_by=clock.now() + timedelta(seconds=5),
                       **(wanted | changes))  # fmt: skip


def plan(clock: FixedClock, most: str = "776.00") -> VendRequest:
    naira, kobo = most.split(".")
    amount = Money(int(naira) * 100 + int(kobo), "NGN")
    return airtime(clock, code="6003", amount=amount, kind=ProductKind.DATA)


def of_plan(status: str, **changes: Any) -> str:
    """A transaction of the plan above."""
    prices = {"wholesale": NAIRA | {"amount": 776, "fee": 0}, "retail": None}
    mine = {"product": {"id": 6003, "type": "FIXED_VALUE_RECHARGE"}, "prices": prices}
    return json.dumps(told(status, **(mine | changes)))


def paths(requests: Requests) -> list[str]:
    return [path for path, _, _ in requests.seen]


# --- airtime ---------------------------------------------------------------------------------


def test_airtime_is_created_and_confirmed_in_one_request(
    clock: FixedClock, http: HttpClient
) -> None:
    with saying(201, json.dumps(told("CONFIRMED"))) as (base, requests):
        outcome = adapter(base, http).vend(airtime(clock))
    assert outcome == Pending("2214563001", "CONFIRMED")
    [(path, headers, body)] = requests.seen
    assert path == CREATE
    assert headers["Authorization"] == "Basic " + base64.b64encode(b"k:s").decode()
    assert json.loads(body) == {
        "external_id": REFERENCE, "product_id": 4001, "auto_confirm": True,
        "calculation_mode": "DESTINATION_AMOUNT", "destination": NAIRA | {"amount": 200},
        "credit_party_identifier": {"mobile_number": "+2348031234567"},
        "callback_url": CALLBACK_URL,
    }  # fmt: skip


def test_without_a_callback_address_none_is_given(clock: FixedClock, http: HttpClient) -> None:
    with saying(201, json.dumps(told("CONFIRMED"))) as (base, requests):
        Dtone(DtoneSettings(f"{base}/dtone", "k", "s", GRACE), http).vend(airtime(clock))
    assert "callback_url" not in json.loads(requests.seen[0][2])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": Money(200_50, "NGN")}, "whole_units_only"),
        ({"code": "mtn"}, "no_product_id"),
        ({"code": ""}, "no_product_id"),
        ({"code": "4" * 5_000}, "no_product_id"),
    ],
)
def test_what_cannot_be_sold_exactly_is_declined_before_anything_is_sent(
    change: dict[str, Any], code: str, clock: FixedClock, http: HttpClient
) -> None:
    with saying() as (base, requests):
        outcome = adapter(base, http).vend(airtime(clock, **change))
        assert outcome == Declined(code, Scope.PROVIDER)
        assert requests.seen == []


def test_a_currency_without_decimals_goes_as_it_is(clock: FixedClock, http: HttpClient) -> None:
    with saying(500, "") as (base, requests):
        adapter(base, http).vend(airtime(clock, amount=Money(5_000, "UGX")))
    destination = json.loads(requests.seen[0][2])["destination"]
    assert destination == {"unit_type": "CURRENCY", "unit": "UGX", "amount": 5_000}


def test_a_delivery_that_was_taken_back_says_so(http: HttpClient) -> None:
    with saying(200, json.dumps([told("REVERSED")])) as (base, _):
        word = adapter(base, http).query(REFERENCE, "2214563001")
    assert word == Declined("REVERSED", Scope.SALE, "2214563001", taken_back=True)


def test_asked_about_one_transaction_another_is_no_answer(http: HttpClient) -> None:
    with saying(200, json.dumps([told("COMPLETED")])) as (base, requests):
        assert adapter(base, http).query(REFERENCE, "77") == Unknown("other_transaction")
        assert isinstance(adapter(base, http).query(REFERENCE, "2214563001"), Delivered)
    assert paths(requests) == [f"/dtone/v1/transactions?external_id={REFERENCE}"] * 2


def test_a_reference_is_escaped_in_the_question(http: HttpClient) -> None:
    with saying(200, "[]") as (base, requests):
        adapter(base, http).query("a&page=2 #", None)
    assert paths(requests) == ["/dtone/v1/transactions?external_id=a%26page%3D2%20%23"]


# --- plans -----------------------------------------------------------------------------------


def test_a_plan_is_confirmed_at_the_price_it_was_to_cost(
    clock: FixedClock, http: HttpClient
) -> None:
    with saying(201, of_plan("CREATED")) as (base, requests):
        requests.answers[CONFIRM] = (202, of_plan("CONFIRMED"))
        assert isinstance(adapter(base, http).vend(plan(clock)), Pending)
    assert paths(requests) == [CREATE, CONFIRM]
    sent = json.loads(requests.seen[0][2])
    assert (sent["product_id"], sent["auto_confirm"]) == (6003, False)
    assert "destination" not in sent


@pytest.mark.parametrize(
    ("wholesale", "code"),
    [
        (NAIRA | {"amount": 776.01, "fee": 0}, "price_moved"),
        (NAIRA | {"amount": 776, "fee": 0.001}, "price_moved"),
        ({"unit_type": "CURRENCY", "unit": "USD", "amount": 0.5, "fee": 0}, "price_unreadable"),
        (NAIRA | {"amount": 776}, "price_unreadable"),
        (NAIRA | {"amount": "a lot", "fee": 0}, "price_unreadable"),
        ({"unit_type": "POINTS", "unit": "NGN", "amount": 1, "fee": 0}, "price_unreadable"),
        (None, "price_unreadable"),
    ],
)
def test_a_plan_at_another_price_is_cancelled_and_never_confirmed(
    wholesale: Any, code: str, clock: FixedClock, http: HttpClient
) -> None:
    prices = {"wholesale": wholesale, "retail": None}
    with saying(201, of_plan("CREATED", prices=prices)) as (base, requests):
        requests.answers[CANCEL] = (202, of_plan("CANCELLED"))
        outcome = adapter(base, http).vend(plan(clock))
    assert outcome == Declined(code, Scope.PROVIDER, "2214563001")
    assert paths(requests) == [CREATE, CANCEL]


@pytest.mark.parametrize(
    "said",
    [
        (500, ""), (202, of_plan("CREATED")), (202, of_plan("CONFIRMED")), (202, "<html>"),
        (202, of_plan("CANCELLED", id=7)), (202, of_plan("CANCELLED", external_id="x")),
        (400, '{"errors": [{"code": 1007007, "message": "..."}]}'), (200, ""),
    ],
)  # fmt: skip
def test_only_the_vendors_word_that_it_is_cancelled_is_proof(
    said: tuple[int, str], clock: FixedClock, http: HttpClient
) -> None:
    with saying(201, of_plan("CREATED")) as (base, requests):
        requests.answers[CANCEL] = said
        outcome = adapter(base, http).vend(plan(clock, most="700.00"))
    assert outcome == Unknown("price_moved", "2214563001")


def test_one_that_was_cancelled_before_is_cancelled(clock: FixedClock, http: HttpClient) -> None:
    with saying(201, of_plan("CREATED")) as (base, requests):
        requests.answers[CANCEL] = (400, '{"errors": [{"code": 1007005, "message": "..."}]}')
        outcome = adapter(base, http).vend(plan(clock, most="700.00"))
    assert isinstance(outcome, Declined)


@pytest.mark.parametrize(
    ("said", "expected", "cancels"),
    [
        ((202, of_plan("SUBMITTED")), Pending, False),
        ((202, of_plan("COMPLETED")), Delivered, False),
        ((202, of_plan("DECLINED")), Declined, False),
        ((202, of_plan("REJECTED-INSUFFICIENT-BALANCE")), Misconfigured, False),
        ((429, ""), Declined, True),
        ((400, '{"errors": [{"code": 1007004, "message": "..."}]}'), Declined, True),
        ((401, ""), Declined, True),
        ((500, ""), Unknown, False),
        ((202, "<html>"), Unknown, False),
        ((202, of_plan("COMPLETED", id=7)), Unknown, False),
        ((202, of_plan("CREATED")), Unknown, False),
    ],
)
def test_what_the_answer_to_a_confirmation_means(
    said: tuple[int, str], expected: type, cancels: bool, clock: FixedClock, http: HttpClient
) -> None:
    """A refused one may be sold by nobody under this id again, so it is cancelled for good."""
    with saying(201, of_plan("CREATED")) as (base, requests):
        requests.answers |= {CONFIRM: said, CANCEL: (202, of_plan("CANCELLED"))}
        assert isinstance(adapter(base, http).vend(plan(clock)), expected)
    assert (CANCEL in paths(requests)) is cancels


class Hurrying(FixedClock):
    """Four seconds pass at every look."""

    def now(self) -> datetime:
        return self.advance(seconds=4)


def test_no_confirmation_leaves_after_its_time() -> None:
    clock = Hurrying()
    http = HttpClient(clock, Remembered())
    request = plan(clock)
    with saying(201, of_plan("CREATED")) as (base, requests):
        requests.answers[CANCEL] = (202, of_plan("CANCELLED"))
        late = replace(request, send_by=request.send_by + timedelta(seconds=4))
        outcome = adapter(base, http).vend(late)
    http.close()
    assert outcome == Declined("send_by_passed", Scope.PROVIDER, "2214563001")
    assert paths(requests) == [CREATE, CANCEL]


def test_a_plan_left_unconfirmed_is_cancelled_by_the_query(http: HttpClient) -> None:
    with saying(200, f"[{of_plan('CREATED')}]") as (base, requests):
        requests.answers[CANCEL] = (202, of_plan("CANCELLED"))
        word = adapter(base, http).query(REFERENCE, None)
        assert word == Declined("not_confirmed", Scope.PROVIDER, "2214563001")
        requests.answers[CANCEL] = (503, "")
        assert isinstance(adapter(base, http).query(REFERENCE, None), Unknown)
