"""Signing in to the back-office: name and password, code, first enrolment, wrong tries."""

import re

import pyotp
import pytest

from app.services.demo import load_demo
from tests.backoffice.site import PASSWORD, Browser, Site, Someone, make_site
from tests.factories.world import World

SIGN_IN, CODE = "/backoffice/sign-in", "/backoffice/sign-in/code"
NOT_RIGHT = "This name or password isn&#39;t right. Try again."


def front_of(browser: Browser) -> int:
    return browser.get("/backoffice/").status_code


def test_staff_sign_in_with_password_and_code(site: Site) -> None:
    ada = site.someone("support")
    answer = site.now.sign_in(ada)
    assert (answer.status_code, answer.location) == (303, "/backoffice/")
    page = site.get("/backoffice/")
    assert page.status_code == 200
    assert ada.name in page.text
    [(actor, _, _)] = site.audited("sign_in")[-1:]
    assert actor == ada.name


def test_nobody_gets_in_with_the_password_alone(site: Site) -> None:
    site.now.give_password(site.someone("owner").name)
    answer = site.get("/backoffice/")
    assert (answer.status_code, answer.location) == (303, SIGN_IN)


def test_staff_without_an_app_enrol_one_and_get_ten_recovery_codes_once(site: Site) -> None:
    ada = site.without_app("admin")
    browser = site.now
    assert browser.give_password(ada.name).location == "/backoffice/enrol/app"
    page = browser.get("/backoffice/enrol/app").text
    ada.key = re.findall(r'<code id="key">(\w+)</code>', page)[0]
    picture = browser.get("/backoffice/enrol/qr.svg")
    assert picture.content_type == "image/svg+xml"
    assert picture.data.startswith(b"<?xml")
    wrong = browser.post("/backoffice/enrol/app", code="000000")
    assert wrong.status_code == 400
    browser.someone = ada
    done = browser.post("/backoffice/enrol/app", code=browser.code())
    codes = re.findall(r"<code>([A-Z2-7-]{19})</code>", done.text)
    assert len(set(codes)) == 10
    assert front_of(browser) == 200
    assert browser.get("/backoffice/enrol/app").location == SIGN_IN
    other = site.browser()
    other.give_password(ada.name)
    assert other.post(CODE, code=codes[3].lower().replace("-", " ")).status_code == 303
    assert front_of(other) == 200
    third = site.browser()
    third.give_password(ada.name)
    assert third.post(CODE, code=codes[3]).status_code == 400
    assert not [row for (row,) in site.world.all("select r::text from recovery_codes r")
                if codes[3] in row]  # fmt: skip


def sms_code(site: Site, number: str) -> str:
    """What the SMS to this number will say: the job that sends it makes it from a digest."""
    digest = site.world.one("select params->>'digest' from mt_sms where kind = 'web_code'"
                            " and msisdn = %s", number)  # fmt: skip
    return site.world.context.factors.web.sms_code(bytes.fromhex(digest)).value


def test_an_agent_enrols_only_with_the_code_that_came_by_sms(site: Site) -> None:
    agent = site.without_app("agent")
    browser = site.now
    assert browser.give_password(agent.name).location == "/backoffice/enrol/sms"
    assert browser.get("/backoffice/enrol/app").location == SIGN_IN
    assert browser.get("/backoffice/enrol/qr.svg").status_code == 404
    sent = sms_code(site, agent.name)
    stored = site.world.all("select m::text from mt_sms m where kind = 'web_code'")
    assert not [row for (row,) in stored if sent in row]
    assert browser.post("/backoffice/enrol/sms", code="12345x").status_code == 400
    wrong = f"{(int(sent) + 1) % 1_000_000:06d}"
    assert browser.post("/backoffice/enrol/sms", code=wrong).status_code == 400
    assert browser.post("/backoffice/enrol/sms", code=sent).location == "/backoffice/enrol/app"
    page = browser.get("/backoffice/enrol/app").text
    browser.someone, agent.key = agent, re.findall(r'<code id="key">(\w+)</code>', page)[0]
    assert "recovery-codes" in browser.post("/backoffice/enrol/app", code=browser.code()).text
    assert front_of(browser) == 200
    again = site.browser()
    assert again.sign_in(agent).status_code == 303, "from now on no SMS is asked for"


