"""What every call to DT One's DVS API has in common.

Source: dvs-api-doc.dtone.com (DVS API 1.23.0): authentication (HTTP Basic, key and secret), errors,
pagination. Amounts are JSON numbers in whole units; they are read as exact decimals.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from providers.access_tokens import basic
from providers.http_client import HttpClient, OutboundRequest

NAME = "dtone"
_DIGITS, _DECIMALS = 15, 18
"""The most of them that a number may have before and after the point."""


@dataclass(frozen=True, slots=True)
class DtoneSettings:
    """`base_url` is the host part; the documented path `/v1/...` is added. `callback_url` is where
    the vendor reports, token included; empty: it isn't told any."""

    base_url: str
    api_key: str
    api_secret: str
    grace: timedelta
    callback_url: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and what its JSON says; None when the body isn't JSON."""

    status: int
    said: Any
    headers: Mapping[str, str]

    @property
    def retry_after(self) -> timedelta:
        text = self.headers.get("retry-after", "")
        return timedelta(seconds=int(text) if text.isdecimal() and len(text) < 5 else 5)

    def errors(self) -> list[tuple[int, int]]:
        """(HTTP status, code) of each error it lists; empty when it lists none that can be
        read."""
        listed = self.said.get("errors") if isinstance(self.said, dict) else None
        if not isinstance(listed, list):
            return []
        codes = [whole(one.get("code")) if isinstance(one, dict) else None for one in listed]
        return [(self.status, code if code is not None else 0) for code in codes]


class Service:
    """Calls with the account's key. Raises NotSentError, AnswerLostError."""

    def __init__(self, settings: DtoneSettings, http: HttpClient) -> None:
        self._base = f"{settings.base_url}/v1"
        self._authorization = basic(settings.api_key, settings.api_secret)
        self._http = http

    def get(self, path: str, subject: str = "") -> Answer:
        return self._call("GET", path, b"", subject, None)

    def post(
        self, path: str, body: Mapping[str, object], subject: str, send_by: datetime | None = None
    ) -> Answer:
        return self._call("POST", path, json.dumps(body).encode(), subject, send_by)

    def _call(
        self, method: str, path: str, content: bytes, subject: str, send_by: datetime | None
    ) -> Answer:
        headers = {"Authorization": self._authorization, "Accept": "application/json"}
        if content:
            headers["Content-Type"] = "application/json"
        request = OutboundRequest(NAME, method, self._base + path, headers, content, subject)
        answer = self._http.send(request, send_by)
        return Answer(answer.status, _parsed(answer.body), answer.headers)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError, DecimalException):
        return None


def number(value: object) -> Decimal | None:
    """A documented number, also when it comes as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        read = Decimal(value)
    except DecimalException:
        return None
    exponent = read.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -_DECIMALS or read.adjusted() >= _DIGITS:
        return None
    return read


def whole(value: object) -> int | None:
    """A documented whole number, also when it comes as text; None for anything else."""
    read = number(value)
    return int(read) if read is not None and read == int(read) else None


def inside(value: object, *path: str) -> Any:
    """What is at the end of this path of keys; None where it breaks off."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
