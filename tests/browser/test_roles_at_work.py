"""What each role does all day, from the first page to the end of it, in a real browser."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from app.domain.roles import Role
from tests.browser.affairs import BUYER
from tests.browser.office import Office, Watched
from tests.browser.showroom import Names, furnish

WHY = "Seen together with the bank's letter"
SomeoneAs = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def names(office: Office) -> Names:
    return furnish(office)


@pytest.fixture
def someone(chromium: Browser, office: Office, names: Names) -> SomeoneAs:
    """Somebody of this role at their first page, in a browser of their own whose console must stay
    empty; agents have a phone, and no scripts where they aren't wanted."""
    del names
    with_scripts = chromium.new_page()
    browser = with_scripts.evaluate("navigator.userAgent")
    with_scripts.close()

    @contextmanager
    def as_role(role: Role, *, scripts: bool = True) -> Iterator[Page]:
        width = 360 if role in {Role.AGENT, Role.AGENT_TELLER} else 1280
        context = chromium.new_context(
            base_url=office.address, viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
        )  # fmt: skip
        context.set_default_timeout(10_000)
        office.sign_in(context, role, browser)
        watched = Watched(context.new_page())
        watched.page.goto("/backoffice/")
        yield watched.page
        context.close()
        assert watched.problems == []

    return as_role


def open_page(page: Page, section: str, tab: str = "") -> None:
    """By the menu on the left, then the tabs on top."""
    if page.viewport_size and page.viewport_size["width"] < 800:
        page.get_by_role("link", name="Menu", exact=True).click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name=section).click()
    if tab:
        page.get_by_role("navigation", name=section).get_by_role("link", name=tab).click()


def search(page: Page, what: str) -> None:
    page.get_by_role("searchbox").fill(what)
    page.keyboard.press("Enter")


def ticket_on(page: Page) -> str:
    """The one that a note on the page says another person must approve."""
    [found] = re.findall(r"must approve (\w{6})", page.get_by_role("main").inner_text())
    return str(found)


def approve(page: Page, ticket: str) -> None:
    """From the list of what waits."""
    open_page(page, "To do", "Approvals")
    page.get_by_role("main").get_by_role("link", name=ticket).first.click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("approved")


def test_a_finance_maker_asks_to_correct_a_wallet_and_a_checker_lets_it_be_done(
    someone: SomeoneAs, office: Office, names: Names
) -> None:
    with someone(Role.FINANCE_MAKER) as maker:
        open_page(maker, "Money", "Ledger")
        maker.goto(f"/backoffice/ledger/accounts/{names['account']}")
        before = maker.get_by_role("main").inner_text()
        maker.get_by_role("link", name="Ask to correct it").click()
        maker.get_by_label("Put money in").check()
        maker.get_by_label("Amount").fill("1,250")
        maker.get_by_label("Reason").fill(WHY)
        maker.get_by_role("button", name="Show both balances first").click()
        maker.get_by_role("button", name="Ask to put in NGN 1,250.00").click()
        ticket = ticket_on(maker)
        maker.goto(f"/backoffice/approvals/{ticket}")
        expect(maker.get_by_role("main")).to_contain_text("another person must decide")
    with someone(Role.FINANCE_CHECKER) as checker:
        approve(checker, ticket)
        checker.goto(f"/backoffice/ledger/accounts/{names['account']}")
        after = checker.get_by_role("main").inner_text()
    assert _balance(after) - _balance(before) == 1_250


def _balance(text: str) -> float:
    found = re.search(r"Balance now\s+NGN ([\d,.]+)", text)
    assert found, text
    return float(found[1].replace(",", ""))


def test_support_finds_a_subscriber_unlocks_the_pin_and_answers_a_complaint(
    someone: SomeoneAs, office: Office, names: Names
) -> None:
    with office.parts.db.statement() as tx:
        tx.run("update subscribers set failures = 3, locked_until = now() + interval '1 h'"
               " where msisdn = %s", (BUYER,))  # fmt: skip
    with someone(Role.SUPPORT) as support:
        search(support, BUYER)
        expect(support.get_by_role("heading", level=1)).to_contain_text("****")
        support.locator("summary", has_text="Unlock the PIN").click()
        support.locator("details[open]").get_by_label("Reason").fill("Called from the number")
        support.get_by_role("button", name="Unlock").click()
        expect(support.get_by_text("Every lock has ended.")).to_be_visible()
        search(support, names["complaint"])
        support.get_by_role("button", name="Look after it").click()
        support.get_by_label("Answer, as the subscriber").fill("One digit was wrong; see SMS")
        support.get_by_role("button", name="Answer").click()
        expect(support.get_by_role("heading", level=1)).not_to_contain_text("open")


