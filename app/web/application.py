"""The Flask application, from parts made elsewhere."""

from collections.abc import Callable, Iterable, Set

from flask import Blueprint, Flask, Response, abort, request
from werkzeug.exceptions import HTTPException

from app.observability.logging import logger, where
from app.web.access import Caller
from app.web.headers import protect

LONGEST_BODY = 65_536
_BY_ANY_NAME = frozenset({Caller.GATEWAY, Caller.VENDOR, Caller.OPERATIONS})
"""Who has our address from a setting or a load balancer, and no use for the name in it."""
_log = logger("web")


def create_app(
    blueprints: Iterable[Blueprint],
    *error_pages: Callable[[Exception], Response | None],
    hosts: Set[str] = frozenset(), https_only: bool = False,
) -> Flask:  # fmt: skip
    """Flask with these blueprints and no more; errors are answered without their details, in a
    word where none of `error_pages` has a page for them. `hosts`: the names that people may call it
    by, any if there are none."""
    app = Flask("nexustop", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    protect(app, https_only=https_only)

    @app.before_request
    def called_by_its_name() -> None:
        view = app.view_functions.get(request.endpoint or "")
        caller = getattr(view, "open_to", None)
        if hosts and caller not in _BY_ANY_NAME and request.host.lower() not in hosts:
            abort(421)

    for blueprint in blueprints:
        app.register_blueprint(blueprint)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            _log.error("request_failed", error=where(error))
        for page_of in error_pages:
            if page := page_of(error):
                return page
        if isinstance(error, HTTPException):
            return Response(f"{error.name}\n", error.code or 500, content_type="text/plain")
        return Response("Something went wrong; it is logged.\n", 500, content_type="text/plain")

    return app
