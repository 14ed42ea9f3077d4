"""The first page after signing in: an agent's desk, or what staff must see to today."""

from flask import Blueprint

from app.domain.roles import Right
from app.web.backoffice import counter_desk, dashboard
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/`."""
    routes = Blueprint("front", __name__, url_prefix="/backoffice")

    @routes.get("/")
    @needs(Right.OWN_ACCOUNT)
    def front() -> str:
        if person().kind == "agent":
            return counter_desk.first_page(desk)
        return dashboard.first_page(desk)

    return routes
