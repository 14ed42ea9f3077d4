"""Africa's Talking's messaging API: what is asked of it, and what each of its answers means."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest

from app.domain.msisdn import Msisdn
from app.ports.channels import (
    MtSms,
    SmsAccepted,
    SmsGateway,
    SmsNotSent,
    SmsOutcome,
    SmsRefused,
    SmsUnknown,
)
from providers import registry
from providers.http_client import HttpClient
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, Requests, saying

TO = Msisdn("+2348030000001")


def recipient(code: int, status: str) -> str:
    one = {"statusCode": code, "number": TO, "status": status, "cost": "NGN 2.2000",
           "messageId": "ATXid_1"}  # fmt: skip
    return json.dumps({"SMSMessageData": {"Message": "Sent to 1/1", "Recipients": [one]}})


@pytest.fixture
def vendor() -> Iterator[tuple[str, Requests]]:
    with saying(201, recipient(101, "Success")) as here:
        yield here


@pytest.fixture
def http(clock: FixedClock) -> Iterator[HttpClient]:
    made = HttpClient(clock, Remembered(), connect_seconds=5, read_seconds=5)
    yield made
    made.close()


def gateway(url: str, http: HttpClient, sender: str = "Account") -> SmsGateway:
    settings = registry.AfricasTalkingSmsSettings(url, "sandbox", "key", sender)
    made: SmsGateway = registry.SMS_GATEWAYS["africastalking"](settings, http)
    return made


@pytest.mark.parametrize(
    ("account", "sms", "said"),
    [("Account", "NexusTop", ["NexusTop"]), ("Account", "", ["Account"]), ("", "", None)],
)
def test_an_sms_comes_from_its_own_sender_else_the_accounts(
    vendor: tuple[str, Requests], http: HttpClient, account: str, sms: str, said: list[str] | None
) -> None:
    url, requests = vendor
    outcome = gateway(url, http, account).send(MtSms("sms-1", TO, "Balance", sender=sms))
    assert outcome == SmsAccepted("ATXid_1", "NGN 2.2000")
    [(_, _, body)] = requests.seen
    assert parse_qs(body.decode()).get("from") == said


@pytest.mark.parametrize(
    ("code", "status", "outcome"),
    [
        (100, "Processed", SmsAccepted("ATXid_1", "NGN 2.2000")),
        (402, "InvalidSenderId", SmsNotSent("402")),
        (403, "InvalidPhoneNumber", SmsRefused("403 InvalidPhoneNumber")),
        (405, "InsufficientBalance", SmsNotSent("405")),
        (406, "UserInBlacklist", SmsRefused("406 UserInBlacklist", do_not_disturb=True)),
        (409, "DoNotDisturbRejection",
         SmsRefused("409 DoNotDisturbRejection", do_not_disturb=True)),
        (500, "InternalServerError", SmsNotSent("500")),
        (599, "SomethingNew", SmsUnknown("599")),
    ],
)  # fmt: skip
def test_each_code_has_its_outcome(
    vendor: tuple[str, Requests], http: HttpClient, code: int, status: str, outcome: SmsOutcome
) -> None:
    url, requests = vendor
    requests.answer = (201, recipient(code, status))
    assert gateway(url, http).send(MtSms("sms-1", TO, "Balance")) == outcome


def test_do_not_disturb_comes_with_a_status_of_409_too(
    vendor: tuple[str, Requests], http: HttpClient
) -> None:
    url, requests = vendor
    requests.answer = (409, recipient(409, "DoNotDisturbRejection"))
    outcome = gateway(url, http).send(MtSms("sms-1", TO, "Balance"))
    assert outcome == SmsRefused("409 DoNotDisturbRejection", do_not_disturb=True)
