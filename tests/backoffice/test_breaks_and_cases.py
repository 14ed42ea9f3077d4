"""One break and one complaint: everything that is needed to end it, and ending it."""

import json
import re

import pytest

from app import bootstrap
from app.cli import main
from app.db.engine import Database
from app.domain.cases import CaseKind
from app.domain.msisdn import Msisdn
from app.domain.requests import ProblemReported, ReportProblem
from app.ports.payments import Paid
from app.ports.recalls import RecallAccepted
from app.services.case_context import CaseContext
from app.services.perform import perform
from tests.backoffice.site import PASSWORD, Site
from tests.backoffice.test_order_page import facts
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

WHY = "the bank told us whose it is"


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    with db.statement() as tx:
        tx.run("delete from outbox")
    return World(db, clock, {"first": ScriptedVendor(clock, "first")})


def suspended(world: World, number: str) -> int:
    """NGN 500 of nobody; its break."""
    world.payments.payments[number] = Paid(number, naira(500), naira(5), "nobody")
    world.webhook({"paid": number})
    world.look()
    return int(world.one("select max(id) from breaks where kind = 'suspense'"))


def of_line(world: World, external_id: str) -> int:
    detail = {"theirs_minor": 70_000, "ours_minor": 0, "currency": "NGN", "sales": True}
    return int(world.one(
        "insert into breaks (kind, provider, external_id, detail, opened_at)"
        " values ('missing_here', 'first', %s, %s::jsonb, %s) returning id",
        external_id, json.dumps(detail), world.clock.now(),
    ))  # fmt: skip


def fields(world: World, how: str, to: str = "", reason: str = WHY) -> dict[str, str]:
    return {"how": how, "to": to, "reason": reason, "key": world.context.new_reference()}


def test_a_payment_of_nobody_reaches_its_owner_by_two_people(site: Site, world: World) -> None:
    found, owner = suspended(world, "s1"), world.subscriber()
    maker = site.sign_in("finance_maker")
    said = facts(maker.get(f"/backoffice/breaks/{found}").text)
    for told in ("suspense", "NGN 500.00", "paystack, their id s1", "Credit: the money goes"):
        assert told in said, told
    sent = fields(world, "credit", str(owner))
    assert maker.post(f"/backoffice/breaks/{found}/end", **sent).status_code == 303
    assert maker.post(f"/backoffice/breaks/{found}/end", **sent).status_code == 303, "twice"
    [(ticket,)] = world.all("select ticket from approvals where key = %s", sent["key"])
    page = maker.get(f"/backoffice/breaks/{found}").text
    assert f"Ticket {ticket}" in page
    assert str(owner) not in page
    assert world.spendable(owner) == naira(0)
    checker = site.sign_in("finance_checker")
    assert "NGN 0.00 NGN 500.00 NGN 500.00" in facts(
        checker.get(f"/backoffice/approvals/{ticket}").text
    )
    assert checker.post(f"/backoffice/approvals/{ticket}/approve").status_code == 303
    assert world.spendable(owner) == naira(500)
    assert "How it ended" in checker.get(f"/backoffice/breaks/{found}").text
    assert world.books_differ() == []


@pytest.mark.parametrize(
    ("how", "to", "told"),
    [
        ("credit", "", "Whose wallet?"),
        ("credit", "12", "Type a whole mobile number"),
        ("credit", "+2348039990001", "Whose wallet?"),
        ("accept", "", "Not a valid choice"),
        ("'; --", "", "Not a valid choice"),
    ],
)
def test_a_break_ended_wrongly_says_what_is_missing(
    site: Site, world: World, how: str, to: str, told: str
) -> None:
    found = suspended(world, f"w{how}{to}")
    maker = site.sign_in("finance_maker")
    answer = maker.post(f"/backoffice/breaks/{found}/end", **fields(world, how, to))
    assert answer.status_code == 400
    assert told in answer.text


