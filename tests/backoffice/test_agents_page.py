"""Agents as staff see them: the tree, one agent, opening and closing, float by two people."""

import re

import pytest

from app.domain.agent_postings import agent_float
from app.domain.msisdn import Msisdn
from app.services.approve import approve
from app.services.backoffice import agent_page
from app.services.run_agents import add_agent, put_float
from app.services.staff_refused import StaffRefused
from tests.backoffice.site import Browser, Site
from tests.backoffice.test_staff_page import key
from tests.factories.world import naira

WHY = "paid by transfer today"


def agent(site: Site, name: str = "Mama Ngozi", parent: Msisdn | None = None) -> tuple[str, Msisdn]:
    """Its number, and its phone's."""
    msisdn = site.world.subscriber()
    made = add_agent(site.world.context, msisdn, name, parent, 5_000_00, "cli:test")
    return made.number, msisdn


def held(site: Site, msisdn: Msisdn) -> int:
    owner = site.world.one("select id from subscribers where msisdn = %s", msisdn)
    return site.world.balance(agent_float(owner, "NGN")).amount_minor


def ask(browser: Browser, number: str, receipt: str, **fields: str) -> int:
    path = f"/backoffice/agents/{number}"
    sent = {
        "float-amount": "2,000", "float-receipt": receipt, "float-reason": WHY,
        "float-key": key(browser, path, "float-"), **fields,
    }  # fmt: skip
    return browser.post(f"{path}/float", **sent).status_code


def test_float_is_put_in_by_two_people_once_per_receipt(site: Site) -> None:
    number, msisdn = agent(site)
    maker = site.sign_in("finance_maker")
    form = key(maker, f"/backoffice/agents/{number}", "float-")
    for _ in range(2):
        assert ask(maker, number, "TRF-1001", **{"float-key": form}) == 303
    tickets = site.world.all("select ticket from approvals where detail->>'receipt' = 'TRF-1001'")
    assert len(tickets) == 1
    assert tickets[0][0] in maker.get(f"/backoffice/agents/{number}").text
    assert held(site, msisdn) == 0
    assert ask(maker, number, "TRF-1001") == 303, "asked again by hand: the receipt decides"
    checker = site.someone("finance_checker").name
    approve(site.world.context, tickets[0][0], checker)
    assert held(site, msisdn) == 2_000_00
    again = site.world.one("select max(ticket) from approvals where state = 'asked'"
                           " and detail->>'receipt' = 'TRF-1001'")  # fmt: skip
    with pytest.raises(StaffRefused, match="was put in for receipt TRF-1001 before"):
        approve(site.world.context, again, checker)
    assert held(site, msisdn) == 2_000_00
    assert ask(maker, number, "TRF-1001") == 400
    assert site.world.books_differ() == []


def test_the_second_person_reads_what_the_float_will_be(site: Site) -> None:
    number, msisdn = agent(site)
    put_float(site.world.context, msisdn, 500_00, "TRF-2001", "cli:test", "x")
    ask(site.sign_in("finance_maker"), number, "TRF-2002")
    ticket = site.world.one("select ticket from approvals where detail->>'receipt' = 'TRF-2002'")
    page = site.sign_in("finance_checker").get(f"/backoffice/approvals/{ticket}").text
    for told in ("Put float in", "500.00", "2,000.00", "2,500.00"):
        assert told in page
    assert str(msisdn) not in page


@pytest.mark.parametrize(
    "fields",
    [
        {"float-amount": "-5"}, {"float-amount": ""}, {"float-amount": "9" * 30},
        {"float-receipt": ""}, {"float-receipt": "<script>"}, {"float-reason": ""},
        {"float-key": "forged"},
    ],
)  # fmt: skip
def test_what_is_typed_wrong_asks_for_nothing(site: Site, fields: dict[str, str]) -> None:
    number, _ = agent(site)
    maker = site.sign_in("finance_maker")
    before = site.world.one("select count(*) from approvals")
    assert ask(maker, number, "TRF-3001", **fields) == 400
    assert site.world.one("select count(*) from approvals") == before


def test_an_agent_is_taken_on_changed_closed_and_opened_again(site: Site) -> None:
    admin, msisdn, (above, _) = site.sign_in("admin"), site.world.subscriber(), agent(site)
    sent = {"msisdn": msisdn, "name": "Baba Sule", "above": "", "low_float": "1000"}
    for wrong in (
        {"msisdn": "0803"}, {"name": "<b>"}, {"name": ""}, {"above": "x"}, {"above": "999999"},
        {"low_float": "-1"}, {"msisdn": "+2348030009999"},
    ):  # fmt: skip
        assert admin.post("/backoffice/agents/new", **(sent | wrong)).status_code == 400, wrong
    made = admin.post("/backoffice/agents/new", **sent)
    number = made.location.rsplit("/", 1)[1]
    path = f"/backoffice/agents/{number}"
    changed = {"change-name": "Baba Sule 2", "change-above": above, "change-low_float": "2000"}
    assert admin.post(f"{path}/change", **changed).status_code == 303
    assert "Baba Sule 2" in admin.get(path).text
    circle = {"change-name": "Above", "change-above": number, "change-low_float": "2000"}
    refused = admin.post(f"/backoffice/agents/{above}/change", **circle)
    assert (refused.status_code, "below itself" in refused.text) == (400, True)
    assert admin.post(f"{path}/close", **{"close-reason": WHY}).status_code == 303
    assert "closed" in admin.get(path).text
    assert ask(site.sign_in("owner"), above, "TRF-4001") == 303
    assert site.sign_in("admin").post(f"{path}/change", **changed).status_code == 303
    assert site.world.one("select active from agents where number = %s", number)


