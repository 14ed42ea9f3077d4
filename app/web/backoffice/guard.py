"""What stands in front of every page: who may open it, forged forms, limits, and its headers."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_limiter import Limiter
from flask_login import login_fresh
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from app.db.errors import DatabaseUnavailable
from app.domain.roles import Right
from app.domain.secret import Secret
from app.domain.sign_in import Locked, TooLate, Wrong
from app.observability.logging import logger
from app.observability.logging import where as place_of
from app.security.audit import acting_from
from app.services.backoffice.person import Person
from app.services.backoffice.refusals import note_refusal
from app.services.backoffice.web_session import step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.packing import pack
from app.web.backoffice.said import said
from app.web.backoffice.signed_in import ROOT, go_on_as, signed_in_person, token

CODE_FIELD = "step_up_code"
_NOT_SENT_AGAIN = frozenset({CODE_FIELD, "csrf_token"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'"
)
_HEADERS = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "same-origin"}
_OPEN_AT_FIRST = frozenset({"account", "sessions", "sign_in"})
"""What opens to somebody whose password is still the one they were given."""
_PROBLEMS = {
    400: (
        "This can't be read",
        (
            "Something in it is missing or isn't what is asked for. Nothing was done."
            " Go back, load the page again and send it once more."
        ),
    ),
    403: (
        "Not for your role",
        (
            "Your role may not open this, and the try is in the audit log."
            " Whoever gives roles can change that."
        ),
    ),
    404: (
        "Nothing here",
        (
            "There is no such page, or it isn't yours."
            " Search for a number, an order, a reference or a session."
        ),
    ),
    405: (
        "Not this way",
        "This can't be done here. Nothing was done. Go back and use the page's buttons.",
    ),
    413: ("Too much", "What was sent is too large. Nothing was done. Send less."),
    429: ("Too many tries", "There were too many tries from here. Wait a minute, then try again."),
}
"""Status -> title, and what to do."""
_UNNAMED = ("It didn't work", "Nothing was done. Try again.")
_log = logger("backoffice")


class Guard:
    """Stands in front of blueprints; `csrf` and `limiter` are the application's."""

    def __init__(self, desk: Desk, csrf: CSRFProtect, limiter: Limiter) -> None:
        self._desk = desk
        self._ctx = desk.context
        self._csrf = csrf
        self._count_try = limiter.shared_limit(desk.tries, scope="sign-in")(_nothing)

    def protect(self, pages: Blueprint) -> Blueprint:
        """The same blueprint, behind the guard."""
        pages.before_request(self._begin)
        pages.before_request(self._admit)
        pages.after_request(self._finish)
        pages.teardown_request(_end)
        pages.context_processor(lambda: {"person": g.get("person"), "Right": Right})
        pages.register_error_handler(CSRFError, _stale)
        pages.register_error_handler(HTTPException, self._refuse)
        pages.register_error_handler(Exception, _fail)
        return pages

    def _begin(self) -> None:
        g.person = None
        g.acting = acting_from(request.remote_addr or "")
        g.acting.__enter__()

    def _admit(self) -> Any:
        view = current_app.view_functions[request.endpoint or ""]
        if getattr(view, "anybody", False):
            if request.method == "POST":
                self._count_try()
                self._csrf.protect()
            return None
        person = g.person = signed_in_person()
        if person is None:
            return _to_sign_in()
        right: Right | None = getattr(view, "needs", None)
        if right is None or not person.may(right):
            g.missing = right.value if right else "a mark"
            return self._problem(403)
        if person.must_change_password and request.blueprint not in _OPEN_AT_FIRST:
            return redirect(url_for("account.own"), 303)
        if request.method == "POST":
            self._csrf.protect()
        lasts: timedelta | None = getattr(view, "step_up", None)
        return self._step_up(person, lasts) if lasts else None

    def _step_up(self, person: Person, lasts: timedelta) -> Any:
        """None when a code was given in the time that it `lasts`; else the page that asks for one,
        which sends what was sent again."""
        now, at = self._ctx.clock.now(), person.stepped_up_at
        if at is not None and now - at <= lasts and login_fresh():
            return None
        if request.method != "POST":
            return redirect(url_for("step_up.ask", next=request.full_path.rstrip("?")), 303)
        given, problem = request.form.get(CODE_FIELD), ""
        if given is not None:
            verdict = step_up(self._ctx, person, token(), Secret(given))
            if not isinstance(verdict, Wrong | Locked | TooLate):
                go_on_as(person, verdict)
                return None
            problem = said(verdict, now)
        fields = [
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in _NOT_SENT_AGAIN
        ]
        page = render_template("step_up/again.html", fields=fields, problem=problem)
        return make_response(page, 400 if problem else 200)

    def _refuse(self, error: HTTPException) -> Response:
        return self._problem(error.code or 500, _told(error))

    def _problem(self, status: int, told: str = "") -> Response:
        person: Person | None = g.get("person")
        if person is not None and (status == 403 or (status == 404 and request.view_args)):
            note_refusal(self._ctx, person, request.path, g.get("missing", "not found"))
        title, text = _PROBLEMS.get(status, _UNNAMED)
        return _page(title, told or text, status)

    def _finish(self, response: Response) -> Response:
        view = current_app.view_functions.get(request.endpoint or "")
        _protect(response, kept=getattr(view, "asset", False))
        pack(request, response)
        return response


