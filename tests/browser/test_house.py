"""The house in a real browser: lists, menus, themes, exports; nothing its policy refuses."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.db.engine import Database
from app.services.backoffice.export import make_workbook
from tests.backoffice.many_orders import add_orders
from tests.browser.office import Office

SignedIn = Callable[[str], Page]
Axe = Callable[[Page], None]
PAGES = (
    "",
    "orders?state=declined",
    "audit",
    "exports",
    "account",
    "sessions",
    "unmask",
    "nothing-here",
)


@pytest.fixture(scope="module", autouse=True)
def orders(office: Office) -> None:
    database = Database(office.parts.settings.owner_database_url)
    add_orders(database, office.parts.clock.now(), 60)
    database.dispose()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_pages_are_accessible_and_fit(
    signed_in: SignedIn, axe: Axe, width: int, scheme: str
) -> None:
    page = signed_in("owner")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        page.goto(f"/backoffice/{path}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_an_agents_first_page_is_accessible(signed_in: SignedIn, axe: Axe) -> None:
    page = signed_in("agent")
    page.goto("/backoffice/")
    axe(page)


def test_the_sign_in_page_is_accessible(page: Page, axe: Axe) -> None:
    page.goto("/backoffice/sign-in")
    axe(page)


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
    expect(page.locator("td.is-msisdn").first).to_have_text(re.compile(r"^0803 000 01\d\d$"))


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
