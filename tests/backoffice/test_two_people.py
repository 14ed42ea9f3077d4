"""Acts that need two people: who may ask, who may approve, roles and lost code apps."""

import threading
from dataclasses import replace

import pytest

from app.cli import main
from app.domain.roles import GRANTS, STAFF_ROLES, TWO_PEOPLE, Role
from app.security.field_encryption import FieldCipher
from app.services.agent_logins import close_teller
from app.services.approve import approve, decline
from app.services.correct_books import ask_adjustment
from app.services.grant_role import ask_role
from app.services.renew_fields import renew_fields
from app.services.reset_factor import ask_factor_reset
from app.services.staff_refused import AlreadyDecided, MayNot, SamePerson, StaffRefused
from tests.backoffice.site import PASSWORD, Site, make_site
from tests.factories.world import naira


def name(site: Site, role: str, *, new: bool = False) -> str:
    return site.someone(role, new=new).name


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_only_the_roles_of_the_table_ask_for_and_approve_a_correction(
    site: Site, role: Role
) -> None:
    whose, both = site.world.subscriber(naira(500)), TWO_PEOPLE["adjust"]
    someone, owner = name(site, role), name(site, "owner", new=True)

    def ask(actor: str) -> str:
        return ask_adjustment(site.world.context, whose, 100, "", "owed", actor)

    if both.ask in GRANTS[role]:
        assert ask(someone)
    else:
        with pytest.raises(MayNot, match=f"is {role}, who may not ask adjustment"):
            ask(someone)
    ticket = ask(owner)
    if both.approve in GRANTS[role]:
        assert approve(site.world.context, ticket, someone) == f"adjustment:{ticket}"
    else:
        with pytest.raises(MayNot):
            approve(site.world.context, ticket, someone)
        with pytest.raises(MayNot):
            decline(site.world.context, ticket, someone, "no")
        assert site.world.one("select state from approvals where ticket = %s", ticket) == "asked"


def test_the_same_person_never_approves_whatever_the_role(site: Site) -> None:
    owner, whose = name(site, "owner"), site.world.subscriber(naira(500))
    ticket = ask_adjustment(site.world.context, whose, 100, "", "owed", owner)
    with pytest.raises(SamePerson):
        approve(site.world.context, ticket, owner)


