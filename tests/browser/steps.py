"""Steps that many take in the back-office: by the menu, by the search box, to a ticket."""

import re

from playwright.sync_api import Page, expect


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
