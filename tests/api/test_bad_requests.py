"""Whatever comes, the answer is a problem with a stable code, and never an error of ours."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.cli.api import with_problems
from app.web.api.problems import PROBLEMS
from app.web.api.site import described
from tests.api.client import Service, make_service
from tests.factories.world import World

_ROOT = Path(__file__).resolve().parents[2]
_KNOWN = '"msisdn": "+2348030000001"'
_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "not JSON": b"msisdn=+2348030000001",
    "half of it": b'{"msisdn": "+23480',
    "a list": b'["+2348030000001"]',
    "a text": b'"+2348030000001"',
    "null": b"null",
    "NaN": b'{"msisdn": NaN}',
    "infinity": b'{"msisdn": 1e999}',
    "a name twice": f'{{{_KNOWN}, {_KNOWN}}}'.encode(),
    "deep": b'{"msisdn":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "deep and open": b"[" * 60_000,
    "a huge number": b'{"msisdn": ' + b"9" * 5_000 + b"}",
    "a huge float": b'{"msisdn": 0.' + b"9" * 5_000 + b"}",
    "not UTF-8": b'{"msisdn": "\xff\xfe"}',
    "UTF-16": f"{{{_KNOWN}}}".encode("utf-16"),
    "half a character": b'{"msisdn": "\\ud800"}',
    "a NUL": b'{"msisdn": "+234803\\u00000001"}',
    "a mark before it": b"\xef\xbb\xbf{" + _KNOWN.encode() + b"}",
    "a field too many": f'{{{_KNOWN}, "admin": true}}'.encode(),
    "another kind": b'{"msisdn": 2348030000001}',
    "an object": b'{"msisdn": {"$ne": null}}',
    "no number": b'{"msisdn": "+1"}',
    "digits of others": '{"msisdn": "+٢٣٤٨٠٣٠٠٠٠٠٠١"}'.encode(),
    "a newline": b'{"msisdn": "+2348030000001\\n"}',
    "SQL": b'{"msisdn": "+234\' or 1=1--"}',
}  # fmt: skip


@pytest.mark.parametrize("name", _BODIES)
def test_a_body_that_cannot_be_used_is_said_to_be_so(name: str, service: Service) -> None:
    answer = service.send(
        "POST", "/api/auth/otp", data=_BODIES[name], content_type="application/json"
    )
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_body"), answer.json
    assert answer.content_type == "application/problem+json"
    assert service.world.one("select count(*) from sign_in_codes") == 0


def test_everything_else_that_is_wrong_is_a_problem_too(service: Service) -> None:
    app = service.signed_in(service.world.subscriber())

    def said(method: str, path: str, **more: Any) -> tuple[int, str]:
        answer = app.send(method, path, **more)
        assert answer.content_type == "application/problem+json"
        assert set(answer.json) >= {"type", "title", "status", "detail", "code"}
        assert answer.json["type"] == f"/api/problems/{answer.json['code']}"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        return answer.status_code, answer.json["code"]

    assert said("GET", "/api/nothing") == (404, "not_found")
    assert said("GET", "/api") == (404, "not_found")
    assert said("DELETE", "/api/wallet") == (405, "method_not_allowed")
    assert app.send("DELETE", "/api/wallet").headers["Allow"]
    assert said("POST", "/api/auth/otp", data="x", content_type="text/plain") == (415, "not_json")
    assert said(
        "POST", "/api/auth/otp", data=b"x" * 10_000_000, content_type="application/json"
    ) == (413, "too_large")  # fmt: skip
    for query in ("limit=0", "limit=101", "limit=x", "limit=1%00", "cursor=x", "cursor=%00", "a=b"):
        assert said("GET", f"/api/transactions?{query}") == (422, "invalid_query"), query
    assert said("GET", "/api/plans?operator=nobody") == (422, "invalid_query")
    for odd in ("%00", "%ff%fe", "'", "K7MQ2P%0a", "a" * 5_000):
        assert said("GET", f"/api/purchases/{odd}") == (404, "not_found")
    assert said("DELETE", "/api/auth/sign-ins/nothing") == (404, "not_found")
    odd_key = app.post("/api/purchase", _airtime(app.msisdn), key="k" * 256)
    assert (odd_key.status_code, odd_key.json["code"]) == (422, "invalid_header")
    for field, value in (
        ("amount_minor", True), ("amount_minor", "100"), ("amount_minor", 1.0),
        ("amount_minor", -1), ("amount_minor", 10**17), ("pin", "12"), ("pin", 1234),
        ("currency", "XXX"), ("plan_code", "1024mb-7d"), ("client_reference", "a b"),
    ):  # fmt: skip
        body = {**_airtime(app.msisdn), field: value}
        answer = app.post("/api/purchase", body, key="k")
        assert (answer.status_code, answer.json["code"]) == (422, "invalid_body"), field
        assert field in answer.json["errors"]
    assert app.send("OPTIONS", "/api/wallet").headers.get("Access-Control-Allow-Origin") is None


def _airtime(msisdn: str) -> dict[str, Any]:
    return {
        "product": "airtime", "msisdn": msisdn, "amount_minor": 20_000, "currency": "NGN",
        "operator": "mtn-ng", "pin": "7392",
    }  # fmt: skip


def test_without_redis_reads_are_answered_and_what_costs_something_is_put_off(
    world: World, redis_url: str
) -> None:
    service = make_service(world, redis_url)
    app = service.signed_in(world.subscriber())
    service.close()
    alone = make_service(world, "redis://127.0.0.1:1")
    app.service = alone
    assert app.get("/api/wallet").status_code == 200
    for answer in (
        alone.post("/api/auth/otp", {"msisdn": app.msisdn}),
        app.post("/api/purchase", _airtime(app.msisdn), key="k"),
    ):
        assert (answer.status_code, answer.json["code"]) == (503, "try_later")
        assert answer.headers["Retry-After"]
    alone.close()


def test_tries_with_bad_tokens_are_limited_by_address(world: World, redis_url: str) -> None:
    service = make_service(world, redis_url, api_tries_per_address=3)
    bad = {"Authorization": "Bearer x"}
    answers = [service.get("/api/wallet", headers=bad).status_code for _ in range(4)]
    assert answers == [401, 401, 401, 429]
    service.close()


def test_the_documents_are_those_of_the_program(service: Service) -> None:
    served = service.get("/api/openapi.json").text
    kept = (_ROOT / "docs/openapi.json").read_text()
    assert served == kept == described(), "`nexustop api openapi` writes it"
    document = json.loads(served)
    assert document["openapi"].startswith("3.1.")
    page = (_ROOT / "docs/api.md").read_text()
    assert with_problems(page) == page, "`nexustop api problems` writes the table"


def test_every_code_is_documented_and_every_operation_says_its_problems() -> None:
    document = json.loads(described())
    codes = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "parameters":
                continue
            assert operation["summary"], (path, method)
            assert "security" in operation, (path, method)
            codes |= set(re.findall(r"`([a-z_]+)`", json.dumps(operation["responses"])))
            assert {"429", "503"} <= set(operation["responses"]), (path, method)
    # These come before any operation is found, or on several as a whole.
    assert set(PROBLEMS) - codes == {"method_not_allowed"}


def test_the_page_of_the_document_and_what_it_is_drawn_with_are_served(service: Service) -> None:
    page = service.get("/api/docs")
    assert page.status_code == 200
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(files) == 3
    for file in files:
        assert service.get(file).status_code == 200, file
    assert service.get("/api/problems/wrong_pin").json["status"] == 403
    assert service.get("/api/problems/none").status_code == 404
