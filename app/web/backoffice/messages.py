"""SMS that were sent, and the gateways they leave by."""

from collections.abc import Callable

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
from flask.typing import ResponseReturnValue

from app.db.message_list import MESSAGES
from app.domain.roles import Right
from app.services.code_guard import closed_prefixes, reopen_prefix
from app.services.run_sms_gateways import (
    list_sms_gateways,
    spent,
    start_sms_gateway,
    stop_sms_gateway,
    turned_away,
)
from app.services.sms_context import SmsContext
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import ReasonForm
from app.web.backoffice.lists import show_list

Switch = Callable[[SmsContext, str, str, str], None]


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

    @routes.post("/gateways/<name>/stop")
    @needs(Right.MANAGE_ROUTES)
    @step_up
    def stop(name: str) -> Response:
        return _switch(desk, name, stop_sms_gateway, "Nothing goes out by it until it is started.")

    @routes.post("/gateways/<name>/start")
    @needs(Right.MANAGE_ROUTES)
    @step_up
    def start(name: str) -> Response:
        return _switch(desk, name, start_sms_gateway, "It is in use again.")

    @routes.post("/prefixes/<prefix>/reopen")
    @needs(Right.MANAGE_ROUTES)
    @step_up
    def reopen(prefix: str) -> Response:
        form = ReasonForm(prefix=prefix)
        if prefix not in {one.prefix for one in closed_prefixes(desk.context)}:
            abort(404)
        if not form.validate():
            return _show(desk, prefix, form)
        reopen_prefix(desk.context, prefix, person().name, form.reason.data)
        flash(f"{prefix}: codes go there again.")
        return make_response(redirect(url_for("messages.gateways"), 303))

    return routes


def _switch(desk: Desk, name: str, switch: Switch, done: str) -> Response:
    form = ReasonForm(prefix=name)
    if name not in desk.sms.names:
        abort(404)
    if not form.validate():
        return _show(desk, name, form)
    switch(desk.sms, name, person().name, form.reason.data)
    flash(f"{name}: {done}")
    return make_response(redirect(url_for("messages.gateways"), 303))


def _show(desk: Desk, sent: str = "", form: ReasonForm | None = None) -> Response:
    """Every gateway and closed prefix, with the form of the one that was sent and isn't valid."""
    lines, closed = list_sms_gateways(desk.sms), closed_prefixes(desk.context)
    names = [*(line.standing.name for line in lines), *(one.prefix for one in closed)]
    forms = {name: ReasonForm(formdata=None, prefix=name) for name in names}
    if form is not None and sent in forms:
        forms[sent] = form
    html = render_template(
        "messages/gateways.html", lines=lines, forms=forms, sent=sent, spent=spent(desk.sms),
        away=turned_away(desk.sms), closed=closed,
    )  # fmt: skip
    return make_response(html, 400 if form is not None else 200)
