"""Accounts and charges at Flutterwave: recorded answers, and the outcomes they become."""

import json
from collections.abc import Iterator

import pytest

from app.domain.money import Money
from app.ports.charges import (
    Charge,
    ChargeMethod,
    ChargeRefused,
    ChargeStarted,
    ChargeUnknown,
)
from app.ports.payments import (
    AccountReady,
    AccountRefused,
    AccountUnknown,
    PaymentUnknown,
    VirtualAccount,
)
from providers.http_client import HttpClient
from providers.payments.flutterwave.banks import BANKS
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, saying
from tests.providers.flutterwave import (
    ACCOUNT,
    BVN,
    NOWHERE,
    ONCE,
    OWNER,
    STARTED,
    USSD,
    flutterwave,
    text,
)


@pytest.fixture
def log() -> Remembered:
    return Remembered()


@pytest.fixture
def http(clock: FixedClock, log: Remembered) -> Iterator[HttpClient]:
    client = HttpClient(clock, log, read_seconds=1)
    yield client
    client.close()


def account(**changes: object) -> dict[str, object]:
    return {"status": "success", "message": "Virtual account created",
            "data": {**ACCOUNT, **changes}}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (200, account(),
         AccountReady(VirtualAccount("flutterwave", "7824822527", "WEMA BANK",
                                     "NexusTop 2348030000001"))),
        (400, {"status": "error", "message": "BVN or NIN is required"}, AccountRefused("400")),
        (422, {"status": "error", "message": "invalid"}, AccountRefused("422")),
        (400, "<html>", AccountUnknown("400")),
        (401, {"status": "error", "message": "Invalid authorization key"}, AccountUnknown("401")),
        (404, {"status": "error"}, AccountUnknown("404")),
        (429, {"status": "error"}, AccountUnknown("429")),
        (500, {}, AccountUnknown("500")),
        (200, {"status": "error", "message": "no"}, AccountUnknown("200")),
        (200, "<html>", AccountUnknown("200")),
        (200, {"status": "success"}, AccountUnknown("unreadable")),
        (200, {"status": "success", "data": None}, AccountUnknown("unreadable")),
        (200, account(response_code="99"), AccountUnknown("unreadable")),
        (200, account(account_number="78248225"), AccountUnknown("unreadable")),
        (200, account(account_number="782482252x"), AccountUnknown("unreadable")),
        (200, account(account_number=7824822527), AccountUnknown("unreadable")),
        (200, account(bank_name=""), AccountUnknown("unreadable")),
        (200, account(bank_name=None), AccountUnknown("unreadable")),
    ],
)  # fmt: skip
def test_each_recorded_answer_to_asking_for_an_account_becomes_its_outcome(
    status: int, answer: object, expected: object, http: HttpClient
) -> None:
    with saying(status, text(answer)) as (base, requests):
        assert flutterwave(base, http).open_account(OWNER) == expected
    path, _, sent = requests.seen[0]
    assert path == "/v3/virtual-account-numbers"
    assert json.loads(sent) == {
        "email": "2348030000001@customers.test", "phonenumber": "2348030000001",
        "firstname": "NexusTop", "lastname": "2348030000001",
        "narration": "NexusTop 2348030000001", "tx_ref": "nx-va-2348030000001",
        "is_permanent": True, "bvn": BVN,
    }  # fmt: skip


def test_without_a_bvn_none_is_sent_and_with_one_it_is_not_recorded(
    http: HttpClient, log: Remembered
) -> None:
    answer = {"status": "error", "message": f"BVN {BVN} is not valid"}
    with saying(400, json.dumps(answer)) as (base, requests):
        assert flutterwave(base, http, bvn="").open_account(OWNER) == AccountRefused("400")
        assert "bvn" not in json.loads(requests.seen[0][2])
        log.exchanges.clear()
        flutterwave(base, http).open_account(OWNER)
    assert BVN not in repr(log.exchanges)
    assert "sk-secret" not in repr(log.exchanges)


