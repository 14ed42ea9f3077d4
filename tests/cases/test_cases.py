"""Complaints: a ticket, a clock, an owner, and an SMS for each step."""

from datetime import UTC, datetime

import pytest

from app.db.engine import Database
from app.domain.cases import CaseKind, CaseState, answer_by
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    Done,
    MoneySent,
    Origin,
    ProblemReported,
    Refusal,
    Refused,
    ReportProblem,
    SendStatement,
)
from app.ports.channels import MoSms
from app.ports.recalls import RecallAccepted, RecallOutcome, RecallRefused, RecallUnknown
from app.services.answer_case import (
    AnswerUnfit,
    CaseEnded,
    NoSuchCase,
    answer_case,
    list_cases,
    show_case,
    take_case,
)
from app.services.case_context import CaseContext
from app.services.mo_sms import handle
from app.services.perform import perform
from app.services.recall_delivery import recall_delivery
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock, vendors={"vtpass": ScriptedVendor(clock)})


class Recalls:
    """A vendor with a recall call; what it says is taken in turn."""

    def __init__(self, *answers: RecallOutcome) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def recall(self, reference: str, external_id: str | None) -> RecallOutcome:
        self.asked.append(reference)
        return self.answers.pop(0)


def report(
    world: World, msisdn: Msisdn, reference: str = "", kind: CaseKind = CaseKind.OTHER,
    origin: Origin | None = None,
) -> ProblemReported:  # fmt: skip
    reply = perform(world.context, origin or world.origin(msisdn), ReportProblem(reference, kind))
    assert isinstance(reply, ProblemReported), reply
    return reply


def delivered(world: World) -> tuple[Msisdn, str]:
    """A subscriber with a delivered purchase, and its reference."""
    order = world.placed()
    world.look()
    assert world.state(order) == "delivered"
    msisdn, reference = world.all(
        "select s.msisdn, o.reference from orders o join subscribers s on s.id = o.subscriber_id"
        " where o.id = %s", order,
    )[0]  # fmt: skip
    return Msisdn(msisdn), str(reference)


@pytest.mark.parametrize(
    ("opened", "until"),
    [
        ("2026-03-02T09:00", "2026-03-05T23:00"),  # Monday: Thursday's end in Lagos
        ("2026-03-05T09:00", "2026-03-10T23:00"),  # Thursday: over the week-end
        ("2026-03-07T12:00", "2026-03-11T23:00"),  # Saturday
        ("2026-03-06T23:30", "2026-03-11T23:00"),  # Friday in UTC, Saturday in Lagos
    ],
)
def test_a_case_in_nigeria_is_answered_within_three_working_days(opened: str, until: str) -> None:
    at = datetime.fromisoformat(opened).replace(tzinfo=UTC)
    assert answer_by(at, "NG") == datetime.fromisoformat(until).replace(tzinfo=UTC)


def test_a_case_has_a_ticket_a_clock_and_an_sms(world: World) -> None:
    msisdn, reference = delivered(world)
    reported = report(world, msisdn, reference, CaseKind.NOT_RECEIVED)
    [case] = [case for case in list_cases(world.context) if case.ticket == reported.ticket]
    assert (case.subject, case.kind, case.owner) == (reference, CaseKind.NOT_RECEIVED, "")
    assert case.answer_by == answer_by(world.clock.now(), "NG") == reported.answer_by
    assert world.sms(msisdn)[-1] == "case_opened"


def test_reporting_the_same_twice_gives_the_same_ticket_and_one_sms(world: World) -> None:
    msisdn, reference = delivered(world)
    first = report(world, msisdn, reference)
    assert report(world, msisdn, reference) == first
    assert world.sms(msisdn).count("case_opened") == 1
    answer_case(world.context, first.ticket, CaseState.REFUSED, "It was delivered.", "ada")
    assert report(world, msisdn, reference).ticket != first.ticket


def test_what_is_somebody_elses_cannot_be_complained_of(world: World) -> None:
    _, reference = delivered(world)
    other = world.subscriber(naira(10))
    asked = ReportProblem(reference, CaseKind.OTHER)
    reply = perform(world.context, world.origin(other), asked)
    assert reply == Refused(Refusal.NOTHING_OPEN)
    stranger = Msisdn("+2348037777777")
    reply = perform(world.context, world.origin(stranger), ReportProblem("", CaseKind.OTHER))
    assert reply == Refused(Refusal.NOT_REGISTERED)


def test_every_step_of_staff_is_kept_audited_and_told_once(world: World) -> None:
    msisdn, reference = delivered(world)
    ticket = report(world, msisdn, reference).ticket
    take_case(world.context, ticket, "ada")
    answer_case(world.context, ticket, CaseState.SOLVED, "The network delivered it again.", "ada")
    with pytest.raises(CaseEnded):
        answer_case(world.context, ticket, CaseState.REFUSED, "No.", "ben")
    with pytest.raises(CaseEnded):
        take_case(world.context, ticket, "ben")
    assert world.sms(msisdn)[-3:] == ["case_opened", "case_taken", "case_solved"]
    file = show_case(world.context, ticket)
    assert file.case.state is CaseState.SOLVED
    assert [(actor, step) for _, actor, step, _ in file.steps] == [
        ("subscriber", "case_opened"), ("ada", "case_taken"), ("ada", "case_solved"),
    ]  # fmt: skip
    acts = world.all("select act, actor from audit where subject = %s order by id", ticket)
    assert acts == [("case.take", "ada"), ("case.solved", "ada")]


