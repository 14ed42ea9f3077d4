"""Selling airtime and data: number, what, confirm; the receipt follows the order to its end."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from app.domain.catalogue import AIRTIME, Plan, Term, term_of
from app.domain.msisdn import Msisdn
from app.domain.operators import Operator
from app.domain.requests import OrderPlaced, Refused
from app.domain.roles import Right
from app.services.backoffice.sell import (
    Wanted,
    find_operator,
    find_plan,
    offer,
    operator_by_code,
    operators_for,
    plans_of,
    sell,
)
from app.services.place_order import is_airtime_of
from app.web.backoffice.access import counter_step_up, needs, person
from app.web.backoffice.counter_fields import LONGEST_SENT, CustomerForm, OwnCountry
from app.web.backoffice.counter_words import why_not
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, MoneyForm


class AirtimeForm(CustomerForm):
    """`operator`: as found; chosen on the page that asks to confirm."""

    operator = HiddenField()


class NumberForm(Form):
    """For whom; `term` how long the plan shall last."""

    number = OwnCountry("Customer's number", render_kw={"maxlength": LONGEST_SENT})
    operator = HiddenField()
    term = HiddenField()


class PlanForm(MoneyForm):
    """Which plan for which number; `price` is what was shown."""

    number = OwnCountry("Customer's number")
    operator = HiddenField()
    plan = RadioField("Plan", [InputRequired("Choose a plan.")], validate_choice=False)


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/sell/...`."""
    routes = Blueprint("sell", __name__, url_prefix="/backoffice/sell")
    _airtime(routes, desk)
    _data(routes, desk)
    return routes


def _airtime(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    def ask(form: AirtimeForm, problem: str = "") -> Response:
        page = render_template("sell/airtime.html", form=form, problem=problem)
        return make_response(page, 400 if problem or form.errors else 200)

    @routes.get("/airtime")
    @needs(Right.SELL)
    def airtime() -> Response:
        return ask(AirtimeForm())

    @routes.post("/airtime/confirm")
    @needs(Right.SELL)
    def confirm_airtime() -> Response:
        form = AirtimeForm()
        if not form.validate():
            return ask(form)
        found = _operator(form.operator.data) or find_operator(ctx, person(), form.number.data)
        operator = found or operators_for(person())[0]
        wanted = Wanted(form.number.data, operator, AIRTIME, form.amount.data)
        offered = offer(ctx, person(), wanted)
        if isinstance(offered, Refused):
            return ask(form, _not_offered(wanted))
        return make_response(
            render_template(
                "sell/confirm_airtime.html", form=form, offer=offered, known=found is not None,
                operators=operators_for(person()),
            )
        )  # fmt: skip

    @routes.post("/airtime")
    @needs(Right.SELL)
    @counter_step_up
    def sell_airtime() -> Response:
        form = AirtimeForm()
        operator = _operator(request.form.get("operator"))
        if not form.validate() or operator is None:
            return ask(form, "" if form.errors else "Choose the network.")
        wanted = Wanted(form.number.data, operator, AIRTIME, form.amount.data)
        sold = sell(ctx, person(), form.key.data, wanted)
        if isinstance(sold, OrderPlaced):
            return _receipt(sold)
        return ask(form, why_not(sold))


def _data(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    def ask(form: NumberForm, problem: str = "") -> Response:
        page = render_template("sell/data.html", form=form, problem=problem)
        return make_response(page, 400 if problem or form.errors else 200)

    def choose(number: Msisdn, operator: Operator, term: str, problem: str = "") -> Response:
        on_sale = plans_of(ctx, person(), number, operator)
        terms = [one for one in Term if any(term_of(p.validity_days) is one for p in on_sale)]
        plans = [plan for plan in on_sale if term_of(plan.validity_days) == term]
        page = render_template(
            "sell/plans.html", form=PlanForm(), number=number, operator=operator, terms=terms,
            term=term if plans else "", plans=plans, operators=operators_for(person()),
            problem=problem,
        )  # fmt: skip
        return make_response(page, 400 if problem else 200)

    @routes.get("/data")
    @needs(Right.SELL)
    def data() -> Response:
        return ask(NumberForm())

    @routes.post("/data/plans")
    @needs(Right.SELL)
    def plans() -> Response:
        form = NumberForm()
        if not form.validate():
            return ask(form)
        number = form.number.data
        operator = _operator(form.operator.data) or find_operator(ctx, person(), number)
        return choose(number, operator or operators_for(person())[0], form.term.data or "")

    @routes.post("/data/confirm")
    @needs(Right.SELL)
    def confirm_data() -> Response:
        form = PlanForm()
        operator = _operator(form.operator.data)
        number_is_good = form.validate() or not {"number", "key"} & form.errors.keys()
        if operator is None or not number_is_good:
            return ask(NumberForm(), "Type the number again.")
        plan = find_plan(ctx, operator, form.plan.data or "")
        if plan is None:
            return choose(form.number.data, operator, "", "Choose a plan of the list.")
        offered = offer(ctx, person(), _wanted(form.number.data, operator, plan))
        return make_response(
            render_template("sell/confirm_data.html", form=form, offer=offered, plan=plan)
        )

    @routes.post("/data")
    @needs(Right.SELL)
    @counter_step_up
    def sell_data() -> Response:
        form, shown = PlanForm(), CustomerForm()
        operator = _operator(form.operator.data)
        if operator is None or not (form.validate() and shown.validate()):
            return ask(NumberForm(), "This page is too old. Begin again; nothing was done.")
        wanted = Wanted(form.number.data, operator, form.plan.data, shown.amount.data)
        sold = sell(ctx, person(), form.key.data, wanted)
        if isinstance(sold, OrderPlaced):
            return _receipt(sold)
        return choose(form.number.data, operator, "", why_not(sold))


def _wanted(number: Msisdn, operator: Operator, plan: Plan) -> Wanted:
    return Wanted(number, operator, plan.code, plan.price)


def _operator(code: str | None) -> Operator | None:
    return operator_by_code(person(), code or "")


def _not_offered(wanted: Wanted) -> str:
    operator = wanted.operator
    if is_airtime_of(operator.code, wanted.amount):
        return f"No airtime of {operator.name} is sold now. Nothing was done."
    return (
        f"Airtime of {operator.name} is sold from {operator.airtime_min} to"
        f" {operator.airtime_max}. Type another amount."
    )


def _receipt(sold: OrderPlaced) -> Response:
    return make_response(redirect(url_for("receipts.one", reference=sold.reference), 303))
