"""A browser in front of the back-office. Without Chromium these tests are skipped, and say so."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.office import Office, Watched, office_on
from tests.conftest import Servers, Urls
from tests.factories.chromium import chromium as find_chromium

MISSING = "there is no Chromium here: `make browser` gets one (Debian's package chromium)"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each page has its own cookies."""
    program = find_chromium()
    if program is None:
        pytest.skip(MISSING)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def office(
    chromium: Browser, servers: Servers, urls: Urls, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """The application on the module's database; not started where there is no browser."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORT", "")
        patch.setenv("SANDBOX_PORT", "")
        folder: Path = tmp_path_factory.mktemp("office")
        with office_on(urls, servers.redis_url, folder) as made:
            yield made


@pytest.fixture
def page(chromium: Browser, office: Office) -> Iterator[Page]:
    """A page at 1280 px. The test fails if its console complained of anything, a refusal by the
    content security policy included."""
    context = chromium.new_context(
        base_url=office.address, viewport={"width": 1280, "height": 800}, accept_downloads=True
    )
    context.set_default_timeout(10_000)
    watched = Watched(context.new_page())
    yield watched.page
    context.close()
    assert watched.problems == []


@pytest.fixture
def signed_in(page: Page, office: Office) -> Callable[[str], Page]:
    """Somebody of this role is signed in."""

    def as_role(role: str) -> Page:
        office.sign_in(page.context, role, page.evaluate("navigator.userAgent"))
        return page

    return as_role
