"""The first page after signing in."""

from flask import Blueprint, render_template

from app.domain.roles import Right
from app.web.backoffice.access import needs
from app.web.backoffice.desk import Desk


def pages(_: Desk) -> Blueprint:
    """`/backoffice/`."""
    routes = Blueprint("front", __name__, url_prefix="/backoffice")

    @routes.get("/")
    @needs(Right.OWN_ACCOUNT)
    def front() -> str:
        return render_template("front/front.html")

    return routes
