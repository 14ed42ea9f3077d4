"""What every call to Paystack has in common."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from providers.http_client import HttpClient, OutboundRequest, OutboundResponse

NAME = "paystack"


@dataclass(frozen=True, slots=True)
class PaystackSettings:
    """`base_url` is the host part. `bank` is the slug of the bank that holds the accounts. Paystack
    knows customers by e-mail: ours are `<digits of the MSISDN>@<customer_domain>`."""

    base_url: str
    secret_key: str
    bank: str
    customer_domain: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and what its JSON says; nothing when the body isn't a JSON object.
    `status: true` is about the call, never about money."""

    status: int
    said: Mapping[str, Any]

    @property
    def data(self) -> Mapping[str, Any]:
        data = self.said.get("data")
        return data if isinstance(data, dict) else {}

    @property
    def good(self) -> bool:
        return self.status == 200 and self.said.get("status") is True


class Service:
    """Calls with the secret key. Raises NotSentError, AnswerLostError."""

    def __init__(self, settings: PaystackSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http

    def get(self, path: str, subject: str) -> Answer:
        return self._call("GET", path, subject, b"")

    def post(self, path: str, subject: str, body: Mapping[str, object]) -> Answer:
        return self._call("POST", path, subject, json.dumps(body).encode())

    def _call(self, method: str, path: str, subject: str, content: bytes) -> Answer:
        headers = {"Authorization": f"Bearer {self._settings.secret_key}",
                   "Accept": "application/json"}  # fmt: skip
        if content:
            headers["Content-Type"] = "application/json"
        url = self._settings.base_url + path
        answer = self._http.send(OutboundRequest(NAME, method, url, headers, content, subject))
        return Answer(answer.status, _parsed(answer))


def _parsed(answer: OutboundResponse) -> Mapping[str, Any]:
    try:
        parsed = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def whole(value: object) -> int | None:
    """A whole number of kobo, as a number or (refund events) as digits; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return None
