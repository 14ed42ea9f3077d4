"""What one person has asked for is decided by another, who reads first what it will do."""

import re

import pytest

from app.db import ledger
from app.db.engine import Database
from app.domain.ledger import wallet
from app.domain.msisdn import Msisdn
from app.domain.roles import GRANTS, STAFF_ROLES, TWO_PEOPLE, Role
from app.services.approve import ACTS
from app.services.backoffice.rehearsal import POSTS
from app.services.backoffice.tickets import title_of
from app.services.correct_books import ask_adjustment
from tests.backoffice.site import Browser, Site
from tests.backoffice.test_order_page import facts
from tests.factories.races import meet_at
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock

WHY = "counted it twice"


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


def asked(site: Site, amount: int = 300, role: str = "finance_maker") -> tuple[str, Msisdn]:
    """A correction of a wallet that holds NGN 1,000, asked by somebody of this role."""
    world = site.world
    msisdn = world.subscriber(naira(1_000))
    maker = site.someone(role).name
    return ask_adjustment(world.context, msisdn, amount * 100, "", WHY, maker), msisdn


def path(ticket: str, verb: str = "") -> str:
    return f"/backoffice/approvals/{ticket}{f'/{verb}' if verb else ''}"


def state(site: Site, ticket: str) -> str:
    return str(site.world.one("select state from approvals where ticket = %s", ticket))


def test_a_ticket_says_who_asked_what_why_and_what_it_does_in_numbers(site: Site) -> None:
    ticket, msisdn = asked(site)
    before = site.world.one("select count(*) from ledger_transactions")
    checker = site.sign_in("finance_checker")
    said = facts(checker.get(path(ticket)).text)
    for told in (
        "Correct a wallet", WHY, site.people["finance_maker"].name,
        "NGN 1,000.00 NGN 300.00 NGN 1,300.00", "adjustments – NGN -300.00 –",
    ):  # fmt: skip
        assert told in said, told
    assert str(msisdn) not in said
    assert site.world.one("select count(*) from ledger_transactions") == before
    assert state(site, ticket) == "asked", "reading it does nothing"


def test_what_cannot_be_done_as_things_stand_says_so_before_it_is_tried(site: Site) -> None:
    ticket, msisdn = asked(site, -900)
    with site.world.db.statement() as tx:
        owner = tx.one("select id from subscribers where msisdn = %s", (msisdn,))[0]
    other, _ = asked(site, -900)
    second = ask_adjustment(
        site.world.context, msisdn, -90_000, "", WHY, site.people["finance_maker"].name
    )
    checker = site.sign_in("finance_checker")
    assert checker.post(path(ticket, "approve")).status_code == 303
    said = facts(checker.get(path(second)).text)
    assert f"wallet {owner} would go below zero: NGN 800.00 is missing" in said
    assert "Approve" not in said
    refused = checker.post(path(second, "approve"))
    assert refused.status_code == 400
    assert state(site, second) == "asked"
    assert checker.post(path(second, "decline"), **{"decline-reason": "too late for it"}
                        ).status_code == 303  # fmt: skip
    assert state(site, second) == "declined"
    assert state(site, other) == "asked"


def test_own_tickets_have_no_button_and_the_server_refuses_them(site: Site) -> None:
    ticket, msisdn = asked(site, role="owner")
    owner = site.sign_in("owner")
    page = owner.get(path(ticket)).text
    assert "You asked for it: another person must decide." in page
    assert "/approve" not in page
    assert owner.post(path(ticket, "approve")).status_code == 400
    assert owner.post(path(ticket, "decline"), **{"decline-reason": "mine after all"}
                      ).status_code == 400  # fmt: skip
    assert state(site, ticket) == "asked"
    assert site.world.spendable(msisdn) == naira(1_000)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_only_a_role_that_approves_money_decides_about_it(site: Site, role: Role) -> None:
    ticket, msisdn = asked(site)
    if role is Role.FINANCE_MAKER:
        site.people["other"] = site.someone(role, new=True)
    browser = site.browser()
    browser.sign_in(site.someone(role))
    may = TWO_PEOPLE["adjust"].approve in GRANTS[role]
    assert ("/approve" in browser.get(path(ticket)).text) is may
    assert browser.post(path(ticket, "approve")).status_code == (303 if may else 403)
    assert site.world.spendable(msisdn) == naira(1_300 if may else 1_000)


