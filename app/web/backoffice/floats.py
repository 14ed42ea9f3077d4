"""The agent's float and commission: what there is, what moved, and how it moves."""

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

from app.domain.msisdn import spoken
from app.domain.requests import CommissionTaken, Done, FloatAsked, FloatMoved
from app.domain.roles import Right
from app.services.backoffice import agent_float
from app.services.backoffice.receipts import LINES, float_lines, till
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.counter_fields import LONGEST_SENT, OwnCountry, OwnCurrency
from app.web.backoffice.counter_words import why_not
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, MoneyForm

_LONGEST_ID = 18


class AmountForm(MoneyForm):
    """How much."""

    amount = OwnCurrency(render_kw={"maxlength": LONGEST_SENT})


class SendForm(AmountForm):
    """To which agent below, and how much."""

    number = OwnCountry("Number of the agent below", render_kw={"maxlength": LONGEST_SENT})


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/float/...`."""
    routes = Blueprint("floats", __name__, url_prefix="/backoffice/float")
    _see(routes, desk)
    _buy(routes, desk)
    _ask(routes, desk)
    _send(routes, desk)
    _answer(routes, desk)
    _commission(routes, desk)
    return routes


def _see(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.get("")
    @needs(Right.SEE_FLOAT)
    def balance() -> str:
        before = request.args.get("before", "")
        if before and not (before.isascii() and before.isdigit() and len(before) <= _LONGEST_ID):
            abort(400, "This page of the list doesn't exist; begin at its first.")
        lines = float_lines(ctx, person(), int(before) if before else None)
        asked = agent_float.waiting_requests(ctx, person()) if _may_move() else []
        return render_template(
            "floats/float.html", till=till(ctx, person()), lines=lines[:LINES],
            older=lines[LINES - 1].id if len(lines) > LINES else None, requests=asked, form=Form(),
        )  # fmt: skip


def _show(desk: Desk, template: str, form: AmountForm | SendForm, problem: str = "") -> Response:
    held = till(desk.context, person())
    page = render_template(template, form=form, problem=problem, till=held)
    return make_response(page, 400 if problem or form.errors else 200)


def _buy(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.get("/buy")
    @needs(Right.MOVE_FLOAT)
    def buy() -> Response:
        return _show(desk, "floats/buy.html", AmountForm())

    @routes.post("/buy")
    @needs(Right.MOVE_FLOAT)
    @step_up
    def do_buy() -> Response:
        form = AmountForm()
        if not form.validate():
            return _show(desk, "floats/buy.html", form)
        moved = agent_float.buy(ctx, person(), form.key.data, form.amount.data)
        if not isinstance(moved, FloatMoved):
            return _show(desk, "floats/buy.html", form, why_not(moved))
        return _done(f"{form.amount.data} moved from your wallet to your float.", moved.reference)


def _ask(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.get("/ask")
    @needs(Right.ASK_FLOAT)
    def ask_above() -> Response:
        return _show(desk, "floats/ask.html", AmountForm())

    @routes.post("/ask")
    @needs(Right.ASK_FLOAT)
    def do_ask_above() -> Response:
        form = AmountForm()
        if not form.validate():
            return _show(desk, "floats/ask.html", form)
        asked = agent_float.ask(ctx, person(), form.key.data, form.amount.data)
        if not isinstance(asked, FloatAsked):
            return _show(desk, "floats/ask.html", form, "There is no open agent above you to ask.")
        return _done(
            f"The agent above is asked for {form.amount.data}. An SMS tells you the answer.",
            asked.reference,
        )


def _send(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.get("/send")
    @needs(Right.MOVE_FLOAT)
    def send() -> Response:
        return _show(desk, "floats/send.html", SendForm())

    @routes.post("/send")
    @needs(Right.MOVE_FLOAT)
    @step_up
    def do_send() -> Response:
        form = SendForm()
        if not form.validate():
            return _show(desk, "floats/send.html", form)
        moved = agent_float.send(ctx, person(), form.key.data, form.number.data, form.amount.data)
        if not isinstance(moved, FloatMoved):
            return _show(desk, "floats/send.html", form, why_not(moved))
        return _done(
            f"{form.amount.data} float sent to {spoken(form.number.data)}.", moved.reference
        )


def _answer(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.post("/requests/<reference>/give")
    @needs(Right.MOVE_FLOAT)
    @step_up
    def give(reference: str) -> Response:
        moved = agent_float.give(ctx, person(), reference)
        if moved is None:
            abort(404)
        if isinstance(moved, FloatMoved):
            return _done("The float is sent.", moved.reference)
        flash(why_not(moved), "bad")
        return _to_float()

    @routes.post("/requests/<reference>/decline")
    @needs(Right.MOVE_FLOAT)
    def decline(reference: str) -> Response:
        ended = agent_float.decline(ctx, person(), reference)
        if ended is None:
            abort(404)
        if isinstance(ended, Done):
            return _done("Declined. The agent is told.", reference)
        flash(why_not(ended), "bad")
        return _to_float()


def _commission(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    def show(form: MoneyForm, problem: str = "") -> Response:
        page = render_template(
            "floats/commission.html", form=form, problem=problem, till=till(ctx, person())
        )
        return make_response(page, 400 if problem or form.errors else 200)

    @routes.get("/commission")
    @needs(Right.SEE_COMMISSION)
    def commission() -> Response:
        return show(MoneyForm())

    @routes.post("/commission")
    @needs(Right.TAKE_COMMISSION)
    @step_up
    def take() -> Response:
        form = MoneyForm()
        if not form.validate():
            return show(form)
        into = request.form.get("into")
        if into not in {"wallet", "float"}:
            return show(form, "Choose where the commission goes.")
        taken = agent_float.take(ctx, person(), form.key.data, into_float=into == "float")
        if not isinstance(taken, CommissionTaken):
            return show(form, why_not(taken))
        return _done(f"{taken.amount} commission is in your {into}.", taken.reference)


def _may_move() -> bool:
    return person().may(Right.MOVE_FLOAT)


def _done(text: str, reference: str) -> Response:
    flash(f"{text} Ref {reference}", "good")
    return _to_float()


def _to_float() -> Response:
    return make_response(redirect(url_for("floats.balance"), 303))