def test_one_person_takes_a_break_and_accepts_it_with_a_reason(site: Site, world: World) -> None:
    found = of_line(world, "l1")
    maker = site.sign_in("finance_maker")
    assert "NGN 700.00" in facts(maker.get(f"/backoffice/breaks/{found}").text)
    assert maker.post(f"/backoffice/breaks/{found}/take").status_code == 303
    assert maker.someone is not None
    assert world.one("select owner from breaks where id = %s", found) == maker.someone.name
    maker.post(f"/backoffice/breaks/{found}/end", **fields(world, "accept"))
    said = facts(maker.get(f"/backoffice/breaks/{found}").text)
    assert f"accept: {WHY}" in said
    assert "break.take" in said
    assert "End it" not in said
    assert maker.post(f"/backoffice/breaks/{found}/take").status_code == 400


@pytest.mark.parametrize("role", ["support", "auditor", "admin", "finance_checker"])
def test_whoever_may_not_end_a_break_reads_it_only(site: Site, world: World, role: str) -> None:
    found = of_line(world, f"r{role}")
    browser = site.sign_in(role)
    page = browser.get(f"/backoffice/breaks/{found}").text
    assert "End it" not in page
    for verb in ("take", "end"):
        assert browser.post(f"/backoffice/breaks/{found}/{verb}").status_code == 403


@pytest.mark.parametrize("number", ["0", "999999999", "99999999999999999999999", "-1", "x"])
def test_a_break_that_there_is_not_is_not_found(site: Site, number: str) -> None:
    maker = site.sign_in("finance_maker")
    assert maker.get(f"/backoffice/breaks/{number}").status_code == 404
    assert maker.post(f"/backoffice/breaks/{number}/take").status_code in {404, 405}


# --- complaints -------------------------------------------------------------------------------


def complaint(world: World, kind: CaseKind = CaseKind.OTHER) -> tuple[str, Msisdn, str]:
    """A complaint about a delivered order: its ticket, who complains, the order."""
    order = world.placed()
    world.vend(order)
    [(msisdn, reference)] = world.all(
        "select s.msisdn, o.reference from orders o join subscribers s on s.id = o.subscriber_id"
        " where o.id = %s", order,
    )  # fmt: skip
    reply = perform(world.context, world.origin(msisdn), ReportProblem(reference, kind))
    assert isinstance(reply, ProblemReported)
    return reply.ticket, Msisdn(msisdn), reference


def step(world: World, ticket: str) -> tuple[str, str]:
    [row] = world.all(
        "select actor, step from case_steps"
        " where case_id = (select id from cases where ticket = %s) order by id desc limit 1",
        ticket,
    )  # fmt: skip
    return row[0], row[1]


def test_a_complaint_is_read_taken_and_answered_under_ones_own_name(
    site: Site, world: World
) -> None:
    ticket, msisdn, order = complaint(world)
    support = site.sign_in("support")
    assert support.someone is not None
    path = f"/backoffice/cases/{ticket}"
    page = support.get(path).text
    assert f'href="/backoffice/orders/{order}"' in page
    assert "Answer by" in page
    assert msisdn not in page
    assert support.post(f"{path}/take").status_code == 303
    assert step(world, ticket) == (support.someone.name, "case_taken")
    sent = {"answer-state": "solved", "answer-answer": "You have your bundle now"}
    assert support.post(f"{path}/answer", **sent).status_code == 303
    assert step(world, ticket) == (support.someone.name, "case_solved")
    assert world.sms(msisdn)[-2:] == ["case_taken", "case_solved"]
    late = support.post(f"{path}/answer", **sent)
    assert (late.status_code, "was answered before" in late.text) == (409, True)
    assert world.sms(msisdn)[-2:] == ["case_taken", "case_solved"]
    assert f"complaint {ticket} solved" in support.get(f"/backoffice/orders/{order}").text
    assert [who for who, what, _ in site.audited("case.solved") if what == ticket] == [
        support.someone.name
    ]


