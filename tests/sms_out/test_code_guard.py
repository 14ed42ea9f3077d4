"""One-time codes of every door share a guard: a prefix whose codes don't come back is closed."""

import pytest

from app.domain.code_guard import LEAST_ASKED
from app.domain.msisdn import Msisdn
from app.services.code_guard import closed_prefixes, code_used
from app.services.sweep import tidy
from tests.backoffice.site import make_site
from tests.sms_out.conftest import Office

CODE = {
    "channel": "c", "session": "s", "wish": "airtime", "amount_minor": 100, "currency": "NGN",
    "recipient": "+2348031000001", "operator": "mtn-ng", "product": "airtime",
    "until": "2026-03-02T12:00:00+00:00", "country": "NG",
}  # fmt: skip


def numbers(prefix: str, count: int) -> list[Msisdn]:
    return [Msisdn(f"{prefix}{number:05d}") for number in range(count)]


def ask(office: Office, to: list[Msisdn]) -> set[tuple[object, object]]:
    return {office.state(office.send(one, "wish_code", **CODE)) for one in to}


def come_back(office: Office, to: list[Msisdn]) -> None:
    for one in to:
        with office.world.db.transaction() as tx:
            code_used(office.world.context, tx, one)


def pumped(office: Office, prefix: str) -> list[Msisdn]:
    some = numbers(prefix, LEAST_ASKED)
    assert ask(office, some) == {("sent", "")}
    office.pass_time(minutes=11)
    return some


def test_a_prefix_whose_codes_hardly_come_back_is_closed_with_one_alarm(office: Office) -> None:
    some = pumped(office, "+23480977")
    come_back(office, some[:5])
    assert ask(office, some[:3]) == {("failed", "prefix_closed")}
    assert ("none", "prefix_closed") in office.counted
    [closed] = closed_prefixes(office.world.context)
    assert (closed.prefix, closed.asked, closed.used) == ("+23480977", LEAST_ASKED, 5)
    breaks = office.world.all("select detail from breaks where kind = 'sms_pumping'")
    assert breaks == [({"prefix": "+23480977", "asked": LEAST_ASKED, "used": 5},)]
    assert office.state(office.send(some[0])) == ("sent", ""), "receipts go"
    assert ask(office, numbers("+23480978", 1)) == {("sent", "")}, "neighbours are no suspects"
    office.pass_time(hours=2.1)
    tidy(office.world.db, office.world.clock)
    assert ask(office, some[:1]) == {("sent", "")}


def test_a_prefix_whose_codes_come_back_stays_open(office: Office) -> None:
    some = pumped(office, "+23480979")
    come_back(office, some[: LEAST_ASKED // 5])
    assert ask(office, some[:3]) == {("sent", "")}


def test_codes_of_all_doors_count_together(office: Office) -> None:
    some = numbers("+23480976", LEAST_ASKED)
    ask(office, some[:10])
    web = {"digest": "00" * 32, "country": "NG", "until": "2026-03-02T12:00:00+00:00"}
    for one in some[10:]:
        office.send(one, "web_code", **web)
    office.pass_time(minutes=11)
    assert ask(office, some[:1]) == {("failed", "prefix_closed")}


def test_codes_stop_at_the_countrys_cap_where_receipts_go_on(office: Office) -> None:
    office.ruled(daily_parts={"NG": 2})
    assert ask(office, numbers("+23480975", 3)) == {("sent", ""), ("failed", "over_cap")}
    assert office.state(office.send(numbers("+23480975", 1)[0])) == ("sent", "")


def test_staff_reopen_a_prefix_with_a_reason(office: Office, redis_url: str) -> None:
    some = pumped(office, "+23480974")
    ask(office, some[:1])
    site = make_site(office.world, redis_url)
    try:
        browser = site.sign_in("admin")
        assert "+23480974" in browser.get("/backoffice/messages/gateways").text
        where = "/backoffice/messages/prefixes/%2B23480974/reopen"
        assert browser.post(where).status_code == 400, "a reason is wanted"
        reason = {"+23480974-reason": "a campaign of ours, codes come late"}
        assert browser.post(where, **reason).status_code == 303
        assert browser.post(where, **reason).status_code == 404, "it is open"
        assert "+23480974" not in browser.get("/backoffice/messages/gateways").text.split("Kept")[0]
        assert site.audited("sms_prefix.reopen")[0][1] == "+23480974"
    finally:
        site.close()
    assert ask(office, some[:2]) == {("sent", "")}


@pytest.fixture(autouse=True)
def _as_before(office: Office) -> None:
    with office.world.db.transaction() as tx:
        tx.run("delete from code_counts")
        tx.run("delete from closed_prefixes")
        tx.run("delete from breaks")