def _to_sign_in() -> Response:
    """After signing in a page that was asked for opens; what was sent by a form is lost."""
    asked = request.full_path.rstrip("?") if request.method == "GET" else ROOT
    if "HX-Request" in request.headers:
        # A part of a page: the whole page must go, not the part show a sign-in form.
        return Response("", headers={"HX-Redirect": url_for("sign_in.name")})
    target = url_for("sign_in.name") + (f"?next={quote(asked, safe='')}" if asked != ROOT else "")
    return make_response(redirect(target, 303))


def _nothing() -> None:
    """What is limited: being asked."""


def _end(_: BaseException | None) -> None:
    acting = g.pop("acting", None)
    if acting is not None:
        acting.__exit__(None, None, None)


def _page(title: str, text: str, status: int) -> Response:
    template = "error.html" if g.get("person") else "error_plain.html"
    page = render_template(template, title=title, text=text, status=status)
    return make_response(page, status)


def _protect(response: Response, *, kept: bool) -> None:
    """Its security headers; only what may be `kept` is kept by a browser."""
    if not kept or response.status_code != HTTPStatus.OK:
        response.headers["Cache-Control"] = "no-store"
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)


def _told(error: HTTPException) -> str:
    """What a page said to `abort(400, ...)`; no other description is for people."""
    own = error.code == HTTPStatus.BAD_REQUEST and error.description != type(error).description
    return error.description or "" if own else ""


def no_page(error: Exception) -> Response | None:
    """A problem that arose before any page was found, such as a method that no page takes; None
    where the address isn't the back-office's."""
    if not request.path.startswith(ROOT) or not isinstance(error, HTTPException):
        return None
    status = error.code or 500
    answer = _page(*_PROBLEMS.get(status, _UNNAMED), status)
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    _protect(answer, kept=False)
    return answer


def nothing_here() -> Response:
    """There is no such page, whoever asks."""
    g.person = signed_in_person()
    return _page(*_PROBLEMS[404], 404)


def _stale(_: CSRFError) -> Response:
    text = (
        "This page was too old, or wasn't ours. Nothing was done. Go back, load the page again and"
        " send it once more."
    )
    return _page("Page too old", text, 400)


def _fail(error: Exception) -> Response:
    if isinstance(error, DatabaseUnavailable):
        return _page("Not now", "The database doesn't answer. Try again in a minute.", 503)
    _log.error("page_failed", page=request.endpoint or "", error=place_of(error))
    return _page("Something went wrong", "It is logged. Look before you try it again.", 500)