def test_the_code_by_sms_may_be_guessed_five_times(site: Site) -> None:
    agent = site.without_app("agent_teller")
    site.now.give_password(agent.name)
    for _ in range(5):
        site.post("/backoffice/enrol/sms", code="000000")
    sent = sms_code(site, agent.name)
    assert site.post("/backoffice/enrol/sms", code=sent).location == SIGN_IN


@pytest.mark.parametrize("name", ["nobody@nexustop.example", "+2348099999999", "not a name", "@"])
def test_an_unknown_name_and_a_wrong_password_get_the_same_answer_and_lock_alike(
    site: Site, name: str
) -> None:
    known = site.someone("owner", new=True).name
    answers = {}
    for who in (name, known):
        browser = site.browser()
        said = []
        for _ in range(6):
            answer = browser.give_password(who, "wrong horse 99")
            alerts = re.findall(r'role="alert">(?:<svg.*?</svg>)?(.*?)</p>', answer.text)
            said.append((answer.status_code, alerts))
        answers[who] = said
    assert answers[name] == answers[known]
    assert answers[known][0] == (400, [NOT_RIGHT])
    assert "Too many wrong tries. You can try again in 15 min" in answers[known][4][1][0]
    assert site.now.give_password(known).status_code == 400, "the right one is locked out too"
    site.world.clock.advance(minutes=16)
    assert site.now.give_password(known).location == CODE


def test_wrong_codes_lock_the_account_however_often_the_password_is_given(site: Site) -> None:
    ada = site.someone("support", new=True)
    for _ in range(5):
        browser = site.browser()
        browser.give_password(ada.name)
        answer = browser.post(CODE, code="000000")
    assert "Too many wrong tries" in answer.text
    browser.someone = ada
    assert browser.post(CODE, code=browser.code()).status_code == 400
    assert [subject for _, subject, _ in site.audited("sign_in.locked")][-1] == ada.name


def test_a_code_works_once(site: Site) -> None:
    ada = site.someone("auditor", new=True)
    code = pyotp.TOTP(ada.key).at(site.world.clock.now())
    first, second = site.browser(), site.browser()
    for browser in (first, second):
        browser.give_password(ada.name)
    assert first.post(CODE, code=code).status_code == 303
    assert second.post(CODE, code=code).status_code == 400
    assert front_of(second) == 303


def test_a_pending_sign_in_waits_ten_minutes(site: Site) -> None:
    ada = site.someone("auditor", new=True)
    site.now.give_password(ada.name)
    site.now.someone = ada
    site.world.clock.advance(minutes=11)
    assert site.post(CODE, code=site.now.code()).location == SIGN_IN


def test_two_windows_that_enrol_at_once_enrol_one_app(site: Site) -> None:
    ada = site.without_app("finance_maker")
    windows = [site.browser(), site.browser()]
    keys = []
    for window in windows:
        window.give_password(ada.name)
        page = window.get("/backoffice/enrol/app").text
        keys.append(re.findall(r'<code id="key">(\w+)</code>', page)[0])
    site.world.clock.advance(seconds=30)
    codes = [pyotp.TOTP(key).at(site.world.clock.now()) for key in keys]
    assert windows[0].post("/backoffice/enrol/app", code=codes[0]).status_code == 200
    assert windows[1].post("/backoffice/enrol/app", code=codes[1]).location == SIGN_IN
    assert front_of(windows[1]) == 303


def test_the_token_changes_with_each_step_and_an_old_one_is_worth_nothing(site: Site) -> None:
    ada = site.someone("support", new=True)
    browser = site.now
    browser.give_password(ada.name)
    before = browser.client.get_cookie("nexustop_backoffice", path="/backoffice/").value
    browser.someone = ada
    browser.post(CODE, code=browser.code())
    thief = site.browser()
    thief.client.set_cookie("nexustop_backoffice", before, path="/backoffice/")
    assert front_of(thief) == 303
    assert thief.post(CODE, code="123456").location == SIGN_IN


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/backoffice/sessions", "/backoffice/sessions"),
        ("/backoffice/account?x=1", "/backoffice/account?x=1"),
        ("https://evil.example/backoffice/", "/backoffice/"),
        ("//evil.example/backoffice/", "/backoffice/"),
        ("/backoffice/../simulator/", "/backoffice/"),
        ("/backoffice/%2e%2e/simulator/", "/backoffice/"),
        ("/backoffice/\\evil.example", "/backoffice/"),
        ("/backoffice//evil.example", "/backoffice/"),
        ("/simulator/", "/backoffice/"),
        ("javascript:alert(1)", "/backoffice/"),
        ("/backoffice/\x00", "/backoffice/"),
    ],
)
def test_signing_in_goes_on_to_own_pages_only(site: Site, wanted: str, goes_to: str) -> None:
    site.get(SIGN_IN, query_string={"next": wanted})
    assert site.now.sign_in(site.someone("support")).location == goes_to


