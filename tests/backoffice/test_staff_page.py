"""Staff on their pages: added, closed, given roles; and the audit log's entries and settings."""

import re

import pyotp
import pytest

from app.domain.business_settings import BROADCAST_PACE
from app.domain.roles import Role
from app.services.approve import approve
from app.services.business_settings import value_of
from app.services.keep_audit_chain import verify_chain
from app.services.run_staff import close_staff
from app.services.staff_refused import StaffRefused
from tests.backoffice.site import PASSWORD, Browser, Site, Someone

WHY = "new in support from Monday"
_SHOWN = re.compile(r'<code class="shown-once">([^<]+)</code>')


def key(browser: Browser, path: str = "/backoffice/staff/new", prefix: str = "") -> str:
    """The key that came with a form of this page."""
    found = re.search(rf'name="{prefix}key"[^>]* value="([^"]+)"', browser.get(path).text)
    assert found
    return found.group(1)


def add(
    browser: Browser, email: str = "new@nexustop.example", role: str = "support", made: str = ""
) -> tuple[str, str]:
    """The ticket, and the password that was shown."""
    page = browser.post(
        "/backoffice/staff/new", email=email, role=role, reason=WHY, key=made or key(browser)
    )
    shown = _SHOWN.search(page.text)
    assert shown, page.text
    ticket = re.search(r"approvals/([0-9A-Z]{6})", page.text)
    assert ticket
    return ticket.group(1), shown.group(1)


def state(site: Site, email: str) -> tuple[str, bool]:
    [row] = site.world.all("select role, active from staff where email = %s", email)
    return row[0], row[1]


def test_somebody_new_signs_in_after_a_second_person_and_changes_the_password_first(
    site: Site,
) -> None:
    admin, email = site.sign_in("admin"), "first@nexustop.example"
    ticket, password = add(admin, email)
    newcomer = site.browser()
    assert newcomer.give_password(email, password).status_code == 400, "not before it is approved"
    approve(site.world.context, ticket, site.someone("finance_checker").name)
    assert state(site, email) == ("support", True)
    started = newcomer.give_password(email, password)
    assert started.location == "/backoffice/enrol/app"
    page = newcomer.get("/backoffice/enrol/app").text
    secret = re.search(r"[A-Z2-7]{32}|(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page)
    assert secret
    newcomer.someone = Someone(email, Role.SUPPORT, secret.group(0).replace(" ", ""))
    code = pyotp.TOTP(newcomer.someone.key).at(site.world.clock.now())
    newcomer.post("/backoffice/enrol/app", code=code)
    assert newcomer.get("/backoffice/orders").location == "/backoffice/account"
    assert "made by somebody else" in newcomer.get("/backoffice/account").text
    changed = newcomer.post(
        "/backoffice/account/password", old=password, new=PASSWORD, repeated=PASSWORD
    )
    assert changed.status_code == 303
    assert newcomer.get("/backoffice/orders").status_code == 200


def test_added_twice_with_one_form_is_one_ticket_and_the_last_password_counts(site: Site) -> None:
    admin, email = site.sign_in("admin"), "twice@nexustop.example"
    form = key(admin)
    first, second = add(admin, email, made=form), add(admin, email, made=form)
    assert first[0] == second[0]
    approve(site.world.context, first[0], site.someone("owner").name)
    browser = site.browser()
    assert browser.give_password(email, first[1]).status_code == 400
    assert browser.give_password(email, second[1]).status_code == 303


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("email", "", "Type an e-mail address"),
        ("email", "<script>alert(1)</script>", "is not an e-mail address"),
        ("email", "a" * 200 + "@nexustop.example", "Field cannot be longer"),
        ("email", "admin@nexustop.test", "demo account"),
        ("role", "agent", "Not a valid choice"),
        ("reason", "x", "Say why in"),
    ],
)
def test_what_is_typed_wrong_is_said_and_nobody_is_added(
    site: Site, field: str, typed: str, said: str
) -> None:
    admin = site.sign_in("admin")
    sent = {"email": "bad@nexustop.example", "role": "support", "reason": WHY, "key": key(admin)}
    page = admin.post("/backoffice/staff/new", **(sent | {field: typed}))
    assert (page.status_code, said in page.text) == (400, True)
    assert "<script>alert" not in page.text
    assert not site.world.all("select from staff where email = 'bad@nexustop.example'")


def test_a_forged_form_adds_nobody(site: Site) -> None:
    admin = site.sign_in("admin")
    sent = {"email": "forged@nexustop.example", "role": "owner", "reason": WHY, "key": key(admin)}
    assert admin.post("/backoffice/staff/new", "forged", **sent).status_code == 400
    assert not site.world.all("select from staff where email = 'forged@nexustop.example'")


def test_closing_ends_sessions_and_is_audited_with_before_and_after(site: Site) -> None:
    support, admin = site.sign_in("support"), site.sign_in("admin")
    name = site.people["support"].name
    path = f"/backoffice/staff/{name}/close"
    assert admin.post(path, **{"close-reason": "x"}).status_code == 400
    assert admin.post(path, **{"close-reason": "left the company"}).status_code == 303
    assert state(site, name)[1] is False
    assert support.get("/backoffice/orders").location.startswith("/backoffice/sign-in")
    number = site.world.one("select max(id) from audit where act = 'staff.close'")
    page = site.sign_in("auditor").get(f"/backoffice/audit/{number}").text
    assert "<del>yes</del>" in page
    assert "<ins>no</ins>" in page
    assert "left the company" in page
    site.people.pop("support")


