"""One's own account: password, recovery codes, and the zone in which times are shown."""

from zoneinfo import available_timezones

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField
from wtforms.validators import EqualTo, InputRequired, Length

from app.domain.roles import Right
from app.domain.secret import Secret
from app.domain.sign_in import LONGEST_PASSWORD
from app.services.backoffice.own_account import (
    change_password,
    choose_zone,
    make_recovery_codes,
    recovery_codes_left,
)
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.said import said

_LENGTH = Length(max=LONGEST_PASSWORD)
_NEW = {"autocomplete": "new-password"}


class PasswordForm(FlaskForm):
    """The present one, and a new one twice."""

    old = PasswordField(
        "Present password", [InputRequired(), _LENGTH],
        render_kw={"autocomplete": "current-password"},
    )  # fmt: skip
    new = PasswordField("New password", [InputRequired(), _LENGTH], render_kw=_NEW)
    repeated = PasswordField(
        "New password again", [InputRequired(), EqualTo("new", "Both must be the same.")],
        render_kw=_NEW,
    )  # fmt: skip


class ZoneForm(FlaskForm):
    zone = SelectField("Time zone", choices=sorted(available_timezones()))


class PlainForm(FlaskForm):
    """A button, safe from forgery."""


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/account`."""
    ctx = desk.context
    routes = Blueprint("account", __name__, url_prefix="/backoffice/account")

    def show(password: PasswordForm, problem: str = "") -> Response:
        page = render_template(
            "account/own.html", password=password, zone=ZoneForm(zone=person().zone),
            codes=PlainForm(), codes_left=recovery_codes_left(ctx, person()), problem=problem,
        )  # fmt: skip
        return make_response(page, 400 if problem or password.errors else 200)

    @routes.get("")
    @needs(Right.OWN_ACCOUNT)
    def own() -> Response:
        return show(PasswordForm())

    @routes.post("/password")
    @needs(Right.OWN_ACCOUNT)
    def new_password() -> Response:
        form = PasswordForm()
        if not form.validate():
            return show(form)
        try:
            verdict = change_password(ctx, person(), Secret(form.old.data), Secret(form.new.data))
        except StaffRefused as refused:
            return show(form, f"{refused}.")
        if verdict is not None:
            return show(form, said(verdict, ctx.clock.now(), "password"))
        flash("The password is changed, and every other session has ended.")
        return _own()

    @routes.post("/recovery-codes")
    @needs(Right.OWN_ACCOUNT)
    @step_up
    def new_codes() -> str:
        codes = [code.value for code in make_recovery_codes(ctx, person())]
        return render_template("enrol/recovery.html", codes=codes, go_on=url_for("account.own"))

    @routes.post("/zone")
    @needs(Right.OWN_ACCOUNT)
    def new_zone() -> Response:
        form = ZoneForm()
        if form.validate():
            choose_zone(ctx, person(), form.zone.data)
            flash("Times are shown in this zone now.")
        return _own()

    return routes


def _own() -> Response:
    return make_response(redirect(url_for("account.own"), 303))
