"""Flutterwave's verification: recorded answers, and the states of payments they become."""

import json
from collections.abc import Iterator

import pytest

from app.domain.money import Money
from app.ports.charges import Charge, ChargeMethod
from app.ports.payments import NotPaid, Paid, PaymentUnknown, TakenBack
from providers.http_client import HttpClient
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, saying
from tests.providers.flutterwave import (
    NO_SUCH,
    ONCE,
    OWNER,
    TRANSACTION,
    USSD,
    flutterwave,
    said,
    text,
)


@pytest.fixture
def http(clock: FixedClock) -> Iterator[HttpClient]:
    client = HttpClient(clock, Remembered(), read_seconds=1)
    yield client
    client.close()


def paid(minor: int = 200_00, fee: int = 2_80, **more: object) -> Paid:
    known = {"owner": OWNER, "reference": ""} | more
    return Paid("395251370", Money(minor, "NGN"), Money(fee, "NGN"), "", **known)  # type: ignore[arg-type]


def of(**changes: object) -> dict[str, object]:
    return said({**TRANSACTION, **changes})


def without(name: str) -> dict[str, object]:
    return said({key: value for key, value in TRANSACTION.items() if key != name})


def raw(amount: str, settled: str = "null", fee: str = "1.40") -> str:
    """An answer whose numbers are written exactly so."""
    text = json.dumps(of(amount="AMOUNT", amount_settled="SETTLED", app_fee="FEE"))
    return (
        text.replace('"AMOUNT"', amount).replace('"SETTLED"', settled).replace('"FEE"', fee)
    )  # fmt: skip


UNREADABLE = PaymentUnknown("unreadable")
VERIFIED = {
    "paid": (200, of(), paid()),
    "paid, a fee with stamp duty": (200, of(amount_settled=147.2), paid(fee=52_80)),
    "paid, not settled": (200, of(amount_settled=None), paid()),
    "paid, never settled": (200, without("amount_settled"), paid()),
    "paid for a charge": (200, of(tx_ref="nx-ABC234"), paid(owner=None, reference="ABC234")),
    "paid to nobody of ours": (200, of(tx_ref="LiveCardTest"), paid(owner=None)),
    "paid, no tx_ref": (200, without("tx_ref"), paid(owner=None)),
    "paid, tx_ref no number": (200, of(tx_ref="nx-va-1234567"), paid(owner=None)),
    "id as text": (200, of(id="395251370"), paid()),
    "decimal text": (200, of(amount="200.00", amount_settled="197.20"), paid()),
    "101.40": (200, raw("101.40"), paid(101_40, 1_40)),
    "1e3": (200, raw("1e3"), paid(1_000_00, 1_40)),
    "more zeros": (200, raw("101.4000"), paid(101_40, 1_40)),
    "three decimals": (200, raw("101.401"), UNREADABLE),
    "a hair too much": (200, raw("100.00000000000000000000000000000000001"), UNREADABLE),
    "a float's error": (200, raw("101.39999999999999"), UNREADABLE),
    "NaN": (200, raw("NaN"), PaymentUnknown("200")),
    "Infinity": (200, raw("Infinity"), PaymentUnknown("200")),
    "-Infinity": (200, raw("-Infinity"), PaymentUnknown("200")),
    "1e400": (200, raw("1e400"), UNREADABLE),
    "1e-400": (200, raw("1e-400"), UNREADABLE),
    "1e99999999999999999999": (200, raw("1e99999999999999999999"), PaymentUnknown("200")),
    "5,000 digits": (200, raw("9" * 5_000), PaymentUnknown("200")),
    "1e999999999": (200, raw("1e999999999"), UNREADABLE),
    "text 1e3": (200, of(amount="1e3"), UNREADABLE),
    "text NaN": (200, of(amount="NaN"), UNREADABLE),
    "text with commas": (200, of(amount="1,000.00"), UNREADABLE),
    "text in other digits": (200, of(amount="٢٠٠"), UNREADABLE),
    "nothing": (200, raw("0", fee="0"), UNREADABLE),
    "negative": (200, raw("-200"), UNREADABLE),
    "true": (200, raw("true"), UNREADABLE),
    "null": (200, raw("null"), UNREADABLE),
    "list": (200, raw("[200]"), UNREADABLE),
    "no amount": (200, without("amount"), UNREADABLE),
    "no id": (200, without("id"), PaymentUnknown("other_payment")),
    "no fee at all": (200, of(amount_settled=None, app_fee=None), UNREADABLE),
    "settled more than paid": (200, of(amount_settled=200.01), UNREADABLE),
    "settled nothing": (200, of(amount_settled=0), UNREADABLE),
    "another transaction": (200, of(id=1), PaymentUnknown("other_payment")),
    "dollars": (200, of(currency="USD"), PaymentUnknown("other_currency")),
    "no such currency": (200, of(currency="XXX"), UNREADABLE),
    "no currency": (200, without("currency"), UNREADABLE),
    "pending": (200, of(status="pending"), PaymentUnknown("pending")),
    "failed": (200, of(status="failed"), NotPaid("failed")),
    "surprise": (200, of(status="surprise"), PaymentUnknown("surprise")),
    "the envelope's word": (200, of(status="success"), PaymentUnknown("success")),
    "v4's word": (200, of(status="succeeded"), PaymentUnknown("succeeded")),
    "no status": (200, without("status"), PaymentUnknown("None")),
    "reversed": (200, of(status="reversed"), TakenBack("395251370", Money(200_00, "NGN"))),
    "refunded": (200, of(status="refunded"), TakenBack("395251370", Money(200_00, "NGN"))),
    "reversed, unreadable": (200, of(status="reversed", amount=None), UNREADABLE),
    "no data": (200, {"status": "success"}, PaymentUnknown("200")),
    "data is a list": (200, said([TRANSACTION]), PaymentUnknown("200")),
    "error with 200": (200, {**of(), "status": "error"}, PaymentUnknown("200")),
    "no such, 400": (400, NO_SUCH, NotPaid("not_found")),
    "no such, 404": (404, NO_SUCH, NotPaid("not_found")),
    "another 400": (400, {"status": "error", "message": "Bad id"}, PaymentUnknown("400")),
    "another 404": (404, "<html>", PaymentUnknown("404")),
    "401": (401, {"status": "error", "message": "Invalid authorization key"},
            PaymentUnknown("401")),
    "429": (429, {"status": "error"}, PaymentUnknown("429")),
    "500": (500, of(), PaymentUnknown("500")),
    "503": (503, "", PaymentUnknown("503")),
    "HTML": (200, "<html>", PaymentUnknown("200")),
    "cut short": (200, json.dumps(of())[:-9], PaymentUnknown("200")),
    "an array": (200, "[]", PaymentUnknown("200")),
}  # fmt: skip


