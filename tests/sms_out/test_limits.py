"""Caps on what SMS cost, guards against whoever has them sent: no two pass on the last place."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.msisdn import Msisdn
from app.services.run_sms_gateways import Spent, spent, turned_away
from app.services.send_sms import send_sms
from app.services.stored_state import stored_state
from app.services.sweep import tidy
from tests.sms_out.conftest import Office
from tests.sms_out.test_classes import REMINDER

KENYAN = Msisdn("+254712345678")
HELP = {"sentence": "BAL: your balance"}


def test_over_the_cap_reminders_wait_for_the_next_day_and_receipts_go_with_an_alarm(
    office: Office, ada: Msisdn
) -> None:
    office.ruled(daily_parts={"NG": 3, "*": 100})
    reminders = [office.send(ada, "schedule_soon", **REMINDER) for _ in range(4)]
    states = [office.state(sms_id) for sms_id in reminders]
    assert states == [("sent", "")] * 3 + [("queued", "over_cap")]
    assert _alarms(office) == []
    receipts = [office.send(ada) for _ in range(3)]
    assert {office.state(sms_id) for sms_id in receipts} == {("sent", "")}
    assert _alarms(office) == [{"country": "NG", "day": "2026-03-02", "cap": 3}]
    assert office.state(office.send(KENYAN, "schedule_soon", **REMINDER)) == ("sent", "")
    office.pass_time(hours=12.1)
    assert office.state(reminders[3]) == ("queued", "quiet_hours"), "it is a quarter past midnight"
    office.pass_time(hours=8)
    assert office.state(reminders[3]) == ("sent", "")


def test_a_country_with_a_cap_of_nothing_gets_no_reminders(office: Office, ada: Msisdn) -> None:
    office.ruled(daily_parts={"*": 0})
    assert office.state(office.send(ada, "schedule_soon", **REMINDER))[1] == "over_cap"
    assert office.sent == []


def test_parts_are_counted_once_however_often_an_sms_is_tried(office: Office, ada: Msisdn) -> None:
    from app.ports.channels import SmsNotSent

    office.first.always = office.second.always = SmsNotSent("connect")
    sms_id = office.send(ada, "reply", sentence="x" * 161)
    for _ in range(4):
        office.pass_time(seconds=61)
    assert office.column("tries", sms_id) == 5
    assert spent(office.context) == [Spent("NG", "2026-03-02", 2, None)]


def test_a_cap_is_not_passed_by_many_at_once(office: Office) -> None:
    office.ruled(daily_parts={"NG": 5})
    people = [office.world.subscriber() for _ in range(20)]
    ids = [office.queue(msisdn, "schedule_soon", **REMINDER) for msisdn in people]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda sms_id: send_sms(office.context, sms_id), ids))
    assert len(office.sent) == 5
    assert spent(office.context) == [Spent("NG", "2026-03-02", 5, 5)]


def test_a_number_is_not_flooded_with_what_anybody_can_ask_for(office: Office, ada: Msisdn) -> None:
    office.ruled(per_number=3)
    states = [office.state(office.send(ada, "reply", **HELP)) for _ in range(5)]
    assert states == [("sent", "")] * 3 + [("failed", "asked_too_often")] * 2
    assert office.state(office.send(ada)) == ("sent", ""), "receipts are not on request"
    assert office.counted.count(("none", "asked_too_often")) == 2
    [away] = turned_away(office.context)
    assert (away.guard, away.subject, away.asked, away.turned_away) == ("number", ada, 5, 2)
    office.pass_time(hours=1)
    assert office.state(office.send(ada, "reply", **HELP)) == ("sent", "")


def test_a_start_pin_that_is_kept_back_is_never_made(office: Office, ada: Msisdn) -> None:
    office.ruled(per_number=1)
    office.send(ada, "reply", **HELP)
    before = office.world.one("select pin_hash from subscribers where msisdn = %s", ada)
    assert office.state(office.send(ada, "start_pin")) == ("failed", "asked_too_often")
    assert office.world.one("select pin_hash from subscribers where msisdn = %s", ada) == before


def test_strangers_of_one_prefix_share_a_limit_and_subscribers_do_not(office: Office) -> None:
    office.ruled(per_prefix=4)
    strangers = [Msisdn(f"+234809777{number:04d}") for number in range(6)]
    states = [office.state(office.send(msisdn, "reply", **HELP))[0] for msisdn in strangers]
    assert states == ["sent"] * 4 + ["failed"] * 2
    subscribers = [office.world.subscriber() for _ in range(6)]
    assert {office.state(office.send(one, "reply", **HELP))[0] for one in subscribers} == {"sent"}
    [away] = turned_away(office.context)
    assert (away.guard, away.subject) == ("prefix", "+23480977")


def test_a_country_without_subscribers_has_a_limit_of_its_own(office: Office) -> None:
    office.ruled(per_country=3)
    abroad = [Msisdn(f"+43664{number}123456") for number in range(1, 6)]
    states = [office.state(office.send(msisdn, "reply", **HELP))[0] for msisdn in abroad]
    assert states == ["sent"] * 3 + ["failed"] * 2
    kenyans = [Msisdn(f"+2547{number}2345678") for number in range(5)]
    assert {office.state(office.send(one, "reply", **HELP))[0] for one in kenyans} == {"sent"}


def test_a_guard_is_not_passed_by_many_at_once(office: Office, ada: Msisdn) -> None:
    office.ruled(per_number=5)
    ids = [office.queue(ada, "reply", **HELP) for _ in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda sms_id: send_sms(office.context, sms_id), ids))
    assert len(office.sent) == 5
    [away] = turned_away(office.context)
    assert (away.asked, away.turned_away) == (24, 19)


def test_what_was_asked_for_is_forgotten_after_two_days(office: Office, ada: Msisdn) -> None:
    office.send(ada, "reply", **HELP)
    office.world.clock.advance(days=3)
    tidy(office.world.db, office.world.clock)
    assert office.world.one("select count(*) from sms_asked") == 0


@pytest.mark.parametrize(
    "gauge", ["nexustop_sms_turned_away", "nexustop_sms_parts", "nexustop_sms_gateway_weight"]
)
def test_there_is_a_gauge_for_each(office: Office, gauge: str) -> None:
    with office.world.db.transaction() as tx:
        tx.run("insert into sms_asked values ('prefix', '+4366', now(), 9, 4)")
        tx.run("insert into sms_parts values ('NG', current_date, 4)")
        tx.run("insert into sms_gateways (name, weight) values ('first', 4)")
    _, _, values = stored_state(office.world.db)[gauge]
    assert list(values.values()) == [4.0]


def _alarms(office: Office) -> list[object]:
    rows = office.world.all("select detail from breaks where kind = 'sms_over_cap'")
    return [row[0] for row in rows]
