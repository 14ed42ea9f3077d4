"""Who signs in for an agent: let in, given a new password, shut out."""

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
from wtforms import SelectField

from app.domain.msisdn import masked
from app.domain.roles import Right
from app.services.backoffice.agent_signing_in import Logins, give_login, logins_page, shut_login
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import ReasonForm
from app.web.backoffice.refused import refused_status, sentence


class LoginForm(ReasonForm):
    """`who`: an account's id; empty for an agent who has none yet."""

    who = SelectField("Whose", validate_choice=False)


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/agents/<number>/logins`."""
    routes = Blueprint("agent_logins", __name__, url_prefix="/backoffice/agents")
    ctx = desk.context

    @routes.get("/<number>/logins")
    @needs(Right.SEE_AGENTS)
    def everybody(number: str) -> Response:
        return _show(_logins(desk, number))

    @routes.post("/<number>/logins/give")
    @needs(Right.MANAGE_AGENTS)
    @step_up
    def give(number: str) -> Response:
        page, form = _logins(desk, number), LoginForm(prefix="give")
        if not form.validate():
            return _show(page, give=form)
        try:
            whose, made = give_login(ctx, person(), page, form.who.data or "", form.reason.data)
        except StaffRefused as refused:
            return _show(page, refused, give=form)
        return make_response(
            render_template("agents/password.html", agent=page.agent, whose=whose, password=made)
        )

    @routes.post("/<number>/logins/close")
    @needs(Right.MANAGE_AGENTS)
    @step_up
    def close(number: str) -> Response:
        page, form = _logins(desk, number), LoginForm(prefix="close")
        if not form.validate():
            return _show(page, close=form)
        try:
            shut_login(ctx, person(), page, form.who.data or "", form.reason.data)
        except StaffRefused as refused:
            return _show(page, refused, close=form)
        flash("The sign-in is closed, and its sessions are over.")
        return make_response(redirect(url_for("agent_logins.everybody", number=number), 303))

    return routes


def _logins(desk: Desk, number: str) -> Logins:
    found = logins_page(desk.context, number)
    if found is None:
        abort(404)
    return found


def _show(page: Logins, refused: StaffRefused | None = None, **given: LoginForm) -> Response:
    """The page, with the form that was sent and what is wrong with it."""
    forms = {
        "give": LoginForm(formdata=None, prefix="give"),
        "close": LoginForm(formdata=None, prefix="close"),
        **given,
    }
    known = [
        (str(one.id), f"{masked(one.name)}, {one.role.replace('_', ' ')}", one.active)
        for one in page.people
    ]
    nobody = [("", f"{masked(page.agent.msisdn)}, agent")] if page.without else []
    forms["give"].who.choices = [*nobody, *((id_, said) for id_, said, _ in known)]
    forms["close"].who.choices = [(id_, said) for id_, said, active in known if active]
    html = render_template(
        "agents/logins.html", page=page, agent=page.agent, forms=forms, opened="".join(given),
        problem=sentence(refused) if refused else "",
    )  # fmt: skip
    if refused:
        return make_response(html, refused_status(refused))
    return make_response(html, 400 if any(form.errors for form in given.values()) else 200)
