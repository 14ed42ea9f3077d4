"""The audit log."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.db.audit_list import AUDIT
from app.domain.roles import Right
from app.web.backoffice.access import needs
from app.web.backoffice.desk import Desk
from app.web.backoffice.lists import show_list


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/audit`."""
    routes = Blueprint("audit", __name__, url_prefix="/backoffice/audit")

    @routes.get("")
    @needs(Right.SEE_AUDIT)
    def all_entries() -> ResponseReturnValue:
        return show_list(desk, AUDIT)

    return routes
