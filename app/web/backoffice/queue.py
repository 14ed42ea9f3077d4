"""What needs a person now."""

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from app.domain.roles import Right
from app.services.backoffice.order_acts import ask_vendors
from app.services.backoffice.queue_page import KINDS, queue_page
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk
from app.web.backoffice.refused import sentence

_LEADS = {
    "unknown": ("orders.one", "reference"),
    "review": ("orders.one", "reference"),
    "cases": ("cases.one", "ticket"),
    "approvals": ("approvals.one", "ticket"),
}
_TO_A_BREAK = ("breaks.one", "break_id")


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/queue`."""
    routes = Blueprint("queue", __name__, url_prefix="/backoffice/queue")

    @routes.get("")
    @needs(Right.SEE_QUEUE)
    def waiting() -> str:
        asked = request.args
        page = queue_page(desk.context, asked.get("kind", ""), asked.get("after", ""))
        if page is None:
            abort(404)
        endpoint, name = _LEADS.get(page.kind.name, _TO_A_BREAK)
        return render_template(
            "queue/waiting.html", page=page, kinds=KINDS,
            leads_to=lambda row: url_for(endpoint, **{name: row.key}),
        )  # fmt: skip

    @routes.post("/ask")
    @needs(Right.ACT_ON_ORDER)
    def ask() -> Response:
        try:
            asked = ask_vendors(desk.context, request.form.getlist("order"), person().name)
        except StaffRefused as refused:
            flash(sentence(refused), "bad")
        else:
            orders = "order is" if len(asked) == 1 else "orders are"
            flash(f"The vendors of {len(asked)} {orders} being asked. Reload in a moment.")
        return make_response(redirect(url_for("queue.waiting", kind="unknown"), 303))

    return routes
