"""Customers who stand at the counter: registered, or given a new PIN on their own handset."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired

from app.domain.msisdn import spoken
from app.domain.roles import Right
from app.services.backoffice.counter import name_of
from app.services.backoffice.customers import (
    Enrolled,
    Reset,
    enrol_customer,
    start_pin_reset,
)
from app.web.backoffice.access import counter_step_up, needs, person, step_up
from app.web.backoffice.counter_fields import LONGEST_SENT, OwnCountry
from app.web.backoffice.counter_words import ENROLLED, RESET
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, ReasonForm
from menus.texts.catalogue import LANGUAGES


class EnrolForm(Form):
    """Which number, and in which language it is spoken to."""

    number = OwnCountry("Customer's number", render_kw={"maxlength": LONGEST_SENT})
    language = SelectField("Language", choices=LANGUAGES, default="en")
    agrees = BooleanField(
        "The customer has heard the terms and agrees", [InputRequired("Ask the customer first.")]
    )


class ResetForm(ReasonForm):
    """Whose PIN, and why."""

    number = OwnCountry("Customer's number", render_kw={"maxlength": LONGEST_SENT})


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/customers/...`."""
    routes = Blueprint("customers", __name__, url_prefix="/backoffice/customers")
    _enrol(routes, desk)
    _reset(routes, desk)
    return routes


def _enrol(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    def ask(form: EnrolForm, problem: str = "") -> Response:
        page = render_template("customers/enrol.html", form=form, problem=problem)
        return make_response(page, 400 if problem or form.errors else 200)

    @routes.get("/enrol")
    @needs(Right.ENROL_SUBSCRIBER)
    def enrol() -> Response:
        return ask(EnrolForm())

    @routes.post("/enrol")
    @needs(Right.ENROL_SUBSCRIBER)
    @counter_step_up
    def do_enrol() -> Response:
        form = EnrolForm()
        if not form.validate():
            return ask(form)
        ended = enrol_customer(ctx, person(), form.number.data, form.language.data)
        if ended is not Enrolled.DONE:
            return ask(form, ENROLLED[ended])
        flash(
            f"{spoken(form.number.data)} is registered. An SMS with a start PIN is on its way: the"
            f" customer dials {ctx.short_code} and chooses their own PIN. Never ask for it.",
            "good",
        )  # fmt: skip
        return make_response(redirect(url_for("customers.enrol"), 303))


def _reset(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    def ask(form: ResetForm, problem: str = "") -> Response:
        page = render_template("customers/new_pin.html", form=form, problem=problem)
        return make_response(page, 400 if problem or form.errors else 200)

    @routes.get("/new-pin")
    @needs(Right.START_PIN_RESET)
    def new_pin() -> Response:
        return ask(ResetForm())

    @routes.post("/new-pin/confirm")
    @needs(Right.START_PIN_RESET)
    def confirm_new_pin() -> Response:
        form = ResetForm()
        if not form.validate():
            return ask(form)
        name = name_of(ctx, form.number.data)
        if name is None:
            return ask(form, RESET[Reset.NOT_REGISTERED])
        page = render_template("customers/confirm_new_pin.html", form=form, name=name)
        return make_response(page)

    @routes.post("/new-pin")
    @needs(Right.START_PIN_RESET)
    @step_up
    def do_new_pin() -> Response:
        form = ResetForm()
        if not form.validate():
            return ask(form)
        ended = start_pin_reset(ctx, person(), form.number.data, form.reason.data)
        if ended is not Reset.STARTED:
            return ask(form, RESET[ended])
        flash(
            f"A start PIN goes to {spoken(form.number.data)} by SMS. The old PIN is dead; the"
            f" customer dials {ctx.short_code} and chooses a new one.", "good",
        )  # fmt: skip
        return make_response(redirect(url_for("customers.new_pin"), 303))
