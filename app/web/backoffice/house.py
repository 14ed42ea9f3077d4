"""What every page stands in: navigation, theme, how moments and numbers are shown."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)  # fmt: skip

from app.domain.msisdn import Msisdn, masked, masked_in, spoken
from app.domain.roles import Right
from app.services.backoffice.person import Person
from app.services.backoffice.unmask import unmask, unmasked_until
from app.web.backoffice import moments, navigation
from app.web.backoffice.access import anybody, needs, person
from app.web.backoffice.assets import Assets
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import ReasonForm
from app.web.backoffice.signed_in import own_path
from app.web.backoffice.states import look_of
from menus.texts.plans import plan_name

ROOT = "/backoffice"
THEMES = ("auto", "light", "dark")
_THEME_COOKIE = "theme"
_YEAR = 365 * 24 * 3600


def house(desk: Desk, assets: Assets) -> Blueprint:
    """Everything of the back-office that is no page group's."""
    routes = Blueprint("house", __name__, url_prefix=ROOT, template_folder="templates")
    context = desk.context

    @routes.app_context_processor
    def words_of_templates() -> dict[str, Any]:
        if not _ours():
            return {}
        whoever: Person | None = g.get("person")
        return {
            **_furniture(whoever), **_ways_to_show(whoever, context.clock.now, _whole_until),
            "style": assets.style, "script": assets.script, "icon": assets.icon,
            "asset": assets.url,
        }  # fmt: skip

    def _whole_until() -> datetime | None:
        """Asked for once per request."""
        if "whole_until" not in g:
            g.whole_until = unmasked_until(context, g.person) if g.get("person") else None
        found: datetime | None = g.whole_until
        return found

    @routes.post("/theme")
    @anybody
    def theme() -> Response:
        wanted = request.form.get("theme", "")
        answer = make_response(redirect(_back(), 303))
        if wanted in THEMES:
            answer.set_cookie(
                _THEME_COOKIE, wanted, max_age=_YEAR, path=ROOT, secure=desk.secure,
                httponly=True, samesite="Lax",
            )  # fmt: skip
        return answer

    @routes.route("/unmask", methods=["GET", "POST"])
    @needs(Right.UNMASK_MSISDN)
    def whole_numbers() -> Response | str:
        form = ReasonForm()
        if not form.validate_on_submit():
            return render_template("unmask.html", form=form, back=_back())
        until = unmask(context, person(), form.reason.data)
        shown = moments.local(until, person().zone, context.clock.now())
        flash(f"Numbers are shown whole until {shown}. This is in the audit log.", "good")
        return make_response(redirect(_back(), 303))

    return routes


def _ours() -> bool:
    return request.path == ROOT or request.path.startswith(f"{ROOT}/")


def _furniture(whoever: Person | None) -> dict[str, Any]:
    """What the layout is drawn with."""
    served = current_app.view_functions
    seen = navigation.sections(whoever, served) if whoever else []
    section, tab = navigation.current(seen, request.endpoint or "", request.path, url_for)
    theme = request.cookies.get(_THEME_COOKIE, "auto")

    def leads(endpoint: str) -> str:
        """The address of a page, if it is served here."""
        return url_for(endpoint) if endpoint in served else ""

    return {
        "person": whoever, "sections": seen, "section": section, "tab": tab, "leads": leads,
        "theme": theme if theme in THEMES else "auto", "themes": THEMES,
        "here": request.full_path.rstrip("?"),
    }  # fmt: skip


def _ways_to_show(
    whoever: Person | None, clock: Callable[[], datetime], whole_until: Callable[[], Any]
) -> dict[str, Any]:
    """How the macros show moments, numbers and states."""
    zone = whoever.zone if whoever else "UTC"
    now = clock()

    def number_shown(msisdn: str) -> str:
        return spoken(Msisdn(msisdn)) if whole_until() else masked(msisdn)

    def text_shown(text: str) -> str:
        return text if whole_until() else masked_in(text)

    return {
        "local": lambda moment: moments.local(moment, zone, now),
        "age": lambda moment: moments.age(moment, now),
        "number_shown": number_shown,
        "text_shown": text_shown,
        "whole_until": whole_until,
        "look_of": look_of,
        "spoken": lambda msisdn: spoken(Msisdn(msisdn)),
        "said_of": _said_of,
        "plan_name": plan_name,
        "zone": zone,
    }


def _said_of(done_by: str) -> str:
    """Who did an act at a counter: a number, or the API key of the agent's server."""
    return spoken(Msisdn(done_by)) if done_by.startswith("+") else done_by


def _back() -> str:
    """Where a small form was sent from; only ever a page of ours."""
    return own_path(request.form.get("back") or request.args.get("back"))
