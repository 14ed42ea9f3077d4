"""Exchange rates for sales abroad."""

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
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from app.db.rate_list import RATES
from app.domain.rates import MOST_MARGIN_BP
from app.domain.roles import Right
from app.services.backoffice.rate_page import CURRENCIES, rate_preview, rates_page
from app.services.set_rate import ask_rate, rate_detail
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, MomentField, MoneyForm, ReasonField
from app.web.backoffice.lists import show_list
from app.web.backoffice.refused import refused_status, sentence

_RATE = (InputRequired("Type a rate, like 0.085."), Length(max=20))
_MARGIN = (
    InputRequired(f"Type a margin from 0 to {MOST_MARGIN_BP}."),
    NumberRange(0, MOST_MARGIN_BP, f"Type a margin from 0 to {MOST_MARGIN_BP}."),
)


class RateTyped(Form):
    """A rate to look at: nothing is asked for yet."""

    class Meta:
        csrf = False

    base = SelectField("Paid in", choices=CURRENCIES)
    quote = SelectField("Bought", choices=CURRENCIES)
    rate = StringField("One unit paid is worth so many bought", _RATE)
    margin_bp = IntegerField("Margin, hundredths of a per cent", _MARGIN)
    begins = MomentField("From")


class RateAsk(MoneyForm):
    """What was looked at, to be asked for."""

    base = HiddenField(validators=[AnyOf(CURRENCIES)])
    quote = HiddenField(validators=[AnyOf(CURRENCIES)])
    rate = HiddenField(validators=_RATE)
    margin_bp = IntegerField(validators=_MARGIN, widget=HiddenInput())
    begins = MomentField("From", widget=HiddenInput())
    reason = ReasonField()


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/rates`."""
    ctx = desk.context
    routes = Blueprint("rates", __name__, url_prefix="/backoffice/rates")

    @routes.get("")
    @needs(Right.SEE_RATES)
    def all_rates() -> ResponseReturnValue:
        return show_list(
            desk, RATES, leads_to={"ticket": "approvals.one"}, template="rates/all.html",
            page=rates_page(ctx), form=RateTyped(formdata=None),
        )  # fmt: skip

    @routes.get("/change")
    @needs(Right.MANAGE_RATES)
    def look() -> Response:
        form = RateTyped(request.args if "rate" in request.args else None)
        form.begins.zone = person().zone
        if "rate" not in request.args:
            return _form(form)
        return _look(desk, form) if form.validate() else _form(form, status=400)

    @routes.post("/change")
    @needs(Right.MANAGE_RATES)
    @step_up
    def ask() -> Response:
        form = RateAsk()
        form.begins.zone = person().zone
        valid = form.validate()
        if form.errors.keys() - {"reason", "key", "csrf_token"}:
            abort(400, "The rate can't be read. Nothing was done. Type it again.")
        if not valid:
            return _look(desk, form, ask=form)
        try:
            ticket = ask_rate(
                ctx, form.base.data, form.quote.data, form.rate.data, form.margin_bp.data,
                form.begins.data, form.reason.data, person().name, form.key.data,
            )  # fmt: skip
        except StaffRefused as refused:
            return _form(_plain(form), sentence(refused), refused_status(refused))
        flash(f"Asked for: another person must approve {ticket}.", "warning")
        return make_response(redirect(url_for("rates.all_rates"), 303))

    return routes


def _plain(form: RateTyped | RateAsk) -> RateTyped:
    plain = RateTyped(formdata=None, **{name: form[name].data for name in _TYPED})
    plain.begins.zone = person().zone
    return plain


_TYPED = ("base", "quote", "rate", "margin_bp", "begins")


def _form(form: RateTyped, problem: str = "", status: int = 200) -> Response:
    return make_response(render_template("rates/change.html", form=form, problem=problem), status)


def _look(desk: Desk, form: RateTyped | RateAsk, ask: RateAsk | None = None) -> Response:
    """What it would mean, with the button that asks for it."""
    detail = rate_detail(
        form.base.data, form.quote.data, form.rate.data, form.margin_bp.data, form.begins.data
    )
    try:
        preview = rate_preview(desk.context, detail)
    except StaffRefused as refused:
        return _form(_plain(form), sentence(refused), refused_status(refused))
    button = ask or RateAsk(formdata=None, **{name: form[name].data for name in _TYPED})
    button.begins.zone = person().zone
    html = render_template("rates/preview.html", preview=preview, ask=button)
    return make_response(html, 400 if button.errors else 200)
