"""Quiet hours, do-not-disturb, opt-outs: they hold for all but transactional SMS."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.domain.days import zone_of
from app.domain.msisdn import Msisdn
from app.domain.sms import QuietHours, SmsClass, quiet_until
from app.ports.channels import DeliveryReport, OptOut, SmsRefused, SmsState
from app.services.record_reports import record_delivery, record_opt_out
from menus.texts.kinds import class_of
from tests.sms_out.conftest import Office

REMINDER = {
    "operator": "mtn-ng", "recipient": "+2348030000001", "product": "airtime",
    "amount_minor": 20_000, "balance_minor": 50_000, "currency": "NGN", "code": "*384*123#",
    "at": "2026-03-03T08:00:00+00:00", "country": "NG",
}  # fmt: skip
NIGHT = QuietHours(20, 8)
MORNING = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
"""Eight in Lagos."""


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-03-02T18:59+00:00", None),
        ("2026-03-02T19:00+00:00", MORNING),
        ("2026-03-02T23:30+00:00", MORNING),
        ("2026-03-03T06:59+00:00", MORNING),
        ("2026-03-03T07:00+00:00", None),
    ],
)
def test_quiet_hours_are_lagos_hours(at: str, until: datetime | None) -> None:
    assert quiet_until(datetime.fromisoformat(at), "NG", NIGHT) == until


@settings(deadline=None)
@given(
    some.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=some.just(UTC)),  # noqa: DTZ001
    some.sampled_from(["NG", "KE", "GH", "RW"]),
    some.integers(0, 23), some.integers(0, 23),
)  # fmt: skip
def test_quiet_hours_end_at_their_hour_within_a_day_and_are_over_then(
    now: datetime, country: str, start: int, end: int
) -> None:
    hours = QuietHours(start, end)
    until = quiet_until(now, country, hours)
    if start == end:
        assert until is None
    if until is not None:
        assert now < until <= now + timedelta(days=1)
        assert until.astimezone(zone_of(country)).hour == end
        assert quiet_until(until, country, hours) is None


def test_a_reminder_waits_for_the_morning_and_a_receipt_does_not(
    office: Office, ada: Msisdn
) -> None:
    assert class_of("schedule_soon") is SmsClass.SERVICE
    office.pass_time(hours=10)
    reminder, receipt = office.send(ada, "schedule_soon", **REMINDER), office.send(ada)
    assert office.state(receipt) == ("sent", "")
    assert office.state(reminder) == ("queued", "quiet_hours")
    assert office.column("due_at", reminder) == MORNING
    office.pass_time(hours=9.9)
    assert office.state(reminder) == ("queued", "quiet_hours")
    office.pass_time(hours=0.1)
    assert office.state(reminder) == ("sent", "")
    assert office.column("tries", reminder) == 1


def test_quiet_hours_are_each_countrys(office: Office) -> None:
    office.ruled(quiet_hours={"NG": QuietHours(11, 13), "*": QuietHours(20, 8)})
    nigerian, kenyan = office.world.subscriber(), Msisdn("+254712345678")
    waiting = office.send(nigerian, "schedule_soon", **REMINDER)
    assert office.state(waiting) == ("queued", "quiet_hours")
    assert office.state(office.send(kenyan, "schedule_soon", **REMINDER)) == ("sent", "")


def test_who_wants_no_sms_gets_transactional_ones_only(office: Office, ada: Msisdn) -> None:
    record_opt_out(office.world.context, OptOut(ada, "NexusTop"))
    assert office.state(office.send(ada, "schedule_soon", **REMINDER)) == ("failed", "opted_out")
    assert office.state(office.send(ada)) == ("sent", "")


def test_a_do_not_disturb_code_is_remembered_and_another_gateway_carries_the_receipt(
    office: Office, ada: Msisdn
) -> None:
    office.first.always = SmsRefused("409 DoNotDisturbRejection", do_not_disturb=True)
    ids = [office.send(ada) for _ in range(12)]
    assert {office.state(sms_id) for sms_id in ids} == {("sent", "")}
    assert len(office.first.sent) == 1, "it refused once and wasn't asked again"
    reminder = office.send(ada, "schedule_soon", **REMINDER)
    assert office.state(reminder) == ("failed", "do_not_disturb")
    office.pass_time(days=31)
    assert office.state(office.send(ada, "schedule_soon", **REMINDER)) == ("sent", "")


def test_where_every_gateway_has_refused_a_receipt_is_tried_all_the_same(
    office: Office, ada: Msisdn
) -> None:
    no = SmsRefused("406 UserInBlacklist", do_not_disturb=True)
    office.first.always = office.second.always = no
    assert office.state(office.send(ada)) == ("failed", "406 UserInBlacklist")
    office.first.always = office.second.always = None
    assert office.state(office.send(ada)) == ("sent", "")


def test_a_delivery_report_that_says_do_not_disturb_is_remembered_too(
    office: Office, ada: Msisdn
) -> None:
    sms_id = office.send(ada)
    gateway, gateway_id = office.column("gateway", sms_id), office.column("gateway_id", sms_id)
    record_delivery(
        office.world.context,
        DeliveryReport(gateway, gateway_id, SmsState.FAILED, "DoNotDisturbRejection",
                       do_not_disturb=True),
    )  # fmt: skip
    reminder = office.send(ada, "schedule_soon", **REMINDER)
    assert office.state(reminder) == ("failed", "do_not_disturb")
