"""Paystack's dialect of charges, refunds and statements: recorded answers, and what they mean."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.charges import (
    Charge,
    ChargeMethod,
    ChargeNotSent,
    ChargeRefused,
    ChargeStarted,
    ChargeUnknown,
)
from app.ports.payments import (
    BadWebhook,
    ChargeHeard,
    NothingHeard,
    NotPaid,
    Paid,
    PaymentHeard,
    PaymentTakenBack,
    PaymentUnknown,
    TakenBack,
)
from app.ports.statements import LineKind, StatementLine, StatementUnavailable
from providers.http_client import HttpClient
from providers.payments.paystack import statement
from providers.payments.paystack.adapter import Paystack, PaystackSettings
from providers.payments.paystack.service import Service
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, saying

OWNER = Msisdn("+2348030000001")
PAID = {
    "id": 53561, "status": "success", "reference": "nx-7K3F9Q", "amount": 150000, "fees": 1500,
    "currency": "NGN", "channel": "ussd", "authorization": {"channel": "ussd"},
    "paid_at": "2026-03-02T10:00:00.000Z",
}  # fmt: skip
DIALLED = {"status": "pay_offline", "reference": "nx-7K3F9Q", "ussd_code": "*737*33*4*18791#"}
OPENED = {
    "status": "pending_bank_transfer", "reference": "nx-7K3F9Q", "account_number": "1231084927",
    "bank": {"slug": "test-bank", "name": "Test Bank", "id": 24},
}  # fmt: skip


@pytest.fixture
def http(clock: FixedClock) -> Iterator[HttpClient]:
    client = HttpClient(clock, Remembered())
    yield client
    client.close()


def paystack(base: str, http: HttpClient) -> Paystack:
    settings = PaystackSettings(base, "sk-secret", "wema-bank", "customers.test")
    return Paystack(settings, http, FixedClock())


def charge(method: ChargeMethod = ChargeMethod.BANK_USSD) -> Charge:
    bank = "gtb" if method is ChargeMethod.BANK_USSD else ""
    return Charge("7K3F9Q", OWNER, method, Money(1_500_00, "NGN"), bank)


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        (ChargeMethod.BANK_USSD, "/charge", {"ussd": {"type": "737"}}),
        (ChargeMethod.ONE_TIME_ACCOUNT, "/charge",
         {"bank_transfer": {"account_expires_at": "2026-03-02T19:00:00Z"}}),
        (ChargeMethod.LINK, "/transaction/initialize", {}),
    ],
)  # fmt: skip
def test_each_way_is_asked_for_as_documented(
    method: ChargeMethod, path: str, more: dict[str, object], http: HttpClient
) -> None:
    with saying(200, "{}") as (base, requests):
        paystack(base, http).start(charge(method))
    [(asked, headers, sent)] = requests.seen
    assert asked == path
    assert headers["Authorization"] == "Bearer sk-secret"
    assert json.loads(sent) == {
        "email": "2348030000001@customers.test", "amount": "150000", "currency": "NGN",
        "reference": "nx-7K3F9Q", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (200, {"status": True, "data": DIALLED},
         ChargeStarted("nx-7K3F9Q", dial="*737*33*4*18791#")),
        (200, {"status": True, "data": OPENED},
         ChargeStarted("nx-7K3F9Q", account="1231084927", bank="Test Bank")),
        (200, {"status": True, "data": {"status": "failed"}}, ChargeRefused("failed")),
        (400, {"status": False, "message": "no", "code": "invalid_params"},
         ChargeRefused("invalid_params")),
        (400, {"status": False, "code": "duplicate_reference"},
         ChargeUnknown("duplicate_reference")),
        (200, {"status": True, "data": {"status": "pay_offline"}}, ChargeUnknown("no_way_to_pay")),
        (200, {"status": True, "data": {"status": "send_otp"}}, ChargeUnknown("send_otp")),
        (200, {"status": True, "data": []}, ChargeUnknown("None")),
        (401, {"status": False}, ChargeUnknown("401")),
        (500, {}, ChargeUnknown("500")),
        (200, "<html>", ChargeUnknown("200")),
    ],
)  # fmt: skip
def test_each_recorded_answer_to_a_start_becomes_its_outcome(
    status: int, answer: object, expected: object, http: HttpClient
) -> None:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    with saying(status, text) as (base, _):
        assert paystack(base, http).start(charge()) == expected


def test_a_page_is_given_only_as_a_link_that_can_be_trusted(http: HttpClient) -> None:
    for link, kind in (
        ("https://checkout.paystack.com/1", ChargeStarted),
        ("http://elsewhere.test", ChargeUnknown),
        (None, ChargeUnknown),
    ):
        answer = {"status": True, "data": {"authorization_url": link}}
        with saying(200, json.dumps(answer)) as (base, _):
            outcome = paystack(base, http).start(charge(ChargeMethod.LINK))
        assert isinstance(outcome, kind)


def test_what_never_left_may_be_sent_again(http: HttpClient) -> None:
    assert isinstance(paystack("http://127.0.0.1:1", http).start(charge()), ChargeNotSent)


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (200, {"status": True, "data": PAID},
         Paid("53561", Money(1_500_00, "NGN"), Money(15_00, "NGN"), "", "7K3F9Q")),
        (200, {"status": True, "data": {**PAID, "reference": "nx-OTHERX"}},
         PaymentUnknown("success")),
        (200, {"status": True, "data": {**PAID, "amount": 1500.5}}, PaymentUnknown("unreadable")),
        (200, {"status": True, "data": {**PAID, "currency": "USD"}},
         PaymentUnknown("unreadable")),
        (200, {"status": True, "data": {**PAID, "status": "abandoned"}},
         PaymentUnknown("abandoned")),
        (200, {"status": True, "data": {**PAID, "status": "failed"}}, NotPaid("failed")),
        (200, {"status": True, "data": {**PAID, "status": "reversed"}},
         TakenBack("53561", Money(1_500_00, "NGN"))),
        (400, {"status": False}, NotPaid("not_found")),
        (500, {}, PaymentUnknown("500")),
    ],
)  # fmt: skip
def test_each_recorded_verification_of_a_charge_becomes_its_state(
    status: int, answer: object, expected: object, http: HttpClient
) -> None:
    with saying(status, json.dumps(answer)) as (base, requests):
        assert paystack(base, http).query_charge(charge()) == expected
    assert requests.seen[0][0] == "/transaction/verify/nx-7K3F9Q"


@pytest.mark.parametrize(
    ("event", "data", "expected"),
    [
        ("charge.success", {"reference": "nx-7K3F9Q"}, ChargeHeard("7K3F9Q", "nx-7K3F9Q")),
        ("charge.success", {"reference": "zuz8ggd1ro"}, PaymentHeard("zuz8ggd1ro")),
        ("refund.processed", {"transaction_reference": "nx-7K3F9Q", "amount": "5000"},
         PaymentTakenBack("nx-7K3F9Q")),
        ("refund.pending", {"transaction_reference": "nx-7K3F9Q"}, NothingHeard("refund.pending")),
        ("charge.dispute.resolve", {"transaction": {"reference": "r-1", "status": "reversed"}},
         PaymentTakenBack("r-1")),
        ("bank.transfer.rejected", {"reference": "nx-7K3F9Q"},
         NothingHeard("bank.transfer.rejected")),
    ],
)  # fmt: skip
def test_events_are_read(event: str, data: object, expected: object, http: HttpClient) -> None:
    body = json.dumps({"event": event, "data": data}).encode()
    assert paystack("http://127.0.0.1:1", http).parse(body) == expected


@pytest.mark.parametrize("event", ["refund.processed", "charge.dispute.create"])
def test_an_event_that_names_no_payment_is_none(event: str, http: HttpClient) -> None:
    for data in ({}, None, [], {"transaction": None}):
        with pytest.raises(BadWebhook):
            paystack("", http).parse(json.dumps({"event": event, "data": data}).encode())


# --- refunds and statements, from a service that answers by path -----------------------------


class Answers(Service):
    """Paystack's answers by the beginning of their path, a page after another."""

    def __init__(self, **pages: list[object]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def get(self, path: str, subject: str):  # type: ignore[no-untyped-def]
        from providers.payments.paystack.service import Answer

        self.asked.append(path)
        kind = path.split("?")[0].strip("/").split("/")[-1 if "verify" not in path else 1]
        if "status=reversed" in path:
            kind = "reversed"
        pages = self.pages.get(kind, [])
        data = pages.pop(0) if pages else []
        if isinstance(data, int):
            return Answer(data, {})
        return Answer(200, {"status": True, "data": data})


def refunded(http: HttpClient, refunds: object) -> object:
    adapter = paystack("http://127.0.0.1:1", http)
    adapter._service = Answers(verify=[PAID], refund=[refunds])
    return adapter.taken_back("nx-7K3F9Q")


def test_a_refund_of_a_part_is_what_its_processed_refunds_sum_to(http: HttpClient) -> None:
    paid = Paid("53561", Money(1_500_00, "NGN"), Money(15_00, "NGN"), "", "7K3F9Q")
    done = {"id": 1, "transaction": 53561, "amount": 50000, "status": "processed"}
    assert refunded(http, [done, {**done, "amount": "2500"}, {**done, "status": "pending"}]) == (
        TakenBack("53561", Money(525_00, "NGN"))
    )
    assert refunded(http, []) == paid
    assert refunded(http, [{**done, "status": "failed"}]) == paid
    assert refunded(http, [{**done, "amount": 1.5}]) == PaymentUnknown("refunds unreadable")
    assert refunded(http, 500) == PaymentUnknown("refunds unreadable")


def row(number: int, **more: object) -> dict[str, object]:
    return {**PAID, "id": number, "reference": f"r-{number}", **more}


def test_a_days_statement_is_every_page_of_payments_and_refunds() -> None:
    full = [row(number) for number in range(statement.PER_PAGE)]
    back = {"id": 7, "transaction": 3, "amount": 500, "currency": "NGN", "status": "processed",
            "refunded_at": "2026-03-02T11:00:00.000Z"}  # fmt: skip
    service = Answers(
        transaction=[full, [row(1_000, reference="nx-7K3F9Q", fees=None)]],
        reversed=[[row(2_000, status="reversed")]],
        refund=[[back, {**back, "status": "pending"}]],
    )
    lines = list(statement.lines(service, date(2026, 3, 2)))
    assert len(lines) == statement.PER_PAGE + 3
    assert lines[statement.PER_PAGE] == StatementLine(
        LineKind.PAYMENT, "1000", "7K3F9Q", Money(1_500_00, "NGN"), Money(0, "NGN"),
        datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
    )  # fmt: skip
    assert lines[-1] == StatementLine(
        LineKind.TAKEN_BACK, "3", "7", Money(5_00, "NGN"), Money(0, "NGN"),
        datetime(2026, 3, 2, 11, 0, tzinfo=UTC),
    )  # fmt: skip
    first = service.asked[0]
    assert "from=2026-03-01T23%3A00%3A00.000Z" in first
    assert "to=2026-03-02T23%3A00%3A00.000Z" in first


@pytest.mark.parametrize(
    "pages",
    [
        {"transaction": [500]},
        {"transaction": [[row(number) for number in range(statement.PER_PAGE)], 502]},
        {"transaction": [[row(1, amount="x")]]},
        {"transaction": [[row(1, paid_at="when?")]]},
        {"refund": [[{"id": 7, "amount": 5, "currency": "NGN", "status": "processed",
                      "refunded_at": "2026-03-02T11:00:00.000Z"}]]},
    ],
)  # fmt: skip
def test_a_statement_that_is_not_whole_is_none(pages: dict[str, list[object]]) -> None:
    with pytest.raises(StatementUnavailable):
        list(statement.lines(Answers(**pages), date(2026, 3, 2)))
