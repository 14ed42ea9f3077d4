"""What every call to Reloadly has in common.

Sources: Reloadly/reloadly-api-documentation, openapi/paths/access-token.yaml and the Accept header
of every airtime path. The audience of a token is the address of the product it is for.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.ports.clock import Clock
from providers.access_tokens import AccessTokens
from providers.http_client import HttpClient, OutboundRequest, OutboundResponse
from providers.vending.reloadly.numbers import parsed

NAME = "reloadly"
_ACCEPT = "application/com.reloadly.topups-v1+json"
_PAUSE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class ReloadlySettings:
    """`base_url` and `auth_url` are host parts, of top-ups and of sign-in; the documented paths are
    added. `asynchronous`: buy by /topups-async, which answers with an id only."""

    base_url: str
    auth_url: str
    client_id: str
    client_secret: str
    grace: timedelta
    asynchronous: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and what its JSON says, None when it is none. `error_code` is the vendor's
    word for a refusal, empty without one."""

    status: int
    said: Any
    retry_after: timedelta

    @property
    def error_code(self) -> str:
        code = self.said.get("errorCode") if isinstance(self.said, dict) else None
        return code[:60] if isinstance(code, str) else ""


class Service:
    """Calls with a token, and once more with a new one after a 401. Raises NoTokenError,
    NotSentError, AnswerLostError."""

    def __init__(self, settings: ReloadlySettings, http: HttpClient, clock: Clock) -> None:
        self._base_url = settings.base_url
        self._http = http
        self._tokens = AccessTokens(http, clock, _token_request(settings))

    def get(self, path: str, subject: str) -> Answer:
        return self._call("GET", path, b"", subject, None)

    def post(self, path: str, body: bytes, subject: str, send_by: datetime) -> Answer:
        return self._call("POST", path, body, subject, send_by)

    def _call(
        self, method: str, path: str, body: bytes, subject: str, send_by: datetime | None
    ) -> Answer:
        def send(token: str) -> OutboundResponse:
            headers = {"Authorization": f"Bearer {token}", "Accept": _ACCEPT}
            if body:
                headers["Content-Type"] = "application/json"
            request = OutboundRequest(NAME, method, self._base_url + path, headers, body, subject)
            return self._http.send(request, send_by)

        answer = self._tokens.bearing(send, lambda answer: answer.status == 401)
        return Answer(answer.status, parsed(answer.body), _retry_after(answer))


def _token_request(settings: ReloadlySettings) -> OutboundRequest:
    """POST /oauth/token with the credentials in a JSON body."""
    said = {
        "client_id": settings.client_id, "client_secret": settings.client_secret,
        "grant_type": "client_credentials", "audience": settings.base_url,
    }  # fmt: skip
    return OutboundRequest(
        NAME, "POST", f"{settings.auth_url}/oauth/token",
        {"Content-Type": "application/json", "Accept": "application/json"},
        json.dumps(said).encode(), private=True,
    )  # fmt: skip


def _retry_after(answer: OutboundResponse) -> timedelta:
    text = answer.headers.get("retry-after", "")
    return timedelta(
        seconds=int(text) if text.isascii() and text.isdigit() and len(text) < 5
        else _PAUSE_SECONDS
    )  # fmt: skip
