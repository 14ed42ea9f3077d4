"""Flutterwave bills: what goes over the wire, its catalogue, its callback, its float."""

import json
from dataclasses import replace

import pytest

from app.domain.money import Money
from app.domain.outcomes import Declined, Delivered, Misconfigured, Scope, Unknown
from app.domain.products import Offered, ProductKind
from app.ports.catalogue import CatalogueUnavailable
from providers.sandbox.stock import PLANS
from providers.vending.flutterwave import codes
from providers.vending.flutterwave.adapter import FlutterwaveBills, FlutterwaveBillsSettings
from providers.vending.flutterwave.callbacks import BadCallback, parse_update
from tests.fakes.http import saying
from tests.providers.billers_bench import adapter, outbound, sandbox, sold, soon
from tests.providers.vending import VENDORS
from tests.providers.vending.contract import GRACE
from tests.providers.vending.flutterwave import TX_REF, bill, paid, said

VENDOR = VENDORS["flutterwave"]
assert VENDOR.data
OPERATORS = ("mtn-ng", "airtel-ng", "glo-ng", "t2-ng")


def test_a_bill_is_paid_as_the_page_says() -> None:
    with saying(200, paid()) as (base, requests), outbound() as http:
        settings = FlutterwaveBillsSettings(base, "sk-secret", "https://our.test/bills", GRACE)
        wanted = VENDOR.airtime.request("nexustop-20261120-ABCDEF", soon())
        assert FlutterwaveBills(settings, http).vend(wanted) == Delivered(TX_REF, "200")
    [(path, headers, body)] = requests.seen
    assert path == "/v3/billers/BIL099/items/AT099/payment"
    assert headers["Authorization"] == "Bearer sk-secret"
    assert json.loads(body) == {
        "country": "NG", "customer_id": "+2348031234567", "amount": 200,
        "reference": "nexustop-20261120-ABCDEF", "callback_url": "https://our.test/bills",
    }  # fmt: skip


def test_without_a_public_address_no_callback_is_asked_for() -> None:
    with saying(200, paid()) as (base, requests), outbound() as http:
        adapter("flutterwave", base, http).vend(VENDOR.airtime.request("reference", soon()))
    assert "callback_url" not in json.loads(requests.seen[0][2])


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Money(200_50, "NGN")}, {"amount": Money(200_00, "KES")},
        {"code": "BIL099"}, {"code": "/AT099"}, {"code": ""},
        {"code": "../AT099"}, {"code": "BIL099/AT099?x=1"}, {"code": "BIL099/AT/099"},
    ],
)  # fmt: skip
def test_what_it_cannot_take_exactly_never_leaves(change: dict[str, object]) -> None:
    with saying(200, paid()) as (base, requests), outbound() as http:
        wanted = replace(VENDOR.airtime.request("reference", soon()), **change)  # type: ignore[arg-type]
        outcome = adapter("flutterwave", base, http).vend(wanted)
    assert isinstance(outcome, Declined)
    assert outcome.scope is Scope.PROVIDER
    assert requests.seen == []


def test_it_is_asked_by_their_id_where_that_is_known_and_by_ours_where_not() -> None:
    with saying(200, bill()) as (base, requests), outbound() as http:
        asked = adapter("flutterwave", base, http)
        assert asked.query("202603021200ABCDEF", None) == Delivered(TX_REF, "successful")
        assert asked.query("202603021200ABCDEF", TX_REF) == Delivered(TX_REF, "successful")
    assert [path for path, _, _ in requests.seen] == [
        "/flutterwave/v3/bills/202603021200ABCDEF?verbose=1",
        f"/flutterwave/v3/bills/{TX_REF}?verbose=1",
    ]


def test_their_id_names_the_bill_only_where_ours_is_left_out() -> None:
    cases = (
        (bill(customer_reference=None), TX_REF, Delivered(TX_REF, "successful")),
        (bill(customer_reference=None), "CF-other", Unknown("other_sale")),
        (bill(customer_reference="another"), TX_REF, Unknown("other_sale")),
    )
    for answer, external_id, expected in cases:
        with saying(200, answer) as (base, _), outbound() as http:
            outcome = adapter("flutterwave", base, http).query("202603021200ABCDEF", external_id)
        assert outcome == expected


def test_its_own_time_out_is_waited_for() -> None:
    with outbound() as http:
        traits = adapter("flutterwave", "http://127.0.0.1:1", http).traits
    assert traits.grace.total_seconds() == 28
    assert not traits.refuses_duplicates


def test_the_balance_is_read_exactly() -> None:
    def answer(balance: object, currency: str = "NGN") -> str:
        return said("success", "", {"currency": currency, "available_balance": balance})

    cases = (
        (200, '{"status": "success", "data": {"currency": "NGN", "available_balance": 1234.10}}',
         Money(1234_10, "NGN")),
        (200, answer("70368744177.6651"), Money(70_368_744_177_66, "NGN")),
        (200, answer("-0.001"), Money(-1, "NGN")),
        (200, answer(None), Unknown("unreadable")),
        (200, answer(True), Unknown("unreadable")),
        (200, answer(10**40), Unknown("unreadable")),
        (200, answer(5, "USD"), Unknown("200")),
        (200, "<html>", Unknown("unreadable")),
        (500, "", Unknown("500")),
        (401, "{}", Misconfigured("401")),
    )  # fmt: skip
    for status, body, expected in cases:
        with saying(status, body) as (base, requests), outbound() as http:
            assert adapter("flutterwave", base, http).probe() == expected
        assert requests.seen[0][0] == "/flutterwave/v3/balances/NGN"


# --- catalogue ---------------------------------------------------------------------------------


