"""KYC: what each tier allows, identity checks, and deciding those that wait."""

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
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.db.identity import CheckSeen
from app.db.identity_list import IDENTITY_CHECKS, WAITING
from app.db.subscriber_trail import LAST_ID
from app.domain.roles import Right
from app.services.backoffice.kyc import tiers_today
from app.services.decide_identity import (
    LONGEST_NAME,
    confirm_by_hand,
    refuse_by_hand,
    show_check,
)
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, ReasonField, ReasonForm
from app.web.backoffice.lists import show_list
from app.web.backoffice.refused import refused_status, sentence


class ConfirmForm(Form):
    name = StringField(
        "Full name as the document says it",
        [InputRequired("Say whose document it is."), Length(max=LONGEST_NAME)],
    )
    reason = ReasonField("What you saw")


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/kyc`."""
    ctx = desk.context
    routes = Blueprint("kyc", __name__, url_prefix="/backoffice/kyc")

    @routes.get("")
    @needs(Right.SEE_KYC)
    def checks() -> ResponseReturnValue:
        return show_list(
            desk, IDENTITY_CHECKS, template="kyc/checks.html", tiers=tiers_today(ctx),
            leads_to={"check_id": "kyc.one", "subscriber_id": "subscribers.one"},
        )  # fmt: skip

    @routes.get("/<int:check_id>")
    @needs(Right.SEE_KYC)
    def one(check_id: int) -> Response:
        return _show(_check(desk, check_id))

    @routes.post("/<int:check_id>/confirm")
    @needs(Right.MANAGE_KYC)
    def confirm(check_id: int) -> Response:
        check, form = _check(desk, check_id), ConfirmForm(prefix="confirm")
        if not form.validate():
            return _show(check, confirm=form)
        try:
            confirmed = confirm_by_hand(
                ctx, check_id, form.name.data, person().name, form.reason.data
            )
        except StaffRefused as refused:
            return _show(_check(desk, check_id), confirm=form, refused=refused)
        if confirmed:
            flash(f"{check.document.label} is confirmed, and the tier has risen.")
        else:
            flash("Another subscriber has this number. The check ended; a break is open.", "bad")
        return _to(check_id)

    @routes.post("/<int:check_id>/refuse")
    @needs(Right.MANAGE_KYC)
    def refuse(check_id: int) -> Response:
        check, form = _check(desk, check_id), ReasonForm(prefix="refuse")
        if not form.validate():
            return _show(check, refuse=form)
        try:
            refuse_by_hand(ctx, check_id, person().name, form.reason.data)
        except StaffRefused as refused:
            return _show(_check(desk, check_id), refuse=form, refused=refused)
        flash(f"{check.document.label} is refused; the owner is told by SMS.")
        return _to(check_id)

    return routes


def _check(desk: Desk, check_id: int) -> CheckSeen:
    found = show_check(desk.context, check_id) if check_id <= LAST_ID else None
    if found is None:
        abort(404)
    return found


def _show(
    check: CheckSeen, *, confirm: ConfirmForm | None = None, refuse: ReasonForm | None = None,
    refused: StaffRefused | None = None,
) -> Response:  # fmt: skip
    html = render_template(
        "kyc/one.html", check=check, open=check.state == WAITING,
        confirm=confirm or ConfirmForm(formdata=None, prefix="confirm"),
        refuse=refuse or ReasonForm(formdata=None, prefix="refuse"),
        problem=sentence(refused) if refused else "",
    )  # fmt: skip
    sent = confirm is not None or refuse is not None
    return make_response(html, refused_status(refused) if refused else 400 if sent else 200)


def _to(check_id: int) -> Response:
    return make_response(redirect(url_for("kyc.one", check_id=check_id), 303))
