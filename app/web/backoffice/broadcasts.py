"""An SMS to many: written, counted, tried out, released, stopped."""

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
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.db.message_list import BROADCASTS
from app.domain.broadcasts import MOST_DAYS, Audience
from app.domain.operators import COUNTRY_CURRENCY, OPERATORS
from app.domain.references import is_reference
from app.domain.roles import Right
from app.domain.tiers import HIGHEST, LOWEST
from app.services.backoffice.broadcast_page import BroadcastPage, broadcast_page
from app.services.broadcasts import (
    MOST_PARTS,
    make_broadcast,
    release_broadcast,
    send_test,
    stop_broadcast,
    text_problem,
)
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, MoneyForm, MsisdnField, ReasonField, ReasonForm
from app.web.backoffice.lists import show_list
from app.web.backoffice.refused import refused_status, sentence
from menus.texts.catalogue import LANGUAGES

_LONGEST_TEXT = 153 * MOST_PARTS
_ANY = SelectChoice("", "Any")
_OPERATORS = [
    _ANY,
    *(SelectChoice(one.code, f"{one.name} ({one.country})") for one in OPERATORS.values()),
]


def _tidy(text: str | None) -> str:
    return " ".join(text.split()) if text else ""


def _fits(_: Form, field: TextAreaField) -> None:
    if problem := text_problem(field.data or ""):
        raise ValidationError(problem)


def _text(language: str, name: str) -> TextAreaField:
    checks = [Length(max=2 * _LONGEST_TEXT), _fits]
    if language == "en":
        checks.insert(0, InputRequired("Write a text: it goes to whoever reads no other."))
    return TextAreaField(name, checks, filters=[_tidy], render_kw={"rows": 2})


class WriteForm(MoneyForm):
    """To whom, and what; the key is the broadcast's reference."""

    country = SelectField("Country", choices=[SelectChoice(one, one) for one in COUNTRY_CURRENCY])
    operator = SelectField("Operator", choices=_OPERATORS, default="")
    language = SelectField("Language they read", default="", choices=[
        _ANY, *(SelectChoice(code, name) for code, name in LANGUAGES.items()),
    ])  # fmt: skip
    tier = SelectField("Tier", default="", choices=[
        _ANY, *(SelectChoice(str(tier), str(tier)) for tier in range(LOWEST, HIGHEST + 1)),
    ])  # fmt: skip
    bought_days = IntegerField(
        "Bought within days", [Optional(), NumberRange(1, MOST_DAYS, f"From 1 to {MOST_DAYS}.")],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )  # fmt: skip
    text_en = _text("en", LANGUAGES["en"])
    text_pcm = _text("pcm", LANGUAGES["pcm"])
    text_ha = _text("ha", LANGUAGES["ha"])
    text_yo = _text("yo", LANGUAGES["yo"])
    text_ig = _text("ig", LANGUAGES["ig"])
    text_sw = _text("sw", LANGUAGES["sw"])
    text_fr = _text("fr", LANGUAGES["fr"])

    def validate_operator(self, field: SelectField) -> None:
        if field.data and OPERATORS[field.data].country != self.country.data:
            raise ValidationError("This operator is in another country.")

    @property
    def texts(self) -> dict[str, str]:
        return {language: self[f"text_{language}"].data or "" for language in LANGUAGES}

    @property
    def audience(self) -> Audience:
        return Audience(
            self.country.data, self.operator.data or "", self.language.data or "",
            int(self.tier.data) if self.tier.data else None, self.bought_days.data,
        )  # fmt: skip


class ReleaseForm(MoneyForm):
    reason = ReasonField()


