"""What an operator sets about SMS, read from the environment, and shown by `nexustop`."""

from typing import Any

import pytest

from app.bootstrap import Parts
from app.cli import main
from app.domain.sms import QuietHours
from tests.conftest import Urls
from tests.factories import gateway
from tests.providers.test_payment_settings import problems, settings


def test_what_differs_by_country_reaches_the_rules() -> None:
    made = settings(
        sms_senders="NG=NexusTop,KE=20880", sms_quiet_hours="*=21-7,KE=0-0",
        sms_daily_parts="NG=50000,*=1000", sms_reach="africastalking=NG+KE",
        sms_hourly_per_number="4",
    )  # fmt: skip
    rules = Parts(made).sms.rules
    assert rules.sender("KE") == "20880"
    assert rules.sender("GH") == ""
    assert (rules.quiet("KE"), rules.quiet("NG")) == (QuietHours(0, 0), QuietHours(21, 7))
    assert (rules.most_parts("NG"), rules.most_parts("KE")) == (50_000, 1_000)
    assert rules.reaches("africastalking", "KE")
    assert not rules.reaches("africastalking", "GH")
    assert rules.per_number == 4


def test_without_settings_nights_are_quiet_nothing_is_capped_and_all_is_reached() -> None:
    rules = Parts(settings()).sms.rules
    assert rules.quiet("NG") == QuietHours(20, 8)
    assert rules.most_parts("NG") is None
    assert rules.reaches("africastalking", "AT")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sms_senders": "NexusTop"}, "SMS_SENDERS"),
        ({"sms_senders": "NG=NexusTop,NG=Other"}, "NAMES SOMETHING TWICE"),
        ({"sms_quiet_hours": "NG=20-24"}, "SMS_QUIET_HOURS"),
        ({"sms_daily_parts": "NG=many"}, "SMS_DAILY_PARTS"),
        ({"sms_reach": "africastalking=Nigeria"}, "SMS_REACH"),
        ({"sms_gateways": "africastalking,pigeons"}, "UNKNOWN GATEWAY PIGEONS"),
        ({"sms_gateways": ","}, "SMS_GATEWAYS MUST NAME ONE AT LEAST"),
    ],
)
def test_what_is_written_wrong_is_said(wrong: dict[str, Any], said: str) -> None:
    assert said in problems(**wrong).replace("\n  Value error,", "").upper()


def test_gateways_are_listed_stopped_and_started(
    urls: Urls, redis_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = gateway.settings(urls.program, redis_url)
    monkeypatch.setattr("app.bootstrap.parts", lambda: Parts(made))

    def said(*words: str) -> str:
        assert main(["sms-gateway", *words]) == 0
        return capsys.readouterr().out

    assert said("list") == "africastalking: weight 100, everywhere\n"
    assert "stopped, everywhere (by cli:" in said("stop", "africastalking", "--reason", "bill")
    assert "weight 100, everywhere (started by cli:" in said("start", "africastalking")
    assert said("limits") == ""
    assert main(["sms-gateway", "stop", "pigeons"]) == 1
    assert "no gateway 'pigeons'" in capsys.readouterr().err
