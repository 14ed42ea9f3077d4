"""What describes the API: the OpenAPI document, a page that draws it, and what problems mean."""

import json
from functools import cache
from pathlib import Path

from apispec import APISpec
from flask import Blueprint, Response, abort, jsonify

from app.web.api.callers import by_anyone
from app.web.api.openapi import finished
from app.web.api.problems import PROBLEMS, ROOT, Problem
from app.web.backoffice.assets import Assets, served

_FOLDER = Path(__file__).parent / "static"
_BUNDLE = "vendor/swagger-ui-dist-5.35.0"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Stricter ones break the bundle: it draws arrows as data: images."""


def pages(spec: APISpec) -> Blueprint:
    """`/api/openapi.json`, `/api/docs` and `/api/problems/<code>`."""
    blueprint = Blueprint("api_documents", __name__, url_prefix=ROOT)
    assets = Assets(_FOLDER)
    text = cache(lambda: written(spec))

    @blueprint.get("/openapi.json")
    @by_anyone
    def openapi() -> Response:
        return Response(text(), content_type="application/json")

    @blueprint.get("/docs")
    @by_anyone
    def docs() -> Response:
        page = Response(_PAGE, content_type="text/html; charset=utf-8")
        page.headers["Content-Security-Policy"] = _POLICY
        return page

    @blueprint.get("/docs/<path:name>")
    @by_anyone
    def drawn_with(name: str) -> Response:
        asset = assets.find(name)
        if asset is None:
            abort(404)
        return served(asset)

    @blueprint.get("/problems/<code>")
    @by_anyone
    def problem(code: str) -> Response:
        kind = PROBLEMS.get(code)
        if kind is None:
            raise Problem("not_found")
        return jsonify(code=code, status=kind.status, title=kind.title, advice=kind.advice)

    return blueprint


def written(spec: APISpec) -> str:
    """The document as it is served and kept in docs/openapi.json."""
    return json.dumps(finished(spec), indent=2, ensure_ascii=False) + "\n"


def problem_table() -> str:
    """The problems as docs/api.md has them."""
    rows = [
        f"| `{code}` | {kind.status} | {kind.title} | {kind.advice} |"
        for code, kind in sorted(PROBLEMS.items(), key=lambda one: (one[1].status, one[0]))
    ]
    return "\n".join(("| code | status | title | what to do |", "|---|---|---|---|", *rows)) + "\n"


_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>NexusTop API</title>
<link rel="stylesheet" href="{ROOT}/docs/{_BUNDLE}/swagger-ui.css">
<script src="{ROOT}/docs/{_BUNDLE}/swagger-ui-bundle.js" defer></script>
<script src="{ROOT}/docs/page.js" defer></script>
</head>
<body><div id="page"></div></body>
</html>
"""