@pytest.mark.parametrize("name", VERIFIED)
def test_each_recorded_verification_becomes_the_state_of_its_payment(
    name: str, http: HttpClient
) -> None:
    status, answer, expected = VERIFIED[name]
    with saying(status, text(answer)) as (base, requests):
        assert flutterwave(base, http).query("395251370") == expected
    path, headers, _ = requests.seen[0]
    assert path == "/v3/transactions/395251370/verify"
    assert headers["Authorization"] == "Bearer sk-secret"


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (200, of(tx_ref="nx-ABC234"), paid(owner=None, reference="ABC234")),
        (200, of(tx_ref="nx-ABC235"), PaymentUnknown("other_reference")),
        (200, of(tx_ref="ABC234"), PaymentUnknown("other_reference")),
        (200, without("tx_ref"), PaymentUnknown("other_reference")),
        (200, of(tx_ref="nx-ABC234", status="failed"), NotPaid("failed")),
        (200, of(tx_ref="nx-ABC234", status="pending"), PaymentUnknown("pending")),
        (200, of(tx_ref="nx-ABC234", status="reversed"),
         TakenBack("395251370", Money(200_00, "NGN"))),
        (400, NO_SUCH, PaymentUnknown("not_found")),
        (500, {}, PaymentUnknown("500")),
    ],
)  # fmt: skip
def test_each_recorded_answer_about_a_charge_becomes_its_state(
    status: int, answer: object, expected: object, http: HttpClient
) -> None:
    with saying(status, json.dumps(answer)) as (base, requests):
        assert flutterwave(base, http).query_charge(ONCE) == expected
    assert requests.seen[0][0] == "/v3/transactions/verify_by_reference?tx_ref=nx-ABC234"


def test_a_charge_is_asked_by_the_transaction_where_there_is_one(http: HttpClient) -> None:
    by_id = Charge("ABC234", OWNER, ChargeMethod.BANK_USSD, USSD.amount, "gtb", "4517159")
    order = Charge("ABC234", OWNER, ONCE.method, ONCE.amount, "", "URF_1613406439309_370935")
    with saying(200, json.dumps(of(tx_ref="nx-ABC234"))) as (base, requests):
        flutterwave(base, http).query_charge(by_id)
        flutterwave(base, http).query_charge(order)
    assert [path for path, _, _ in requests.seen] == [
        "/v3/transactions/4517159/verify",
        "/v3/transactions/verify_by_reference?tx_ref=nx-ABC234",
    ]
