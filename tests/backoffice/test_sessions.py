"""Sessions of the back-office: limits, revoking, signing out, step-up, one's own account."""

from typing import Any

import pytest
from flask import Blueprint, Flask, request

from app.domain.roles import Right
from app.web.application import create_app
from app.web.backoffice import site as pages_of
from app.web.backoffice.access import needs, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.site import backoffice
from tests.backoffice.site import PASSWORD, Browser, Site

FRONT, SIGN_IN = "/backoffice/", "/backoffice/sign-in"
NEW = "another horse 77"


def is_in(browser: Browser) -> bool:
    return browser.get(FRONT).status_code == 200


@pytest.mark.parametrize(("role", "minutes"), [("support", 15), ("agent", 30)])
def test_a_session_without_requests_ends(site: Site, role: str, minutes: int) -> None:
    browser = site.sign_in(role)
    for _ in range(3):
        site.world.clock.advance(minutes=minutes - 1)
        assert is_in(browser)
    site.world.clock.advance(minutes=minutes, seconds=1)
    assert not is_in(browser)
    site.world.clock.advance(minutes=-minutes)
    assert not is_in(browser), "what has ended stays ended"


def test_no_session_lasts_longer_than_twelve_hours(site: Site) -> None:
    browser = site.sign_in("support")
    for _ in range(12 * 6):
        site.world.clock.advance(minutes=10)
        assert is_in(browser)
    site.world.clock.advance(minutes=1)
    assert not is_in(browser)


def test_own_sessions_are_listed_and_revoked(site: Site) -> None:
    ada = site.someone("support", new=True)
    first, second = site.browser(), site.browser()
    first.sign_in(ada)
    second.sign_in(ada)
    page = second.get("/backoffice/sessions").text
    assert page.count("Sign out there") == 1
    assert page.count("This one") == 1
    other = site.world.one("select min(id) from web_sessions where ended_at is null"
                           " and person_id = (select id from staff where email = %s)",
                           ada.name)  # fmt: skip
    assert second.post(f"/backoffice/sessions/{other}/end").status_code == 303
    assert not is_in(first)
    assert is_in(second)
    assert second.post(f"/backoffice/sessions/{other}/end").status_code == 404


def test_another_persons_session_is_not_found_and_that_is_audited(site: Site) -> None:
    victim = site.sign_in("owner")
    session = site.world.one("select max(id) from web_sessions")
    thief = site.sign_in("agent_teller")
    path = f"/backoffice/sessions/{session}/end"
    assert thief.post(path).status_code == 404
    assert is_in(victim)
    assert thief.someone
    assert site.audited("refused")[-1] == (
        thief.someone.name, path, {"role": "agent_teller", "why": "not found"},
    )  # fmt: skip


def test_signing_out_ends_the_session_on_the_server_and_back_shows_nothing(site: Site) -> None:
    browser = site.sign_in("support")
    page = browser.get("/backoffice/sessions")
    assert page.headers["Cache-Control"] == "no-store"
    cookie = browser.client.get_cookie("nexustop_backoffice", path="/backoffice/").value
    assert browser.post("/backoffice/sign-out").location == SIGN_IN
    assert not is_in(browser)
    kept = site.browser()
    kept.client.set_cookie("nexustop_backoffice", cookie, path="/backoffice/")
    assert not is_in(kept), "a copy of the cookie is worth nothing"


@pytest.mark.parametrize("token", ["", "forged", "x" * 3_000])
def test_a_form_without_a_good_token_changes_nothing(site: Site, token: str) -> None:
    browser = site.sign_in("support")
    answer = browser.post("/backoffice/sign-out", token)
    assert answer.status_code == 400
    assert "too old" in answer.text
    assert is_in(browser)


def test_a_token_of_before_signing_in_is_stale_after_it(site: Site) -> None:
    browser = site.now
    old = browser.csrf()
    browser.sign_in(site.someone("support"))
    assert browser.post("/backoffice/sign-out", old).status_code == 400