@pytest.mark.parametrize("answer", ["", "x" * 121, "na\u00efve", "two\nlines"])
def test_an_answer_no_handset_could_show_is_refused(world: World, answer: str) -> None:
    ticket = report(world, world.subscriber(naira(10))).ticket
    with pytest.raises(AnswerUnfit):
        answer_case(world.context, ticket, CaseState.SOLVED, answer, "ada")
    with pytest.raises(NoSuchCase):
        take_case(world.context, "XXXXXX", "ada")


def test_money_sent_to_a_wrong_number_that_nobody_has_comes_back_at_once(world: World) -> None:
    sender = world.subscriber(naira(500))
    sent = world.send(sender, Msisdn("+2348036666666"), naira(300))
    assert isinstance(sent, MoneySent)
    assert world.spendable(sender) == naira(200)
    ticket = report(world, sender, sent.reference, CaseKind.WRONG_NUMBER).ticket
    assert world.spendable(sender) == naira(500)
    assert show_case(world.context, ticket).case.state is CaseState.SOLVED
    assert world.sms(sender)[-2:] == ["money_returned", "case_returned"]
    assert world.books_differ() == []


def test_money_that_reached_its_recipient_stays_there_and_staff_look(world: World) -> None:
    sender, recipient = world.subscriber(naira(500)), world.subscriber()
    sent = world.send(sender, recipient, naira(300))
    ticket = report(world, sender, sent.reference, CaseKind.WRONG_NUMBER).ticket
    assert world.spendable(recipient) == naira(300)
    assert show_case(world.context, ticket).case.state is CaseState.OPEN


def test_a_vendor_that_takes_recalls_is_asked_until_it_answers_once(world: World) -> None:
    msisdn, reference = delivered(world)
    vendor = Recalls(RecallUnknown("timeout"), RecallAccepted(), RecallAccepted())
    ctx = CaseContext(world.context, {"vtpass": vendor})
    world.jobs["recall"] = lambda case_id: recall_delivery(ctx, case_id)
    report(world, msisdn, reference, CaseKind.WRONG_NUMBER)
    world.look()
    assert "case_recalled" not in world.sms(msisdn)
    world.pass_time(30)
    assert vendor.asked == [f"vtpass-{reference}"] * 2
    assert world.sms(msisdn).count("case_recalled") == 1
    world.pass_time(200, step=10)
    assert len(vendor.asked) == 2
    assert world.spendable(msisdn) == naira(800)


@pytest.mark.parametrize("recalls", [{}, {"vtpass": Recalls(RecallRefused("too late"))}])
def test_where_nothing_can_be_recalled_that_is_said_and_staff_go_on(
    world: World, recalls: dict[str, Recalls]
) -> None:
    msisdn, reference = delivered(world)
    ctx = CaseContext(world.context, recalls)
    world.jobs["recall"] = lambda case_id: recall_delivery(ctx, case_id)
    ticket = report(world, msisdn, reference, CaseKind.WRONG_NUMBER).ticket
    world.look()
    assert world.sms(msisdn)[-1] == "case_not_recalled"
    assert show_case(world.context, ticket).case.state is CaseState.OPEN


def test_problem_by_sms_names_a_receipt_or_nothing(world: World) -> None:
    msisdn, reference = delivered(world)
    for number, text in enumerate(
        (f"PROBLEM {reference.lower()} it never came", "problem where is my money")
    ):
        sms = MoSms("test", f"problem-{reference}-{number}", msisdn, "20880", text, None, None)
        handle(world.context, sms, "*384*123#")
    subjects = world.all(
        "select c.subject from cases c join subscribers s on s.id = c.subscriber_id"
        " where s.msisdn = %s order by c.id", msisdn,
    )  # fmt: skip
    assert subjects == [(reference,), ("",)]


def test_a_statement_by_sms_has_more_movements_than_a_screen(world: World) -> None:
    msisdn = world.subscriber(naira(1_000))
    for _ in range(8):
        world.send(msisdn, Msisdn("+2348036666665"), naira(10))
    origin = world.origin(msisdn)
    for _ in range(2):
        assert perform(world.context, origin, SendStatement()) == Done()
    rows = world.all(
        "select params from mt_sms where msisdn = %s and kind = 'statement' order by id", msisdn
    )
    assert [len(params["movements"]) for (params,) in rows] == [6, 3]
    assert Money(rows[0][0]["balance_minor"], "NGN") == naira(920)
    assert "balance_minor" not in rows[1][0]


def test_a_hidden_balance_is_not_in_a_statement_by_sms(world: World) -> None:
    msisdn = world.subscriber(naira(1_000))
    with world.db.statement() as tx:
        tx.run("update subscribers set balance_hidden = true where msisdn = %s", (msisdn,))
    assert perform(world.context, world.origin(msisdn), SendStatement()) == Done()
    [(params,)] = world.all(
        "select params from mt_sms where msisdn = %s and kind = 'statement'", msisdn
    )
    assert "balance_minor" not in params