def test_an_auditor_reads_everything_takes_it_away_and_changes_nothing(
    someone: SomeoneAs, names: Names
) -> None:
    with someone(Role.AUDITOR) as auditor:
        open_page(auditor, "Office", "Audit log")
        expect(auditor.locator("td.is-mixed", has_text="****").first).to_be_visible()
        assert BUYER not in auditor.content()
        with auditor.expect_download() as taken:
            auditor.get_by_role("link", name="CSV").click()
        assert taken.value.suggested_filename == "audit.csv"
        assert BUYER not in taken.value.path().read_text()
        open_page(auditor, "Office", "Audit log")
        for path in ("orders/{order}", "ledger/accounts/{account}", "approvals/{ticket}",
                     "subscribers/1", "agents/{agent_number}", "vouchers/{batch}",
                     "routes/providers/vtpass", "staff/{newcomer}"):  # fmt: skip
            auditor.goto(f"/backoffice/{path.format(**names)}")
            posts = auditor.get_by_role("main").locator("form[method=post]:not(.take-away form)")
            assert posts.count() == 0, path


def test_an_owner_gives_a_role_that_a_second_person_approves(
    someone: SomeoneAs, names: Names
) -> None:
    with someone(Role.OWNER) as owner:
        open_page(owner, "Office", "Staff")
        owner.get_by_role("link", name=names["newcomer"]).click()
        owner.locator("summary", has_text="Ask for another role").click()
        owner.get_by_label("New role").select_option("auditor")
        owner.locator("details[open]").get_by_label("Reason").fill(WHY)
        owner.locator("details[open]").get_by_role("button", name="Ask for it").click()
        ticket = ticket_on(owner)
        owner.goto(f"/backoffice/approvals/{ticket}")
        expect(owner.get_by_role("button", name="Approve")).to_have_count(0)
    with someone(Role.FINANCE_CHECKER) as checker:
        approve(checker, ticket)
        checker.goto(f"/backoffice/staff/{names['newcomer']}")
        expect(checker.get_by_role("main")).to_contain_text("auditor")


def test_an_admin_stops_a_provider_and_lets_it_sell_again(someone: SomeoneAs) -> None:
    with someone(Role.ADMIN) as admin:
        open_page(admin, "Selling", "Routes")
        admin.get_by_role("link", name="baxi", exact=True).click()
        for summary, button in (("Stop baxi",) * 2, ("Start baxi",) * 2):
            admin.locator("summary", has_text=summary).click()
            admin.locator("details[open]").get_by_label("Reason").fill("Their status page says so")
            admin.locator("details[open]").get_by_role("button", name=button).click()


def test_an_agent_sells_takes_cash_and_enrols_on_a_phone_without_scripts(
    someone: SomeoneAs, names: Names
) -> None:
    del names
    with someone(Role.AGENT, scripts=False) as agent:
        main = agent.get_by_role("main")
        main.get_by_role("link", name="Sell airtime").click()
        agent.get_by_label("Customer's number").fill(BUYER)
        agent.get_by_label("Amount").fill("300")
        agent.get_by_role("button", name="Go on").click()
        agent.get_by_role("button", name="Sell NGN 300.00 airtime").click()
        expect(agent.get_by_role("heading", level=1)).to_contain_text("Receipt")
        expect(main).to_contain_text("300.00")
        open_page(agent, "Cash")
        agent.get_by_label("Customer's number").fill(BUYER)
        agent.get_by_label("Amount").fill("450")
        agent.get_by_role("button", name="Go on").click()
        agent.get_by_role("button", name="Pay in NGN 450.00").click()
        expect(agent.get_by_role("heading", level=1)).to_contain_text("Receipt")
        open_page(agent, "Customers")
        agent.get_by_label("Customer's number").fill("0803 555 0199")
        agent.get_by_label("The customer has heard the terms").check()
        agent.get_by_role("button", name="Enrol").click()
        expect(main).to_contain_text("0803 555 0199 is registered.")
        open_page(agent, "Day", "Everything done")
        main.get_by_role("link", name=re.compile("^[A-Z0-9]{6}$")).first.click()
        expect(agent.get_by_role("heading", level=1)).to_contain_text("Receipt")


def test_a_teller_sells_and_touches_neither_commission_nor_float(someone: SomeoneAs) -> None:
    with someone(Role.AGENT_TELLER) as teller:
        open_page(teller, "Sell")
        teller.get_by_label("Customer's number").fill(BUYER)
        teller.get_by_label("Amount").fill("200")
        teller.get_by_role("button", name="Go on").click()
        teller.get_by_role("button", name="Sell NGN 200.00 airtime").dblclick()
        expect(teller.get_by_role("heading", level=1)).to_contain_text("Receipt")
        open_page(teller, "Day")
        expect(teller.locator("td", has_text="Airtime")).to_have_count(1)
        open_page(teller, "Float")
        for forbidden in ("Commission", "Send", "Buy"):
            expect(teller.get_by_role("link", name=forbidden)).to_have_count(0)
        for path in ("float/commission", "float/send", "team/tellers"):
            teller.goto(f"/backoffice/{path}")
            expect(teller.get_by_role("heading", level=1)).to_have_text("Not for your role")
