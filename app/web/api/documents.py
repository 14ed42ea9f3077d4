"""What describes the API: the OpenAPI document, and what each problem means."""

import json
from functools import cache

from apispec import APISpec
from flask import Blueprint, Response, jsonify

from app.web.api.callers import by_anyone
from app.web.api.problems import PROBLEMS, ROOT, Problem


def pages(spec: APISpec) -> Blueprint:
    """`/api/openapi.json` and `/api/problems/<code>`."""
    blueprint = Blueprint("api_documents", __name__, url_prefix=ROOT)
    written = cache(lambda: json.dumps(spec.to_dict(), indent=2) + "\n")

    @blueprint.get("/openapi.json")
    @by_anyone
    def openapi() -> Response:
        return Response(written(), content_type="application/json")

    @blueprint.get("/problems/<code>")
    @by_anyone
    def problem(code: str) -> Response:
        kind = PROBLEMS.get(code)
        if kind is None:
            raise Problem("not_found")
        return jsonify(code=code, status=kind.status, title=kind.title, advice=kind.advice)

    return blueprint
