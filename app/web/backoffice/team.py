"""Who works for an agent: agents below, and tellers."""

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Regexp

from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import parse_msisdn, spoken
from app.domain.roles import Right
from app.services.backoffice import team
from app.services.backoffice.team import Opened
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.counter_fields import LONGEST_SENT, OwnCountry, OwnCurrency
from app.web.backoffice.counter_words import OPENED
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form

LONGEST_NAME = 23


class AgentForm(Form):
    """Who becomes an agent below, how customers read the name, and when the float is low."""

    number = OwnCountry("Number of the new agent", render_kw={"maxlength": LONGEST_SENT})
    name = StringField(
        "Name customers read",
        [
            InputRequired("Type a name."), Length(1, LONGEST_NAME, "At most 23 characters."),
            Regexp(r"\A[A-Za-z0-9 .,&'-]+\Z", message="Use plain letters and digits."),
        ],
        filters=[lambda text: " ".join(text.split()) if text else text],
        render_kw={"maxlength": LONGEST_NAME, "autocomplete": "off"},
    )  # fmt: skip
    low_float = OwnCurrency("Warn when the float is below", render_kw={"maxlength": LONGEST_SENT})


class TellerForm(Form):
    """Whose number signs in."""

    number = OwnCountry("Teller's own number", render_kw={"maxlength": LONGEST_SENT})


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/team/...`."""
    routes = Blueprint("team", __name__, url_prefix="/backoffice/team")
    _agents(routes, desk)
    _tellers(routes, desk)
    return routes


def _agents(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    def show(form: AgentForm, problem: str = "") -> Response:
        rows = team.below(ctx, person(), request.args.get("after", "")[:LONGEST_SENT])
        page = render_template(
            "team/agents.html", form=form, problem=problem, rows=rows[: team.PAGE],
            more=rows[team.PAGE - 1].agent.number if len(rows) > team.PAGE else "",
        )  # fmt: skip
        return make_response(page, 400 if problem or form.errors else 200)

    @routes.get("/agents")
    @needs(Right.MANAGE_SUBAGENTS)
    def agents() -> Response:
        return show(AgentForm())

    @routes.post("/agents")
    @needs(Right.MANAGE_SUBAGENTS)
    @step_up
    def open_agent() -> Response:
        form = AgentForm()
        if not form.validate():
            return show(form)
        ended = team.open_below(
            ctx, person(), form.number.data, form.name.data, form.low_float.data
        )
        if ended is not Opened.DONE:
            return show(form, OPENED[ended])
        flash(f"{form.name.data}, {spoken(form.number.data)}, is an agent below you now.", "good")
        return make_response(redirect(url_for("team.agents"), 303))


def _tellers(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    def show(form: TellerForm, problem: str = "") -> Response:
        page = render_template(
            "team/tellers.html", form=form, problem=problem, rows=team.tellers(ctx, person())
        )
        return make_response(page, 400 if problem or form.errors else 200)

    @routes.get("/tellers")
    @needs(Right.MANAGE_TELLERS)
    def tellers() -> Response:
        return show(TellerForm())

    @routes.post("/tellers")
    @needs(Right.MANAGE_TELLERS)
    @step_up
    def open_teller() -> Response:
        form = TellerForm()
        if not form.validate():
            return show(form)
        try:
            password = team.open_teller(ctx, person(), form.number.data)
        except StaffRefused as refused:
            return show(form, f"{str(refused).capitalize()}.")
        return make_response(
            render_template(
                "team/teller_opened.html", number=form.number.data, password=password.value
            )
        )

    @routes.post("/tellers/<number>/close")
    @needs(Right.MANAGE_TELLERS)
    @step_up
    def close_teller(number: str) -> Response:
        try:
            msisdn = parse_msisdn(number)
        except NotAnMsisdn:
            abort(404)
        if not team.close(ctx, person(), msisdn):
            abort(404)
        flash(f"{spoken(msisdn)} can't sign in any more. What they did stays on record.", "good")
        return make_response(redirect(url_for("team.tellers"), 303))
