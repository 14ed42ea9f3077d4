"""Baxi: what goes over the wire, its re-query, its catalogue, its float."""

import json
from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest

from app.domain.money import Money
from app.domain.outcomes import Declined, Delivered, Misconfigured, Scope, Unknown
from app.domain.products import Offered, ProductKind
from app.ports.catalogue import CatalogueUnavailable
from providers.sandbox.stock import PLANS
from providers.vending.baxi import codes
from providers.vending.baxi.adapter import Baxi, BaxiSettings
from tests.fakes.clock import FixedClock
from tests.fakes.http import saying
from tests.providers.billers_bench import adapter, outbound, sandbox, sold, soon
from tests.providers.vending import VENDORS
from tests.providers.vending.baxi import ASK, REQUERY, said
from tests.providers.vending.baxi import sold as answer_sold
from tests.providers.vending.contract import GRACE

VENDOR = VENDORS["baxi"]
BUNDLE = {"name": "1GB", "allowance": "1GB", "price": 800, "validity": "7 days", "datacode": 1000}


def test_airtime_is_bought_as_the_page_says(clock: FixedClock) -> None:
    with saying(200, answer_sold()) as (base, requests), outbound() as http:
        baxi = Baxi(BaxiSettings(base, "key", "1999", REQUERY, GRACE), http, clock)
        assert baxi.vend(VENDOR.airtime.request("NX261120AB", soon())) == Delivered("2", "success")
    [(path, headers, body)] = requests.seen
    assert path == "/api/baxipay/services/airtime/request"
    assert headers["x-api-key"] == "key"
    assert headers["Baxi-date"].endswith(" GMT")
    assert parsedate_to_datetime(headers["Baxi-date"]) == clock.now().replace(microsecond=0)
    assert json.loads(body) == {
        "agentReference": "NX261120AB", "agentId": "1999", "plan": "prepaid",
        "service_type": "mtn", "amount": 200, "phone": "08031234567",
    }  # fmt: skip


def test_data_is_bought_as_the_page_says() -> None:
    assert VENDOR.data
    with saying(200, answer_sold()) as (base, requests), outbound() as http:
        adapter("baxi", base, http).vend(VENDOR.data.request("NX261120AB", soon()))
    [(path, _, body)] = requests.seen
    assert path == "/baxi/api/baxipay/services/databundle/request"
    assert json.loads(body) == {
        "agentReference": "NX261120AB", "agentId": "1999", "datacode": "1gb-7d",
        "service_type": "mtn", "amount": 800, "phone": "08031234567",
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Money(200_50, "NGN")}, {"amount": Money(200_00, "KES")}, {"code": ""},
        {"code": "mtn/1000"}, {"code": "mtn", "kind": ProductKind.DATA},
        {"code": "/1000", "kind": ProductKind.DATA},
    ],
)  # fmt: skip
def test_what_it_cannot_take_exactly_never_leaves(change: dict[str, object]) -> None:
    with saying(200, answer_sold()) as (base, requests), outbound() as http:
        wanted = replace(VENDOR.airtime.request("reference", soon()), **change)  # type: ignore[arg-type]
        outcome = adapter("baxi", base, http).vend(wanted)
    assert isinstance(outcome, Declined)
    assert outcome.scope is Scope.PROVIDER
    assert requests.seen == []


def test_the_path_of_the_requery_is_a_setting(clock: FixedClock) -> None:
    with saying(200, answer_sold()) as (base, requests), outbound() as http:
        baxi = Baxi(BaxiSettings(base, "key", "1999", "/other/path", GRACE), http, clock)
        assert baxi.query("NX&1", None) == Delivered("2", "success")
    assert requests.seen[0][0] == "/other/path?agentReference=NX%261"


def test_an_answer_about_another_of_their_ids_decides_nothing() -> None:
    with saying(200, answer_sold()) as (base, _), outbound() as http:
        assert adapter("baxi", base, http).query("NX1", "7") == Unknown("other_sale")
        assert adapter("baxi", base, http).query("NX1", "2") == Delivered("2", "success")


