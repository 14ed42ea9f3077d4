"""Own sessions: where one is signed in, and signing out there."""

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

from app.domain.roles import Right
from app.services.backoffice.web_session import end_session, sessions_of
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/sessions`."""
    routes = Blueprint("sessions", __name__, url_prefix="/backoffice/sessions")

    @routes.get("")
    @needs(Right.OWN_ACCOUNT)
    def own() -> str:
        rows = sessions_of(desk.context, person())
        return render_template("sessions/own.html", rows=rows, current=int(person().session))

    @routes.post("/<int:session_id>/end")
    @needs(Right.OWN_ACCOUNT)
    def end(session_id: int) -> Response:
        if session_id > 2**63 - 1 or not end_session(desk.context, person(), session_id, "revoked"):
            abort(404)
        flash("Signed out there.")
        return make_response(redirect(url_for("sessions.own"), 303))

    return routes
