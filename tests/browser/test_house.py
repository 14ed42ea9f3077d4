"""The back-office in a real browser: what each role does all day, from the first page to the end of
it; lists, menus, themes, exports; and every page, of which none is refused anything by its policy.

All of it in one office: to start and furnish one takes longer than most of these tests.
"""

import re

import pytest
from playwright.sync_api import Browser, expect

from app.bootstrap.doors import backoffice_doors
from app.domain.roles import Role
from app.services.backoffice.export import make_workbook
from app.web.application import create_app
from tests.browser.affairs import BUYER
from tests.browser.conftest import SignedIn, SomeoneAs
from tests.browser.office import Office
from tests.browser.places import PLACES, Place, endpoint_of, visits
from tests.browser.showroom import Names
from tests.browser.sight import LOOKS, visitor
from tests.browser.steps import approve, open_page, search, ticket_on

WHY = "Seen together with the bank's letter"
_TURNS = 4


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


def test_a_list_is_leafed_through_and_narrowed(signed_in: SignedIn) -> None:
    page = signed_in("support")
    page.goto("/backoffice/orders")
    page.get_by_role("link", name="Older").click()
    page.get_by_role("link", name="Newer").click()
    expect(page.get_by_role("link", name="Newer")).to_have_count(0)
    page.locator("#filter-state").select_option("declined")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(f"{page.url.split('?')[0]}?state=declined")
    assert set(page.locator("td.is-state").all_inner_texts()) == {"declined"}


def test_columns_are_chosen(signed_in: SignedIn) -> None:
    page = signed_in("support")
    page.goto("/backoffice/orders")
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("checkbox", name="Buyer", exact=True).uncheck()
    page.get_by_role("button", name="Show these").click()
    assert "Buyer" not in page.locator("th").all_inner_texts()
    assert "columns=" in page.url


def test_the_theme_stays_also_without_scripts(office: Office, signed_in: SignedIn) -> None:
    page = signed_in("support")
    page.goto("/backoffice/orders")
    assert page.locator("html").get_attribute("data-bs-theme") == "light"
    page.locator("summary", has_text="your account").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.url.endswith("/backoffice/orders")


def test_numbers_are_whole_after_a_reason(signed_in: SignedIn) -> None:
    page = signed_in("support")
    page.goto("/backoffice/orders")
    assert "****" in page.locator("td.is-msisdn").first.inner_text()
    page.locator("summary", has_text="your account").click()
    page.get_by_role("link", name="Show whole numbers").click()
    page.get_by_label("Reason").fill("Caller asks about an order")
    page.get_by_role("button", name="Show for ten minutes").click()
    expect(page.locator("td.is-msisdn").first).to_have_text(re.compile(r"^0803 \d{3} \d{4}$"))


def test_a_workbook_is_asked_for_watched_and_fetched(office: Office, signed_in: SignedIn) -> None:
    page = signed_in("auditor")
    page.goto("/backoffice/orders?state=declined")
    page.get_by_role("button", name="XLSX").click()
    expect(page.locator("#export")).to_contain_text("waiting")
    with office.parts.db.transaction() as tx:
        export_id = tx.one("select max(id) from exports")[0]
    make_workbook(office.parts.context, export_id)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Fetch the file").click()
    assert fetched.value.suggested_filename == "orders.xlsx"


def test_a_page_without_scripts_still_has_its_menus(office: Office, signed_in: SignedIn) -> None:
    page = signed_in("owner")
    page.goto("/backoffice/orders")
    page.set_viewport_size({"width": 360, "height": 800})
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    page.get_by_role("link", name="Menu").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.get_by_role("link", name="Close the menu").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()


@pytest.mark.parametrize("turn", range(_TURNS))
def test_every_page_is_accessible_fits_and_has_nothing_in_the_console(
    chromium: Browser, office: Office, names: Names, turn: int
) -> None:
    """Of each template one, in one of the looks; `make axe` does everything, as every role."""
    urls = create_app(backoffice_doors(office.parts))
    by_role: dict[Role | None, list[Place]] = {}
    for number, place in enumerate({place.template: place for place in PLACES}.values()):
        if number % _TURNS == turn:
            view = urls.view_functions[endpoint_of(place, urls.url_map)]
            role = next(visits(place, getattr(view, "needs", None)))
            by_role.setdefault(role, []).append(place)
    problems = []
    for role, places in by_role.items():
        with visitor(chromium, office, names, role, LOOKS[turn % 2]) as who:
            for place in places:
                problems += [(place.path, one) for one in who.go(place, briefly=True).problems]
        problems += [(str(role), one) for one in who.watched.problems]
    assert problems == []
