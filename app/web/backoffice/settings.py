"""Settings: those that are data, and what the environment says."""

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
from wtforms import IntegerField
from wtforms.validators import InputRequired

from app.domain.money import Money
from app.domain.roles import Right
from app.services.backoffice.settings_page import Changeable, changeable, fixed
from app.services.business_settings import ask_setting
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import AmountField, MoneyForm, ReasonField
from app.web.backoffice.refused import refused_status, sentence


class CountForm(MoneyForm):
    value = IntegerField("New value", [InputRequired("Type a whole number.")])
    reason = ReasonField()


class PriceForm(MoneyForm):
    value = AmountField("New price")
    reason = ReasonField()


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/settings`."""
    ctx = desk.context
    routes = Blueprint("settings", __name__, url_prefix="/backoffice/settings")

    @routes.get("")
    @needs(Right.SEE_SETTINGS)
    def everything() -> str:
        return render_template(
            "settings/all.html", changeable=changeable(ctx), fixed=list(fixed(desk.settings))
        )

    @routes.get("/<name>")
    @needs(Right.MANAGE_SETTINGS)
    def one(name: str) -> Response:
        found = _setting(desk, name)
        return _show(found, _form(found, empty=True))

    @routes.post("/<name>")
    @needs(Right.MANAGE_SETTINGS)
    @step_up
    def change(name: str) -> Response:
        found = _setting(desk, name)
        form = _form(found)
        if not form.validate():
            return _show(found, form, 400)
        typed = form.value.data
        value = typed.amount_minor if isinstance(typed, Money) else typed
        try:
            ticket = ask_setting(ctx, name, value, form.reason.data, person().name, form.key.data)
        except StaffRefused as refused:
            return _show(found, form, refused_status(refused), sentence(refused))
        flash(f"Asked for: another person must approve {ticket}.", "warning")
        return make_response(redirect(url_for("settings.everything"), 303))

    return routes


def _setting(desk: Desk, name: str) -> Changeable:
    found = next((one for one in changeable(desk.context) if one.setting.name == name), None)
    if found is None:
        abort(404)
    return found


def _form(found: Changeable, *, empty: bool = False) -> CountForm | PriceForm:
    given = {"formdata": None} if empty else {}
    if not found.setting.currency:
        return CountForm(**given)
    form = PriceForm(**given)
    form.value.currency = found.setting.currency
    return form


def _show(
    found: Changeable, form: CountForm | PriceForm, status: int = 200, problem: str = ""
) -> Response:
    html = render_template("settings/one.html", one=found, form=form, problem=problem)
    return make_response(html, status)