def test_it_offers_the_airtime_and_the_plans_of_the_sandbox() -> None:
    with sandbox() as base, outbound() as http:
        offered = list(adapter("flutterwave", base, http).offers())
        airtime = [one for one in offered if one.kind is ProductKind.AIRTIME]
    assert {one.operator: one.code for one in airtime} == codes.AIRTIME
    assert {one.discount_bp for one in airtime} == {300}
    assert all(one.least and one.most for one in airtime)
    plans = {(one.operator, one.size_mb, one.validity_days, one.cost) for one in offered} - {
        (one.operator, 0, 0, None) for one in airtime
    }
    assert plans == {
        (plan.operator, plan.size_mb, plan.days, Money(plan.price_minor, "NGN"))
        for plan in PLANS if plan.operator in OPERATORS
    }  # fmt: skip


def test_what_it_offers_it_sells() -> None:
    with sandbox(delivery_seconds=0.01) as base, outbound() as http:
        biller = adapter("flutterwave", base, http)
        wanted = next(
            one for one in biller.offers()
            if (one.operator, one.size_mb, one.validity_days) == ("mtn-ng", 1024, 7)
        )  # fmt: skip
        assert VENDOR.data
        assert (wanted.code, wanted.cost) == (VENDOR.data.code, VENDOR.data.amount)
        assert isinstance(biller.vend(VENDOR.data.request("ABCDEFGH", soon())), Delivered)
        assert isinstance(biller.query("ABCDEFGH", None), Delivered)
        [vend] = sold(base)
    assert (vend["product"], vend["amount_minor"], vend["state"]) == (
        "data 1gb-7d", 800_00, "delivered",
    )  # fmt: skip


def _catalogue(items: list[dict[str, object]], **answers: tuple[int, str]) -> list[Offered]:
    base_path = "/flutterwave/v3"
    with saying(200, said("success", "", [])) as (base, requests), outbound() as http:
        requests.answers = {
            f"{base_path}/top-bill-categories": (
                200, said("success", "", [{"code": "AIRTIME"}, {"code": "MOBILEDATA"}, {}])
            ),
            f"{base_path}/bills/MOBILEDATA/billers": (
                200, said("success", "", [
                    {"biller_code": "BIL108", "name": "MTN DATA BUNDLE"},
                    {"biller_code": "BIL999", "name": "SPECTRANET"}, {"name": "GLO"}, "x",
                ]),
            ),
            f"{base_path}/billers/BIL108/items": (200, said("success", "", items)),
            **{f"{base_path}/{path}": answer for path, answer in answers.items()},
        }  # fmt: skip
        return list(adapter("flutterwave", base, http).offers())


PLAN = {"biller_code": "BIL108", "item_code": "MD142", "name": "MTN 1GB 7 days", "fee": 0,
        "amount": 800, "is_airtime": False, "default_commission": 0.025}  # fmt: skip


def test_lines_that_cannot_be_read_are_left_out() -> None:
    bad: list[dict[str, object]] = [
        {"fee": 50}, {"fee": "x"}, {"amount": 0}, {"amount": 99.5}, {"amount": "many"},
        {"amount": None}, {"name": "MTN DATA BUNDLE"}, {"name": None}, {"name": "MTN 1GB"},
        {"name": "SPECTRANET 1GB 7 days"}, {"item_code": None}, {"item_code": "a b"},
        {"item_code": "a/b"}, {"item_code": ""}, {"is_airtime": True, "default_commission": 7},
    ]  # fmt: skip
    [only] = _catalogue([PLAN, *({**PLAN, **change} for change in bad)])
    assert (only.code, only.cost, only.validity_days) == ("BIL108/MD142", Money(800_00, "NGN"), 7)


def test_a_validity_period_of_its_own_goes_before_the_name() -> None:
    for period, days in ((30, 30), ("14", 14), ("monthly", 30), ("", 7), (None, 7), (True, 7)):
        [only] = _catalogue([{**PLAN, "validity_period": period}])
        assert only.validity_days == days


def test_half_a_percent_of_commission_is_kept() -> None:
    airtime = {**PLAN, "name": "MTN VTU", "is_airtime": True}
    assert [one.discount_bp for one in _catalogue([airtime])] == [250]


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("top-bill-categories", (200, said("success", "", [{"code": "AIRTIME"}]))),
        ("top-bill-categories", (500, "")),
        ("bills/AIRTIME/billers", (200, "<html>")),
        ("bills/MOBILEDATA/billers", (200, said("success", "", {"a": 1}))),
        ("billers/BIL108/items", (401, said("error", "Invalid authorization key", None))),
    ],
)
def test_a_list_that_is_not_whole_is_no_list(path: str, answer: tuple[int, str]) -> None:
    with pytest.raises(CatalogueUnavailable):
        _catalogue([PLAN], **{path: answer})


# --- callback ----------------------------------------------------------------------------------


def test_a_callback_is_a_reason_to_ask_whatever_it_says() -> None:
    for word in ("success", "fail", None):
        body = {"event": "singlebillpayment.status", "data": {
            "customer_reference": "nexustop-1", "tx_ref": TX_REF, "status": word,
        }}  # fmt: skip
        heard = parse_update("application/json", json.dumps(body).encode())
        assert heard.outcome == Unknown("callback")
        assert (heard.provider, heard.reference, heard.external_id) == (
            "flutterwave", "nexustop-1", TX_REF,
        )  # fmt: skip


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", "nonsense", "[" * 100_000, '{"data": []}', '{"data": {"tx_ref": "CF-1"}}',
     '{"data": {"customer_reference": 7}}', '{"data": {"customer_reference": ""}}',
     '{"data": {"customer_reference": "%s"}}' % ("x" * 101)],
)  # fmt: skip
def test_what_is_no_callback_is_refused(body: str) -> None:
    with pytest.raises(BadCallback):
        parse_update("application/json", body.encode())
