"""Subscribers: all of them, and one with everything that happened and what can be done."""

import io
from datetime import date, timedelta

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
from wtforms import DateField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from app.db.subscriber_list import SUBSCRIBERS
from app.db.subscriber_trail import LAST_ID, Owner
from app.domain.days import day_of
from app.domain.msisdn import numbers_hidden
from app.domain.roles import Right
from app.services.backoffice.subscriber_acts import fetch_statement
from app.services.backoffice.subscriber_page import SubscriberPage, subscriber_page
from app.services.backoffice.subscriber_timeline import KINDS, read_address, timeline
from app.services.backoffice.unmask import unmasked_until
from app.services.export_subscriber import export_subscriber
from app.services.print_statement import pdf
from app.services.staff_refused import StaffRefused
from app.services.statement_csv import write_csv
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, ReasonForm
from app.web.backoffice.lists import show_list
from app.web.backoffice.refused import refused_status, sentence
from app.web.backoffice.subscriber_acts import ACTS, Act
from menus.texts.catalogue import LANGUAGES

_MONTH = timedelta(days=30)
_STEPPED_UP = frozenset({"new-pin", "erase"})
_TYPES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


class StatementForm(Form):
    class Meta:
        csrf = False

    first = DateField("From", [InputRequired()])
    last = DateField("To", [InputRequired()])
    format = SelectField("As", choices=[SelectChoice("pdf", "PDF"), SelectChoice("csv", "CSV")])


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/subscribers`."""
    routes = Blueprint("subscribers", __name__, url_prefix="/backoffice/subscribers")

    @routes.get("")
    @needs(Right.SEE_SUBSCRIBER)
    def all_subscribers() -> ResponseReturnValue:
        return show_list(desk, SUBSCRIBERS, leads_to={"subscriber_id": "subscribers.one"})

    @routes.get("/<int:subscriber_id>")
    @needs(Right.SEE_SUBSCRIBER)
    def one(subscriber_id: int) -> Response:
        return _show(desk, _subscriber(desk, subscriber_id))

    @routes.get("/<int:subscriber_id>/statement")
    @needs(Right.UNMASK_MSISDN)
    def statement(subscriber_id: int) -> Response:
        return _statement(desk, _subscriber(desk, subscriber_id))

    @routes.post("/<int:subscriber_id>/export")
    @needs(Right.EXPORT_PERSON)
    @step_up
    def export(subscriber_id: int) -> Response:
        return _export(desk, _subscriber(desk, subscriber_id))

    for act in ACTS:
        _add(routes, desk, act)
    return routes


def _add(routes: Blueprint, desk: Desk, act: Act) -> None:
    """The route that does it."""

    def post(subscriber_id: int) -> Response:
        page = _subscriber(desk, subscriber_id)
        if page.erased_at is not None:
            abort(404)
        form = act.form(prefix=act.name)
        if not form.validate():
            return _show(desk, page, act.name, form)
        try:
            text, tone = act.do(desk, page.who.msisdn, form)
        except StaffRefused as refused:
            return _show(desk, page, act.name, form, refused)
        flash(text, tone)
        return make_response(redirect(url_for("subscribers.one", subscriber_id=subscriber_id), 303))

    view = step_up(post) if act.name in _STEPPED_UP else post
    routes.add_url_rule(
        f"/<int:subscriber_id>/{act.name}", act.name.replace("-", "_"), needs(act.right)(view),
        methods=["POST"],
    )  # fmt: skip


def _subscriber(desk: Desk, subscriber_id: int) -> SubscriberPage:
    found = subscriber_id <= LAST_ID and subscriber_page(desk.context, person(), subscriber_id)
    if not found:
        abort(404)
    return found


def _show(
    desk: Desk, page: SubscriberPage, name: str = "", sent: Form | None = None,
    refused: StaffRefused | None = None,
) -> Response:  # fmt: skip
    """The page; with a form that was sent and couldn't be done, as it was typed."""
    who = page.who
    asked = read_address(request.args.to_dict(flat=False), person().zone)
    line = timeline(desk.context, person(), Owner(who.id, who.msisdn), asked)
    forms = {
        act.name: act.form(
            formdata=None, prefix=act.name, language=who.language, tier=str(who.tier)
        )
        for act in ACTS
    }
    forms["export"] = ReasonForm(formdata=None, prefix="export")
    if sent is not None:
        forms[name] = sent
    today = day_of(desk.context.clock.now(), who.country)
    whole = unmasked_until(desk.context, person()) is not None
    html = render_template(
        "subscribers/one.html", page=page, who=who, forms=forms, open=name, line=line, kinds=KINDS,
        languages=LANGUAGES, problem=sentence(refused) if refused else "",
        statement=StatementForm(formdata=None, first=today - _MONTH, last=today),
        shown=(lambda text: text) if whole else numbers_hidden,
    )  # fmt: skip
    wrong = refused_status(refused) if refused else 400 if sent or asked.problems else 200
    return make_response(html, wrong)


def _export(desk: Desk, page: SubscriberPage) -> Response:
    form = ReasonForm(prefix="export")
    if not form.validate():
        return _show(desk, page, "export", form)
    try:
        packed = export_subscriber(
            desk.context, page.who.msisdn, person().name, form.reason.data or ""
        )
    except StaffRefused as refused:
        return _show(desk, page, "export", form, refused)
    answer = Response(packed, content_type="application/zip")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="personal-data-{page.who.id}.zip"'
    )
    return answer


def _statement(desk: Desk, page: SubscriberPage) -> Response:
    form = StatementForm(request.args)
    if not form.validate():
        abort(400, "A statement wants a first and a last day. Go back and choose them.")
    first, last, kind = form.first.data, form.last.data, form.format.data
    if not isinstance(first, date) or not isinstance(last, date):
        abort(400)
    try:
        found = fetch_statement(desk.context, person(), page.who.msisdn, first, last, kind)
    except StaffRefused as refused:
        abort(400, sentence(refused))
    text = io.StringIO()
    if kind == "csv":
        write_csv(found, text)
    body = pdf(found) if kind == "pdf" else text.getvalue()
    answer = Response(body, content_type=_TYPES[kind])
    name = f"statement-{page.who.id}-{first}-{last}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
