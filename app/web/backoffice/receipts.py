"""What a counter has done: one act with its receipt, which follows a sale until it has ended."""

from flask import Blueprint, Response, abort, make_response, render_template

from app.domain.operators import OPERATORS
from app.domain.orders import OrderState
from app.domain.roles import Right
from app.services.backoffice.receipts import receipt_of
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk
from menus.texts.plans import plan_name

OPEN = frozenset({
    OrderState.REVIEW, OrderState.PLACED, OrderState.SENDING, OrderState.PENDING,
    OrderState.UNKNOWN,
})  # fmt: skip


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/receipts/<reference>`."""
    ctx = desk.context
    routes = Blueprint("receipts", __name__, url_prefix="/backoffice/receipts")

    def show(reference: str, template: str) -> Response:
        receipt = receipt_of(ctx, person(), reference.upper())
        if receipt is None:
            abort(404)
        act = receipt.act
        operator = OPERATORS.get(act.operator)
        page = render_template(
            template, receipt=receipt, act=act, waits=act.state in OPEN,
            operator=operator.name if operator else "",
            plan=plan_name("en", act.product) if act.product else "",
        )  # fmt: skip
        return make_response(page)

    @routes.get("/<reference>")
    @needs(Right.SEE_RECEIPTS)
    def one(reference: str) -> Response:
        return show(reference, "receipts/one.html")

    @routes.get("/<reference>/now")
    @needs(Right.SEE_RECEIPTS, passive=True)
    def now(reference: str) -> Response:
        """The part that renews itself while the order is open."""
        return show(reference, "receipts/slip.html")

    return routes
