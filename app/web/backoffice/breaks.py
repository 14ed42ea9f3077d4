"""One break: what differs, and how it ends."""

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
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from app.domain.breaks import Way
from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import Msisdn, parse_msisdn
from app.domain.roles import Right
from app.services.backoffice.break_page import BreakPage, break_page, right_to_end
from app.services.resolve_break import Asked, ask_resolution, take_break
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import MoneyForm, ReasonField
from app.web.backoffice.refused import refused_status, sentence

_LARGEST_ID = 2**63 - 1
_HAPPENS = {
    Way.CREDIT: "Credit: the money goes into a subscriber's wallet, who is told.",
    Way.REFUND: "Refund: the money was given back at the payment provider.",
    Way.WRITE_OFF: "Write off: our account is brought to what the provider says; the rest is our"
    " loss or gain.",
    Way.DELIVERED: "Delivered: the hold pays the provider, and the buyer gets a receipt. Of an"
    " order that was given up, nothing moves.",
    Way.DECLINED: "Declined: the hold goes back to the buyer, who is told. Of an order that was"
    " given up, only our own accounts move.",
    Way.ACCEPT: "Accept: nothing is posted, and one person is enough.",
}


class EndForm(MoneyForm):
    how = SelectField("How it ends")
    to = StringField("Whose wallet, for a credit", [Length(max=24)])
    reason = ReasonField("How you know")

    def offer(self, ways: tuple[Way, ...]) -> "EndForm":
        """The form, with these ways to choose from."""
        self.how.choices = [
            SelectChoice(way.value, way.value.replace("_", " ").capitalize()) for way in ways
        ]
        if Way.CREDIT not in ways:
            del self.to
        return self

    def whose(self) -> Msisdn | None:
        """Whose wallet. Raises StaffRefused for what is no number."""
        typed = self.to.data if "to" in self else ""
        try:
            return parse_msisdn(typed) if typed else None
        except NotAnMsisdn:
            raise StaffRefused("type a whole mobile number, like 0803 000 0001") from None


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/breaks/<id>`."""
    ctx = desk.context
    routes = Blueprint("breaks", __name__, url_prefix="/backoffice/breaks")

    @routes.get("/<int:break_id>")
    @needs(Right.SEE_QUEUE)
    def one(break_id: int) -> Response:
        return _show(_break(desk, break_id))

    @routes.post("/<int:break_id>/take")
    @needs(Right.RESOLVE_BREAK)
    def take(break_id: int) -> Response:
        found = _break(desk, break_id)
        try:
            take_break(ctx, break_id, person().name)
        except StaffRefused as refused:
            return _show(found, refused=refused)
        flash("It is yours to look after.")
        return _to(break_id)

    @routes.post("/<int:break_id>/end")
    @needs(Right.RESOLVE_BREAK)
    @step_up
    def end(break_id: int) -> Response:
        found = _break(desk, break_id)
        if not person().may(right_to_end(found.row.kind)):
            abort(403)
        form = EndForm().offer(tuple(found.ways))
        if not form.validate():
            return _show(found, form)
        try:
            came = ask_resolution(
                ctx, break_id, Way(form.how.data), form.whose(), form.reason.data, person().name,
                form.key.data,
            )  # fmt: skip
        except StaffRefused as refused:
            return _show(_break(desk, break_id), form, refused)
        if isinstance(came, Asked):
            flash(f"Asked for: another person must approve {came.ticket}.", "warning")
        else:
            flash("It is closed.")
        return _to(break_id)

    return routes


def _break(desk: Desk, break_id: int) -> BreakPage:
    found = break_page(desk.context, person(), break_id) if break_id <= _LARGEST_ID else None
    if found is None:
        abort(404)
    return found


def _show(
    page: BreakPage, form: EndForm | None = None, refused: StaffRefused | None = None
) -> Response:
    wrong = refused is not None or bool(form and form.errors)
    html = render_template(
        "breaks/one.html", page=page, row=page.row,
        form=form or EndForm(formdata=None).offer(tuple(page.ways)),
        happens=[_HAPPENS[way] for way in page.ways], problem=sentence(refused) if refused else "",
    )  # fmt: skip
    status = refused_status(refused) if refused else 400
    return make_response(html, status if wrong else 200)


def _to(break_id: int) -> Response:
    return make_response(redirect(url_for("breaks.one", break_id=break_id), 303))