def test_a_page_asked_for_opens_after_signing_in(site: Site) -> None:
    answer = site.get("/backoffice/sessions")
    assert answer.location == "/backoffice/sign-in?next=%2Fbackoffice%2Fsessions"
    site.get(answer.location)
    assert site.now.sign_in(site.someone("support")).location == "/backoffice/sessions"


@pytest.mark.parametrize("bad", ["", "x" * 5_000, "<script>alert(1)</script>", "a\0b", "\ud83d"])
def test_whatever_is_typed_gets_a_clear_answer(site: Site, bad: str) -> None:
    bad = bad.encode("utf-8", "replace").decode()
    name = site.post(SIGN_IN, name=bad, password=PASSWORD)
    password = site.post(SIGN_IN, name="ada@nexustop.example", password=bad)
    site.now.give_password(site.someone("owner", new=True).name)
    code = site.post(CODE, code=bad)
    for answer in (name, password, code):
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
        assert "<script>alert" not in answer.text


def test_an_address_that_tries_too_often_is_told_to_wait(world: World, redis_url: str) -> None:
    site = make_site(world, redis_url, tries="3 per minute")
    said = [
        site.now.post(SIGN_IN, name=f"a{number}@b.example", password="x").status_code
        for number in range(4)
    ]
    assert said == [400, 400, 400, 429]
    site.close()


def test_without_redis_addresses_are_limited_all_the_same(world: World, redis_url: str) -> None:
    site = make_site(world, redis_url, tries="3 per minute", limits_at="redis://127.0.0.1:1")
    said = [
        site.now.post(SIGN_IN, name=f"a{number}@b.example", password="x").status_code
        for number in range(4)
    ]
    assert said == [400, 400, 400, 429]
    site.close()


def test_the_demo_people_sign_in_with_the_demo_password(site: Site) -> None:
    load_demo(site.world.context, "demo-password-1")
    for name, step in (
        ("admin@nexustop.test", "/backoffice/enrol/app"),
        ("checker@nexustop.test", "/backoffice/enrol/app"),
        ("+2348030000002", "/backoffice/enrol/sms"),
        ("0803 000 0002", "/backoffice/enrol/sms"),
    ):
        assert site.browser().give_password(name, "demo-password-1").location == step
    load_demo(site.world.context, "demo-password-1")
    load_demo(site.world.context, "demo-password-2")
    answer = site.browser().give_password("+2348030000002", "demo-password-2")
    assert answer.location == "/backoffice/enrol/sms"


def test_a_closed_agent_and_closed_staff_dont_sign_in(site: Site) -> None:
    agent, ada = site.someone("agent", new=True), site.someone("support", new=True)
    with site.world.db.statement() as tx:
        tx.run("update agents set active = false from subscribers s"
               " where s.id = subscriber_id and s.msisdn = %s", (agent.name,))  # fmt: skip
        tx.run("update staff set active = false where email = %s", (ada.name,))
    for someone in (agent, ada):
        assert site.browser().give_password(someone.name).status_code == 400


def test_secrets_are_stored_nowhere_in_clear(site: Site) -> None:
    ada: Someone = site.someone("owner", new=True)
    site.now.sign_in(ada)
    with site.now.client.session_transaction("/backoffice/") as cookie:
        token = cookie["_user_id"]
    tables = ("staff", "web_sessions", "pending_sign_ins", "sign_in_counts", "audit", "mt_sms")
    rows = [
        str(row) for table in tables for (row,) in site.world.all(f"select t::text from {table} t")
    ]
    for secret in (ada.key, token, PASSWORD):
        assert not [row for row in rows if secret in row]
