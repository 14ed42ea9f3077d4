"""The house in a real browser: lists, menus, themes, exports; nothing its policy refuses."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from app.bootstrap.doors import backoffice_doors
from app.db.engine import Database
from app.domain.roles import Role
from app.services.backoffice.export import make_workbook
from app.web.application import create_app
from tests.backoffice.many_orders import add_orders
from tests.browser.office import Office
from tests.browser.places import PLACES, Place, endpoint_of, visits
from tests.browser.showroom import Names, furnish
from tests.browser.sight import NARROW, WIDE, visitor

_TURNS = 4
SignedIn = Callable[[str], Page]


@pytest.fixture(scope="module", autouse=True)
def orders(office: Office) -> None:
    database = Database(office.parts.settings.owner_database_url)
    add_orders(database, office.parts.clock.now(), 60)
    database.dispose()


@pytest.fixture(scope="module")
def names(office: Office) -> Names:
    return furnish(office)


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
        with visitor(chromium, office, names, role, (WIDE, NARROW)[turn % 2]) as who:
            for place in places:
                problems += [(place.path, one) for one in who.go(place, briefly=True).problems]
        problems += [(str(role), one) for one in who.watched.problems]
    assert problems == []


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
