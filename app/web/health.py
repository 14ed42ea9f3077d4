"""Is the process up, can it serve, and what has it counted."""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify

from app.web.access import Caller, open_to

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def blueprint(checks: dict[str, Callable[[], bool]], metrics: Callable[[], bytes]) -> Blueprint:
    """`/healthz`, `/readyz` (every check must hold) and `/metrics`."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    @open_to(Caller.OPERATIONS)
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain")

    @routes.get("/readyz")
    @open_to(Caller.OPERATIONS)
    def readyz() -> tuple[Response, int]:
        results = {name: check() for name, check in checks.items()}
        return jsonify(results), 200 if all(results.values()) else 503

    @routes.get("/metrics")
    @open_to(Caller.OPERATIONS)
    def metrics_page() -> Response:
        return Response(metrics(), content_type=CONTENT_TYPE)

    return routes
