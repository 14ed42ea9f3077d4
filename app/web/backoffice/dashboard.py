"""The staff's front page and the dashboard: parts that renew themselves, made once for all."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, render_template, request, url_for

from app.domain.operators import COUNTRY_CURRENCY, OPERATORS
from app.domain.periods import Period
from app.domain.roles import Right
from app.domain.sms import SmsCost
from app.domain.tasks import Task
from app.services.backoffice.dashboard import Dashboard, View, dashboard
from app.sessions.fragments import Fragments
from app.web.backoffice import charts
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk

PERIODS: Mapping[Period, str] = {
    Period.TODAY: "Today", Period.DAY: "24 hours", Period.WEEK: "7 days", Period.MONTH: "30 days",
}  # fmt: skip
COMPARED: Mapping[Period, str] = {
    Period.TODAY: "yesterday by this hour", Period.DAY: "the 24 hours before",
    Period.WEEK: "the 7 days before", Period.MONTH: "the 30 days before",
}  # fmt: skip
COUNTRIES: Mapping[str, str] = {
    "NG": "Nigeria", "KE": "Kenya", "GH": "Ghana", "UG": "Uganda", "RW": "Rwanda", "TZ": "Tanzania",
}  # fmt: skip
TASKS: Mapping[Task, tuple[str, str, str]] = {
    Task.UNKNOWN: ("Unknown orders", "question-circle-fill", "unknown"),
    Task.CASES: ("Complaints", "chat-dots", "waiting"),
    Task.APPROVALS: ("Approvals", "check2-square", "waiting"),
    Task.FLOAT: ("Low float", "wallet2", "warning"),
    Task.SUSPENSE: ("Money in suspense", "cash-coin", "warning"),
    Task.BREAKS: ("Breaks", "exclamation-triangle-fill", "warning"),
    Task.SMS: ("SMS over cap", "send", "warning"),
}
"""What a kind is called, its icon, and its tone."""
STAGES = ("Main menu", "Confirm", "PIN asked", "Order placed")
FRESH_SECONDS = {
    Period.TODAY: 3.0, Period.DAY: 3.0, Period.WEEK: 30.0, Period.MONTH: 60.0,
}  # fmt: skip
"""Whoever looks at a picture that is older has it made anew; a month hardly moves in a minute."""
_KEPT_SECONDS = 120.0
_MICROS = 1_000_000


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/dashboard`, and what renews itself on it and on the front page."""
    routes = Blueprint("dashboard", __name__, url_prefix="/backoffice/dashboard")

    @routes.get("/today")
    @needs(Right.SEE_DASHBOARD)
    def today() -> str:
        return first_page(desk)

    @routes.get("")
    @needs(Right.SEE_DASHBOARD)
    def whole() -> str:
        view = _asked()
        return render_template(
            "dashboard/dashboard.html", view=view, periods=PERIODS, countries=COUNTRIES,
            part=_live_part(desk, "dashboard/live.html", view),
        )  # fmt: skip

    @routes.get("/live")
    @needs(Right.SEE_DASHBOARD, passive=True)
    def live() -> str:
        return _live_part(desk, "dashboard/live.html", _asked())

    @routes.get("/front")
    @needs(Right.SEE_DASHBOARD, passive=True)
    def front() -> str:
        return _front_part(desk)

    return routes


def first_page(desk: Desk) -> str:
    """What staff see first."""
    return render_template("front/staff.html", part=_front_part(desk))


def _front_part(desk: Desk) -> str:
    return _live_part(desk, "dashboard/front_live.html", View(Period.TODAY, "", person().zone))


def _live_part(desk: Desk, template: str, view: View) -> str:
    """A part as it was made for whoever asked last in the same zone."""
    name = f"{template}:{view.period}:{view.country}:{view.zone}"
    fragments = Fragments(desk.redis, fresh=FRESH_SECONDS[view.period], kept=_KEPT_SECONDS)
    return fragments.get(name, lambda: _drawn(desk, template, view))


def _asked() -> View:
    period, country = request.args.get("period", Period.TODAY), request.args.get("country", "")
    if period not in set(Period) or (country and country not in COUNTRY_CURRENCY):
        abort(400, "Choose a period and a country of the lists.")
    return View(Period(period), country, person().zone)


def _drawn(desk: Desk, template: str, view: View) -> str:
    of = dashboard(desk.context, desk.sms, view)
    return render_template(template, **_words(of))


def _words(of: Dashboard) -> dict[str, Any]:
    """What the templates need to say it."""
    return {
        "of": of, "charts": [charts.orders_chart(of), charts.waiting_chart(of)],
        "compared": COMPARED[of.view.period], "task_looks": TASKS, "stage_names": STAGES,
        "oldest": min((one.oldest for one in of.open_orders), default=None),
        "operator_name": operator_name, "channel_name": channel_name, "country_name": country_name,
        "cost": cost_in_words, "share": charts.share_in_words, "lasting": charts.time_in_words,
        "capitalized": str.capitalize, "orders": partial(url_for, "orders.all_orders"),
        "first_day": of.span.begins.astimezone(ZoneInfo(of.span.zone)).date(),
        "step": lambda at: step_name(of, at),
    }  # fmt: skip


def step_name(of: Dashboard, at: datetime) -> str:
    return charts.step_in_words(at, of.span.step, of.span.zone)


def operator_name(code: str) -> str:
    """`MTN Nigeria`; the code itself where it is one we no longer sell for."""
    found = OPERATORS.get(code)
    return f"{found.name} {country_name(found.country)}" if found else code


def country_name(country: str) -> str:
    return COUNTRIES.get(country, country)


def channel_name(channel: str) -> str:
    """A channel is a gateway's USSD or its SMS, or something of our own."""
    if channel.endswith("-sms"):
        return f"SMS, {channel.removesuffix('-sms')}"
    return {"schedule": "Scheduled"}.get(channel, f"USSD, {channel}")


def cost_in_words(cost: SmsCost) -> str:
    """`1,234.57`: to the hundredth, rounded up, as it is money that goes."""
    hundredths = -(-cost.micros * 100 // _MICROS)
    return f"{hundredths // 100:,}.{hundredths % 100:02}"
