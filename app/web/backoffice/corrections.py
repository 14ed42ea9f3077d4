"""Asking to correct the ledger: a wallet, or a whole transaction. Another person must approve."""

from typing import Any

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
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from app.domain.money import Money
from app.domain.roles import Right
from app.services.backoffice.ledger_page import (
    AccountPage,
    TransactionPage,
    account_page,
    transaction_page,
)
from app.services.correct_books import (
    Movement,
    ask_adjustment,
    ask_reversal,
    preview_adjustment,
)
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import AmountField, MoneyForm, ReasonField
from app.web.backoffice.refused import refused_status, sentence

_LARGEST_ID = 2**63 - 1
_LONGEST_REFERENCE = 200


class ReverseForm(MoneyForm):
    reason = ReasonField()


class AdjustForm(MoneyForm):
    """Sent twice: first to see both balances, then with `seen` to ask for it."""

    way = RadioField("What to do", [InputRequired("Choose one.")], choices=[
        SelectChoice("in", "Put money in"), SelectChoice("out", "Take money out"),
    ])  # fmt: skip
    amount = AmountField()
    about = StringField("Transaction it corrects, if one", [Length(max=_LONGEST_REFERENCE)])
    reason = ReasonField()
    seen = HiddenField()

    @property
    def amount_minor(self) -> int:
        minor = int(self.amount.data.amount_minor)
        return minor if self.way.data == "in" else -minor


def add_corrections(routes: Blueprint, desk: Desk) -> None:
    """`accounts/<number>/adjust` and `transactions/<reference>/reverse`."""
    ctx = desk.context

    @routes.get("/accounts/<int:number>/adjust")
    @needs(Right.ASK_ADJUSTMENT)
    def adjust_page(number: int) -> Response:
        page = _wallet(desk, number)
        about = request.args.get("about", "")[:_LONGEST_REFERENCE]
        form = AdjustForm(formdata=None, about=about)
        form.amount.currency = page.seen.account.currency
        return _show_adjust(page, form)

    @routes.post("/accounts/<int:number>/adjust")
    @needs(Right.ASK_ADJUSTMENT)
    @step_up
    def adjust(number: int) -> Response:
        page, form = _wallet(desk, number), AdjustForm()
        form.amount.currency = page.seen.account.currency
        if page.whose is None or not form.validate():
            return _show_adjust(page, form)
        about = (form.about.data or "").strip()
        try:
            if form.seen.data != str(form.amount_minor):
                moves = preview_adjustment(ctx, page.whose, form.amount_minor)
                form.seen.data = str(form.amount_minor)
                return _show_adjust(page, form, moves=moves)
            ticket = ask_adjustment(
                ctx, page.whose, form.amount_minor, about, form.reason.data, person().name,
                form.key.data,
            )  # fmt: skip
        except StaffRefused as refused:
            return _show_adjust(page, form, refused)
        flash(f"Asked for: another person must approve {ticket}.", "warning")
        return _to("ledger.account", number=number)

    @routes.post("/transactions/<reference>/reverse")
    @needs(Right.ASK_ADJUSTMENT)
    @step_up
    def reverse(reference: str) -> Response:
        page, form = one_transaction(desk, reference), ReverseForm()
        if not form.validate():
            return show_transaction(page, form)
        try:
            ticket = ask_reversal(ctx, reference, form.reason.data, person().name, form.key.data)
        except StaffRefused as refused:
            return show_transaction(page, form, refused)
        flash(f"Asked for: another person must approve {ticket}.", "warning")
        return _to("ledger.transaction", reference=reference)


def one_account(desk: Desk, number: int) -> AccountPage:
    """Ends the request with 404 when there is none."""
    found = account_page(desk.context, person(), number) if number <= _LARGEST_ID else None
    if found is None:
        abort(404)
    return found


def _wallet(desk: Desk, number: int) -> AccountPage:
    found = one_account(desk, number)
    if not found.may_adjust:
        abort(404)
    return found


def one_transaction(desk: Desk, reference: str) -> TransactionPage:
    """Ends the request with 404 when there is none."""
    known = len(reference) <= _LONGEST_REFERENCE and "\0" not in reference
    found = transaction_page(desk.context, person(), reference) if known else None
    if found is None:
        abort(404)
    return found


def _show_adjust(
    page: AccountPage, form: AdjustForm, refused: StaffRefused | None = None,
    moves: list[Movement] | None = None,
) -> Response:  # fmt: skip
    html = render_template(
        "ledger/adjust.html", page=page, form=form, moves=moves,
        problem=sentence(refused) if refused else "",
        amount=form.amount.data if isinstance(form.amount.data, Money) else None,
    )  # fmt: skip
    return make_response(html, refused_status(refused) if refused else 400 if form.errors else 200)


def show_transaction(
    page: TransactionPage, form: ReverseForm, refused: StaffRefused | None = None
) -> Response:
    """The transaction's page, with what is wrong on it."""
    html = render_template(
        "ledger/transaction.html", page=page, seen=page.seen, form=form,
        problem=sentence(refused) if refused else "",
    )  # fmt: skip
    return make_response(html, refused_status(refused) if refused else 400 if form.errors else 200)


def _to(endpoint: str, **parts: Any) -> Response:
    return make_response(redirect(url_for(endpoint, **parts), 303))