@pytest.mark.parametrize("answer", ["", "x" * 121, "déjà vu", "a\nb\x07", "naïve"])
def test_an_answer_no_handset_can_show_is_not_sent(site: Site, world: World, answer: str) -> None:
    ticket, msisdn, _ = complaint(world)
    support = site.sign_in("support")
    sent = {"answer-state": "solved", "answer-answer": answer}
    assert support.post(f"/backoffice/cases/{ticket}/answer", **sent).status_code == 400
    assert "case_solved" not in world.sms(msisdn)


def test_a_complaint_is_handed_over_to_somebody_who_may_answer_it(site: Site, world: World) -> None:
    ticket, _, _ = complaint(world)
    support, other = site.sign_in("support"), site.someone("admin")
    path = f"/backoffice/cases/{ticket}/hand-over"
    for to in ("nobody@nexustop.example", site.someone("auditor").name):
        answer = support.post(path, **{"hand-to": to, "hand-reason": "rings at noon"})
        assert (answer.status_code, to in answer.text) == (400, True)
    assert support.post(path, **{"hand-to": other.name.upper(), "hand-reason": "rings at noon"}
                        ).status_code == 303  # fmt: skip
    assert world.one("select owner from cases where ticket = %s", ticket) == other.name
    assert f"to {other.name}: rings at noon" in support.get(f"/backoffice/cases/{ticket}").text


def test_the_vendor_is_asked_to_take_a_delivery_back_once(site: Site, world: World) -> None:
    asked: list[str] = []

    class Recalls:
        def recall(self, reference: str, external_id: str | None) -> RecallAccepted:
            asked.append(reference)
            return RecallAccepted()

    world.cases = CaseContext(world.context, {"first": Recalls()})
    ticket, _, order = complaint(world)
    support, path = site.sign_in("support"), f"/backoffice/cases/{ticket}"
    assert "Ask the vendor to take it back" in support.get(path).text
    assert support.post(f"{path}/recall").status_code == 303
    assert support.post(f"{path}/recall").status_code == 400, "clicked twice"
    world.look()
    assert asked == [f"first-{order}"]
    assert "Ask the vendor to take it back" not in support.get(path).text


@pytest.mark.parametrize("role", ["auditor", "finance_maker", "finance_checker"])
def test_whoever_may_not_answer_reads_a_complaint_only(site: Site, world: World, role: str) -> None:
    ticket, _, _ = complaint(world)
    browser = site.sign_in(role)
    assert "What can be done" not in browser.get(f"/backoffice/cases/{ticket}").text
    for verb in ("take", "answer", "hand-over", "recall"):
        assert browser.post(f"/backoffice/cases/{ticket}/{verb}").status_code == 403


def test_at_the_terminal_a_complaint_is_answered_by_whoever_signs_in(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Parts:
        context = world.context

    monkeypatch.setattr(bootstrap, "parts", Parts)
    monkeypatch.setenv("NEXUSTOP_STAFF_PASSWORD", PASSWORD)
    ticket, _, _ = complaint(world)
    ada, other = site.someone("support").name, site.someone("admin").name
    with pytest.raises(SystemExit):
        main(["case", "take", ticket])
    assert "--as" in capsys.readouterr().err
    assert main(["case", "take", ticket, "--as", site.someone("auditor").name]) == 1
    assert "may not answer case" in capsys.readouterr().err
    assert main(["case", "take", ticket, "--as", ada]) == 0
    assert step(world, ticket) == (ada, "case_taken")
    over = ["case", "hand-over", ticket, "--as", ada, "--to", other, "--reason", "off duty now"]
    assert main(over) == 0
    assert main(["case", "recall", ticket, "--as", other]) == 0
    assert main(["case", "recall", ticket, "--as", other]) == 1
    assert main(["case", "refuse", ticket, "--as", other, "--answer", "It was delivered"]) == 0
    assert step(world, ticket) == (other, "case_refused")
    assert main(["case", "solve", ticket, "--as", other, "--answer", "It was delivered"]) == 1
    assert re.search(r"answered before", capsys.readouterr().err)
