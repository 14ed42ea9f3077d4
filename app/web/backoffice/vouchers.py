"""Vouchers: batches, what became of one voucher, and voiding a batch."""

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
from flask.typing import ResponseReturnValue

from app.db.voucher_list import VOUCHERS
from app.domain.references import is_reference
from app.domain.roles import Right
from app.services.backoffice.voucher_page import BatchPage, batch_page, to_print
from app.services.run_vouchers import (
    BatchHasEnded,
    NoSuchVoucher,
    show_voucher,
    void_vouchers,
)
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, ReasonForm
from app.web.backoffice.lists import show_list
from app.web.backoffice.refused import refused_status, sentence
from app.web.backoffice.voucher_print import add_printing


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/vouchers`."""
    ctx = desk.context
    routes = Blueprint("vouchers", __name__, url_prefix="/backoffice/vouchers")

    @routes.get("")
    @needs(Right.SEE_VOUCHERS)
    def batches() -> ResponseReturnValue:
        return show_list(
            desk, VOUCHERS, leads_to={"reference": "vouchers.one"}, template="vouchers/list.html",
            to_print=to_print(ctx, person()),
        )  # fmt: skip

    @routes.post("/one")
    @needs(Right.FIND_VOUCHER)
    def find() -> Response:
        """What became of a voucher. Posted and never shown again as it was typed: people type PINs
        where serials are wanted, and addresses are logged."""
        if not Form().validate():
            abort(400)
        try:
            found = show_voucher(ctx, request.form.get("serial", "")[:20])
        except NoSuchVoucher:
            return make_response(render_template("vouchers/find.html", found=None), 400)
        return make_response(render_template("vouchers/find.html", found=found))

    @routes.get("/serial/<serial>")
    @needs(Right.FIND_VOUCHER)
    def voucher(serial: str) -> Response:
        """The same, of one that the search box found: surely a serial, and no PIN."""
        try:
            found = show_voucher(ctx, serial)
        except NoSuchVoucher:
            abort(404)
        return make_response(render_template("vouchers/find.html", found=found))

    @routes.get("/<reference>")
    @needs(Right.SEE_VOUCHERS)
    def one(reference: str) -> Response:
        return _show_batch(_batch(desk, reference), ReasonForm(formdata=None))

    @routes.post("/<reference>/void")
    @needs(Right.MANAGE_VOUCHERS)
    @step_up
    def void(reference: str) -> Response:
        page, form = _batch(desk, reference), ReasonForm()
        if not form.validate():
            return _show_batch(page, form)
        name = page.batch.reference
        try:
            left = void_vouchers(ctx, name, person().name, form.reason.data)
        except BatchHasEnded as ended:
            return _show_batch(_batch(desk, name), form, f"This batch is {ended} already.", 409)
        except StaffRefused as refused:
            return _show_batch(page, form, sentence(refused), refused_status(refused))
        flash(f"Batch {name} is void; {left} of it was not redeemed.")
        return make_response(redirect(url_for("vouchers.one", reference=name), 303))

    add_printing(routes, desk)
    return routes


def _batch(desk: Desk, reference: str) -> BatchPage:
    name = reference.upper()
    found = batch_page(desk.context, person(), name) if is_reference(name) else None
    if found is None:
        abort(404)
    return found


def _show_batch(
    page: BatchPage, form: ReasonForm, problem: str = "", status: int = 400
) -> Response:
    html = render_template(
        "vouchers/one.html", page=page, batch=page.batch, form=form, problem=problem
    )
    return make_response(html, status if problem or form.errors else 200)
