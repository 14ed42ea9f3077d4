"""SMS in and out: once per gateway id, at least one receipt, reports only move forward."""

from datetime import timedelta

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.ports.channels import (
    DeliveryReport,
    MoSms,
    MtSms,
    SmsAccepted,
    SmsNotSent,
    SmsOutcome,
    SmsRefused,
    SmsState,
    SmsUnknown,
)
from app.services.mo_sms import handle
from app.services.record_reports import record_delivery
from app.services.send_sms import SmsContext, send_sms
from app.services.sweep import take_overdue
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock

CODE = "*384*123#"


class Gateway:
    """Answers from a script; without one it accepts."""

    name = "africastalking"

    def __init__(self) -> None:
        self.answers: list[SmsOutcome] = []
        self.sent: list[MtSms] = []

    def send(self, sms: MtSms) -> SmsOutcome:
        self.sent.append(sms)
        return self.answers.pop(0) if self.answers else SmsAccepted(f"ATX{len(self.sent)}")


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def out(world: World, gateway: Gateway) -> SmsContext:
    return SmsContext(world.context, (gateway,), timedelta(seconds=18), lambda *_: None)


def receive(world: World, sender: Msisdn, text: str, gateway_id: str) -> None:
    handle(
        world.context,
        MoSms("africastalking", gateway_id, sender, "20880", text, None, "62130"),
        CODE,
    )


def latest(world: World, msisdn: Msisdn) -> int:
    return int(world.one("select max(id) from mt_sms where msisdn = %s", msisdn))


def test_a_balance_is_told_without_a_pin_unless_it_is_hidden(world: World) -> None:
    msisdn = world.subscriber(naira(150))
    receive(world, msisdn, "BAL", f"{msisdn}-1")
    assert world.sms(msisdn) == ["balance"]
    with world.db.statement() as tx:
        tx.run("update subscribers set balance_hidden = true where msisdn = %s", (msisdn,))
    receive(world, msisdn, "BAL", f"{msisdn}-2")
    receive(world, msisdn, f"BAL {PIN}", f"{msisdn}-3")
    assert world.sms(msisdn) == ["balance", "reply", "balance"]


def test_airtime_by_sms_is_bought_once_however_often_the_gateway_sends_it(world: World) -> None:
    msisdn = world.subscriber(naira(1_000))
    for _ in range(5):
        receive(world, msisdn, f"AIR 200 {PIN}", f"{msisdn}-1")
    assert world.spendable(msisdn) == naira(800)
    rows = world.all(
        "select redacted, handled_at is not null from mo_sms where msisdn = %s", msisdn
    )
    assert rows == [("AIR 200 ****", True)]


def test_an_account_is_blocked_by_sms_and_its_pin_is_not_kept(world: World) -> None:
    msisdn = world.subscriber(naira(500))
    receive(world, msisdn, f"BLOCK {PIN}", f"{msisdn}-block")
    assert world.one("select blocked from subscribers where msisdn = %s", msisdn)
    assert world.one("select redacted from mo_sms where msisdn = %s", msisdn) == "BLOCK ****"
    kinds = world.all("select kind from mt_sms where msisdn = %s", msisdn)
    assert kinds == [("blocked",)]


def test_three_wrong_pins_by_sms_are_answered_and_switch_it_off(world: World) -> None:
    msisdn = world.subscriber(naira(1_000))
    for number in range(4):
        receive(world, msisdn, "AIR 200 1111", f"{msisdn}-{number}")
    assert world.sms(msisdn).count("reply") == 4
    assert world.spendable(msisdn) == naira(1_000)


def test_a_stranger_is_told_how_to_register(world: World) -> None:
    stranger = Msisdn("+2348039990001")
    receive(world, stranger, "AIR 200 1111", "stranger-1")
    assert world.sms(stranger) == ["reply"]


def test_a_sent_sms_is_sent_once(world: World, out: SmsContext, gateway: Gateway) -> None:
    msisdn = world.subscriber(naira(100))
    receive(world, msisdn, "BAL", f"{msisdn}-1")
    for _ in range(3):
        send_sms(out, latest(world, msisdn))
    assert [sms.text for sms in gateway.sent] == ["Balance NGN 100.00"]


def test_an_sms_that_did_not_leave_is_tried_again(
    world: World, out: SmsContext, gateway: Gateway
) -> None:
    msisdn = world.subscriber(naira(100))
    receive(world, msisdn, "BAL", f"{msisdn}-1")
    gateway.answers.append(SmsNotSent("connect"))
    send_sms(out, latest(world, msisdn))
    world.clock.advance(seconds=5)
    assert latest(world, msisdn) in take_overdue(world.db, world.clock).jobs["notify"]
    send_sms(out, latest(world, msisdn))
    assert len(gateway.sent) == 2
    assert world.one("select sent_again from mt_sms where id = %s", latest(world, msisdn)) == 0