def test_two_approvers_at_once_do_it_once(site: Site) -> None:
    whose = site.world.subscriber(naira(500))
    ticket = ask_adjustment(
        site.world.context, whose, 100_00, "", "owed", name(site, "finance_maker")
    )
    said: list[str] = []

    def decide(actor: str) -> None:
        try:
            said.append(approve(site.world.context, ticket, actor))
        except AlreadyDecided:
            said.append("late")

    people = [name(site, "finance_checker"), name(site, "owner")]
    threads = [threading.Thread(target=decide, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == sorted([f"adjustment:{ticket}", "late"])
    assert site.world.spendable(whose) == naira(600)


def test_a_role_is_granted_by_two_people_with_before_and_after_in_the_audit_log(
    site: Site,
) -> None:
    ctx, ada = site.world.context, name(site, "support", new=True)
    ticket = ask_role(ctx, ada, Role.FINANCE_MAKER, "new job", name(site, "admin"))
    assert site.world.one("select role from staff where email = %s", ada) == "support"
    approve(ctx, ticket, name(site, "finance_checker"))
    assert site.world.one("select role from staff where email = %s", ada) == "finance_maker"
    row = site.world.all("select actor, detail->>'ticket', before, after from audit"
                         " where act = 'staff.role' and subject = %s", ada)[0]  # fmt: skip
    assert row == (
        name(site, "finance_checker"), ticket, {"role": "support"}, {"role": "finance_maker"}
    )  # fmt: skip


def test_nobody_approves_what_is_about_themselves(site: Site) -> None:
    ctx, checker = site.world.context, name(site, "finance_checker", new=True)
    ticket = ask_role(ctx, checker, Role.OWNER, "friend", name(site, "admin"))
    with pytest.raises(SamePerson, match="whom it is about"):
        approve(ctx, ticket, checker)


@pytest.mark.parametrize("role", ["support", "finance_maker", "finance_checker", "auditor"])
def test_only_owner_and_admin_ask_for_roles(site: Site, role: str) -> None:
    with pytest.raises(MayNot):
        ask_role(site.world.context, name(site, "admin"), Role.AUDITOR, "x", name(site, role))


def test_a_role_that_changed_meanwhile_isnt_overwritten(site: Site) -> None:
    ctx, ada, admin = site.world.context, name(site, "support", new=True), name(site, "admin")
    first = ask_role(ctx, ada, Role.AUDITOR, "a", admin)
    second = ask_role(ctx, ada, Role.ADMIN, "b", admin)
    checker = name(site, "finance_checker")
    approve(ctx, first, checker)
    with pytest.raises(StaffRefused, match="any more: ask again"):
        approve(ctx, second, checker)


def test_the_last_owner_stays_one(site: Site) -> None:
    ctx, owner = site.world.context, name(site, "owner", new=True)
    with site.world.db.statement() as tx:
        tx.run("update staff set active = email = %s where role = 'owner'", (owner,))
    ticket = ask_role(ctx, owner, Role.SUPPORT, "tired", name(site, "admin"))
    with pytest.raises(StaffRefused, match="no owner would be left"):
        approve(ctx, ticket, name(site, "finance_checker"))


@pytest.mark.parametrize("role", ["support", "agent"])
def test_a_lost_code_app_is_taken_away_by_two_people_and_enrolled_again(
    site: Site, role: str
) -> None:
    ctx, lost = site.world.context, site.someone(role, new=True)
    browser = site.browser()
    browser.sign_in(lost)
    ticket = ask_factor_reset(ctx, lost.name, "lost phone", name(site, "admin"))
    assert browser.get("/backoffice/").status_code == 200, "asking alone does nothing"
    approve(ctx, ticket, name(site, "finance_checker"))
    assert browser.get("/backoffice/").status_code == 303
    step = "/backoffice/enrol/app" if role == "support" else "/backoffice/enrol/sms"
    assert browser.give_password(lost.name).location == step
    with pytest.raises(StaffRefused, match="no code app"):
        ask_factor_reset(ctx, lost.name, "again", name(site, "admin"))


def test_a_teller_who_is_closed_is_out_at_once_and_the_agent_stays(site: Site) -> None:
    teller = site.someone("agent_teller", new=True)
    browser = site.browser()
    browser.sign_in(teller)
    agent_id = site.world.one("select agent_id from agent_users where msisdn = %s", teller.name)
    other = site.someone("agent", new=True)
    other_id = site.world.one("select agent_id from agent_users where msisdn = %s", other.name)
    msisdn = teller.name
    assert not close_teller(site.world.context, other_id, msisdn, other.name)  # type: ignore[arg-type]
    assert browser.get("/backoffice/").status_code == 200
    assert close_teller(site.world.context, agent_id, msisdn, "test")  # type: ignore[arg-type]
    assert browser.get("/backoffice/").status_code == 303
    assert site.browser().give_password(teller.name).status_code == 400


def test_commands_ask_for_the_role_that_the_pages_ask_for(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Made:
        context = site.world.context

    monkeypatch.setenv("NEXUSTOP_STAFF_PASSWORD", PASSWORD)
    monkeypatch.setattr("app.bootstrap.parts", lambda *_, **__: Made)
    ada, admin, support = (name(site, role) for role in ("auditor", "admin", "support"))
    wanted = ["staff", "role", ada, "support", "--reason", "moves", "--as"]
    assert main([*wanted, support]) == 1
    assert "support, who may not grant role" in capsys.readouterr().err
    assert main([*wanted, admin]) == 0
    ticket = capsys.readouterr().out.split("approve ")[1].split()[0]
    assert main(["approval", "approve", ticket, "--as", admin]) == 1
    assert main(["approval", "approve", ticket, "--as", support]) == 1
    assert main(["approval", "approve", ticket, "--as", name(site, "finance_checker")]) == 0
    site.people.clear()
    assert main(["staff", "list"]) == 0
    assert f"{ada:<40}  support" in capsys.readouterr().out


def test_keys_of_code_apps_are_renewed_with_the_field_keys(site: Site) -> None:
    people = [site.someone("support", new=True), site.someone("agent", new=True)]
    ctx = site.world.context
    both = FieldCipher("f2:another-key-of-tests,f1:field-key-of-tests")
    assert renew_fields(replace(ctx, fields=both)).fields >= len(people)
    site.world.context = replace(ctx, fields=FieldCipher("f2:another-key-of-tests"))
    renewed = make_site(site.world, "unix:///nowhere", limits_at="memory://")
    for someone in people:
        assert renewed.browser().sign_in(someone).status_code == 303
