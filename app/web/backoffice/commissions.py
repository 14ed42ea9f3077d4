"""Commissions and fees of cash at agents: what is valid, and changes of it."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from wtforms.widgets import HiddenInput

from app.domain.agency import MOST_BANDS
from app.domain.errors import BadAmount
from app.domain.money import Money, parse_amount
from app.domain.roles import Right
from app.services.backoffice.tariff_page import (
    TariffPage,
    TariffPreview,
    all_tariffs,
    tariff_page,
    tariff_preview,
)
from app.services.set_tariff import TariffWanted, ask_tariff
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, MomentField, MoneyForm, ReasonField, is_zero
from app.web.backoffice.refused import refused_status, sentence

_COLUMNS = ("up_to", "fee", "agent", "parent")
_LONGEST = 20
_EMPTY_LINES = 2


class BeginsTyped(Form):
    """When new bands would begin; the bands are read apart, a line each."""

    class Meta:
        csrf = False

    begins = MomentField("From")


class TariffAsk(MoneyForm):
    """What was looked at, to be asked for."""

    begins = MomentField("From", widget=HiddenInput())
    reason = ReasonField()


@dataclass(frozen=True, slots=True)
class BandsTyped:
    """Lines as they were typed, and what they mean in minor units; `problem` says what is wrong."""

    lines: Sequence[tuple[str, ...]]
    figures: Sequence[Sequence[int]] = ()
    problem: str = ""


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/commissions`."""
    ctx = desk.context
    routes = Blueprint("commissions", __name__, url_prefix="/backoffice/commissions")

    @routes.get("")
    @needs(Right.SEE_CATALOGUE)
    def everything() -> str:
        return render_template("commissions/all.html", tariffs=all_tariffs(ctx))

    @routes.get("/<country>/<act>")
    @needs(Right.SEE_CATALOGUE)
    def one(country: str, act: str) -> str:
        return render_template("commissions/one.html", page=_page(desk, country, act))

    @routes.get("/<country>/<act>/change")
    @needs(Right.MANAGE_CATALOGUE)
    def look(country: str, act: str) -> Response:
        page, form = _page(desk, country, act), BeginsTyped(request.args)
        form.begins.zone = person().zone
        if "up_to" not in request.args:
            return _form(page, form, _as_now(page))
        typed = _read(page.currency)
        if typed.problem or not form.validate():
            return _form(page, form, typed, typed.problem, 400)
        return _look(desk, page, form, typed, form.begins)

    @routes.post("/<country>/<act>/change")
    @needs(Right.MANAGE_CATALOGUE)
    @step_up
    def ask(country: str, act: str) -> Response:
        page, form = _page(desk, country, act), TariffAsk()
        form.begins.zone = person().zone
        typed, valid = _read(page.currency), form.validate()
        if typed.problem or form.begins.errors:
            abort(400, typed.problem or "The day can't be read. Nothing was done.")
        if not valid:
            return _look(desk, page, form, typed, form.begins, ask=form)
        wanted = TariffWanted(page.country, page.act, typed.figures, form.begins.data)
        try:
            ticket = ask_tariff(ctx, wanted, form.reason.data, person().name, form.key.data)
        except StaffRefused as refused:
            plain = BeginsTyped(formdata=None, begins=form.begins.data)
            plain.begins.zone = person().zone
            return _form(page, plain, typed, sentence(refused), refused_status(refused))
        flash(f"Asked for: another person must approve {ticket}.", "warning")
        return make_response(redirect(url_for("commissions.one", country=country, act=act), 303))

    return routes


def _page(desk: Desk, country: str, act: str) -> TariffPage:
    found = tariff_page(desk.context, country, act)
    if found is None:
        abort(404)
    return found


def _as_now(page: TariffPage) -> BandsTyped:
    bands = page.valid.bands if page.valid else ()
    return BandsTyped([
        tuple(one.decimal() for one in (band.up_to, band.fee, band.agent, band.parent))
        for band in bands
    ])  # fmt: skip


def _read(currency: str) -> BandsTyped:
    """The lines of the address or the form; empty ones don't count."""
    columns = [request.values.getlist(name)[: MOST_BANDS + _EMPTY_LINES + 1] for name in _COLUMNS]
    lines = [
        tuple(cell.strip()[:_LONGEST] for cell in line)
        for line in zip(*columns, strict=False)
        if any(cell.strip() for cell in line)
    ]
    if not lines:
        return BandsTyped(lines, problem="Type at least one band.")
    figures = []
    for number, (up_to, *earned) in enumerate(lines, 1):
        try:
            figures.append([parse_amount(up_to, currency).amount_minor,
                            *(_amount(cell, currency) for cell in earned)])  # fmt: skip
        except BadAmount:
            example = Money.of_units(1500, currency).decimal()
            said = f"Band {number}: type amounts in {currency}, like 500 or {example}."
            return BandsTyped(lines, problem=said)
    return BandsTyped(lines, figures)


def _amount(typed: str, currency: str) -> int:
    if not typed or is_zero(typed):
        return 0
    return parse_amount(typed, currency).amount_minor


def _form(
    page: TariffPage, form: BeginsTyped, typed: BandsTyped, problem: str = "", status: int = 200
) -> Response:
    empty = [("",) * len(_COLUMNS)] * min(_EMPTY_LINES, MOST_BANDS - len(typed.lines))
    html = render_template(
        "commissions/change.html", page=page, form=form, lines=[*typed.lines, *empty],
        columns=_COLUMNS, problem=problem,
    )  # fmt: skip
    return make_response(html, status)


def _look(
    desk: Desk, page: TariffPage, form: Form, typed: BandsTyped, begins: MomentField,
    ask: TariffAsk | None = None,
) -> Response:  # fmt: skip
    """What it would mean, with the button that asks for it."""
    wanted = TariffWanted(page.country, page.act, typed.figures, begins.data)
    plain = form if isinstance(form, BeginsTyped) else BeginsTyped(formdata=None)
    try:
        preview: TariffPreview = tariff_preview(desk.context, wanted)
    except StaffRefused as refused:
        return _form(page, plain, typed, sentence(refused), refused_status(refused))
    button = ask or TariffAsk(formdata=None, begins=begins.data)
    button.begins.zone = person().zone
    html = render_template(
        "commissions/preview.html", page=page, preview=preview, ask=button, lines=typed.lines,
        columns=_COLUMNS,
    )  # fmt: skip
    return make_response(html, 400 if button.errors else 200)
