"""SMS that were sent, and the gateways they leave by."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.db.message_list import MESSAGES
from app.domain.roles import Right
from app.services.run_sms_gateways import (
    NoSuchGateway,
    list_sms_gateways,
    spent,
    start_sms_gateway,
    stop_sms_gateway,
    turned_away,
)
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import ReasonForm
from app.web.backoffice.lists import show_list

_ACTS = {"stop": stop_sms_gateway, "start": start_sms_gateway}
_DONE = {"stop": "Nothing goes out by it until it is started.", "start": "It is in use again."}


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/messages`."""
    routes = Blueprint("messages", __name__, url_prefix="/backoffice/messages")

    @routes.get("")
    @needs(Right.SEE_MESSAGES)
    def all_messages() -> ResponseReturnValue:
        return show_list(desk, MESSAGES, template="messages/list.html")

    @routes.get("/gateways")
    @needs(Right.SEE_MESSAGES)
    def gateways() -> Response:
        return _show(desk)

    @routes.post("/gateways/<name>/<any(stop, start):act>")
    @needs(Right.MANAGE_ROUTES)
    @step_up
    def switch(name: str, act: str) -> Response:
        form = ReasonForm(prefix=name)
        if not form.validate():
            return _show(desk, name, form)
        try:
            _ACTS[act](desk.sms, name, person().name, form.reason.data)
        except NoSuchGateway:
            return _show(desk, status=404)
        flash(f"{name}: {_DONE[act]}")
        return make_response(redirect(url_for("messages.gateways"), 303))

    return routes


def _show(
    desk: Desk, sent: str = "", form: ReasonForm | None = None, status: int = 200
) -> Response:
    """Every gateway, with the form of the one that was sent and isn't valid."""
    lines = list_sms_gateways(desk.sms)
    forms = {
        line.standing.name: ReasonForm(formdata=None, prefix=line.standing.name) for line in lines
    }
    if form is not None and sent in forms:
        forms[sent] = form
    html = render_template(
        "messages/gateways.html", lines=lines, forms=forms, sent=sent, spent=spent(desk.sms),
        away=turned_away(desk.sms),
    )  # fmt: skip
    return make_response(html, 400 if form is not None else status)
