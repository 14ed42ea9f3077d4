"""What the judge sees in the database, and that of two judges one moves a weight."""

from datetime import timedelta

import pytest

from app.db import sms_gateways
from app.db.sms_gateways import seen
from app.domain.sms_gateways import JudgeRules, Move, Standing
from app.ports.channels import DeliveryReport, SmsNotSent, SmsState, SmsUnknown
from app.services.judge_sms_gateways import judge_sms_gateways
from app.services.record_reports import record_delivery
from app.services.run_sms_gateways import list_sms_gateways
from tests.factories.races import meet_at
from tests.sms_out.conftest import Gateway, Office

RULES = JudgeRules()


@pytest.fixture(autouse=True)
def nothing_was_sent(office: Office) -> None:
    """The clock stands at the same moment in each test."""
    with office.world.db.transaction() as tx:
        tx.run("delete from sms_attempts")


def send_by(office: Office, gateway: Gateway, count: int) -> list[int]:
    """SMS that only this one reaches."""
    other = office.second if gateway is office.first else office.first
    office.ruled(reach={other.name: frozenset()})
    ids = [office.send(office.world.subscriber()) for _ in range(count)]
    office.ruled()
    return ids


def delivered(office: Office, ids: list[int]) -> None:
    for sms_id in ids:
        name, gateway_id = office.column("gateway", sms_id), office.column("gateway_id", sms_id)
        record_delivery(office.world.context, DeliveryReport(name, gateway_id, SmsState.DELIVERED))


def weights(office: Office) -> dict[str, int]:
    return {line.standing.name: line.standing.weight for line in list_sms_gateways(office.context)}


@pytest.mark.parametrize("answer", [SmsNotSent("connect"), SmsUnknown("read_timeout")])
def test_a_gateway_that_fails_is_moved_and_the_move_is_in_the_audit_log(
    office: Office, answer: SmsNotSent | SmsUnknown
) -> None:
    send_by(office, office.second, 20)
    office.first.answers = [answer] * 3
    send_by(office, office.first, 20)
    judge_sms_gateways(office.context)
    assert weights(office) == {"first": 90, "second": 100}
    rows = office.world.all(
        "select actor, subject, detail from audit where act = 'sms_gateway.weight'"
        " order by id desc limit 1"
    )
    why = {"from": "100", "to": "90", "why": "failed: 3 of 20"}
    assert rows == [("system", "first", why)]
    assert list_sms_gateways(office.context)[0].why == "failed: 3 of 20"


def test_a_gateway_whose_sms_come_late_or_not_at_all_is_moved(office: Office) -> None:
    in_time, late = send_by(office, office.second, 12), send_by(office, office.first, 12)
    office.world.clock.advance(minutes=1)
    delivered(office, in_time + late[:9])
    office.world.clock.advance(minutes=3.9)
    judge_sms_gateways(office.context)
    assert weights(office) == {"first": 100, "second": 100}, "five minutes aren't over"
    office.world.clock.advance(minutes=0.2)
    judge_sms_gateways(office.context)
    assert weights(office) == {"first": 90, "second": 100}
    delivered(office, late[9:])
    office.world.clock.advance(minutes=5)
    judge_sms_gateways(office.context)
    assert weights(office) == {"first": 80, "second": 100}, "they came after five minutes"


def test_a_gateway_that_reports_nothing_is_not_slow(office: Office) -> None:
    send_by(office, office.first, 20)
    delivered(office, send_by(office, office.second, 20))
    office.world.clock.advance(minutes=10)
    with office.world.db.statement() as tx:
        found = seen(
            tx, office.context.names, office.world.clock.now(), RULES.window, RULES.slow_after
        )
    assert [(one.standing.name, one.answers, one.timed, one.slow) for one in found] == [
        ("first", 20, 0, 0), ("second", 20, 20, 0),
    ]  # fmt: skip


def test_what_is_older_than_the_window_is_not_seen(office: Office) -> None:
    send_by(office, office.first, 12)
    office.world.clock.advance(minutes=15)
    with office.world.db.statement() as tx:
        found = seen(
            tx, office.context.names, office.world.clock.now(), RULES.window, timedelta(minutes=5)
        )
    assert [one.answers for one in found] == [0, 0]


@pytest.mark.parametrize("known", [True, False])
def test_of_two_judges_one_moves_a_weight(office: Office, *, known: bool) -> None:
    db, now = office.world.db, office.world.clock.now()
    before = Standing("first")
    if known:
        with db.transaction() as tx:
            tx.run("insert into sms_gateways (name) values ('first')")
    done: list[bool] = []

    def move() -> None:
        with db.transaction() as tx:
            done.append(sms_gateways.move(tx, Move(before, 90, "failed"), now))

    def hold(tx: object) -> None:
        done.append(sms_gateways.move(tx, Move(before, 90, "failed"), now))  # type: ignore[arg-type]

    meet_at(db, hold, [move, move])
    assert sorted(done) == [False, False, True]
    assert weights(office)["first"] == 90
