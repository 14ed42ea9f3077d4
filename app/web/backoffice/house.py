"""What every page stands in: layout, security headers, error pages, theme, whole numbers."""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint, Response, current_app, flash, g, make_response, redirect, render_template,
    request, url_for,
)  # fmt: skip
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import HTTPException

from app.domain.msisdn import Msisdn, masked, spoken
from app.domain.roles import Right
from app.services.backoffice.person import Person
from app.services.backoffice.unmask import unmask, unmasked_until
from app.web.backoffice import moments, navigation
from app.web.backoffice.access import anybody, needs, person
from app.web.backoffice.assets import Assets
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import ReasonForm
from app.web.backoffice.states import look_of

ROOT = "/backoffice"
THEMES = ("auto", "light", "dark")
_THEME_COOKIE = "theme"
_YEAR = 365 * 24 * 3600

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_SAID = {
    400: ("This can't be read", "Something in the request is missing or isn't what is asked for. "
          "Nothing was changed. Go back, reload the page and try again."),
    403: ("Not open to you", "Your role has no right to this. Nothing was changed, and the try is "
          "in the audit log. If you need it, ask whoever manages staff."),
    404: ("Nothing here", "There is no such page, or it isn't yours to see. Search for a number, "
          "a reference or a session above."),
    405: ("Not this way", "The page can't be asked for like this. Nothing was changed. Go back and "
          "use its buttons."),
    413: ("Too much at once", "What was sent is larger than this page takes. Nothing was changed. "
          "Send less."),
    429: ("Too many tries", "Wait a minute, then try again. Nothing was changed."),
    500: ("This went wrong", "It is logged. Nothing is half done: what moves money is done whole "
          "or not at all. Look at what you worked on before you try again."),
}  # fmt: skip
"""Status -> what happened, and what to do next."""


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
            "asset": assets.url, "csrf": generate_csrf, "Right": Right,
        }  # fmt: skip

    def _whole_until() -> datetime | None:
        """Asked for once per request."""
        if "whole_until" not in g:
            g.whole_until = unmasked_until(context, g.person) if g.get("person") else None
        found: datetime | None = g.whole_until
        return found

    @routes.after_app_request
    def headers(answer: Response) -> Response:
        if _ours():
            for name, value in HEADERS.items():
                answer.headers.setdefault(name, value)
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer

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


def error_page(error: Exception) -> Response | None:
    """An error as a page of the back-office; None where it isn't one's."""
    if not _ours():
        return None
    code = error.code if isinstance(error, HTTPException) and error.code else 500
    if isinstance(error, HTTPException) and error.response is not None:
        return Response(error.response.get_data(), error.response.status_code)
    title, what = _SAID.get(code) or (HTTPStatus(code).phrase, _SAID[400][1])
    said = getattr(error, "description", None) if code == HTTPStatus.BAD_REQUEST else None
    answer = make_response(
        render_template("error.html", code=code, title=title, what=what, said=said), code
    )
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                answer.headers[name] = value
    return answer


def _ours() -> bool:
    return request.path == ROOT or request.path.startswith(f"{ROOT}/")


def _furniture(whoever: Person | None) -> dict[str, Any]:
    """What the layout is drawn with."""
    served = current_app.view_functions
    seen = navigation.sections(whoever, served) if whoever else []
    section, tab = navigation.current(seen, request.endpoint or "")
    theme = request.cookies.get(_THEME_COOKIE, "auto")

    def leads(endpoint: str) -> str:
        """The address of a page, if it is served here."""
        return url_for(endpoint) if endpoint in served else ""

    return {
        "whoever": whoever, "sections": seen, "section": section, "tab": tab, "leads": leads,
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

    return {
        "local": lambda moment: moments.local(moment, zone, now),
        "age": lambda moment: moments.age(moment, now),
        "number_shown": number_shown,
        "whole_until": whole_until,
        "look_of": look_of,
        "zone": zone,
    }


def _back() -> str:
    """Where a small form was sent from; only ever a page of ours."""
    wanted = request.form.get("back") or request.args.get("back") or ""
    plain = wanted.isprintable() and "\\" not in wanted and "//" not in wanted
    return wanted if plain and wanted.startswith(f"{ROOT}/") else f"{ROOT}/"