class TestForm(MoneyForm):
    to = MsisdnField("Your own number")
    language = SelectField("Text", choices=[])


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/broadcasts`."""
    routes = Blueprint("broadcasts", __name__, url_prefix="/backoffice/broadcasts")

    @routes.get("")
    @needs(Right.SEE_MESSAGES)
    def everything() -> ResponseReturnValue:
        return show_list(
            desk, BROADCASTS, leads_to={"reference": "broadcasts.one"},
            template="broadcasts/list.html",
        )  # fmt: skip

    @routes.get("/<reference>")
    @needs(Right.SEE_MESSAGES)
    def one(reference: str) -> Response:
        page = _broadcast(desk, reference)
        if "HX-Request" in request.headers:
            return make_response(
                render_template("broadcasts/progress.html", page=page, row=page.row)
            )
        return _show(page)

    _writing(routes, desk)
    _acts(routes, desk)
    return routes


def _writing(routes: Blueprint, desk: Desk) -> None:
    @routes.route("/new", methods=["GET", "POST"])
    @needs(Right.SEND_BROADCAST)
    def new() -> Response:
        form, problem = WriteForm(), ""
        if form.validate_on_submit():
            reference = str(form.key.data)
            try:
                make_broadcast(desk.context, reference, form.audience, form.texts, person().name)
            except StaffRefused as refused:
                problem = sentence(refused)
            else:
                return _to(reference)
        page = render_template(
            "broadcasts/new.html", form=form, problem=problem, languages=LANGUAGES,
            most_parts=MOST_PARTS,
        )  # fmt: skip
        return make_response(page, 400 if problem or form.errors else 200)


def _acts(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.post("/<reference>/test")
    @needs(Right.SEND_BROADCAST)
    def test(reference: str) -> Response:
        page, form = _broadcast(desk, reference), TestForm(prefix="test")
        form.language.choices = _languages(page)
        if not form.validate():
            return _show(page, test=form)
        try:
            send_test(
                ctx, page.row.reference, form.language.data, form.to.data, person().name,
                form.key.data,
            )  # fmt: skip
        except StaffRefused as refused:
            return _show(page, refused=refused, test=form)
        flash("The test is on its way. It costs as much as any SMS.")
        return _to(page.row.reference)

    @routes.post("/<reference>/release")
    @needs(Right.SEND_BROADCAST)
    @step_up
    def release(reference: str) -> Response:
        page, form = _broadcast(desk, reference), ReleaseForm(prefix="release")
        if not form.validate():
            return _show(page, release=form)
        try:
            ticket = release_broadcast(
                ctx, page.row.reference, form.reason.data, person().name, form.key.data
            )
        except StaffRefused as refused:
            return _show(page, refused=refused, release=form)
        if ticket:
            flash(f"Asked for: another person must approve {ticket}.", "warning")
        else:
            flash("It goes out now, a batch at a time. You can stop it here.")
        return _to(page.row.reference)

    @routes.post("/<reference>/stop")
    @needs(Right.SEND_BROADCAST)
    def stop(reference: str) -> Response:
        page, form = _broadcast(desk, reference), ReasonForm(prefix="stop")
        if not form.validate():
            return _show(page, stop=form)
        try:
            dropped = stop_broadcast(ctx, page.row.reference, form.reason.data, person().name)
        except StaffRefused as refused:
            return _show(page, refused=refused, stop=form)
        flash(f"Stopped. {dropped:,} that were queued aren't sent any more.")
        return _to(page.row.reference)


def _broadcast(desk: Desk, reference: str) -> BroadcastPage:
    wanted = reference.upper()
    found = broadcast_page(desk.context, wanted) if is_reference(wanted) else None
    if found is None:
        abort(404)
    return found


def _languages(page: BroadcastPage) -> list[SelectChoice]:
    return [SelectChoice(code, LANGUAGES[code]) for code in page.row.texts]


def _show(page: BroadcastPage, *, refused: StaffRefused | None = None, **given: Form) -> Response:
    """The page, with the form that was sent and what is wrong with it."""
    test = TestForm(formdata=None, prefix="test")
    test.language.choices = _languages(page)
    forms: dict[str, Form] = {
        "test": test,
        "release": ReleaseForm(formdata=None, prefix="release"),
        "stop": ReasonForm(formdata=None, prefix="stop"),
        **given,
    }
    html = render_template(
        "broadcasts/one.html", page=page, row=page.row, forms=forms, opened=set(given),
        languages=LANGUAGES, operators=OPERATORS, problem=sentence(refused) if refused else "",
    )  # fmt: skip
    wrong = refused is not None or any(form.errors for form in given.values())
    status = refused_status(refused) if refused else 400
    return make_response(html, status if wrong else 200)


def _to(reference: str) -> Response:
    return make_response(redirect(url_for("broadcasts.one", reference=reference), 303))