def test_a_code_that_must_be_asked_about_decides_nothing() -> None:
    decided = codes.DECLINED | codes.THROTTLED | codes.MISCONFIGURED | codes.NOT_FOUND
    assert not decided & set(ASK)


def test_the_balance_is_read_exactly() -> None:
    cases = (
        (200, '{"status": "success", "code": 200, "data": {"balance": 970293.93}}',
         Money(970_293_93, "NGN")),
        (200, said("success", 200, {"balance": "10.0299"}), Money(10_02, "NGN")),
        (200, said("success", 200, {"balance": None}), Unknown("unreadable")),
        (200, said("success", 200, []), Unknown("unreadable")),
        (200, said("pending", 200, {"balance": 1}), Unknown("200")),
        (200, "<html>", Unknown("200")),
        (400, said("error", "BX0005", None), Misconfigured("BX0005")),
        (401, "", Misconfigured("401")),
        (500, "", Unknown("500")),
    )  # fmt: skip
    for status, body, expected in cases:
        with saying(status, body) as (base, requests), outbound() as http:
            assert adapter("baxi", base, http).probe() == expected
        assert requests.seen[0][0] == "/baxi/api/baxipay/superagent/account/balance"


def test_what_it_offers_it_sells() -> None:
    assert VENDOR.data
    with sandbox(delivery_seconds=0.01) as base, outbound() as http:
        baxi = adapter("baxi", base, http)
        offered = list(baxi.offers())
        assert isinstance(baxi.vend(VENDOR.data.request("NX261120AB", soon())), Delivered)
        assert isinstance(baxi.vend(VENDOR.data.request("NX261120AB", soon())), Unknown)
        [vend] = sold(base)
        assert baxi.probe() == Money(100_000_000_00 - 800_00, "NGN")
    assert (vend["product"], vend["amount_minor"]) == ("data 1gb-7d", 800_00)
    plans = {(one.operator, one.size_mb, one.validity_days, one.cost)
             for one in offered if one.kind is ProductKind.DATA}  # fmt: skip
    assert plans == {
        (plan.operator, plan.size_mb, plan.days, Money(plan.price_minor, "NGN"))
        for plan in PLANS if plan.operator in codes.SERVICES
    }  # fmt: skip
    airtime = {one.operator: one.code for one in offered if one.kind is ProductKind.AIRTIME}
    assert airtime == codes.SERVICES
    assert VENDOR.data.code in {one.code for one in offered}


def _offered(bundles: object, status: int = 200, word: str = "success") -> list[Offered]:
    with saying(status, said(word, 200, bundles)) as (base, _), outbound() as http:
        offered = list(adapter("baxi", base, http).offers())
    return [one for one in offered if one.kind is ProductKind.DATA and one.operator == "mtn-ng"]


def test_lines_that_cannot_be_read_are_left_out() -> None:
    bad: list[dict[str, object]] = [
        {"price": 0}, {"price": 99.5}, {"price": "x"}, {"datacode": None}, {"datacode": ""},
        {"datacode": True}, {"name": "", "allowance": None}, {"validity": ""},
        {"name": "1GB night", "allowance": ""}, {"name": "Unlimited", "allowance": "FUP"},
    ]  # fmt: skip
    [only] = _offered([BUNDLE, "x", *({**BUNDLE, **change} for change in bad)])
    assert (only.code, only.size_mb, only.validity_days) == ("mtn/1000", 1024, 7)


@pytest.mark.parametrize(
    ("bundles", "status", "word"),
    [([BUNDLE], 500, "success"), ([BUNDLE], 200, "error"), ({"a": 1}, 200, "success")],
)
def test_a_list_that_is_not_whole_is_no_list(bundles: object, status: int, word: str) -> None:
    with pytest.raises(CatalogueUnavailable):
        _offered(bundles, status, word)
