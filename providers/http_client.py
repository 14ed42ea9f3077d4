"""The one outbound HTTP client: pooled, timed out, fenced, recorded with secrets cut out.

It tells apart what decides about money: whether any byte of the request can have left. The fence
(`send_by`) is checked last thing before the first byte is written, on a connection that is open
already, so a worker that slept through its time sends nothing.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from app.ports.clock import Clock
from app.ports.exchanges import Exchange, ExchangeLog
from providers.redaction import redacted
from providers.whole_answers import WholeAnswers

LONGEST_ANSWER = 262_144
_RECORDED = 2_000


class NotSentError(Exception):
    """No byte of the request left. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AnswerLostError(Exception):
    """The request, or part of it, left; the answer didn't come or was cut short."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """A request to a peer. `subject` is the id it is about; `secrets` are values that must not be
    recorded; headers never are; of a `private` one no body is, in either direction."""

    peer: str
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    subject: str = ""
    secrets: tuple[str, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True)
class OutboundResponse:
    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpClient:
    """Thread-safe. Raises only NotSentError and AnswerLostError.

    `read_seconds`: within how long of the request's last byte the answer must be whole.
    """

    def __init__(
        self, clock: Clock, log: ExchangeLog, *, connect_seconds: float = 3,
        read_seconds: float = 10, connections: int = 128,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._log = log
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections,
                              keepalive_expiry=20)  # fmt: skip
        self._client = httpx.Client(
            timeout=httpx.Timeout(read_seconds, connect=connect_seconds, pool=connect_seconds),
            transport=WholeAnswers(limits), follow_redirects=False, trust_env=False,
        )  # fmt: skip

    def send(self, request: OutboundRequest, send_by: datetime | None = None) -> OutboundResponse:
        """Send once, never again by itself."""
        began, started_at = time.monotonic(), self._clock.now()
        fence = _Fence(self._clock, send_by)
        response, fault = None, ""
        try:
            response = self._exchange(request, fence)
        except _TooLate:
            fault = "send_by_passed"
            raise NotSentError(fault) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            fault = _code(error)
            if fence.passed:
                raise AnswerLostError(fault) from None
            raise NotSentError(fault) from None
        finally:
            elapsed = int((time.monotonic() - began) * 1000)
            self._log.record(_exchange(request, response, fault, started_at, elapsed))
        return response

    def close(self) -> None:
        self._client.close()

    def _exchange(self, request: OutboundRequest, fence: "_Fence") -> OutboundResponse:
        with self._client.stream(
            request.method, request.url, headers=dict(request.headers), content=request.body,
            extensions={"trace": fence},
        ) as answer:  # fmt: skip
            body = b""
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > LONGEST_ANSWER:
                    raise httpx.ReadError("answer too long")
            return OutboundResponse(answer.status_code, dict(answer.headers), body)


class _TooLate(Exception):
    """send_by has passed and nothing was written."""


class _Fence:
    """Watches a request leave. httpcore announces `send_request_headers.started` right before
    it writes the first byte."""

    def __init__(self, clock: Clock, send_by: datetime | None) -> None:
        self._clock = clock
        self._send_by = send_by
        self.passed = False

    def __call__(self, event: str, _: dict[str, Any]) -> None:
        if event.endswith("send_request_headers.started") and not self.passed:
            if self._send_by is not None and self._clock.now() > self._send_by:
                raise _TooLate
            self.passed = True


def _code(error: Exception) -> str:
    codes = {
        httpx.ConnectTimeout: "connect_timeout",
        httpx.ConnectError: "connect",
        httpx.PoolTimeout: "pool_timeout",
        httpx.ReadTimeout: "read_timeout",
        httpx.WriteTimeout: "write_timeout",
        httpx.InvalidURL: "bad_url",
    }
    return codes.get(type(error), "broken_off")


def _exchange(
    request: OutboundRequest, response: OutboundResponse | None, fault: str,
    started_at: datetime, elapsed_ms: int,
) -> Exchange:  # fmt: skip
    path = redacted(httpx.URL(request.url).raw_path.split(b"?", 1)[0], request.secrets)
    return Exchange(
        request.peer, request.subject, request.method, path, _redacted(request.body, request),
        response.status if response else None,
        _redacted(response.body, request) if response else "", fault, started_at, elapsed_ms,
    )  # fmt: skip


def _redacted(body: bytes, request: OutboundRequest) -> str:
    if request.private:
        return ""
    return redacted(body, request.secrets)[:_RECORDED]
