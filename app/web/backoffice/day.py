"""The day sheet: per teller what was done, the float at both ends; and every act as a list."""

from datetime import date, timedelta

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.db.counter import COUNTER_ACTS
from app.db.listing import Condition
from app.domain.roles import Right
from app.services.backoffice.counter import agent_of
from app.services.backoffice.day_file import day_csv
from app.services.backoffice.receipts import day_sheet, sees_everybody, today_of
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk
from app.web.backoffice.lists import show_list

_SHOWN_UNASKED = timedelta(days=31)


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/day` and `/backoffice/day/acts`."""
    ctx = desk.context
    routes = Blueprint("day", __name__, url_prefix="/backoffice/day")

    @routes.get("")
    @needs(Right.SEE_DAY_SHEET)
    def sheet() -> Response:
        today = today_of(ctx, person())
        day = _day(request.args.get("day", ""), today)
        found = day_sheet(ctx, person(), day)
        if request.args.get("format") == "csv":
            answer = Response(day_csv(ctx, person(), found), content_type="text/csv; charset=utf-8")
            answer.headers["Content-Disposition"] = f'attachment; filename="day-{day}.csv"'
            return answer
        return make_response(
            render_template(
                "day/sheet.html", sheet=found, today=today, everybody=sees_everybody(person())
            )
        )

    @routes.get("/acts")
    @needs(Right.SEE_DAY_SHEET)
    def acts() -> ResponseReturnValue:
        only: list[Condition] = []
        if not sees_everybody(person()):
            only.append(("a.done_by = %s", person().name))
        if not request.args.get("from"):
            only.append(("a.at >= %s", ctx.clock.now() - _SHOWN_UNASKED))
        return show_list(
            desk, COUNTER_ACTS, within=agent_of(person())[0], only=tuple(only),
            leads_to={"reference": "receipts.one"}, template="day/acts.html",
            days=_SHOWN_UNASKED.days,
        )  # fmt: skip

    return routes


def _day(text: str, today: date) -> date:
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(400, "Type a day, like 2026-11-29.")
    if not date(2020, 1, 1) <= day <= today:
        abort(400, "Choose a day up to today.")
    return day