def test_two_approvers_at_once_do_it_once_and_the_slower_reads_who_was_first(site: Site) -> None:
    ticket, msisdn = asked(site)
    world, answers = site.world, []
    browsers = [site.sign_in("finance_checker"), site.sign_in("owner")]
    tokens = [one.csrf() for one in browsers]

    def click(browser: Browser, token: str) -> None:
        answers.append((browser, browser.post(path(ticket, "approve"), token)))

    meet_at(
        world.db,
        lambda tx: tx.all("select id from approvals where ticket = %s for update", (ticket,)),
        [lambda n=n: click(browsers[n], tokens[n]) for n in (0, 1)],  # type: ignore[misc]
    )
    assert sorted(answer.status_code for _, answer in answers) == [303, 409]
    first = next(browser for browser, answer in answers if answer.status_code == 303)
    late = next(answer for _, answer in answers if answer.status_code == 409)
    assert f"{ticket} was approved before, by {first.someone.name}." in late.text
    assert world.spendable(msisdn) == naira(1_300)
    assert world.books_differ() == []


def test_a_decision_asks_for_a_code_when_the_last_one_is_old(site: Site) -> None:
    ticket, _ = asked(site)
    checker = site.sign_in("finance_checker")
    site.world.clock.advance(minutes=6)
    assert "A code, please" in checker.post(path(ticket, "approve")).text
    assert state(site, ticket) == "asked"


@pytest.mark.parametrize("reason", ["", "no", "x" * 400])
def test_declining_wants_a_reason(site: Site, reason: str) -> None:
    ticket, _ = asked(site)
    checker = site.sign_in("finance_checker")
    answer = checker.post(path(ticket, "decline"), **{"decline-reason": reason})
    assert answer.status_code == 400
    assert "Say why" in answer.text
    assert state(site, ticket) == "asked"


def test_what_waits_is_on_top_and_what_was_decided_is_listed(site: Site) -> None:
    waits, _ = asked(site)
    decided, _ = asked(site)
    checker = site.sign_in("finance_checker")
    checker.post(path(decided, "decline"), **{"decline-reason": "nobody counted"})
    page = checker.get("/backoffice/approvals").text
    above, below = page.split("<h2>All</h2>")
    assert f"({waits})" in above
    assert f"({decided})" not in above
    assert {waits, decided} <= set(re.findall(r'approvals/(\w{6})"', below))
    only = checker.get("/backoffice/approvals?state=declined&act=adjust").text
    assert decided in only.split("<h2>All</h2>")[1]
    assert waits not in only.split("<h2>All</h2>")[1]
    csv = checker.get("/backoffice/approvals?format=csv").text
    assert decided in csv


@pytest.mark.parametrize("ticket", ["ZZZZZZ", "nope", "%00", "é"])
def test_a_ticket_that_there_is_not_is_not_found(site: Site, ticket: str) -> None:
    checker = site.sign_in("finance_checker")
    assert checker.get(path(ticket)).status_code == 404
    assert checker.post(path(ticket, "approve")).status_code == 404


def test_every_act_of_two_people_has_a_name_and_those_that_post_are_known() -> None:
    assert set(ACTS) <= set(TWO_PEOPLE)
    assert all(title_of(act)[0].isupper() for act in TWO_PEOPLE)
    assert {"adjust", "reverse", "refund", "resolve_break"} <= POSTS


def test_a_rehearsal_that_meets_a_lock_gives_up_soon(site: Site) -> None:
    ticket, msisdn = asked(site)
    checker = site.sign_in("finance_checker")
    owner = site.world.one("select id from subscribers where msisdn = %s", msisdn)
    with site.world.db.transaction() as tx:
        ledger.lock(tx, wallet(owner, "NGN"))
        assert "load the page again" in checker.get(path(ticket)).text
