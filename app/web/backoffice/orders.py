"""Orders."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.db.order_list import ORDERS
from app.domain.roles import Right
from app.web.backoffice.access import needs
from app.web.backoffice.desk import Desk
from app.web.backoffice.lists import show_list


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/orders`."""
    routes = Blueprint("orders", __name__, url_prefix="/backoffice/orders")

    @routes.get("")
    @needs(Right.SEE_ORDERS)
    def all_orders() -> ResponseReturnValue:
        return show_list(desk, ORDERS)

    return routes
