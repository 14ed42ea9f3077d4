"""The aggregator's dialect: recorded answers and what becomes of them; so does the sandbox."""

import json
import threading
from collections.abc import Iterator

import pytest

from app.domain.documents import Document
from app.domain.msisdn import Msisdn
from app.domain.secret import Secret
from app.ports.identity import IdentityUnknown, Matched, NotMatched
from providers.http_client import HttpClient
from providers.identity.aggregator.adapter import Aggregator, AggregatorSettings
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, saying

OWNER = Msisdn("+2348030000001")
NUMBER = "22123456712"
FOUND = {
    "status": "found", "firstName": "ONE", "middleName": None, "lastName": "TWO",
    "mobile": "08030000001", "idNumber": NUMBER,
}  # fmt: skip
MATCHED = Matched(Secret("ONE TWO"), same_phone=True)


@pytest.fixture
def log() -> Remembered:
    return Remembered()


@pytest.fixture
def http(clock: FixedClock, log: Remembered) -> Iterator[HttpClient]:
    client = HttpClient(clock, log)
    yield client
    client.close()


def ask(base: str, http: HttpClient, number: str = NUMBER, document: Document = Document.BVN):  # type: ignore[no-untyped-def]
    aggregator = Aggregator(AggregatorSettings(base, "key-secret"), http)
    return aggregator.check(document, Secret(number), OWNER, "17")


def said(data: object, *, success: bool = True) -> dict[str, object]:
    return {"success": success, "statusCode": 200, "message": "success", "data": data}


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (200, said(FOUND), MATCHED),
        (200, said({**FOUND, "mobile": "2348030000001"}), MATCHED),
        (200, said({**FOUND, "middleName": " THREE "}),
         Matched(Secret("ONE THREE TWO"), same_phone=True)),
        (200, said({**FOUND, "mobile": "08035555555"}),
         Matched(Secret("ONE TWO"), same_phone=False)),
        (200, said({**FOUND, "mobile": None}), Matched(Secret("ONE TWO"), same_phone=None)),
        (200, said({**FOUND, "mobile": "unknown"}), Matched(Secret("ONE TWO"), same_phone=None)),
        (200, said({"status": "not_found"}), NotMatched("not_found")),
        (404, said(None, success=False), NotMatched("404")),
        (400, {}, NotMatched("400")),
        (422, "<html>", NotMatched("422")),
        (200, said({**FOUND, "idNumber": "22123456799"}), IdentityUnknown("unreadable")),
        (200, said({**FOUND, "firstName": "", "lastName": 7}), IdentityUnknown("unreadable")),
        (200, said({**FOUND, "status": "pending"}), IdentityUnknown("no_word")),
        (200, said({**FOUND, "status": "surprise"}), IdentityUnknown("no_word")),
        (200, said(FOUND, success=False), IdentityUnknown("no_word")),
        (200, said([1]), IdentityUnknown("no_word")),
        (200, "<html>", IdentityUnknown("no_word")),
        (200, [], IdentityUnknown("no_word")),
        (401, {}, IdentityUnknown("401")),
        (402, {}, IdentityUnknown("402")),
        (429, {}, IdentityUnknown("429")),
        (503, said(FOUND), IdentityUnknown("503")),
    ],
)  # fmt: skip
def test_each_recorded_answer_becomes_its_outcome(
    status: int, answer: object, expected: object, http: HttpClient
) -> None:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    with saying(status, text) as (base, requests):
        assert ask(base, http) == expected
    path, headers, body = requests.seen[0]
    assert path == "/v2/api/identity/ng/bvn"
    assert headers["token"] == "key-secret"
    sent = json.loads(body)
    assert (sent["id"], sent["isSubjectConsent"]) == (NUMBER, True)


def test_a_nin_has_its_own_path(http: HttpClient) -> None:
    with saying(200, json.dumps(said(FOUND))) as (base, requests):
        ask(base, http, document=Document.NIN)
    assert requests.seen[0][0] == "/v2/api/identity/ng/nin"


def test_a_look_up_is_recorded_without_number_name_or_key(
    http: HttpClient, log: Remembered
) -> None:
    with saying(200, json.dumps(said(FOUND))) as (base, _):
        ask(base, http)
    assert isinstance(ask("http://127.0.0.1:1", http), IdentityUnknown)
    assert [(one.peer, one.subject, one.status) for one in log.exchanges] == [
        ("identity", "17", 200), ("identity", "17", None)
    ]  # fmt: skip
    for secret in (NUMBER, "ONE", "TWO", "0803", "key-secret"):
        assert secret not in repr(log.exchanges)


def test_what_is_secret_is_not_printed() -> None:
    assert "ONE" not in repr(MATCHED)


# --- the sandbox -----------------------------------------------------------------------------


@pytest.fixture
def sandbox() -> Iterator[str]:
    server = SandboxServer(SandboxSettings(identity_api_key="key-secret"), "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/identity"
    server.stop()
    thread.join()


def test_in_the_sandbox_the_number_says_what_comes(sandbox: str, http: HttpClient) -> None:
    assert ask(sandbox, http, "22123456712") == MATCHED
    assert ask(sandbox, http, "22123456710") == NotMatched("not_found")
    assert ask(sandbox, http, "22123456718") == Matched(Secret("ONE EIGHT"), same_phone=False)
    slow = [ask(sandbox, http, "22123456719") for _ in range(3)]
    assert slow[:2] == [IdentityUnknown("503")] * 2
    assert slow[2] == Matched(Secret("ONE NINE"), same_phone=True)
    assert ask(sandbox, http, "1") == NotMatched("400")


def test_the_sandbox_wants_its_key(sandbox: str, http: HttpClient) -> None:
    stranger = Aggregator(AggregatorSettings(sandbox, "other"), http)
    outcome = stranger.check(Document.BVN, Secret(NUMBER), OWNER, "17")
    assert outcome == IdentityUnknown("401")
