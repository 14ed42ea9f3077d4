"""VTpass (Nigeria): airtime by /pay, what became of it by /requery.

Sources: vtpass.com/documentation pages authentication, buying-services, re-query-services,
mtn-airtime-vtu-api, transaction-update-webhook-api.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.money import Money
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotFound,
    NotSent,
    Pending,
    ProviderTraits,
    QueryOutcome,
    Scope,
    Throttled,
    Unknown,
    VendOutcome,
)
from app.ports.vending import VendRequest
from providers.http_client import (
    AnswerLostError,
    HttpClient,
    NotSentError,
    OutboundRequest,
    OutboundResponse,
)
from providers.vending.vtpass import codes

NAME = "vtpass"
_LAGOS = ZoneInfo("Africa/Lagos")
_SERVICE_IDS = {"mtn-ng": "mtn", "airtel-ng": "airtel", "glo-ng": "glo", "t2-ng": "etisalat"}


@dataclass(frozen=True, slots=True)
class VtpassSettings:
    """`base_url` is the host part; the documented path `/api/...` is added."""

    base_url: str
    api_key: str
    public_key: str
    secret_key: str
    grace: timedelta


class Vtpass:
    """VTpass behind the vending port."""

    def __init__(self, settings: VtpassSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http
        self.traits = ProviderTraits(
            NAME, can_query=True, refuses_duplicates=True, grace=settings.grace
        )

    def airtime_code(self, operator: str) -> str | None:
        """A serviceID."""
        return _SERVICE_IDS.get(operator)

    def new_reference(self, seed: str, at: datetime) -> str:
        """At least 12 characters, the first 12 today's YYYYMMDDHHmm in Lagos (buying-services)."""
        return at.astimezone(_LAGOS).strftime("%Y%m%d%H%M") + seed

    def vend(self, request: VendRequest) -> VendOutcome:
        naira, kobo = divmod(request.amount.amount_minor, 100)
        if kobo or request.amount.currency != "NGN":
            return Declined("whole_naira_only", Scope.PROVIDER)
        body = {
            "request_id": request.reference,
            "serviceID": request.code,
            "amount": naira,
            "phone": "0" + request.recipient.removeprefix("+234"),
        }
        try:
            answer = self._post("/api/pay", body, request.reference, request.send_by)
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        outcome = _outcome(answer)
        # "Not found" is an answer to a query; to a purchase it says nothing.
        return Unknown("015") if isinstance(outcome, NotFound) else outcome

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:  # noqa: ARG002 - VTpass is asked by our id
        try:
            answer = self._post("/api/requery", {"request_id": reference}, reference, None)
        except (NotSentError, AnswerLostError) as error:
            return NotSent(error.code)
        outcome = _outcome(answer)
        if isinstance(outcome, Throttled):
            return NotSent(outcome.code)
        return outcome

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        """GET /balance -> contents.balance in naira."""
        request = OutboundRequest(
            NAME, "GET", f"{self._settings.base_url}/api/balance",
            {"api-key": self._settings.api_key, "public-key": self._settings.public_key},
        )  # fmt: skip
        try:
            answer = self._http.send(request)
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        if answer.status in {401, 403}:
            return Misconfigured(str(answer.status))
        try:
            balance = json.loads(answer.body)["contents"]["balance"]
            return Money(round(float(balance) * 100), "NGN")
        except (ValueError, KeyError, TypeError):
            return Unknown("unreadable")

    def _post(
        self, path: str, body: dict[str, Any], subject: str, send_by: datetime | None
    ) -> OutboundResponse:
        request = OutboundRequest(
            NAME, "POST", self._settings.base_url + path,
            {
                "api-key": self._settings.api_key, "secret-key": self._settings.secret_key,
                "Content-Type": "application/json", "Accept": "application/json",
            },
            json.dumps(body).encode(), subject,
        )  # fmt: skip
        return self._http.send(request, send_by)


def _outcome(answer: OutboundResponse) -> VendOutcome | NotFound:
    """An answer as an outcome; anything not documented is Unknown."""
    if answer.status in {401, 403}:
        return Misconfigured(str(answer.status))
    if answer.status == 429:
        return Throttled("429", _retry_after(answer))
    if answer.status != 200:
        return Unknown(str(answer.status))
    try:
        parsed = json.loads(answer.body)
        code = str(parsed["code"])
    except (ValueError, KeyError, TypeError):
        return Unknown("unreadable")
    transaction = _transaction(parsed)
    external_id = str(transaction.get("transactionId") or "")
    if code == codes.HANDLED:
        return _by_inner_status(str(transaction.get("status") or ""), external_id)
    if code in codes.PENDING:
        return Pending(external_id, code)
    if code in codes.NOT_FOUND:
        return NotFound(code)
    if code == codes.SAME_RECIPIENT:
        return Throttled(code, timedelta(seconds=codes.SAME_RECIPIENT_SECONDS), same_recipient=True)
    if code in codes.DECLINED:
        return Declined(code, codes.DECLINED[code], external_id)
    if code in codes.MISCONFIGURED:
        return Misconfigured(code)
    return Unknown(code, external_id)


def _by_inner_status(status: str, external_id: str) -> VendOutcome:
    if status in codes.INNER_DELIVERED:
        return Delivered(external_id, status)
    if status in codes.INNER_FAILED:
        return Declined(status, Scope.SALE, external_id)
    if status in codes.INNER_TAKEN_BACK:
        return Declined(status, Scope.SALE, external_id, taken_back=True)
    if status in codes.INNER_PENDING:
        return Pending(external_id, status)
    return Unknown(f"inner_{status[:20] or 'missing'}", external_id)


def _transaction(parsed: dict[str, Any]) -> dict[str, Any]:
    content = parsed.get("content")
    transaction = content.get("transactions") if isinstance(content, dict) else None
    return transaction if isinstance(transaction, dict) else {}


def _retry_after(answer: OutboundResponse) -> timedelta:
    text = answer.headers.get("retry-after", "")
    return timedelta(seconds=int(text) if text.isdigit() and len(text) < 5 else 5)
