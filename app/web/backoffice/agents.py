"""Agents as staff see them: the tree, one agent, taking on, closing, float by two people."""

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
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Regexp

from app.db.agent_list import AGENTS
from app.domain.money import Money
from app.domain.msisdn import Msisdn, country_of
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.roles import Right
from app.services.backoffice.agent_page import (
    AgentPage,
    Branch,
    act_in_words,
    branch,
    put_agent,
    show_agent,
    shut_agent,
)
from app.services.cure_pin import NoSuchSubscriber
from app.services.run_agents import WouldBeACircle, ask_float_put
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import (
    AmountField,
    Form,
    MoneyForm,
    MsisdnField,
    ReasonField,
    ReasonForm,
)
from app.web.backoffice.lists import show_list
from app.web.backoffice.refused import refused_status, sentence

_LONGEST_NAME = 23
_LONGEST_NUMBER = 19


class KnownForm(Form):
    """What is known of an agent."""

    name = StringField(
        "Name customers read",
        [
            InputRequired("Type a name."),
            Length(max=_LONGEST_NAME, message=f"At most {_LONGEST_NAME} characters."),
            Regexp(r"\A[A-Za-z0-9 .,&'-]+\Z", message="Use plain letters and digits."),
        ],
        filters=[lambda text: " ".join(text.split()) if text else text],
        render_kw={"maxlength": _LONGEST_NAME, "autocomplete": "off"},
    )  # fmt: skip
    above = StringField(
        "Agent above", [Length(max=_LONGEST_NUMBER), Regexp(r"\A[0-9]*\Z", message="Digits only.")],
        filters=[lambda text: text.strip() if text else ""],
        render_kw={"maxlength": _LONGEST_NUMBER, "inputmode": "numeric", "autocomplete": "off"},
    )  # fmt: skip
    low_float = AmountField("Float is low below")


class NewForm(KnownForm):
    msisdn = MsisdnField("Phone number")

    def in_currency(self) -> "NewForm":
        """The form, with amounts in the currency of the number's country."""
        if isinstance(self.msisdn.data, str) and self.msisdn.validate(self):
            currency = COUNTRY_CURRENCY.get(country_of(Msisdn(self.msisdn.data)), "NGN")
            self.low_float.currency = currency
        return self


