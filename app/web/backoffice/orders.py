"""Orders: all of them, and one with everything that happened to it and what can be done."""

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
from wtforms import SelectField
from wtforms.fields import SelectChoice

from app.db.order_list import ORDERS
from app.domain.breaks import Way
from app.domain.msisdn import hidden_in
from app.domain.references import is_reference
from app.domain.roles import Right
from app.services.backoffice.order_acts import ask_settlement, ask_vendors, resend_receipt
from app.services.backoffice.order_page import OrderPage, order_page
from app.services.backoffice.unmask import unmasked_until
from app.services.refund_order import ask_refund
from app.services.review_order import ask_release, refuse
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import AmountField, MoneyForm, ReasonField
from app.web.backoffice.lists import show_list
from app.web.backoffice.refused import refused_status, sentence


class RefundForm(MoneyForm):
    amount = AmountField()
    reason = ReasonField()


class SettleForm(MoneyForm):
    """How an order ends that nobody else can say the end of."""

    how = SelectField(
        "What became of it",
        choices=[
            SelectChoice(Way.DELIVERED.value, "Delivered"),
            SelectChoice(Way.DECLINED.value, "Declined"),
        ],
    )
    reason = ReasonField("How you know")


class ReviewForm(MoneyForm):
    """What becomes of an order that was held."""

    how = SelectField(
        "What becomes of it",
        choices=[SelectChoice("release", "Release"), SelectChoice("refuse", "Refuse")],
    )
    reason = ReasonField("How you know")


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/orders`."""
    routes = Blueprint("orders", __name__, url_prefix="/backoffice/orders")

    @routes.get("")
    @needs(Right.SEE_ORDERS)
    def all_orders() -> ResponseReturnValue:
        return show_list(desk, ORDERS, leads_to={"reference": "orders.one"})

    @routes.get("/<reference>")
    @needs(Right.SEE_ORDERS)
    def one(reference: str) -> Response:
        return _show(desk, _order(desk, reference))

    _acts(routes, desk)
    _money_acts(routes, desk)
    _review_acts(routes, desk)
    return routes


def _acts(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.post("/<reference>/ask")
    @needs(Right.ACT_ON_ORDER)
    def ask(reference: str) -> Response:
        order = _order(desk, reference).file.order
        if ask_vendors(ctx, [order.reference], person().name):
            flash("The vendor is being asked. Its answer stands here in a moment: reload the page.")
        else:
            flash(f"{order.reference} has ended: {order.state}. Nobody need be asked.", "warning")
        return _to(order.reference)

    @routes.post("/<reference>/receipt")
    @needs(Right.ACT_ON_ORDER)
    def receipt(reference: str) -> Response:
        found = _order(desk, reference)
        try:
            resend_receipt(ctx, found.file.order.reference, person().name)
        except StaffRefused as refused:
            return _show(desk, found, refused=refused)
        flash("The receipt goes out once more.")
        return _to(found.file.order.reference)


def _money_acts(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.post("/<reference>/refund")
    @needs(Right.ASK_REFUND)
    @step_up
    def refund(reference: str) -> Response:
        found = _order(desk, reference)
        order, form = found.file.order, RefundForm(prefix="refund")
        form.amount.currency = order.price.currency
        if not form.validate():
            return _show(desk, found, refund=form)
        try:
            asked = ask_refund(
                ctx, order.reference, form.amount.data, form.reason.data, form.key.data,
                person().name,
            )  # fmt: skip
        except StaffRefused as refused:
            return _show(desk, found, refund=form, refused=refused)
        if asked.posted:
            flash(f"{form.amount.data} is in the buyer's wallet. Refund {asked.reference}.")
        else:
            flash(f"Asked for: another person must approve {asked.reference}.", "warning")
        return _to(order.reference)

    @routes.post("/<reference>/settle")
    @needs(Right.RESOLVE_UNKNOWN)
    @step_up
    def settle(reference: str) -> Response:
        found = _order(desk, reference)
        order, form = found.file.order, SettleForm(prefix="settle")
        if not form.validate():
            return _show(desk, found, settle=form)
        try:
            ticket = ask_settlement(
                ctx, order.reference, Way(form.how.data), form.reason.data, form.key.data,
                person().name,
            )  # fmt: skip
        except StaffRefused as refused:
            return _show(desk, found, settle=form, refused=refused)
        flash(f"Asked for: another person must approve {ticket}.", "warning")
        return _to(order.reference)


def _review_acts(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.post("/<reference>/review")
    @needs(Right.ACT_ON_ORDER)
    @step_up
    def review(reference: str) -> Response:
        found = _order(desk, reference)
        order, form = found.file.order, ReviewForm(prefix="review")
        if not form.validate():
            return _show(desk, found, review=form)
        why, actor = form.reason.data, person().name
        try:
            if form.how.data == "refuse":
                refuse(ctx, order.reference, why, actor)
                flash(f"{order.price} is back in the wallet, and the buyer is told.")
                return _to(order.reference)
            released = ask_release(ctx, order.reference, why, form.key.data, actor)
        except StaffRefused as refused:
            return _show(desk, found, review=form, refused=refused)
        if released.ticket:
            flash(f"Asked for: another person must approve {released.ticket}.", "warning")
        else:
            flash("Released: it is on its way.")
        return _to(order.reference)


def _order(desk: Desk, reference: str) -> OrderPage:
    wanted = reference.upper()
    found = order_page(desk.context, person(), wanted) if is_reference(wanted) else None
    if found is None:
        abort(404)
    return found


def _show(
    desk: Desk, page: OrderPage, *, refund: RefundForm | None = None,
    settle: SettleForm | None = None, review: ReviewForm | None = None,
    refused: StaffRefused | None = None,
) -> Response:  # fmt: skip
    """The page; with a form that was sent and couldn't be done, as it was typed."""
    order = page.file.order
    whole = unmasked_until(desk.context, person()) is not None
    sent = [form for form in (refund, settle, review) if form is not None]
    wrong = refused is not None or any(form.errors for form in sent)
    if refund is None:
        refund = RefundForm(formdata=None, prefix="refund", amount=page.money.left)
        refund.amount.currency = order.price.currency
    alone = desk.context.refunds.alone_up_to.get(order.price.currency, 0)
    html = render_template(
        "orders/one.html", page=page, order=order, money_of=page.money, refund=refund,
        settle=settle or SettleForm(formdata=None, prefix="settle"), alone=alone,
        review=review or ReviewForm(formdata=None, prefix="review"),
        problem=sentence(refused) if refused else "",
        shown=lambda text: text if whole else hidden_in(text, order.recipient, order.msisdn),
    )  # fmt: skip
    status = refused_status(refused) if refused else 400
    return make_response(html, status if wrong else 200)


def _to(reference: str) -> Response:
    return make_response(redirect(url_for("orders.one", reference=reference), 303))
