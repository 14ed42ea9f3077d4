"""The official SDK, made safe: one service object per call, its bytes sent by our client.

The SDK (africastalking 2.0.3) keeps one header dictionary per service object, so an idempotency
key set for one order leaks into others in flight; it hides the HTTP status and opens a connection
per call. It still decides what goes on the wire: URL, headers and form are its own.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from africastalking.Airtime import AirtimeService

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from providers.http_client import HttpClient, OutboundRequest, OutboundResponse

PEER = "africastalking"


@dataclass(frozen=True, slots=True)
class Account:
    """An Africa's Talking account; `base_url` is the host part."""

    base_url: str
    username: str
    api_key: str


class FencedAirtime(AirtimeService):  # type: ignore[misc] # the SDK has no types
    """One airtime call. Made for it and thrown away after it."""

    def __init__(
        self, account: Account, http: HttpClient, subject: str, send_by: datetime | None
    ) -> None:
        super().__init__(account.username, account.api_key)
        self._baseUrl = f"{account.base_url}/version1/airtime"
        self._headers: dict[str, str] = dict(self._headers)
        self._http = http
        self._subject = subject
        self._send_by = send_by
        self._api_key_value = account.api_key

    def send_to(self, recipient: Msisdn, amount: Money, key: str) -> OutboundResponse:
        """Ask for one delivery under an idempotency key."""
        value = amount.decimal().split(".")[0] if amount.is_whole() else amount.decimal()
        answer: OutboundResponse = self.send(
            recipients=[
                {"phoneNumber": recipient, "amount": value, "currency_code": amount.currency}
            ],
            idempotency_key=key,
        )
        return answer

    def _make_request(
        self, url: str, method: str, headers: dict[str, str], data: Any, params: Any,
        **_: Any,
    ) -> OutboundResponse:  # fmt: skip
        """The SDK's one way out, through our client; gives back status and body."""
        query = f"?{urlencode(params)}" if params else ""
        form = urlencode(data) if isinstance(data, dict) else (data or "")
        sent_headers = {
            **{str(name): str(value) for name, value in headers.items()},
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return self._http.send(
            OutboundRequest(
                PEER, method, url + query, sent_headers, form.encode(), self._subject,
                (self._api_key_value,),
            ),
            self._send_by,
        )  # fmt: skip
