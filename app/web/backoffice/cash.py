"""Cash: taken in from a customer, paid out for a customer's code."""

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from wtforms import StringField
from wtforms.validators import Regexp

from app.domain.requests import CashDone
from app.domain.roles import Right
from app.domain.secret import Secret
from app.services.backoffice.counter import cash_in, name_of, pay_out
from app.web.backoffice.access import counter_step_up, needs, person
from app.web.backoffice.counter_fields import CustomerForm
from app.web.backoffice.counter_words import why_not
from app.web.backoffice.desk import Desk


class CodeForm(CustomerForm):
    """With the six digits the customer shows."""

    code = StringField(
        "Customer's code", [Regexp(r"\A[0-9]{6}\Z", message="The code has six digits.")],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": 6},
    )  # fmt: skip


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/cash/...`."""
    routes = Blueprint("cash", __name__, url_prefix="/backoffice/cash")
    _take_in(routes, desk)
    _pay_out(routes, desk)
    return routes


def _take_in(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    def ask(form: CustomerForm, problem: str = "") -> Response:
        page = render_template("cash/in.html", form=form, problem=problem)
        return make_response(page, 400 if problem or form.errors else 200)

    @routes.get("/in")
    @needs(Right.CASH_IN)
    def take_in() -> Response:
        return ask(CustomerForm())

    @routes.post("/in/confirm")
    @needs(Right.CASH_IN)
    def confirm_in() -> Response:
        form = CustomerForm()
        if not form.validate():
            return ask(form)
        name = name_of(ctx, form.number.data)
        if name is None:
            return ask(form, "That number isn't registered. Check it, or enrol the customer first.")
        return make_response(render_template("cash/confirm_in.html", form=form, name=name))

    @routes.post("/in")
    @needs(Right.CASH_IN)
    @counter_step_up
    def do_take_in() -> Response:
        form = CustomerForm()
        if not form.validate():
            return ask(form)
        done = cash_in(ctx, person(), form.key.data, form.number.data, form.amount.data)
        return _receipt(done) if isinstance(done, CashDone) else ask(form, why_not(done))


def _pay_out(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    def ask(form: CodeForm, problem: str = "") -> Response:
        page = render_template("cash/out.html", form=form, problem=problem)
        return make_response(page, 400 if problem or form.errors else 200)

    @routes.get("/out")
    @needs(Right.CASH_OUT)
    def hand_out() -> Response:
        return ask(CodeForm())

    @routes.post("/out")
    @needs(Right.CASH_OUT)
    @counter_step_up
    def do_hand_out() -> Response:
        form = CodeForm()
        if not form.validate():
            return ask(form)
        done = pay_out(
            ctx, person(), form.key.data, form.number.data, form.amount.data,
            Secret(form.code.data),
        )  # fmt: skip
        if isinstance(done, CashDone):
            return _receipt(done)
        # The same key would be the same try: the next one needs another.
        form.key.data = form.key.default()
        form.code.data = ""
        return ask(form, why_not(done))


def _receipt(done: CashDone) -> Response:
    return make_response(redirect(url_for("receipts.one", reference=done.reference), 303))
