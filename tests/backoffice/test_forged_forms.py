"""Every form of the back-office without its token, and every way to be sent elsewhere by it."""

from urllib.parse import quote

import pytest

from app.domain.roles import GRANTS, Role
from app.web.backoffice.access import Right
from tests.backoffice.site import Site
from tests.backoffice.test_roles import routes


def _holders() -> dict[Right, Role]:
    """For each right one role that has it."""
    return {right: role for role in Role for right in GRANTS[role]}


FOREIGN = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}


@pytest.mark.parametrize("token", ["forged", "another session's"])
def test_no_form_is_taken_without_a_token_of_its_own_session(
    site: Site,
    token: str,
) -> None:
    if token == "another session's":
        token = site.sign_in("auditor").csrf()
    needed = {
        _holders()[view.needs]  # type: ignore[attr-defined]
        for _, view, method, _ in routes(site)
        if method == "POST" and hasattr(view, "needs")
    }
    taken, tried = [], 0
    for role in sorted(needed):
        browser = site.sign_in(role.value)
        for _, view, method, path in routes(site):
            right = getattr(view, "needs", None)
            mine = right is None or _holders()[right] is role
            if method != "POST" or not mine:
                continue
            tried += 1
            site.world.clock.advance(seconds=1)
            answer = browser.client.post(path, data={"csrf_token": token}, headers=FOREIGN)
            if answer.status_code != 400 or "Page too old" not in answer.text:
                taken.append((role.value, path, answer.status_code))
        assert browser.get("/backoffice/account").status_code == 200, "and nobody was signed out"
    assert taken == []
    assert tried > 50


NASTY = (
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/backoffice/\\..\\..\\\\evil.example",
    "/backoffice/..//evil.example",
    "/backoffice//evil.example",
    "/%2fevil.example",
    "/backoffice/%2f%2fevil.example",
    "/backoffice/%5cevil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "/backoffice/\r\nX-Evil: 1",
    "/backoffice/%0d%0aX-Evil:1",
    "/backoffice@evil.example",
    "http:/backoffice/",
    "http:evil.example",
    "/backoffice/../simulator/",
    "/backoffice/%2e%2e/metrics",
    "/webhooks/paystack",
    "/",
    "",
    "\x00",
    "https:///evil.example/backoffice/",
    "//evil.example/backoffice/",
    "/backoffice/" + "a" * 5_000,
    "https://evil.example\\@shop.example/backoffice/",
    "/\t/evil.example",
    " //evil.example",
    "?x",
    "#x",
)


def test_signing_in_and_stepping_up_lead_to_pages_of_ours_alone(site: Site) -> None:
    browser = site.sign_in("owner")
    for wanted in NASTY:
        told = quote(wanted, safe="")
        answer = browser.get(f"/backoffice/sign-in?next={told}")
        assert (answer.status_code, answer.location) == (303, "/backoffice/"), wanted
        assert "X-Evil" not in answer.headers
    own = browser.get("/backoffice/sign-in?next=%2Fbackoffice%2Forders%3Fq%3D1")
    assert own.location == "/backoffice/orders?q=1"


def test_no_page_of_the_back_office_may_be_framed_or_kept(site: Site) -> None:
    browser = site.sign_in("owner")
    for path in ("/backoffice/", "/backoffice/account", "/backoffice/orders", "/backoffice/staff"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_body_over_the_limit_is_refused_by_its_length_alone(site: Site) -> None:
    signed_in, stranger = site.sign_in("owner"), site.browser()
    paths = {path for _, _, method, path in routes(site) if method == "POST"}
    for path in sorted(paths):
        for browser in (signed_in, stranger):
            answer = browser.client.post(
                path, environ_overrides={"CONTENT_LENGTH": str(10**9), "wsgi.input": _Unread()}
            )
            assert answer.status_code in {303, 400, 403, 413}, (path, answer.status_code)


class _Unread:
    """Nobody reads on a body that is too long."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("it was read")

    readline = readinto = read
