"""One complaint: what was said and done about it, and answering it."""

from collections.abc import Callable

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from app.domain.cases import CaseState
from app.domain.references import is_reference
from app.domain.roles import Right
from app.services.answer_case import (
    LONGEST_ANSWER,
    AnswerUnfit,
    CaseEnded,
    answer_case,
    ask_recall,
    hand_over_case,
    take_case,
)
from app.services.backoffice.case_page import CasePage, case_page
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, ReasonField
from app.web.backoffice.refused import sentence


class AnswerForm(Form):
    """What the subscriber reads, and whether it was put right."""

    state = SelectField(
        "It is",
        choices=[
            SelectChoice(CaseState.SOLVED.value, "Solved"),
            SelectChoice(CaseState.REFUSED.value, "Refused"),
        ],
    )
    answer = StringField(
        "Answer, as the subscriber reads it",
        [InputRequired("Say what came of it."), Length(max=LONGEST_ANSWER)],
    )


class HandOverForm(Form):
    to = StringField("To whom (e-mail)", [InputRequired("Say to whom."), Length(max=120)])
    reason = ReasonField("What is left to do")


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/cases/<ticket>`."""
    ctx = desk.context
    routes = Blueprint("cases", __name__, url_prefix="/backoffice/cases")

    @routes.get("/<ticket>")
    @needs(Right.SEE_CASES)
    def one(ticket: str) -> Response:
        return _show(_case(desk, ticket))

    @routes.post("/<ticket>/take")
    @needs(Right.ANSWER_CASE)
    def take(ticket: str) -> Response:
        return _act(desk, ticket, lambda name: take_case(ctx, name, person().name),
                    "It is yours to answer. The subscriber is told.")  # fmt: skip

    @routes.post("/<ticket>/recall")
    @needs(Right.ANSWER_CASE)
    def recall(ticket: str) -> Response:
        return _act(desk, ticket, lambda name: ask_recall(ctx, name, person().name),
                    "The vendor is being asked to take it back.")  # fmt: skip

    @routes.post("/<ticket>/answer")
    @needs(Right.ANSWER_CASE)
    def answer(ticket: str) -> Response:
        form = AnswerForm(prefix="answer")
        if not form.validate():
            return _show(_case(desk, ticket), answer=form)
        state, said = CaseState(form.state.data), form.answer.data.strip()
        return _act(desk, ticket, lambda name: answer_case(ctx, name, state, said, person().name),
                    "It is answered; the answer goes out by SMS.", answer=form)  # fmt: skip

    @routes.post("/<ticket>/hand-over")
    @needs(Right.ANSWER_CASE)
    def hand_over(ticket: str) -> Response:
        form = HandOverForm(prefix="hand")
        if not form.validate():
            return _show(_case(desk, ticket), hand_over=form)
        to, why = form.to.data.strip().lower(), form.reason.data
        return _act(desk, ticket, lambda name: hand_over_case(ctx, name, to, why, person().name),
                    f"{to} looks after it from now on.", hand_over=form)  # fmt: skip

    return routes


def _act(
    desk: Desk, ticket: str, act: Callable[[str], None], done: str, *,
    answer: AnswerForm | None = None, hand_over: HandOverForm | None = None,
) -> Response:  # fmt: skip
    found = _case(desk, ticket)
    name = found.case.ticket
    try:
        act(name)
    except StaffRefused as refused:
        return _show(found, sentence(refused), answer=answer, hand_over=hand_over)
    except CaseEnded:
        return _show(_case(desk, ticket), f"{name} was answered before.", 409)
    except AnswerUnfit:
        told = f"An answer is 1 to {LONGEST_ANSWER} plain letters and digits, without accents."
        return _show(found, told, answer=answer)
    flash(done)
    return make_response(redirect(url_for("cases.one", ticket=name), 303))


def _case(desk: Desk, ticket: str) -> CasePage:
    wanted = ticket.upper()
    found = case_page(desk.context, person(), wanted) if is_reference(wanted) else None
    if found is None:
        abort(404)
    return found


def _show(
    page: CasePage, problem: str = "", status: int = 400, *, answer: AnswerForm | None = None,
    hand_over: HandOverForm | None = None,
) -> Response:  # fmt: skip
    wrong = problem or any(form is not None and form.errors for form in (answer, hand_over))
    html = render_template(
        "cases/one.html", page=page, case=page.case, problem=problem,
        answer=answer or AnswerForm(formdata=None, prefix="answer"),
        hand_over=hand_over or HandOverForm(formdata=None, prefix="hand"),
    )  # fmt: skip
    return make_response(html, status if wrong else 200)