def test_the_tree_opens_a_level_at_a_time_and_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, msisdn = agent(site, "Top Agent")
    below = [agent(site, f"Below {n}", msisdn)[0] for n in range(3)]
    monkeypatch.setattr(agent_page, "PAGE", 2)
    browser = site.sign_in("auditor")
    first = browser.get(f"/backoffice/agents/{top}/below").text
    assert [number in first for number in below] == [True, True, False]
    after = site.world.one("select subscriber_id from agents where number = %s", below[1])
    part = browser.get(f"/backoffice/agents/{top}/below?after={after}",
                       headers={"HX-Request": "true"}).text  # fmt: skip
    assert below[2] in part
    assert "<html" not in part
    assert browser.get(f"/backoffice/agents/{top}/below?after=-1").status_code == 400
    assert browser.get("/backoffice/agents/ZZ/below").status_code == 404
    assert browser.get(f"/backoffice/agents/all?above={top}").text.count("Below ") >= 3


def test_a_page_says_what_the_float_did_today_and_in_thirty_days(site: Site) -> None:
    number, msisdn = agent(site)
    put_float(site.world.context, msisdn, 9_000_00, "TRF-5001", "cli:test", "x")
    page = site.sign_in("support").get(f"/backoffice/agents/{number}").text
    assert "Float received and given" in page
    assert "9,000.00" in page
    assert str(msisdn) not in page
    assert "What can be done" not in page


def test_a_low_float_is_told_and_found(site: Site) -> None:
    number, msisdn = agent(site)
    support = site.sign_in("support")
    assert number in support.get(f"/backoffice/agents/all?float=low&number={number}").text
    put_float(site.world.context, msisdn, naira(6_000).amount_minor, "TRF-6001", "cli:test", "x")
    found = support.get(f"/backoffice/agents/all?float=low&number={number}").text
    assert "No agents match these filters" in found


def test_staff_let_an_agent_sign_in_give_a_new_password_and_shut_the_sign_in(site: Site) -> None:
    number, msisdn = agent(site)
    path = f"/backoffice/agents/{number}/logins"
    site.sign_in("auditor")
    assert "only the phone is used" in site.get(path).text
    assert "Give a password" not in site.get(path).text
    assert site.post(f"{path}/give", **{"give-who": "", "give-reason": WHY}).status_code == 403
    admin = site.sign_in("admin")
    assert site.post(f"{path}/give", **{"give-who": "", "give-reason": ""}).status_code == 400
    assert site.post(f"{path}/give", **{"give-who": "9", "give-reason": WHY}).status_code == 400
    first = password_in(site.post(f"{path}/give", **{"give-who": "", "give-reason": WHY}).text)
    assert first not in site.get(path).text
    assert msisdn not in site.get(path).text, "the number stays masked"
    assert site.browser().give_password(msisdn, first).location == "/backoffice/enrol/sms"
    who = str(site.world.one("select id from agent_users where msisdn = %s", msisdn))
    again = password_in(site.post(f"{path}/give", **{"give-who": who, "give-reason": WHY}).text)
    assert again != first
    assert site.browser().give_password(msisdn, first).location is None
    for status in (303, 400):
        shut = site.post(f"{path}/close", **{"close-who": who, "close-reason": WHY})
        assert shut.status_code == status
    assert site.browser().give_password(msisdn, again).location is None
    audited = site.world.all(
        "select actor, act, detail->>'reason' from audit where subject = %s"
        " and act like 'agent.login%%' order by id", msisdn,
    )  # fmt: skip
    someone = admin.someone
    assert someone is not None
    acts = ("agent.login", "agent.login", "agent.login_closed")
    assert audited == [(someone.name, act, WHY) for act in acts]


def test_another_agents_sign_in_is_not_given_nor_closed(site: Site) -> None:
    number, _ = agent(site)
    other, others = agent(site, "Baba Sule")
    site.sign_in("admin")
    site.post(f"/backoffice/agents/{other}/logins/give", **{"give-who": "", "give-reason": WHY})
    who = str(site.world.one("select id from agent_users where msisdn = %s", others))
    path = f"/backoffice/agents/{number}/logins"
    for act in ("give", "close"):
        refused = site.post(f"{path}/{act}", **{f"{act}-who": who, f"{act}-reason": WHY})
        assert refused.status_code == 400
    assert site.get("/backoffice/agents/99999/logins").status_code == 404


def password_in(page: str) -> str:
    found = re.search(r'class="shown-once">([^<]+)<', page)
    assert found
    return found.group(1)
