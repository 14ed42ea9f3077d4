"""Asking for a batch of vouchers, and printing it once another person has approved it."""

from datetime import timedelta

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
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from app.db.errors import AnswerLost
from app.domain.errors import BadAmount
from app.domain.money import parse_amount
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.references import is_reference
from app.domain.roles import Right
from app.domain.vouchers import LARGEST_BATCH
from app.services.backoffice.voucher_page import ToPrint, one_to_print
from app.services.print_vouchers import FORMATS, HowTo
from app.services.run_vouchers import Issued, Wanted, ask_batch, issue_vouchers
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, MoneyForm, ReasonField
from app.web.backoffice.refused import refused_status, sentence

LARGEST_PRINTED_HERE = 1_000
"""A page isn't kept waiting for more; `nexustop voucher print` takes any."""
_CURRENCIES = sorted(COUNTRY_CURRENCY.values())
_TYPES = {".pdf": "application/pdf", ".csv": "text/csv; charset=utf-8"}


class BatchForm(MoneyForm):
    count = IntegerField("How many vouchers", [
        InputRequired(f"Type a number from 1 to {LARGEST_BATCH:,}."),
        NumberRange(1, LARGEST_BATCH, f"Type a number from 1 to {LARGEST_BATCH:,}."),
    ])  # fmt: skip
    currency = SelectField("Currency", choices=_CURRENCIES, default="NGN")
    face = StringField("Face value of each", [InputRequired("Type an amount, like 500.")])
    last_day = DateField("Last day on which they are good",
                         [InputRequired("Choose a day.")])  # fmt: skip
    reason = ReasonField()

    def wanted(self) -> Wanted | None:
        """What is asked for; None, with what is wrong beside its field."""
        if not self.validate():
            return None
        try:
            face = parse_amount(self.face.data or "", self.currency.data)
        except BadAmount:
            self.face.errors = [f"Type an amount above zero in {self.currency.data}, like 500."]
            return None
        return Wanted(int(self.count.data or 0), face, self.last_day.data)


class PrintForm(Form):
    form = SelectField("File", choices=[
        SelectChoice(".pdf", "PDF: A4 sheets to print and cut"),
        SelectChoice(".csv", "CSV: for a printing house"),
    ])  # fmt: skip


def add_printing(routes: Blueprint, desk: Desk) -> None:
    """`new` and `print/<ticket>`."""
    ctx = desk.context

    @routes.get("/new")
    @needs(Right.MANAGE_VOUCHERS)
    def new() -> Response:
        usual = ctx.clock.now().date() + timedelta(days=365)
        return _show_new(BatchForm(formdata=None, last_day=usual))

    @routes.post("/new")
    @needs(Right.MANAGE_VOUCHERS)
    @step_up
    def ask() -> Response:
        form = BatchForm()
        wanted = form.wanted()
        if wanted is None:
            return _show_new(form)
        try:
            ticket = ask_batch(ctx, wanted, form.reason.data, person().name, form.key.data)
        except StaffRefused as refused:
            return _show_new(form, refused)
        flash(
            f"Asked for {wanted.count:,} x {wanted.face}, {wanted.total} in all: another person"
            f" must approve {ticket}.", "warning",
        )  # fmt: skip
        return make_response(redirect(url_for("vouchers.batches"), 303))

    @routes.get("/print/<ticket>")
    @needs(Right.MANAGE_VOUCHERS)
    @step_up
    def print_page(ticket: str) -> Response:
        return _show_print(_to_print(desk, ticket))

    @routes.post("/print/<ticket>")
    @needs(Right.MANAGE_VOUCHERS)
    @step_up
    def print_it(ticket: str) -> Response:
        found = _to_print(desk, ticket)
        form = PrintForm()
        if not form.validate():
            return _show_print(found)
        if found.wanted.count > LARGEST_PRINTED_HERE:
            return _show_print(found, StaffRefused("it is too large to be printed here"))
        how = HowTo(desk.settings.short_code, desk.settings.sms_short_code)
        made: list[bytes] = []

        def write(issued: Issued) -> None:
            made.append(FORMATS[form.form.data](issued, how))

        try:
            batch = issue_vouchers(ctx, found.ticket.ticket, person().name, write)
        except StaffRefused as refused:
            return _show_print(found, refused)
        except AnswerLost:
            return _show_print(found, StaffRefused(
                "the database went away: if the batch is in the list now, void it and ask for"
                " another, else print it again"
            ))  # fmt: skip
        answer = make_response(made[0])
        answer.content_type = _TYPES[form.form.data]
        name = f"vouchers-{batch.reference}{form.form.data}"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _to_print(desk: Desk, ticket: str) -> ToPrint:
    name = ticket.upper()
    found = one_to_print(desk.context, person(), name) if is_reference(name) else None
    if found is None:
        abort(404, f"{name[:12]} isn't to be printed: there is no such ticket, or its batch was"
                   " printed before. What is lost of a printed batch is made good by voiding it"
                   " and asking for another.")  # fmt: skip
    return found


def _show_new(form: BatchForm, refused: StaffRefused | None = None) -> Response:
    problem = sentence(refused) if refused else ""
    html = render_template("vouchers/new.html", form=form, problem=problem)
    wrong = bool(form.errors or form.face.errors)
    return make_response(html, refused_status(refused) if refused else 400 if wrong else 200)


def _show_print(found: ToPrint, refused: StaffRefused | None = None) -> Response:
    html = render_template(
        "vouchers/print.html", found=found, ticket=found.ticket, wanted=found.wanted,
        form=PrintForm(formdata=None), problem=sentence(refused) if refused else "",
        too_large=found.wanted.count > LARGEST_PRINTED_HERE,
    )  # fmt: skip
    return make_response(html, refused_status(refused) if refused else 200)
