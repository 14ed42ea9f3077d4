"""Sign in with a name and its password, then with a code; and sign out."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_login import logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.domain.roles import Right
from app.domain.secret import Secret
from app.domain.sign_in import LONGEST_NAME, LONGEST_PASSWORD, TooLate
from app.services.backoffice.sign_in import Pending, Started, give_code, give_password, pending_of
from app.services.backoffice.web_session import end_session
from app.web.backoffice.access import anybody, needs, person
from app.web.backoffice.desk import Desk
from app.web.backoffice.said import said
from app.web.backoffice.signed_in import (
    begin,
    own_path,
    pending_token,
    remember_where_to,
    signed_in_person,
    wait_for_code,
    where,
)


class NameForm(FlaskForm):
    """Staff give an e-mail address, agents a number."""

    name = StringField(
        "E-mail or phone number", [InputRequired(), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )  # fmt: skip
    password = PasswordField(
        "Password", [InputRequired(), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )  # fmt: skip


class CodeForm(FlaskForm):
    """Six digits of the app, or a recovery code."""

    code = StringField(
        "Code", [InputRequired(), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "autofocus": True},
    )  # fmt: skip


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/sign-in`, its second step, and `/backoffice/sign-out`."""
    ctx = desk.context
    routes = Blueprint("sign_in", __name__, url_prefix="/backoffice")

    @routes.route("/sign-in", methods=["GET", "POST"])
    @anybody
    def name() -> Response:
        form, problem = NameForm(), ""
        if request.method == "GET":
            if signed_in_person() is not None:
                return _to(own_path(request.args.get("next")))
            remember_where_to(request.args.get("next"))
        elif form.validate():
            verdict = give_password(ctx, form.name.data, Secret(form.password.data))
            if isinstance(verdict, Pending):
                wait_for_code(verdict.token)
                return _to(url_for(_second_step(verdict)))
            problem = said(verdict, ctx.clock.now(), "name or password")
        return _form("sign_in/name.html", form, problem)

    @routes.route("/sign-in/code", methods=["GET", "POST"])
    @anybody
    def code() -> Response:
        form, problem, waiting = CodeForm(), "", pending_token()
        if waiting is None or pending_of(ctx, waiting) is None:
            return _to(url_for("sign_in.name"))
        if request.method == "POST" and form.validate():
            verdict = give_code(ctx, waiting, Secret(form.code.data), where())
            if isinstance(verdict, Started):
                return _to(begin(ctx, verdict.token))
            if isinstance(verdict, TooLate):
                return _to(url_for("sign_in.name"))
            problem = said(verdict, ctx.clock.now())
        return _form("sign_in/code.html", form, problem)

    @routes.post("/sign-out")
    @needs(Right.OWN_ACCOUNT)
    def out() -> Response:
        end_session(ctx, person(), int(person().session), "signed out")
        logout_user()
        return _to(url_for("sign_in.name"))

    return routes


def _second_step(pending: Pending) -> str:
    if not pending.enrols:
        return "sign_in.code"
    return "enrol.sms" if pending.by_sms else "enrol.app"


def _to(path: str) -> Response:
    return make_response(redirect(path, 303))


def _form(template: str, form: FlaskForm, problem: str) -> Response:
    wrong = bool(problem or form.errors)
    return make_response(
        render_template(template, form=form, problem=problem), 400 if wrong else 200
    )
