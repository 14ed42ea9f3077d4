"""Which gateway an SMS goes to, and what becomes of it when one doesn't take it."""

from datetime import date

import pytest

from app.db.sms_limits import costs_by_country
from app.domain.msisdn import Msisdn
from app.domain.sms import SmsCost, read_cost
from app.ports.channels import SmsAccepted, SmsNotSent, SmsOutcome, SmsRefused, SmsUnknown
from app.services.decide_sms import TRIES_WITH_ONE
from app.services.run_sms_gateways import NoSuchGateway, start_sms_gateway, stop_sms_gateway
from app.services.send_sms import send_sms
from tests.sms_out.conftest import Office

KENYAN = Msisdn("+254712345678")


def test_both_gateways_get_their_share_and_each_sms_goes_to_one(office: Office) -> None:
    ids = [office.send(office.world.subscriber()) for _ in range(40)]
    assert len(office.sent) == 40
    assert 8 <= len(office.first.sent) <= 32
    assert {office.state(sms_id) for sms_id in ids} == {("sent", "")}


def test_what_was_spent_is_kept_with_the_sms(office: Office, ada: Msisdn) -> None:
    sms_id = office.send(ada, "reply", sentence="x" * 161)
    assert office.column("parts", sms_id) == 2
    assert office.column("cost", sms_id) == "NGN 2.2000"


def test_what_gateways_say_is_summed_by_country_and_day_each_sms_once(
    office: Office, ada: Msisdn
) -> None:
    today, since = date(2026, 3, 2), date(2026, 3, 1)
    with office.world.db.statement() as tx:
        before = {(one, day): cost for one, day, cost in costs_by_country(tx, since)}
    for said in ("NGN 2.2000", "NGN 0.0049", "free"):
        office.first.always = office.second.always = SmsAccepted("x", said)
        office.send(ada)
    with office.world.db.statement() as tx:
        after = {(one, day): cost for one, day, cost in costs_by_country(tx, since)}
    spent = before.get(("NG", today), SmsCost("NGN", 0)).micros
    assert after["NG", today] == SmsCost("NGN", spent + 2_204_900)


@pytest.mark.parametrize(
    ("said", "cost"),
    [
        ("KES 0.8000", SmsCost("KES", 800_000)), ("NGN 4", SmsCost("NGN", 4_000_000)),
        ("USD 0.01405671", SmsCost("USD", 14_056)), ("", None), ("0.80", None),
        ("KES -1", None), ("KES 99999999999", None), ("kes 1.0", None),
    ],
)  # fmt: skip
def test_a_cost_that_cant_be_read_is_none(said: str, cost: SmsCost | None) -> None:
    assert read_cost(said) == cost


def test_what_an_sms_is_filled_with_is_folded(office: Office, ada: Msisdn) -> None:
    sms_id = office.send(
        ada, "case_solved", ticket="7K3F9Q", answer="It\u2019s d\u1ecdn\u1eb9 \u2026"
    )
    assert office.column("sent_text", sms_id) == "Report 7K3F9Q is solved. It's done ..."
    [sms] = office.first.sent + office.second.sent
    assert sms.text == "Report 7K3F9Q is solved. It's done ..."


def test_the_sender_is_the_countrys(office: Office, ada: Msisdn) -> None:
    office.ruled(senders={"KE": "20880", "*": "NexusTop"})
    for number in (ada, KENYAN):
        office.send(number)
    assert {sms.to: sms.sender for sms in office.first.sent + office.second.sent} == {
        ada: "NexusTop", KENYAN: "20880",
    }  # fmt: skip


def test_only_gateways_that_reach_the_country_are_drawn(office: Office, ada: Msisdn) -> None:
    office.ruled(reach={"first": frozenset({"KE"})})
    for _ in range(10):
        office.send(ada)
    assert office.sent == ["second"] * 10
    office.ruled(reach={"first": frozenset({"KE"}), "second": frozenset({"KE"})})
    assert office.state(office.send(ada)) == ("failed", "no_gateway")


@pytest.mark.parametrize("answer", [SmsNotSent("connect"), SmsRefused("403 InvalidPhoneNumber")])
def test_what_one_gateway_does_not_take_goes_to_the_other_at_once(
    office: Office, ada: Msisdn, answer: SmsOutcome
) -> None:
    office.first.always = answer
    ids = [office.send(ada) for _ in range(10)]
    assert {office.state(sms_id) for sms_id in ids} == {("sent", "")}
    assert {office.column("gateway", sms_id) for sms_id in ids} == {"second"}
    assert {office.column("tries", sms_id) for sms_id in ids} == {1}
    assert {office.column("sent_again", sms_id) for sms_id in ids} == {0}


def test_what_no_gateway_takes_now_is_tried_again(office: Office, ada: Msisdn) -> None:
    office.first.always = SmsNotSent("connect")
    office.second.always = SmsRefused("403")
    ids = [office.send(ada) for _ in range(10)]
    assert sorted(office.sent) == ["first"] * 10 + ["second"] * 10
    assert {office.state(sms_id)[0] for sms_id in ids} == {"queued"}
    office.first.always = None
    office.pass_time(seconds=5)
    assert {office.state(sms_id) for sms_id in ids} == {("sent", "")}