def test_a_token_past_its_time_is_stale(site: Site) -> None:
    browser = site.sign_in("support")
    token = browser.csrf()
    site.app.config["WTF_CSRF_TIME_LIMIT"] = -1
    assert browser.post("/backoffice/sign-out", token).status_code == 400
    assert is_in(browser)


def test_every_page_carries_its_headers(site: Site) -> None:
    signed_in = site.sign_in("support")
    for browser, path in ((site.browser(), SIGN_IN), (site.browser(), FRONT), (signed_in, FRONT),
                          (signed_in, "/backoffice/nowhere")):  # fmt: skip
        headers = browser.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_plain_http(site: Site) -> None:
    secure = create_app(backoffice(Desk(**{**vars(site.desk), "secure": True})))
    cookie = secure.test_client().get(SIGN_IN, base_url="https://localhost").headers["Set-Cookie"]
    for part in ("__Host-nexustop_backoffice=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/;"):
        assert part in cookie
    assert "Secure" not in site.browser().get(SIGN_IN).headers["Set-Cookie"]


# --- step-up -----------------------------------------------------------------------------------


@pytest.fixture
def moves(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A page that moves money, and what it was told to move."""
    moved: list[str] = []

    def pages(_: Desk) -> Blueprint:
        routes = Blueprint("money", __name__, url_prefix="/backoffice/money")

        @routes.route("", methods=["GET", "POST"])
        @needs(Right.OWN_ACCOUNT)
        @step_up
        def move() -> str:
            if request.method == "POST":
                moved.append(request.form["amount"])
            return "moved"

        return routes

    monkeypatch.setattr(pages_of, "PAGES", (*pages_of.PAGES, pages))
    site.app = create_app(backoffice(site.desk))
    return moved


def test_money_moves_without_a_question_soon_after_a_code(site: Site, moves: list[str]) -> None:
    assert site.sign_in("agent").post("/backoffice/money", amount="500").text == "moved"
    assert moves == ["500"]


def test_later_the_form_is_kept_until_a_code_has_come(site: Site, moves: list[str]) -> None:
    browser = site.sign_in("agent")
    site.world.clock.advance(minutes=6)
    before = browser.client.get_cookie("nexustop_backoffice", path="/backoffice/").value
    asked = browser.post("/backoffice/money", amount='500"><script>')
    assert asked.status_code == 200
    assert 'name="amount" value="500&#34;&gt;&lt;script&gt;"' in asked.text
    assert browser.post("/backoffice/money", amount="500", step_up_code="000000").status_code == 400
    assert moves == []
    done = browser.post("/backoffice/money", amount="500", step_up_code=browser.code())
    assert (done.text, moves) == ("moved", ["500"])
    assert browser.post("/backoffice/money", amount="600").text == "moved", "for five minutes"
    old = site.browser()
    old.client.set_cookie("nexustop_backoffice", before, path="/backoffice/")
    assert not is_in(old), "the token was changed"


def test_a_page_that_moves_money_asks_before_it_opens(site: Site, moves: list[str]) -> None:
    browser = site.sign_in("agent")
    site.world.clock.advance(minutes=6)
    ask = browser.get("/backoffice/money")
    assert ask.location == "/backoffice/step-up?next=/backoffice/money"
    assert browser.post(ask.location, code=browser.code()).location == "/backoffice/money"
    assert browser.get("/backoffice/money").text == "moved"


def test_a_replayed_code_and_a_recovery_code_dont_step_up(site: Site, moves: list[str]) -> None:
    browser = site.sign_in("agent")
    site.world.clock.advance(minutes=6)
    code = browser.code()
    assert browser.post("/backoffice/money", amount="1", step_up_code=code).text == "moved"
    site.world.clock.advance(minutes=6)
    assert browser.post("/backoffice/money", amount="2", step_up_code=code).status_code == 400
    assert moves == ["1"]


def test_another_browser_with_the_cookie_is_asked_for_a_code(site: Site, moves: list[str]) -> None:
    browser = site.sign_in("agent")
    token = browser.csrf()
    answer = browser.client.post(
        "/backoffice/money", data={"csrf_token": token, "amount": "5"},
        headers={"User-Agent": "another"},
    )  # fmt: skip
    assert "A code, please" in answer.text
    assert moves == []


def test_wrong_codes_at_the_step_up_lock(site: Site, moves: list[str]) -> None:
    browser = site.sign_in("agent")
    site.world.clock.advance(minutes=6)
    for _ in range(5):
        answer = browser.post("/backoffice/money", amount="5", step_up_code="000000")
    assert "Too many wrong tries" in answer.text
    right = browser.post("/backoffice/money", amount="5", step_up_code=browser.code())
    assert (right.status_code, moves) == (400, [])
    site.world.clock.advance(minutes=12)


# --- one's own account -------------------------------------------------------------------------


def change(browser: Browser, **fields: str) -> Any:
    wanted = {"old": PASSWORD, "new": NEW, "repeated": NEW} | fields
    return browser.post("/backoffice/account/password", **wanted)


def test_a_new_password_ends_every_other_session(site: Site) -> None:
    ada = site.someone("support", new=True)
    first, second = site.browser(), site.browser()
    first.sign_in(ada)
    second.sign_in(ada)
    assert change(first).status_code == 303
    assert is_in(first)
    assert not is_in(second)
    assert site.browser().give_password(ada.name).status_code == 400
    assert site.browser().give_password(ada.name, NEW).status_code == 303


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"old": "wrong horse 1"}, "password isn&#39;t right"),
        ({"new": "short", "repeated": "short"}, "too easy"),
        ({"new": "password1", "repeated": "password1"}, "too easy"),
        ({"repeated": "else"}, "Both must be the same"),
        ({"new": "", "repeated": ""}, "required"),
        ({"new": "x" * 300, "repeated": "x" * 300}, "longer"),
    ],
)
def test_a_password_that_wont_do_changes_nothing(
    site: Site, fields: dict[str, str], said: str
) -> None:
    ada = site.someone("support", new=True)
    browser = site.browser()
    browser.sign_in(ada)
    answer = change(browser, **fields)
    assert answer.status_code == 400
    assert said in answer.text
    assert site.browser().give_password(ada.name).status_code == 303


def test_new_recovery_codes_make_old_ones_void(site: Site) -> None:
    ada = site.someone("support", new=True)
    browser = site.browser()
    browser.sign_in(ada)

    def made() -> list[str]:
        page = browser.post("/backoffice/account/recovery-codes").text
        return [part.split("</code>")[0] for part in page.split("<code>")[1:]]

    old, new = made(), made()
    assert len(set(old) | set(new)) == 20
    for code, status in ((old[0], 400), (new[0], 303)):
        other = site.browser()
        other.give_password(ada.name)
        assert other.post("/backoffice/sign-in/code", code=code).status_code == status


def test_a_zone_that_is_none_is_not_taken(site: Site) -> None:
    browser = site.sign_in("support")
    browser.post("/backoffice/account/zone", zone="Africa/Nairobi")
    browser.post("/backoffice/account/zone", zone="<script>")
    assert browser.someone
    zone = site.world.one("select zone from staff where email = %s", browser.someone.name)
    assert zone == "Africa/Nairobi"


def test_a_part_that_renews_itself_keeps_no_session_alive(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pages(_: Desk) -> Blueprint:
        routes = Blueprint("part", __name__, url_prefix="/backoffice/part")

        @routes.get("")
        @needs(Right.OWN_ACCOUNT, passive=True)
        def part() -> str:
            return "part"

        return routes

    monkeypatch.setattr(pages_of, "PAGES", (*pages_of.PAGES, pages))
    app: Flask = create_app(backoffice(site.desk))
    site.app = app
    browser = site.sign_in("support")
    for _ in range(14):
        site.world.clock.advance(minutes=1)
        assert browser.get("/backoffice/part").text == "part"
    site.world.clock.advance(minutes=2)
    gone = browser.get("/backoffice/part", headers={"HX-Request": "true"})
    assert gone.headers["HX-Redirect"] == SIGN_IN
