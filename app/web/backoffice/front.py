"""The first page after signing in."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.roles import Right
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk


def pages(_: Desk) -> Blueprint:
    """`/backoffice/`."""
    routes = Blueprint("front", __name__, url_prefix="/backoffice")

    @routes.get("/")
    @needs(Right.OWN_ACCOUNT)
    def front() -> ResponseReturnValue:
        if person().kind == "agent":
            return redirect(url_for("counter.first"), 303)
        return render_template("front/front.html")

    return routes
