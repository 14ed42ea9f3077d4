"""OAuth access tokens (RFC 6749, client credentials): fetched when needed and kept for their life.

The request is the API's own, under HTTP Basic (both mobile money APIs) or with the credentials in a
JSON body (Reloadly). The answer is `{"access_token", "expires_in"}`, the seconds as a number or as
text.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from app.ports.clock import Clock
from providers.http_client import (
    AnswerLostError,
    HttpClient,
    NotSentError,
    OutboundRequest,
    OutboundResponse,
)

_EARLIER = timedelta(seconds=60)
_FAILURE_LASTS = timedelta(seconds=1)


class NoTokenError(Exception):
    """No token, so the request it was for never left. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AccessTokens:
    """One account's token. Thread-safe: threads that need one at once share a fetch, and for a
    second share that it failed."""

    def __init__(self, http: HttpClient, clock: Clock, request: OutboundRequest) -> None:
        self._http = http
        self._clock = clock
        self._request = request
        self._lock = Lock()
        self._token = ""
        self._until: datetime | None = None
        self._failed = ""

    def bearing(
        self, send: Callable[[str], OutboundResponse],
        refused: Callable[[OutboundResponse], bool],
    ) -> OutboundResponse:  # fmt: skip
        """Send with a token, and once more with a new one when the answer says that the token
        isn't accepted. Raises NoTokenError and what `send` raises."""
        token = self._current()
        answer = send(token)
        return send(self._current(instead_of=token)) if refused(answer) else answer

    def _current(self, instead_of: str = "") -> str:
        with self._lock:
            now = self._clock.now()
            good = self._until is not None and now < self._until
            if good and self._failed:
                raise NoTokenError(self._failed)
            if not good or self._token == instead_of:
                self._fetch(now)
            return self._token

    def _fetch(self, now: datetime) -> None:
        try:
            self._token, life = _read(self._http.send(self._request))
        except (NotSentError, AnswerLostError, NoTokenError) as error:
            self._failed, self._until = error.code, now + _FAILURE_LASTS
            raise NoTokenError(error.code) from None
        self._failed, self._until = "", now + max(life - _EARLIER, life / 2)


def basic(user: str, password: str) -> str:
    """The value of an `Authorization` header under HTTP Basic."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def _read(answer: OutboundResponse) -> tuple[str, timedelta]:
    try:
        parsed = json.loads(answer.body)
        token, lasts = parsed["access_token"], timedelta(seconds=int(parsed["expires_in"]))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise NoTokenError(f"no_token_{answer.status}") from None
    if (
        answer.status != 200
        or not isinstance(token, str)
        or not token.isascii()
        or lasts <= timedelta()
    ):
        raise NoTokenError(f"no_token_{answer.status}")
    return token, lasts