def test_the_last_owner_is_never_closed(site: Site) -> None:
    context = site.world.context
    with context.db.statement() as tx:
        tx.run("update staff set active = false where role = 'owner'")
    first = site.someone("owner", new=True).name
    second = site.someone("owner", new=True).name
    close_staff(context, first, "cli:root")
    with pytest.raises(StaffRefused, match="no owner would be left"):
        close_staff(context, second, "cli:root")
    assert state(site, second) == ("owner", True)


def test_an_admin_does_nothing_to_an_owner_and_nobody_closes_themselves(site: Site) -> None:
    owner, admin = site.someone("owner").name, site.sign_in("admin")
    for verb in ("close", "password"):
        page = admin.post(f"/backoffice/staff/{owner}/{verb}", **{f"{verb}-reason": WHY})
        assert "Only an owner does this to an owner" in page.text
    own = site.people["admin"].name
    page = admin.post(f"/backoffice/staff/{own}/close", **{"close-reason": WHY})
    assert "closes their own account" in page.text
    assert state(site, own)[1]


def test_a_role_and_a_lost_code_app_are_asked_once_per_form(site: Site) -> None:
    name, admin = site.someone("support").name, site.sign_in("admin")
    path = f"/backoffice/staff/{name}"
    for verb, more in (("role", {"role-role": "auditor"}), ("factor", {})):
        sent = {f"{verb}-reason": WHY, f"{verb}-key": key(admin, path, f"{verb}-"), **more}
        for _ in range(2):
            assert admin.post(f"{path}/{verb}", **sent).status_code == 303
    tickets = site.world.all(
        "select act, ticket from approvals where state = 'asked' and detail->>'person' = %s"
        " order by id", name,
    )  # fmt: skip
    assert [act for act, _ in tickets] == ["role", "reset_factor"]
    assert all(ticket in admin.get(path).text for _, ticket in tickets)


def test_a_session_of_somebody_is_ended_and_nobody_elses(site: Site) -> None:
    support, admin = site.sign_in("support"), site.sign_in("admin")
    name = site.people["support"].name
    mine = site.world.one("select max(id) from web_sessions where person_id ="
                          " (select id from staff where email = %s)", name)  # fmt: skip
    other = site.people["admin"].name
    assert admin.post(f"/backoffice/staff/{other}/sessions/{mine}").status_code == 404
    assert admin.post(f"/backoffice/staff/{name}/sessions/{mine}").status_code == 303
    assert support.get("/backoffice/orders").status_code == 303


def test_the_table_of_roles_is_there_for_whoever_sees_staff(site: Site) -> None:
    assert "Send broadcast" in site.sign_in("auditor").get("/backoffice/roles").text
    assert site.sign_in("support").get("/backoffice/roles").status_code == 403


# --- the audit log -------------------------------------------------------------------------------


def test_the_chain_says_when_it_was_verified_and_what_was_found(site: Site) -> None:
    auditor = site.sign_in("auditor")
    assert "never" in auditor.get("/backoffice/audit/chain").text
    verify_chain(site.world.db, site.world.clock, None)
    assert "all of them agree" in auditor.get("/backoffice/audit/chain").text
    assert auditor.get("/backoffice/audit/987654321").status_code == 404


def test_an_entry_masks_numbers_until_they_are_shown_whole(site: Site) -> None:
    msisdn = site.someone("agent").agent
    number = site.world.one("select max(id) from audit where subject = %s", msisdn)
    auditor = site.sign_in("auditor")
    assert str(msisdn) not in auditor.get(f"/backoffice/audit/{number}").text
    auditor.post("/backoffice/unmask", reason="looking into a complaint")
    assert str(msisdn) in auditor.get(f"/backoffice/audit/{number}").text


# --- settings ------------------------------------------------------------------------------------


def test_a_setting_is_changed_by_two_people(site: Site) -> None:
    admin, path = site.sign_in("admin"), f"/backoffice/settings/{BROADCAST_PACE}"
    sent = {"value": "1200", "reason": "the new gateway takes more", "key": key(admin, path)}
    assert admin.post(path, **(sent | {"value": "-5"})).status_code == 400
    assert admin.post(path, **(sent | {"value": "1e9"})).status_code == 400
    assert admin.post(path, **sent).status_code == 303
    ticket = site.world.one("select ticket from approvals where act = 'setting' and"
                            " state = 'asked'")  # fmt: skip
    with site.world.db.statement() as tx:
        assert value_of(tx, BROADCAST_PACE) == 600, "not before it is approved"
    approve(site.world.context, ticket, site.someone("finance_checker").name)
    with site.world.db.statement() as tx:
        assert value_of(tx, BROADCAST_PACE) == 1200
    assert "1,200" in admin.get("/backoffice/settings").text
    assert admin.get("/backoffice/settings/secret_key").status_code == 404


def test_secrets_are_never_shown(site: Site) -> None:
    page = site.sign_in("auditor").get("/backoffice/settings").text
    assert "SECRET_KEY" in page
    assert "NEXUSTOP_MODE" in page
    for secret in ("demo-key", "demo-pepper", "demo-field", "demo-ps", "postgresql://", "demo-vt"):
        assert secret not in page
    assert site.sign_in("support").get("/backoffice/settings").status_code == 403
