"""Delivery reports: in any order the furthest counts, and no word is thrown away."""

from itertools import permutations, product

import pytest

from app.domain.msisdn import Msisdn
from app.ports.channels import DeliveryReport, GatewayRequest, SmsState
from app.services.record_reports import record_deliveries, record_delivery
from providers import registry
from tests.sms_out.conftest import Office

RANKS = [SmsState.QUEUED, SmsState.SENDING, SmsState.SENT, SmsState.BUFFERED, SmsState.DELIVERED]
FINAL = [SmsState.DELIVERED, SmsState.FAILED, SmsState.EXPIRED]


def report(office: Office, sms_id: int, state: SmsState, reason: str = "") -> bool:
    name, gateway_id = office.column("gateway", sms_id), office.column("gateway_id", sms_id)
    return record_delivery(office.world.context, DeliveryReport(name, gateway_id, state, reason))


@pytest.mark.parametrize(("before", "after"), list(product(SmsState, SmsState)))
def test_a_report_moves_forward_or_not_at_all(
    office: Office, ada: Msisdn, before: SmsState, after: SmsState
) -> None:
    sms_id = office.send(ada)
    with office.world.db.transaction() as tx:
        tx.run("update mt_sms set state = %s where id = %s", (before, sms_id))
    forward = before not in FINAL and (after in FINAL or RANKS.index(after) > RANKS.index(before))
    assert report(office, sms_id, after) is forward
    assert office.state(sms_id) == (after if forward else before, "")


@pytest.mark.parametrize("last", FINAL)
def test_reports_in_any_order_end_alike(office: Office, ada: Msisdn, last: SmsState) -> None:
    for order in permutations([SmsState.SENT, SmsState.BUFFERED, last]):
        sms_id = office.send(ada)
        for state in order:
            report(office, sms_id, state)
        assert office.state(sms_id)[0] == last


def test_of_two_final_reports_the_first_counts(office: Office, ada: Msisdn) -> None:
    for first, second in permutations(FINAL, 2):
        sms_id = office.send(ada)
        assert report(office, sms_id, first, "the first")
        assert not report(office, sms_id, second, "the second")
        assert office.state(sms_id) == (first, "the first")


def test_a_word_nobody_knows_is_kept_and_moves_nothing(office: Office, ada: Msisdn) -> None:
    sms_id = office.send(ada)
    for state in (SmsState.SENT, SmsState.BUFFERED):
        report(office, sms_id, state)
        assert report(office, sms_id, SmsState.SENT, f"status Enroute{state}")
        assert office.state(sms_id) == (state, f"status Enroute{state}")
    assert report(office, sms_id, SmsState.DELIVERED)
    assert office.state(sms_id) == ("delivered", "")


def test_a_report_about_nothing_of_ours_changes_nothing(office: Office, ada: Msisdn) -> None:
    sms_id = office.send(ada)
    stranger = DeliveryReport("first", "nobody's", SmsState.FAILED, "")
    assert not record_delivery(office.world.context, stranger)
    assert office.state(sms_id) == ("sent", "")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"id=1&status=Success", DeliveryReport("africastalking", "1", SmsState.DELIVERED)),
        (b"id=1&status=Enroute",
         DeliveryReport("africastalking", "1", SmsState.SENT, "status Enroute")),
        (b"id=1&status=Failed&failureReason=UserInBlackList",
         DeliveryReport("africastalking", "1", SmsState.FAILED, "UserInBlackList",
                        do_not_disturb=True)),
        (b"id=1&status=Rejected&failureReason=DoNotDisturbRejection",
         DeliveryReport("africastalking", "1", SmsState.FAILED, "DoNotDisturbRejection",
                        do_not_disturb=True)),
        (b"id=1&status=Failed&failureReason=SomethingNew",
         DeliveryReport("africastalking", "1", SmsState.FAILED, "SomethingNew")),
    ],
)  # fmt: skip
def test_africas_talking_reports_are_read(body: bytes, expected: DeliveryReport) -> None:
    request = GatewayRequest("POST", "delivery", "", "application/x-www-form-urlencoded", body)
    assert registry.SMS_DIALECTS["africastalking"].parse_delivery(request) == expected


def test_reports_of_many_sms_are_recorded_at_once_each_by_what_it_names(
    office: Office, ada: Msisdn
) -> None:
    known, sending, silent = office.send(ada), office.send(ada), office.send(ada)
    with office.world.db.transaction() as tx:
        tx.run("update mt_sms set state = 'sending', gateway_id = null where id = %s", (sending,))
    name, ours = office.column("gateway", known), f"sms-{sending}"
    told = [
        DeliveryReport(name, office.column("gateway_id", known), SmsState.DELIVERED),
        DeliveryReport("smpp", ours, SmsState.FAILED, "REJECTD", ours, do_not_disturb=True),
        DeliveryReport(name, "nobody's", SmsState.FAILED),
    ]
    assert record_deliveries(office.world.context, told) == 2
    assert [office.state(one) for one in (known, sending, silent)] == [
        ("delivered", ""), ("failed", "REJECTD"), ("sent", ""),
    ]  # fmt: skip
    refusals = "select gateway, code from sms_refusals where msisdn = %s"
    assert office.world.all(refusals, ada) == [("smpp", "REJECTD")]
