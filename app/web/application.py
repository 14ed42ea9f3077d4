"""The Flask application, from parts made elsewhere."""

from collections.abc import Callable, Iterable

from flask import Blueprint, Flask, Response
from werkzeug.exceptions import HTTPException

from app.observability.logging import logger, where

LONGEST_BODY = 65_536
_log = logger("web")


def create_app(
    blueprints: Iterable[Blueprint],
    *error_pages: Callable[[Exception], Response | None],
) -> Flask:
    """Flask with these blueprints and no more; errors are answered without their details, in a
    word where none of `error_pages` has a page for them."""
    app = Flask("nexustop", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
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