class FloatForm(MoneyForm):
    amount = AmountField()
    receipt = StringField(
        "Number of the payment's receipt",
        [InputRequired("Type the receipt's number: it counts once."), Length(max=40)],
        filters=[lambda text: text.strip() if text else text],
        render_kw={"maxlength": 40, "autocomplete": "off"},
    )  # fmt: skip
    reason = ReasonField()


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/agents`."""
    routes = Blueprint("agents", __name__, url_prefix="/backoffice/agents")
    _reading(routes, desk)
    _taking_on(routes, desk)
    _acts(routes, desk)
    return routes


def _reading(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.get("")
    @needs(Right.SEE_AGENTS)
    def tree() -> str:
        return _branch_page(branch(ctx, None, _after()), None)

    @routes.get("/all")
    @needs(Right.SEE_AGENTS)
    def everybody() -> ResponseReturnValue:
        return show_list(
            desk, AGENTS, leads_to={"number": "agents.one", "above": "agents.above"},
            template="agents/list.html",
        )  # fmt: skip

    @routes.get("/above/<above>")
    @needs(Right.SEE_AGENTS)
    def above(above: str) -> Response:
        return _to(above)

    @routes.get("/<number>")
    @needs(Right.SEE_AGENTS)
    def one(number: str) -> Response:
        return _show(_agent(desk, number))

    @routes.get("/<number>/below")
    @needs(Right.SEE_AGENTS)
    def below(number: str) -> str:
        return _branch_page(branch(ctx, number, _after()), number)


def _taking_on(routes: Blueprint, desk: Desk) -> None:
    @routes.route("/new", methods=["GET", "POST"])
    @needs(Right.MANAGE_AGENTS)
    @step_up
    def new() -> Response:
        form = NewForm()
        if request.method == "GET":
            return make_response(render_template("agents/new.html", form=form, problem=""))
        problem, status = "", 400
        if form.in_currency().validate():
            try:
                agent = put_agent(
                    desk.context, person(), form.msisdn.data, form.name.data or "",
                    form.above.data or "", form.low_float.data,
                )  # fmt: skip
            except (StaffRefused, NoSuchSubscriber, WouldBeACircle) as error:
                problem, status = _why_not(error)
            else:
                flash(f"{agent.name} is agent {agent.number}.")
                return _to(agent.number)
        page = render_template("agents/new.html", form=form, problem=problem)
        return make_response(page, status)

    @routes.post("/<number>/change")
    @needs(Right.MANAGE_AGENTS)
    @step_up
    def change(number: str) -> Response:
        page = _agent(desk, number)
        form = KnownForm(prefix="change")
        form.low_float.currency = page.agent.currency
        if not form.validate():
            return _show(page, change=form)
        try:
            put_agent(
                desk.context, person(), page.agent.msisdn, form.name.data or "",
                form.above.data or "", form.low_float.data,
            )  # fmt: skip
        except (StaffRefused, WouldBeACircle) as error:
            return _show(page, problem=_why_not(error), change=form)
        flash("Changed." if page.agent.active else "The agent is open again.")
        return _to(number)


def _acts(routes: Blueprint, desk: Desk) -> None:
    @routes.post("/<number>/close")
    @needs(Right.MANAGE_AGENTS)
    @step_up
    def close(number: str) -> Response:
        page, form = _agent(desk, number), ReasonForm(prefix="close")
        if not form.validate():
            return _show(page, close=form)
        shut_agent(desk.context, person(), page.agent, form.reason.data)
        flash(f"{page.agent.name} is closed. Float and commission stay.")
        return _to(number)

    @routes.post("/<number>/float")
    @needs(Right.PUT_FLOAT)
    @step_up
    def put_float(number: str) -> Response:
        page, form = _agent(desk, number), FloatForm(prefix="float")
        form.amount.currency = page.agent.currency
        if not form.validate():
            return _show(page, float=form)
        try:
            ticket = ask_float_put(
                desk.context, page.agent.msisdn, form.amount.data, form.receipt.data or "",
                form.reason.data, person().name, form.key.data,
            )  # fmt: skip
        except StaffRefused as refused:
            return _show(page, problem=_why_not(refused), float=form)
        flash(f"Asked for: another person must approve {ticket}.", "warning")
        return _to(number)


def _why_not(error: Exception) -> tuple[str, int]:
    """What a page says, and its status."""
    match error:
        case StaffRefused():
            return sentence(error), refused_status(error)
        case NoSuchSubscriber():
            return "Nobody is registered with this number: they dial and register first.", 400
    return "An agent can't be below itself, or below an agent further down.", 400


def _after() -> int:
    """The id after which a level goes on."""
    text = request.args.get("after", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        abort(400, "This part of the tree doesn't exist; begin at its top.")
    return int(text)


def _branch_page(found: Branch | None, number: str | None) -> str:
    if found is None:
        abort(404)
    part = "HX-Request" in request.headers
    return render_template(
        "agents/branch.html" if part else "agents/tree.html", branch=found, number=number
    )


def _agent(desk: Desk, number: str) -> AgentPage:
    found = show_agent(desk.context, number)
    if found is None:
        abort(404)
    return found


def _show(page: AgentPage, *, problem: tuple[str, int] = ("", 400), **given: Form) -> Response:
    """The page, with the form that was sent and what is wrong with it."""
    agent = page.agent
    forms: dict[str, Form] = {
        "float": FloatForm(formdata=None, prefix="float"),
        "close": ReasonForm(formdata=None, prefix="close"),
        "change": KnownForm(
            formdata=None, prefix="change", name=agent.name, low_float=agent.low_float,
            above=page.above.number if page.above else "",
        ),
        **given,
    }  # fmt: skip
    for form in forms.values():
        for field in form:
            if isinstance(field, AmountField):
                field.currency = agent.currency
    said, status = problem
    html = render_template(
        "agents/one.html", page=page, agent=agent, forms=forms, opened=set(given), problem=said,
        act_in_words=act_in_words, nothing=Money(0, agent.currency),
    )  # fmt: skip
    wrong = said or any(form.errors for form in given.values())
    return make_response(html, status if wrong else 200)


def _to(number: str) -> Response:
    return make_response(redirect(url_for("agents.one", number=number), 303))