def test_a_sender_that_died_is_taken_over_after_its_time_and_the_second_sms_is_counted(
    world: World, out: SmsContext, gateway: Gateway
) -> None:
    msisdn = world.subscriber(naira(100))
    receive(world, msisdn, "BAL", f"{msisdn}-1")
    gateway.answers.append(SmsUnknown("read_timeout"))
    send_sms(out, latest(world, msisdn))
    send_sms(out, latest(world, msisdn))
    assert len(gateway.sent) == 1
    world.clock.advance(seconds=30)
    send_sms(out, latest(world, msisdn))
    assert len(gateway.sent) == 2
    assert world.one("select sent_again from mt_sms where id = %s", latest(world, msisdn)) == 1


def test_a_refused_sms_is_final(world: World, out: SmsContext, gateway: Gateway) -> None:
    msisdn = world.subscriber(naira(100))
    receive(world, msisdn, "BAL", f"{msisdn}-1")
    gateway.answers.append(SmsRefused("406 UserInBlacklist"))
    send_sms(out, latest(world, msisdn))
    assert world.one("select state from mt_sms where id = %s", latest(world, msisdn)) == "failed"


def test_a_start_pin_is_in_the_sms_and_nowhere_else(
    world: World, out: SmsContext, gateway: Gateway
) -> None:
    from app.services.cure_pin import reset_pin

    msisdn = world.subscriber()
    reset_pin(world.context, msisdn, "test", "forgotten")
    send_sms(out, latest(world, msisdn))
    [sms] = gateway.sent
    [pin] = sms.secrets
    assert pin in sms.text
    kept = world.one("select mt_sms::text from mt_sms where id = %s", latest(world, msisdn))
    assert pin not in kept
    assert "****" in kept


def test_delivery_reports_only_move_forward(
    world: World, out: SmsContext, gateway: Gateway
) -> None:
    msisdn = world.subscriber(naira(100))
    receive(world, msisdn, "BAL", f"{msisdn}-1")
    gateway.answers.append(SmsAccepted(f"id-{msisdn}"))
    send_sms(out, latest(world, msisdn))

    def report(state: SmsState) -> str:
        record_delivery(
            world.context, DeliveryReport("africastalking", f"id-{msisdn}", state, "why")
        )
        return str(world.one("select state from mt_sms where id = %s", latest(world, msisdn)))

    assert report(SmsState.BUFFERED) == "buffered"
    assert report(SmsState.SENT) == "buffered"
    assert report(SmsState.DELIVERED) == "delivered"
    assert report(SmsState.FAILED) == "delivered"
    assert report(SmsState.BUFFERED) == "delivered"


def test_a_report_that_overtakes_its_acceptance_is_kept(
    world: World, out: SmsContext, gateway: Gateway
) -> None:
    msisdn = world.subscriber(naira(100))
    receive(world, msisdn, "BAL", f"{msisdn}-1")
    sms_id = latest(world, msisdn)
    ours = f"sms-{sms_id}"
    early = DeliveryReport("africastalking", ours, SmsState.DELIVERED, "", reference=ours)
    accept, seen = gateway.send, []

    def send(sms: MtSms) -> SmsOutcome:
        accept(sms)
        seen.append(record_delivery(world.context, early))
        return SmsAccepted(ours)

    gateway.send = send  # type: ignore[method-assign]
    send_sms(out, sms_id)
    row = "select state || ' ' || (sent_text is not null) from mt_sms where id = %s"
    assert (seen, world.one(row, sms_id)) == ([True], "delivered true")
    late = DeliveryReport("africastalking", ours, SmsState.SENT, "", reference=ours)
    assert not record_delivery(world.context, late)


def test_an_sms_whose_answer_was_lost_is_not_sent_again_once_it_is_reported(
    world: World, out: SmsContext, gateway: Gateway
) -> None:
    msisdn = world.subscriber(naira(100))
    receive(world, msisdn, "BAL", f"{msisdn}-1")
    sms_id = latest(world, msisdn)
    gateway.answers.append(SmsUnknown("read_timeout"))
    send_sms(out, sms_id)
    ours = f"sms-{sms_id}"
    for state in (SmsState.SENT, SmsState.DELIVERED):
        report = DeliveryReport("africastalking", ours, state, "", reference=ours)
        assert record_delivery(world.context, report)
    assert world.one("select due_at is null from mt_sms where id = %s", sms_id)
    send_sms(out, sms_id)
    assert len(gateway.sent) == 1


def test_a_report_of_an_sms_that_was_not_handed_over_changes_nothing(
    world: World, gateway: Gateway
) -> None:
    msisdn = world.subscriber(naira(100))
    receive(world, msisdn, "BAL", f"{msisdn}-1")
    ours = f"sms-{latest(world, msisdn)}"
    report = DeliveryReport("africastalking", ours, SmsState.DELIVERED, "", reference=ours)
    assert not record_delivery(world.context, report)