def test_what_every_gateway_refuses_is_over(office: Office, ada: Msisdn) -> None:
    office.first.always = office.second.always = SmsRefused("403 InvalidPhoneNumber")
    assert office.state(office.send(ada)) == ("failed", "403 InvalidPhoneNumber")


def test_an_answer_that_was_lost_stays_with_its_gateway_and_each_repeat_is_counted(
    office: Office, ada: Msisdn
) -> None:
    office.first.always = office.second.always = SmsUnknown("read_timeout")
    sms_id = office.send(ada)
    [used] = set(office.sent)
    for tries in range(1, TRIES_WITH_ONE):
        office.pass_time(seconds=61)
        assert set(office.sent) == {used}
        assert office.column("sent_again", sms_id) == tries
    assert office.counted.count((used, "sent_again")) == TRIES_WITH_ONE - 1
    office.first.always = office.second.always = None
    office.pass_time(seconds=61)
    assert office.state(sms_id) == ("sent", "")


def test_a_lost_answer_is_not_forgotten_when_the_gateway_then_goes_away(
    office: Office, ada: Msisdn
) -> None:
    """Had it been forgotten, the other gateway would send a second SMS at once."""
    office.first.always = office.second.always = SmsUnknown("read_timeout")
    sms_id = office.send(ada)
    [used] = set(office.sent)
    office.first.always = office.second.always = SmsNotSent("connect")
    office.pass_time(seconds=61)
    assert set(office.sent) == {used}
    assert office.state(sms_id) == ("queued", "connect")
    office.pass_time(seconds=61)
    assert set(office.sent) == {used}


def test_an_answer_that_stays_lost_goes_another_way_in_the_end(office: Office, ada: Msisdn) -> None:
    office.first.always = SmsUnknown("read_timeout")
    ids = [office.send(ada) for _ in range(6)]
    for _ in range(12):
        office.pass_time(seconds=301)
    assert {office.state(sms_id) for sms_id in ids} == {("sent", "")}


def test_a_sender_that_died_is_taken_over_at_the_gateway_it_was_with(
    office: Office, ada: Msisdn
) -> None:
    class Died(Exception):
        """The process ended here."""

    def die() -> None:
        raise Died

    office.first.meanwhile = office.second.meanwhile = die
    sms_id = office.queue(ada)
    with pytest.raises(Died):
        send_sms(office.context, sms_id)
    [used] = office.sent
    office.first.meanwhile = office.second.meanwhile = lambda: None
    office.pass_time(seconds=10)
    assert office.sent == [used]
    office.pass_time(seconds=10)
    assert office.sent == [used, used]
    assert office.state(sms_id) == ("sent", "")
    assert office.column("sent_again", sms_id) == 1


def test_one_that_was_taken_over_in_the_meantime_is_not_passed_on(
    office: Office, ada: Msisdn
) -> None:
    """A sender that was paused wakes up with a refusal in its hand."""
    sms_id = office.queue(ada)

    def wake_up_late() -> None:
        office.first.meanwhile = office.second.meanwhile = lambda: None
        office.pass_time(seconds=19)

    office.first.meanwhile = office.second.meanwhile = wake_up_late
    office.first.answers = office.second.answers = [SmsNotSent("connect")]
    send_sms(office.context, sms_id)
    assert len(office.sent) == 2
    assert office.state(sms_id) == ("sent", "")
    assert office.column("sent_again", sms_id) == 1


def test_a_stopped_gateway_gets_nothing_until_it_is_started(office: Office, ada: Msisdn) -> None:
    stop_sms_gateway(office.context, "first", "test", "bill not paid")
    for _ in range(8):
        office.send(ada)
    assert office.sent == ["second"] * 8
    stop_sms_gateway(office.context, "second", "test", "")
    sms_id = office.send(ada)
    assert office.state(sms_id) == ("queued", "gateways_stopped")
    start_sms_gateway(office.context, "first", "test", "paid")
    office.pass_time(seconds=61)
    assert office.state(sms_id) == ("sent", "")
    assert office.column("gateway", sms_id) == "first"
    acts = office.world.all("select act, subject from audit where act like 'sms_gateway.st%%'")
    assert acts == [
        ("sms_gateway.stop", "first"), ("sms_gateway.stop", "second"),
        ("sms_gateway.start", "first"),
    ]  # fmt: skip
    with pytest.raises(NoSuchGateway):
        stop_sms_gateway(office.context, "third", "test", "")


def test_every_attempt_is_kept(office: Office, ada: Msisdn) -> None:
    office.first.always = SmsNotSent("connect")
    stop_sms_gateway(office.context, "second", "test", "")
    sms_id = office.send(ada)
    start_sms_gateway(office.context, "second", "test", "")
    stop_sms_gateway(office.context, "first", "test", "")
    office.pass_time(seconds=5)
    rows = office.world.all(
        "select gateway, outcome, code from sms_attempts where sms_id = %s order by id", sms_id
    )
    assert rows == [("first", "not_sent", "connect"), ("second", "accepted", "")]
