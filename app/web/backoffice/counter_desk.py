"""The first page of agents and tellers: what they do most, the float, and today."""

from flask import Blueprint, render_template

from app.domain.roles import Right
from app.services.backoffice.counter import may_move_cash
from app.services.backoffice.receipts import day_lines, sees_everybody, till, today_of
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/desk`."""
    routes = Blueprint("counter", __name__, url_prefix="/backoffice/desk")

    @routes.get("")
    @needs(Right.SEE_FLOAT)
    def first() -> str:
        return first_page(desk)

    return routes


def first_page(desk: Desk) -> str:
    """Also what an agent's `/backoffice/` shows."""
    ctx = desk.context
    lines = day_lines(ctx, person(), today_of(ctx, person()))
    return render_template(
        "counter/first.html", till=till(ctx, person()), lines=lines,
        cash=may_move_cash(ctx, person()), everybody=sees_everybody(person()),
    )  # fmt: skip
