"""The OpenAPI 3.1 document, made from the views: who may call, what can go wrong, in which words.

Nothing here is written by hand for one resource: a view's mark says its security, `raises` what can
be wrong besides what is wrong everywhere.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from apispec import APISpec
from flask_smorest import Api, Blueprint

from app.web.api.bodies import Body, Parser
from app.web.api.problems import MEDIA_TYPE, PROBLEMS, ROOT, Problem
from app.web.api.schemas import ProblemDetails

VERSION = "3.1.0"
TITLE = "NexusTop"
ABOUT = """Airtime and data from a wallet, for subscribers' apps and partners' programs.

Amounts are whole minor units (kobo, cents) with an ISO 4217 currency; numbers are E.164. What
costs money wants an `Idempotency-Key`. Errors are problem details (RFC 9457) with stable codes."""
PREFIX = "api_"
"""Of the names of blueprints, which the back-office has too; the document goes without."""
SUBSCRIBER, MERCHANT = "subscriber", "merchant"
View = TypeVar("View", bound=Callable[..., object])

_SCHEMES = {
    SUBSCRIBER: {
        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
        "description": "The access token of POST /api/auth/token.",
    },
    MERCHANT: {
        "type": "http", "scheme": "bearer",
        "description": "A merchant's API key, nxk_live_... or nxk_test_...",
    },
}  # fmt: skip
_LIMIT_HEADERS = {
    "RateLimit-Limit": "How many requests the tightest limit allows.",
    "RateLimit-Remaining": "How many of them are left.",
    "RateLimit-Reset": "In how many seconds all of them are there again.",
}
_WAIT = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
_HEADERS_OF = {
    401: {"WWW-Authenticate": {"description": "RFC 6750.", "schema": {"type": "string"}}},
    429: _WAIT,
    503: _WAIT,
}
_EVERYWHERE = ("bad_request", "too_many_requests", "server_error", "try_later")
_WITH_TOKEN = ("not_signed_in", "invalid_token", "token_expired", "not_allowed")
_WITH_BODY = ("invalid_body", "not_json", "too_large")
_WITH_QUERY = ("invalid_query",)


class Resource(Blueprint):
    """A blueprint whose arguments are read strictly, and whose operations are documented below."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, import_name: str, **more: Any) -> None:
        super().__init__(f"{PREFIX}{name}", import_name, **more)
        self._prepare_doc_cbks.append(_describe)


class Documented(Api):
    """flask-smorest, less its own error handlers: problems are answered by ours."""

    ERROR_SCHEMA = ProblemDetails
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        pass


def raises(*codes: str) -> Callable[[View], View]:
    """Declare what can be wrong with a request to this view alone."""

    def mark(view: View) -> View:
        documented(view)["problems"] = codes
        return view

    return mark


def documented(view: Any) -> dict[str, Any]:
    """Where flask-smorest keeps what it documents of a view; decorators around it carry it on."""
    view._apidoc = dict(getattr(view, "_apidoc", {}))  # noqa: SLF001 - its documented place
    kept: dict[str, Any] = view._apidoc  # noqa: SLF001
    return kept


def add_components(spec: APISpec) -> None:
    """What operations refer to."""
    for name, scheme in _SCHEMES.items():
        spec.components.security_scheme(name, scheme)
    for name, said in _LIMIT_HEADERS.items():
        spec.components.header(name, {"description": said, "schema": {"type": "integer"}})


def _describe(doc: dict[str, Any], info: dict[str, Any], **_: Any) -> dict[str, Any]:
    """An operation's security and problems, added to what flask-smorest knows of it."""
    mark = info["mark"]
    names = [name for name, opens in ((SUBSCRIBER, mark.subscribers), (MERCHANT, mark.merchants))
             if opens]  # fmt: skip
    doc["security"] = [{name: []} for name in names]
    codes = [*info.get("problems", ()), *_EVERYWHERE]
    codes += () if mark.anyone else _WITH_TOKEN
    codes += _WITH_BODY if "requestBody" in doc else ()
    codes += _WITH_QUERY if any(one.get("in") == "query" for one in _parameters(info)) else ()
    responses = {code: said for code, said in doc.get("responses", {}).items() if int(code) < 400}
    for response in responses.values():
        response["headers"] = response.get("headers", {}) | _limit_headers()
    doc["responses"] = responses | _problems(codes)
    return doc


def _parameters(info: dict[str, Any]) -> Iterable[dict[str, Any]]:
    found: Iterable[dict[str, Any]] = info.get("arguments", {}).get("parameters", ())
    return found


def _limit_headers() -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in _LIMIT_HEADERS}


def _problems(codes: Iterable[str]) -> dict[int, Any]:
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(PROBLEMS[code].status, []).append(code)
    return {status: _problem(status, found) for status, found in sorted(by_status.items())}


def _problem(status: int, codes: list[str]) -> dict[str, Any]:
    said = ", ".join(f"`{code}`" for code in codes)
    examples = {code: {"value": Problem(code).body()} for code in codes}
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        "description": f"{PROBLEMS[codes[0]].title}: {said}" if len(codes) == 1 else said,
        "headers": _HEADERS_OF.get(status, {}),
        "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}},
    }


_IN_PATHS = {
    "msisdn": {"description": "A mobile number in E.164.", "example": "+2348030000001"},
    "reference": {"example": "K7MQ2P"},
}
"""What is known of a part of a path by its name."""


def finished(spec: APISpec) -> dict[str, Any]:
    """The document, with what schemas can't say of their fields together."""
    made: dict[str, Any] = spec.to_dict()
    schemas = made["components"]["schemas"]
    schemas.pop("PaginationMetadata", None)  # the library's, and nothing refers to it
    for schema in _kinds(Body):
        if schema.also and schema.__name__ in schemas:
            schemas[schema.__name__].update(schema.also)
    for tag in made["tags"]:
        tag["name"] = tag["name"].removeprefix(PREFIX)
    for methods in made["paths"].values():
        for part in methods.get("parameters", ()):
            part.update(_IN_PATHS.get(part["name"], {}))
        for operation in (one for one in methods.values() if isinstance(one, dict)):
            operation["tags"] = [tag.removeprefix(PREFIX) for tag in operation["tags"]]
    made["servers"] = [{"url": "/"}]
    made["externalDocs"] = {"url": f"{ROOT}/docs", "description": "The same as a page."}
    return made


def _kinds(of: type[Body]) -> Iterable[type[Body]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)
