"""What one person has asked for and another decides."""

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
from flask.typing import ResponseReturnValue

from app.db.approval_list import APPROVALS
from app.domain.references import is_reference
from app.domain.roles import Right
from app.services.approve import approve, decline
from app.services.backoffice.tickets import Ticket, facts_of, show_ticket, title_of, waiting_tickets
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, ReasonForm
from app.web.backoffice.lists import show_list
from app.web.backoffice.refused import refused_status, sentence


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/approvals`."""
    routes = Blueprint("approvals", __name__, url_prefix="/backoffice/approvals")

    @routes.get("")
    @needs(Right.SEE_APPROVALS)
    def all_tickets() -> ResponseReturnValue:
        return show_list(
            desk, APPROVALS, leads_to={"ticket": "approvals.one"}, template="approvals/list.html",
            waiting=waiting_tickets(desk.context), title_of=title_of, facts_of=facts_of,
        )  # fmt: skip

    @routes.get("/<ticket>")
    @needs(Right.SEE_APPROVALS)
    def one(ticket: str) -> Response:
        return _show(_ticket(desk, ticket), ReasonForm(formdata=None, prefix="decline"))

    @routes.post("/<ticket>/approve")
    @needs(Right.SEE_APPROVALS)
    @step_up
    def approve_it(ticket: str) -> Response:
        def act(name: str) -> str:
            outcome = approve(desk.context, name, person().name)
            return f"{name} is approved{f': {outcome}' if outcome else ''}."

        return _decide(desk, ticket, act, ReasonForm(formdata=None, prefix="decline"))

    @routes.post("/<ticket>/decline")
    @needs(Right.SEE_APPROVALS)
    @step_up
    def decline_it(ticket: str) -> Response:
        form = ReasonForm(prefix="decline")
        if not form.validate():
            return _show(_ticket(desk, ticket), form)

        def act(name: str) -> str:
            decline(desk.context, name, person().name, form.reason.data)
            return f"{name} is declined."

        return _decide(desk, ticket, act, form)

    return routes


def _decide(desk: Desk, ticket: str, act: Callable[[str], str], form: ReasonForm) -> Response:
    name = _name(ticket)
    try:
        flash(act(name))
    except StaffRefused as refused:
        status = refused_status(refused)
        return _show(_ticket(desk, name), form, sentence(refused), status)
    return make_response(redirect(url_for("approvals.one", ticket=name), 303))


def _ticket(desk: Desk, ticket: str) -> Ticket:
    found = show_ticket(desk.context, person(), _name(ticket))
    if found is None:
        abort(404)
    return found


def _name(ticket: str) -> str:
    name = ticket.upper()
    if not is_reference(name):
        abort(404)
    return name


def _show(ticket: Ticket, form: ReasonForm, problem: str = "", status: int = 400) -> Response:
    html = render_template(
        "approvals/one.html", ticket=ticket, row=ticket.row, decline=form, approve=Form(),
        problem=problem,
    )  # fmt: skip
    return make_response(html, status if problem or form.errors else 200)
