"""Requests to DingConnect V1: the header `api_key`, JSON, names in PascalCase.

Source: dingconnect.com/Api, authentication and V1.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from app.domain.money import Money
from providers.http_client import HttpClient, OutboundRequest, OutboundResponse

NAME = "dingconnect"


@dataclass(frozen=True, slots=True)
class DingConnectSettings:
    """`base_url` is the host part; the documented path `/api/V1/...` is added. `currency` is the
    account's."""

    base_url: str
    api_key: str
    currency: str
    grace: timedelta


class Service:
    """One account at DingConnect. Its methods raise NotSentError and AnswerLostError."""

    def __init__(self, settings: DingConnectSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http

    def read(
        self, method: str, wanted: Iterable[tuple[str, str]] = (), subject: str = ""
    ) -> OutboundResponse:
        """A GET; a list is its parameter repeated."""
        query = urlencode(list(wanted))
        url = f"{self._address(method)}?{query}" if query else self._address(method)
        return self._http.send(OutboundRequest(NAME, "GET", url, self._headers(), b"", subject))

    def ask(
        self, method: str, body: str, subject: str, send_by: datetime | None = None
    ) -> OutboundResponse:
        """A POST of JSON."""
        headers = {**self._headers(), "Content-Type": "application/json"}
        request = OutboundRequest(
            NAME, "POST", self._address(method), headers, body.encode(), subject
        )
        return self._http.send(request, send_by)

    def _address(self, method: str) -> str:
        return f"{self._settings.base_url}/api/V1/{method}"

    def _headers(self) -> dict[str, str]:
        return {"api_key": self._settings.api_key, "Accept": "application/json"}


def with_amount(name: str, amount: Money, fields: Mapping[str, Any]) -> str:
    """A JSON object with an amount written as an exact number of major units before its fields."""
    return f'{{"{name}": {amount.units()}, {json.dumps(fields)[1:]}'


def retry_after(answer: OutboundResponse) -> timedelta:
    """How long a 429 asks us to wait; 5 s when it doesn't say."""
    text = answer.headers.get("retry-after", "")
    return timedelta(seconds=int(text) if text.isdigit() and len(text) < 5 else 5)
