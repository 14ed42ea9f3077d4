"""DT One's dialect: what is offered, whose a number is, the float, callbacks."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.outcomes import (
    Misconfigured,
    NotSent,
    Unknown,
)
from app.domain.products import Offered, ProductKind
from app.ports.catalogue import CatalogueUnavailable
from app.ports.operator_lookup import LookupUnknown, OperatorFound, OperatorNotFound
from app.ports.vending import StatusCallback
from providers.http_client import HttpClient
from providers.sandbox import dtone_products
from providers.vending.dtone import products
from providers.vending.dtone.adapter import Dtone
from providers.vending.dtone.callbacks import BadCallback, parse_update
from providers.vending.dtone.service import DtoneSettings
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, saying
from tests.providers.vending.contract import GRACE
from tests.providers.vending.dtone import REFERENCE, told

LOOK_UP = "/dtone/v1/lookup/mobile-number"
TO = Msisdn("+2348031234567")
NAIRA = {"unit_type": "CURRENCY", "unit": "NGN"}


@pytest.fixture
def http(clock: FixedClock) -> Iterator[HttpClient]:
    client = HttpClient(clock, Remembered())
    yield client
    client.close()


def adapter(base: str, http: HttpClient) -> Dtone:
    return Dtone(DtoneSettings(f"{base}/dtone", "k", "s", GRACE), http)


# --- catalogue -------------------------------------------------------------------------------


def line(code: str = "mtn-ng", kind: str = "FIXED_VALUE_RECHARGE", **changes: Any) -> Any:
    """A product of the sandbox, changed."""
    [first, *_] = [
        one for one in dtone_products.products("NGA")
        if one["operator"] == dtone_products.operator(code) and one["type"] == kind
    ]  # fmt: skip
    return first | changes


def offered(product: Any) -> Offered | None:
    """What is read of a line as it comes in JSON."""
    return products.offered(json.loads(json.dumps(product), parse_float=Decimal))


def ranged(**changes: Any) -> Any:
    return line(kind="RANGED_VALUE_RECHARGE", **changes)


def _data(base: object, unit: str = "MB", **more: object) -> list[dict[str, Any]]:
    only = {"type": "DATA", "unit_type": "DATA", "unit": unit, "amount": {"base": base},
            "additional_information": None}  # fmt: skip
    return [only | more]


def test_a_plan_and_airtime_are_read() -> None:
    assert offered(line(benefits=_data(1.5, "GB"), validity={"unit": "WEEK", "quantity": 1})) == (
        Offered("mtn-ng", ProductKind.DATA, "6001", "100mb-1d", size_mb=1536, validity_days=7,
                cost=Money(97_00, "NGN"), face=Money(100_00, "NGN"))
    )  # fmt: skip
    assert offered(ranged()) == Offered(
        "mtn-ng", ProductKind.AIRTIME, "4001", "MTN airtime", Money(50_00, "NGN"),
        Money(50_000_00, "NGN"), discount_bp=300,
    )  # fmt: skip


def test_prices_are_rounded_up_and_ranges_inwards() -> None:
    dear = {"wholesale": {"unit_type": "CURRENCY", "unit": "USD", "amount": 0.0612, "fee": 0.001}}
    read = offered(line(prices=dear))
    assert read is not None
    assert read.cost == Money(7, "USD")
    amount = {"min": 49.5, "max": 100.75, "increment": 0.25}
    read = offered(ranged(destination=NAIRA | {"amount": amount}, prices={"wholesale": NAIRA | {
        "amount": {"min": 49, "max": 100}, "fee": 0.25}}))  # fmt: skip
    assert read is not None
    assert (read.least, read.most) == (Money(50_00, "NGN"), Money(100_00, "NGN"))
    assert read.discount_bp == 49, "the smaller of both ends: (100.75 - 100.25) / 100.75"


OTHER = {"id": 9, "name": "Moov Togo", "country": {"iso_code": "TGO"}}
LEFT_OUT = {
    "an operator that isn't ours": line(operator=OTHER),
    "ours in another country": line(operator=OTHER | {"name": "MTN Benin"}),
    "no operator": line(operator=None),
    "an operator without a name": line(operator={"name": " ", "country": {"iso_code": "NGA"}}),
    "no id": line(id=None),
    "an id that is no number": line(id=1.5),
    "no name": line(name=None),
    "a PIN": line(type="FIXED_VALUE_PIN_PURCHASE"),
    "a type nobody documented": line(type=["FIXED_VALUE_RECHARGE"]),
    "an account number": line(required_credit_party_identifier_fields=[["account_number"]]),
    "a second field": line(required_credit_party_identifier_fields=[["mobile_number", "x"]]),
    "who sends it": line(required_sender_fields=[["last_name"]]),
    "another currency": line(destination={"unit_type": "CURRENCY", "unit": "USD", "amount": 1}),
    "minutes and data": line(benefits=[*_data(100), {"type": "TALKTIME"}]),
    "minutes": line(benefits=_data(100, type="TALKTIME")),
    "data for one site only": line(benefits=_data(100, additional_information="WhatsApp only")),
    "unlimited": line(benefits=_data(-1)),
    "a unit nobody documented": line(benefits=_data(100, "MiB")),
    "less than a megabyte": line(benefits=_data(0.2)),
    "no benefits": line(benefits=None),
    "an hour": line(validity={"unit": "HOUR", "quantity": 1}),
    "for ever": line(validity={"unit": "DAY", "quantity": -1}),
    "who knows how long": line(validity={"unit": "DAY", "quantity": None}),
    "no validity": line(validity=None),
    "no price": line(prices=None),
    "for nothing": line(prices={"wholesale": NAIRA | {"amount": 0, "fee": 0}}),
    "paid in a currency we don't know": line(prices={"wholesale": {
        "unit_type": "CURRENCY", "unit": "EUR", "amount": 1, "fee": 0}}),
    "amounts of ours only": ranged(accepted_calculation_modes=["SOURCE_AMOUNT"]),
    "steps of fifty": ranged(destination=NAIRA | {
        "amount": {"min": 50, "max": 500, "increment": 50}}),
    "steps of nothing": ranged(destination=NAIRA | {
        "amount": {"min": 50, "max": 500, "increment": 0}}),
    "tiny steps": ranged(destination=NAIRA | {
        "amount": {"min": 50, "max": 500, "increment": "1e-900"}}),
    "upside down": ranged(destination=NAIRA | {"amount": {"min": 500, "max": 50}}),
    "no whole amount": ranged(destination=NAIRA | {"amount": {"min": 1.2, "max": 1.8}}),
    "no limits": ranged(destination=NAIRA | {"amount": 50}),
    "dearer than it is worth": ranged(prices={"wholesale": NAIRA | {
        "amount": {"min": 51, "max": 50_000}, "fee": 0}}),
    "no fee": ranged(prices={"wholesale": NAIRA | {"amount": {"min": 48, "max": 48_000}}}),
    "data by the naira": ranged(service={"id": 1, "subservice": {"id": 13}}),
    "nothing": None,
    "text": "MTN",
}  # fmt: skip


@pytest.mark.parametrize("case", LEFT_OUT)
def test_a_line_that_cannot_be_sold_as_it_is_is_left_out(case: str) -> None:
    assert offered(LEFT_OUT[case]) is None


@pytest.mark.parametrize(
    "said",
    [(500, ""), (200, "{}"), (200, "<html>"), (401, ""), (200, "[]"), (302, "[]"),
     (200, "[1, 2")],
)  # fmt: skip
def test_a_list_that_is_not_whole_concludes_nothing(
    said: tuple[int, str], http: HttpClient
) -> None:
    """An empty list without X-Total may as well be a proxy's."""
    with saying(*said) as (base, _), pytest.raises(CatalogueUnavailable):
        list(adapter(base, http).offers())


