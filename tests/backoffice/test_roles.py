"""Every route of the back-office, for every role and for nobody, against the table of grants."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint
from werkzeug.routing import Rule

from app.domain.role_table import role_page
from app.domain.roles import AGENT_ROLES, GRANTS, STAFF_ROLES, TWO_PEOPLE, Right, Role
from app.services.approve import ACTS
from app.web.application import create_app
from app.web.backoffice import site as pages_of
from app.web.backoffice.access import needs
from app.web.backoffice.desk import Desk
from app.web.backoffice.site import backoffice
from tests.backoffice.site import Browser, Site

OUT = {"sign_in.out"}
"""Ends the session that walks."""


def routes(site: Site) -> Iterator[tuple[Rule, Callable[..., Any], str, str]]:
    """Rule, view, method, and a path with made-up ids."""
    for rule in site.app.url_map.iter_rules():
        view = site.app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            made_up = {
                name: 987654321 if type(converter).__name__ == "IntegerConverter" else "ZZZZZZ"
                for name, converter in rule._converters.items()
            }
            _, path = rule.build(made_up)  # type: ignore[misc]
            yield rule, view, method, path


def ask(browser: Browser, method: str, path: str) -> int:
    if method == "GET":
        return browser.get(path).status_code
    return browser.post(path).status_code


@pytest.mark.parametrize("role", list(Role))
def test_every_route_opens_for_whoever_holds_its_right_and_for_nobody_else(
    site: Site, role: Role
) -> None:
    browser = site.sign_in(role.value)
    wrong = []
    for rule, view, method, path in routes(site):
        if getattr(view, "anybody", False) or rule.endpoint in OUT:
            continue
        site.world.clock.advance(seconds=1)
        held, status = view.needs in GRANTS[role], ask(browser, method, path)
        # Without the right 403, whatever the id; with it anything but a refusal or a crash.
        fine = (status < 500 and status not in {401, 403}) if held else status == 403
        if not fine or (status == 404 and not rule.arguments):
            wrong.append((method, path, view.needs.value, status))
    assert wrong == []
    assert browser.get("/backoffice/").status_code == 200, "the walk was made signed in"


def test_nobody_gets_past_the_sign_in(site: Site) -> None:
    browser, wrong = site.browser(), []
    for _, view, method, path in routes(site):
        if getattr(view, "anybody", False):
            continue
        data = {"csrf_token": browser.csrf()} if method == "POST" else None
        answer = browser.client.open(path, method=method, data=data)
        to = (answer.location or "").partition("?")[0]
        if (answer.status_code, to) != (303, "/backoffice/sign-in"):
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_every_view_carries_one_mark(site: Site) -> None:
    marks = {
        rule.endpoint: [mark for mark in ("anybody", "needs") if hasattr(view, mark)]
        for rule, view, _, _ in routes(site)
    }
    assert {endpoint for endpoint, found in marks.items() if len(found) != 1} == set()


def test_a_view_without_a_mark_opens_for_nobody(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pages(_: Desk) -> Blueprint:
        forgotten = Blueprint("forgotten", __name__, url_prefix="/backoffice/forgotten")
        forgotten.add_url_rule("", "page", lambda: "open")
        return forgotten

    monkeypatch.setattr(pages_of, "PAGES", (*pages_of.PAGES, pages))
    site.app = create_app(backoffice(site.desk))
    assert site.browser().get("/backoffice/forgotten").status_code == 303
    assert site.sign_in("owner").get("/backoffice/forgotten").status_code == 403


def test_a_refusal_is_audited_with_who_what_and_from_where(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pages(_: Desk) -> Blueprint:
        routes = Blueprint("staff_page", __name__, url_prefix="/backoffice/staff-page")

        @routes.get("/<int:number>")
        @needs(Right.MANAGE_STAFF)
        def page(number: int) -> str:
            return str(number)

        return routes

    monkeypatch.setattr(pages_of, "PAGES", (*pages_of.PAGES, pages))
    site.app = create_app(backoffice(site.desk))
    browser = site.sign_in("support")
    assert browser.get("/backoffice/staff-page/7").status_code == 403
    row = site.world.all("select actor, act, subject, detail, address from audit"
                         " order by id desc limit 1")[0]  # fmt: skip
    assert browser.someone
    assert row == (
        browser.someone.name, "refused", "/backoffice/staff-page/7",
        {"role": "support", "why": "manage_staff"}, "127.0.0.1",
    )  # fmt: skip


def test_another_role_counts_from_the_next_request_on(site: Site) -> None:
    browser = site.sign_in("finance_maker")
    assert browser.someone
    with site.world.db.statement() as tx:
        tx.run("update staff set role = 'auditor' where email = %s", (browser.someone.name,))
    assert "auditor" in browser.get("/backoffice/").text
    site.people.clear()


def test_who_asks_for_money_to_move_doesnt_approve_it_but_for_the_owner() -> None:
    both = {
        (role, act) for role in Role for act, two in TWO_PEOPLE.items()
        if {two.ask, two.approve} <= GRANTS[role]
    }  # fmt: skip
    assert {act for role, act in both if role is Role.OWNER} == set(TWO_PEOPLE)
    assert {pair for pair in both if pair[0] is not Role.OWNER} == {
        (Role.ADMIN, "role"), (Role.ADMIN, "reset_factor"),
    }  # fmt: skip


def test_the_auditor_changes_nothing_and_agents_see_nothing_of_staffs() -> None:
    reading = {right for right in Right if right.value.startswith("see_")}
    harmless = {
        Right.OWN_ACCOUNT, Right.FIND_SUBSCRIBER, Right.FIND_VOUCHER, Right.EXPORT,
        Right.UNMASK_MSISDN,
    }  # fmt: skip
    assert GRANTS[Role.AUDITOR] <= reading | harmless
    staffs = frozenset().union(*(GRANTS[role] for role in STAFF_ROLES))
    agents = frozenset().union(*(GRANTS[role] for role in AGENT_ROLES))
    assert staffs & agents == {Right.OWN_ACCOUNT}
    assert staffs | agents == set(Right)


def test_every_act_that_can_be_done_says_who_may() -> None:
    assert ACTS.keys() <= TWO_PEOPLE.keys()


def test_the_page_in_docs_is_what_the_table_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "roles.md"
    assert page.read_text() == role_page() + "\n", (
        "write it again: nexustop staff roles --table > docs/roles.md"
    )
