"""The whole system as `make run` starts it: staff and an agent sign in for the first time, watch a
sale come in, find its order, give money back by two people, and take in cash."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.office import Watched
from tests.system.harness import SUBSCRIBER, System

PASSWORD = "correct horse 9"
AGENT = "+2348030000002"
_PATIENCE = 45_000
"""Milliseconds for what workers, folds and pages that renew themselves bring."""


@pytest.fixture(scope="module")
def system(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Not started where there is no browser."""
    run = System(
        tmp_path_factory.mktemp("a-day"),
        {"DEMO_STAFF_PASSWORD": PASSWORD, "VENDING_ORDER": "vtpass", "RESUME_MINUTES": "0"},
    )
    run.start()
    yield run
    run.stop()


@contextmanager
def someone(chromium: Browser, system: System, name: str, width: int = 1280) -> Iterator[Page]:
    """Signed in for the first time, a code app added; nothing may stand in the console."""
    context = chromium.new_context(
        base_url=f"http://127.0.0.1:{system.port}", viewport={"width": width, "height": 800}
    )
    context.set_default_timeout(_PATIENCE)
    watched = Watched(context.new_page())
    page = watched.page
    page.goto("/backoffice/")
    page.get_by_label("E-mail or phone number").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").click()
    if name == AGENT:
        expect(page.get_by_role("heading", name="Code by SMS")).to_be_visible()
        system.until(lambda: bool(system.sms(AGENT)), 30, "code by SMS")
        [code] = re.findall(r"\b\d{6}\b", system.sms(AGENT)[-1])
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Go on").click()
    key = page.locator("#key").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    page.get_by_role("link", name="I have them, go on").click()
    yield page
    context.close()
    assert watched.problems == []


def test_a_sale_is_seen_found_and_paid_back_by_two_people(
    chromium: Browser, system: System
) -> None:
    with someone(chromium, system, "admin@nexustop.test") as admin:
        admin.goto("/backoffice/dashboard")
        expect(admin.get_by_text("0 orders delivered").first).to_be_visible()
        said = system.buy("08030000005", "1000")
        reference = said.split("Ref ")[1].split()[0]
        seen = admin.get_by_text("1 order delivered").first
        expect(seen).to_be_visible(timeout=_PATIENCE)
        admin.get_by_role("searchbox").fill(reference)
        admin.keyboard.press("Enter")
        expect(admin.get_by_role("heading", level=1)).to_contain_text(reference)
        for step in ("buy.pin", "NGN 1,000.00 held", "vtpass: delivered", "delivered queued"):
            expect(admin.get_by_role("main")).to_contain_text(step)
        admin.locator("summary", has_text="Give money back").click()
        admin.get_by_label("Amount").fill("900")
        admin.get_by_label("Reason").first.fill("The operator lost it, says the buyer")
        admin.get_by_role("button", name="Give back").click()
        admin.goto("/backoffice/approvals")
        admin.get_by_role("main").get_by_role("link", name=re.compile("^[A-Z0-9]{6}$")).click()
        ticket = admin.url
        expect(admin.get_by_text("another person must decide")).to_be_visible()
        expect(admin.get_by_role("button", name="Approve")).to_have_count(0)
    assert system.dial("5", "1", "7392")[-1].count("4,000.00") == 1
    with someone(chromium, system, "checker@nexustop.test") as checker:
        checker.goto(ticket)
        checker.get_by_role("button", name="Approve").click()
        expect(checker.get_by_role("heading", level=1)).to_contain_text("approved")
    assert system.dial("5", "1", "7392")[-1].count("4,900.00") == 1
    assert system.cli("ledger", "verify")[0] == 0
    assert system.cli("audit", "verify")[0] == 0


def test_cash_taken_in_at_the_counter_is_seen_on_the_phone(
    chromium: Browser, system: System
) -> None:
    before = system.dial("5", "1", "7392")[-1]
    with someone(chromium, system, AGENT, width=360) as agent:
        agent.get_by_role("main").get_by_role("link", name="Cash in").first.click()
        agent.get_by_label("Customer's number").fill(SUBSCRIBER)
        agent.get_by_label("Amount").fill("500")
        agent.get_by_role("button", name="Go on").click()
        agent.get_by_role("button", name=re.compile("^Pay in")).dblclick()
        expect(agent.get_by_role("main")).to_contain_text("500.00")
    assert _naira(system.dial("5", "1", "7392")[-1]) - _naira(before) == 500


def _naira(screen: str) -> float:
    """The balance on a screen."""
    found = re.search(r"NGN ([\d,]+\.\d\d)", screen)
    assert found, screen
    return float(found[1].replace(",", ""))