def test_a_vendor_that_cannot_be_reached_offers_nothing_new(http: HttpClient) -> None:
    with pytest.raises(CatalogueUnavailable):
        list(adapter("http://127.0.0.1:1", http).offers())


# --- look-up, balance, callbacks -------------------------------------------------------------


def _operator(name: str, country: str = "NGA", identified: object = True) -> dict[str, Any]:
    return {"id": 1, "name": name, "country": {"iso_code": country}, "identified": identified}


LOOKED_UP: dict[str, tuple[int, Any, object]] = {
    "one": (200, [_operator("Airtel Nigeria")], OperatorFound("airtel-ng")),
    "an old name": (200, [_operator("9Mobile Nigeria")], OperatorFound("t2-ng")),
    "one of several": (200, [_operator("MTN Nigeria", identified=False),
                             _operator("Glo Nigeria")], OperatorFound("glo-ng")),
    "none of ours": (200, [_operator("Moov Togo", "TGO")], OperatorNotFound("Moov Togo")),
    "nobody's": (200, [], OperatorNotFound("none")),
    "no such number": (400, {"errors": [{"code": 1005003}]}, OperatorNotFound("1005003")),
    "guesses only": (200, [_operator("MTN Nigeria", identified=False)],
                     LookupUnknown("not_identified")),
    "two at once": (200, [_operator("MTN Nigeria"), _operator("Glo Nigeria")],
                    LookupUnknown("not_identified")),
    "wrong key": (401, {"errors": [{"code": 1000401}]}, LookupUnknown("401")),
    "another shape": (200, {"operator": "MTN"}, LookupUnknown("200")),
    "a list of text": (200, ["MTN"], LookupUnknown("not_identified")),
}  # fmt: skip


