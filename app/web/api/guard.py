"""What stands in front of every resource: who calls, how often, and the headers of answers."""

from flask import Blueprint, Response, current_app, g, request

from app.web.api import limits
from app.web.api.callers import Mark, authenticate
from app.web.api.desk import ApiDesk
from app.web.api.problems import ROOT, Problem, answer_to

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SIGNED_IN_FAILS = frozenset({"not_signed_in", "invalid_token", "token_expired"})


class Guard:
    """Stands in front of blueprints."""

    def __init__(self, desk: ApiDesk) -> None:
        self._desk = desk
        self._limiter = limits.Limiter(desk.limits, desk.settings)

    def protect(self, resource: Blueprint) -> None:
        """Put the blueprint behind the guard."""
        resource.before_request(self._admit)
        resource.after_request(_finish)
        resource.register_error_handler(Exception, answer_to)

    def _admit(self) -> None:
        view = current_app.view_functions[request.endpoint or ""]
        mark: Mark | None = getattr(view, "api_mark", None)
        if mark is None:
            raise Problem("not_found")
        if request.method == "OPTIONS":
            return
        try:
            g.api_caller = authenticate(self._desk, mark)
        except Problem as problem:
            if problem.code in SIGNED_IN_FAILS:
                self._limiter.refused()
            raise
        self._limiter.take(g.api_caller)


def _finish(response: Response) -> Response:
    """The headers of every answer: nothing is kept, and no page may do anything with it."""
    response.headers.setdefault("Cache-Control", "no-store")
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    limits.show(response)
    return response


def no_resource(error: Exception) -> Response | None:
    """A problem that arose before any resource was found, such as a method that none takes; None
    where the address isn't the API's."""
    if request.path != ROOT and not request.path.startswith(f"{ROOT}/"):
        return None
    return _finish(answer_to(error))
