"""The first page after signing in."""

from flask import Blueprint, render_template

from app.domain.roles import Right
from app.web.backoffice.access import needs, person
from app.web.backoffice.counter_desk import first_page
from app.web.backoffice.desk import Desk


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/`."""
    routes = Blueprint("front", __name__, url_prefix="/backoffice")

    @routes.get("/")
    @needs(Right.OWN_ACCOUNT)
    def front() -> str:
        if person().kind == "agent":
            return first_page(desk)
        return render_template("front/front.html")

    return routes