@pytest.mark.parametrize("case", LOOKED_UP)
def test_whose_a_number_is(case: str, http: HttpClient) -> None:
    status, body, expected = LOOKED_UP[case]
    with saying(status, json.dumps(body)) as (base, requests):
        assert adapter(base, http).operator_of(TO) == expected
    [(path, _, sent)] = requests.seen
    assert (path, json.loads(sent)) == (LOOK_UP, {"mobile_number": TO})


def test_nobody_to_ask_is_no_answer(http: HttpClient) -> None:
    assert isinstance(adapter("http://127.0.0.1:1", http).operator_of(TO), LookupUnknown)


BALANCES: list[tuple[int, str, object]] = [
    (200, '[{"id": 1, "unit_type": "CURRENCY", "unit": "NGN", "available": 1234.567}]',
     Money(1_234_56, "NGN")),
    (200, '[{"id": 1, "unit_type": "CURRENCY", "unit": "USD", "available": "90071992547409.93"}]',
     Money(90_071_992_547_409_93, "USD")),
    (200, '[{"id": 1, "unit": "EUR", "available": 5}]', Unknown("other_currency")),
    (200, '[{"unit": "NGN", "available": 5}, {"unit": "USD", "available": 5}]',
     Unknown("unreadable")),
    (200, '[{"unit": "NGN", "available": 1e999999999}]', Unknown("unreadable")),
    (200, '[{"unit": "NGN", "available": true}]', Unknown("unreadable")),
    (200, "[]", Unknown("unreadable")),
    (200, "<html>", Unknown("unreadable")),
    (500, "[]", Unknown("unreadable")),
    (401, "", Misconfigured("401")),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "expected"), BALANCES)
def test_the_float_is_what_is_available(
    status: int, body: str, expected: object, http: HttpClient
) -> None:
    with saying(status, body) as (base, requests):
        assert adapter(base, http).probe() == expected
    assert [path for path, _, _ in requests.seen] == ["/dtone/v1/balances"]


def test_an_unreachable_vendor_has_no_float(http: HttpClient) -> None:
    assert isinstance(adapter("http://127.0.0.1:1", http).probe(), NotSent)


@pytest.mark.parametrize("status", ["COMPLETED", "DECLINED", "REVERSED"])
def test_a_callback_is_only_a_reason_to_ask(status: str) -> None:
    heard = parse_update("application/json", json.dumps(told(status)).encode())
    assert heard == StatusCallback("dtone", Unknown("callback"), REFERENCE, "2214563001")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"{}", b'{"external_id": 7}', b'{"external_id": ""}',
     b'{"external_id": "' + b"x" * 41 + b'"}', b"[" * 60_000, b"\xff"],
)  # fmt: skip
def test_what_is_no_callback_is_refused(body: bytes) -> None:
    with pytest.raises(BadCallback):
        parse_update("application/json", body)