def started(data: dict[str, object] | None = None, note: object = "*566*002*4517159#") -> object:
    fields = STARTED["data"]
    assert isinstance(fields, dict)
    return {**STARTED, "data": {**fields, **(data or {})},
            "meta": {"authorization": {"mode": "ussd", "note": note}}}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (200, started(), ChargeStarted("4517159", dial="*566*002*4517159#")),
        (200, started({"id": "4517159"}), ChargeStarted("4517159", dial="*566*002*4517159#")),
        (200, started({"status": "failed"}), ChargeRefused("failed")),
        (200, started({"tx_ref": "nx-ABC235"}), ChargeUnknown("unreadable")),
        (200, started({"id": None}), ChargeUnknown("unreadable")),
        (200, started(note="dial your bank"), ChargeUnknown("unreadable")),
        (200, started(note=None), ChargeUnknown("unreadable")),
        (200, {**STARTED, "meta": {}}, ChargeUnknown("unreadable")),
        (200, {**STARTED, "meta": None}, ChargeUnknown("unreadable")),
        (200, {"status": "success"}, ChargeUnknown("unreadable")),
        (200, {"status": "error", "message": "no"}, ChargeUnknown("200")),
        (200, "<html>", ChargeUnknown("200")),
        (400, {"status": "error", "message": "amount is required"}, ChargeRefused("400")),
        (400, {"status": "error", "message": "Duplicate transaction reference"},
         ChargeUnknown("known_already")),
        (400, {"status": "error", "message": "tx_ref already exists"},
         ChargeUnknown("known_already")),
        (400, "<html>", ChargeUnknown("400")),
        (401, {"status": "error", "message": "Invalid authorization key"}, ChargeRefused("401")),
        (404, {"status": "error"}, ChargeUnknown("404")),
        (429, {"status": "error"}, ChargeUnknown("429")),
        (500, {"status": "error"}, ChargeUnknown("500")),
    ],
)  # fmt: skip
def test_each_recorded_answer_to_a_ussd_charge_becomes_its_outcome(
    status: int, answer: object, expected: object, http: HttpClient
) -> None:
    with saying(status, text(answer)) as (base, requests):
        assert flutterwave(base, http).start(USSD) == expected
    path, _, sent = requests.seen[0]
    assert path == "/v3/charges?type=ussd"
    assert json.loads(sent) == {
        "tx_ref": "nx-ABC234", "amount": "1500.00", "account_bank": "058", "currency": "NGN",
        "email": "2348030000001@customers.test", "phone_number": "2348030000001",
        "fullname": "NexusTop 2348030000001",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (account(amount="101.40"),
         ChargeStarted("URF_1613406439309_370935", account="7824822527", bank="WEMA BANK",
                       to_pay=Money(101_40, "NGN"))),
        (account(amount=102),
         ChargeStarted("URF_1613406439309_370935", account="7824822527", bank="WEMA BANK",
                       to_pay=Money(102_00, "NGN"))),
        (account(amount="99.99"), ChargeUnknown("unreadable")),
        (account(amount=None), ChargeUnknown("unreadable")),
        (account(amount="101.405"), ChargeUnknown("unreadable")),
        (account(amount="101.40", response_code="99"), ChargeUnknown("unreadable")),
    ],
)  # fmt: skip
def test_an_account_for_once_says_what_must_be_paid_with_the_fee(
    answer: object, expected: object, http: HttpClient
) -> None:
    with saying(200, json.dumps(answer)) as (base, requests):
        assert flutterwave(base, http).start(ONCE) == expected
    path, _, sent = requests.seen[0]
    assert path == "/v3/virtual-account-numbers"
    wanted = json.loads(sent)
    assert (wanted["tx_ref"], wanted["amount"]) == ("nx-ABC234", "100.00")
    assert "is_permanent" not in wanted
    assert "bvn" not in wanted


@pytest.mark.parametrize(
    "charge",
    [
        Charge("ABC234", OWNER, ChargeMethod.BANK_USSD, Money(100_00, "NGN"), "no-such-bank"),
        Charge("ABC234", OWNER, ChargeMethod.PROMPT, Money(100_00, "NGN")),
        Charge("ABC234", OWNER, ChargeMethod.BANK_USSD, Money(100_00, "KES"), "gtb"),
    ],
)
def test_what_flutterwave_cannot_collect_is_refused_before_anything_is_sent(
    charge: Charge, http: HttpClient
) -> None:
    with saying(200, json.dumps(STARTED)) as (base, requests):
        assert flutterwave(base, http).start(charge) == ChargeRefused("not_here")
    assert requests.seen == []


def test_a_request_that_never_left_starts_nothing_and_tells_nothing(
    http: HttpClient, log: Remembered
) -> None:
    away = flutterwave(NOWHERE, http)
    assert away.start(USSD) == ChargeRefused("connect")
    assert away.open_account(OWNER) == AccountUnknown("connect")
    assert away.query("395251370") == PaymentUnknown("connect")
    assert away.query_charge(ONCE) == PaymentUnknown("connect")
    assert away.look_again(OWNER, "7824822527") is False
    for secret in ("sk-secret", BVN):
        assert secret not in repr(log.exchanges)


def test_our_banks_have_flutterwaves_codes() -> None:
    wanted = {"gtb": "058", "uba": "033", "sterling": "232", "zenith": "057",
              "firstbank": "011", "access": "044", "fidelity": "070"}  # fmt: skip
    assert {ours: BANKS[ours].code for ours in wanted} == wanted
    assert len({bank.code for bank in BANKS.values()}) == len(BANKS)
