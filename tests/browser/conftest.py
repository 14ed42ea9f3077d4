"""A browser in front of the back-office. Without Chromium these tests are skipped, and say so."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from app.domain.roles import Role
from tests.browser.office import Office, Watched, office_on
from tests.browser.showroom import Names, furnish
from tests.conftest import Servers, Urls
from tests.factories.chromium import chromium as find_chromium

SignedIn = Callable[[str], Page]
SomeoneAs = Callable[..., AbstractContextManager[Page]]
MISSING = "there is no Chromium here: `make browser` gets one (Debian's package chromium)"


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests here; each page has its own cookies. It doesn't outlast them:
    Playwright's event loop runs as long as it does, and other tests want loops of their own."""
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
def signed_in(page: Page, office: Office, names: Names) -> SignedIn:
    """Somebody of this role is signed in."""
    del names

    def as_role(role: str) -> Page:
        office.sign_in(page.context, role, page.evaluate("navigator.userAgent"))
        return page

    return as_role


@pytest.fixture(scope="module")
def names(office: Office) -> Names:
    """Something on every page."""
    return furnish(office, 60)


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
