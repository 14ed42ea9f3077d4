"""Africa's Talking airtime: accepted at once, final word by callback, validation asked before.

It can only be queried by its own id, which a timeout never gives, so it counts as a vendor that
can't be asked; its validation callback is what makes it safe (see docs/decisions/0005).
Sources: help.africastalking.com 6151516, africastalking-python Airtime.py, docs airtime callbacks.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from app.domain.money import Money
from app.domain.operators import OPERATORS
from app.domain.outcomes import (
    Declined,
    Misconfigured,
    NotSent,
    Pending,
    ProviderTraits,
    QueryOutcome,
    Scope,
    Throttled,
    Unknown,
    VendOutcome,
)
from app.domain.products import Offered, ProductKind
from app.ports.vending import VendRequest
from providers import answers
from providers.http_client import (
    AnswerLostError,
    HttpClient,
    NotSentError,
    OutboundRequest,
    OutboundResponse,
)
from providers.vending.africastalking import codes
from providers.vending.africastalking.service import PEER, Account, FencedAirtime

NAME = "africastalking"
SAME_RECIPIENT_WINDOW = timedelta(minutes=5)
_CODE = "airtime"
_SOLD = frozenset({
    "mtn-ng", "airtel-ng", "glo-ng", "t2-ng", "safaricom-ke", "airtel-ke", "telkom-ke",
    "mtn-ug", "airtel-ug", "vodacom-tz", "yas-tz", "mtn-rw",
})  # fmt: skip
"""Of the countries that its airtime page lists; it finds the operator by the number itself."""


class AfricasTalkingAirtime:
    """Africa's Talking airtime behind the vending port."""

    def __init__(self, account: Account, http: HttpClient, grace: timedelta) -> None:
        self._account = account
        self._http = http
        self.traits = ProviderTraits(
            NAME, can_query=False, refuses_duplicates=False, grace=grace, validates=True,
            callback_settles=True, finds_operator=True,
        )  # fmt: skip

    def new_reference(self, seed: str, at: datetime) -> str:
        """The Idempotency-Key: 8 to 100 characters."""
        return f"nexustop-{at:%Y%m%d}-{seed}"

    def vend(self, request: VendRequest) -> VendOutcome:
        if (
            request.kind is not ProductKind.AIRTIME
            or request.operator not in _SOLD
            or request.amount.currency != OPERATORS[request.operator].currency
        ):
            return Declined("not_sold", Scope.PROVIDER)
        service = FencedAirtime(self._account, self._http, request.reference, request.send_by)
        try:
            answer = service.send_to(request.recipient, request.amount, request.reference)
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        return _outcome(answer, request)

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:  # noqa: ARG002 - see the module's text
        return Unknown("cannot_be_asked")

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        """GET /version1/user -> UserData.balance, such as "NGN 1785.50"."""
        url = f"{self._account.base_url}/version1/user?username={self._account.username}"
        request = OutboundRequest(
            PEER, "GET", url, {"apiKey": self._account.api_key, "Accept": "application/json"}
        )
        try:
            answer = self._http.send(request)
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        if answer.status in {401, 403}:
            return Misconfigured(str(answer.status))
        parsed = answers.read_json(answer.body)
        user = parsed.get("UserData") if isinstance(parsed, dict) else None
        currency, value = answers.spoken_money(user.get("balance") if isinstance(user, dict) else 0)
        return answers.balance(value, currency) or Unknown("unreadable")

    def offers(self) -> Iterable[Offered]:
        """Airtime of every operator it sells, at its face: discounts differ by account and are
        told with each sale only."""
        return [
            Offered(
                operator.code, ProductKind.AIRTIME, _CODE, f"{operator.name} airtime",
                least=operator.airtime_min, most=operator.airtime_max,
            )
            for operator in OPERATORS.values()
            if operator.code in _SOLD
        ]  # fmt: skip


def _outcome(answer: OutboundResponse, request: VendRequest) -> VendOutcome:
    """An answer as an outcome; anything not documented is Unknown."""
    if answer.status in {401, 403}:
        return Misconfigured(str(answer.status))
    if answer.status == 429:
        text = answer.headers.get("retry-after", "")
        seconds = int(text) if text.isdigit() and len(text) < 5 else 5
        return Throttled("429", timedelta(seconds=seconds))
    if answer.status not in {200, 201}:
        return Unknown(str(answer.status))
    parsed = answers.read_json(answer.body)
    responses = parsed.get("responses") if isinstance(parsed, dict) else None
    if isinstance(responses, list) and len(responses) == 1 and isinstance(responses[0], dict):
        return _of_recipient(responses[0], request)
    if responses == []:
        return _of_refusal(str(parsed.get("errorMessage", "")))
    return Unknown("unreadable")


def _of_recipient(response: dict[str, Any], request: VendRequest) -> VendOutcome:
    request_id = str(response.get("requestId") or "")
    currency, value = answers.spoken_money(response.get("amount"))
    said = response.get("phoneNumber"), answers.money(value, currency)
    if said != (request.recipient, request.amount):
        return Unknown("another_request", request_id)
    status = response.get("status")
    if status == codes.SENT and request_id not in {"", "None"}:
        return Pending(request_id, codes.SENT)
    if status == codes.FAILED:
        return _of_refusal(str(response.get("errorMessage", "")))
    return Unknown(f"status_{str(status)[:20]}", request_id)


def _of_refusal(message: str) -> VendOutcome:
    text = message.lower()
    if any(part in text for part in codes.SAME_RECIPIENT):
        return Throttled("same_recipient", SAME_RECIPIENT_WINDOW, same_recipient=True)
    if any(part in text for part in codes.MISCONFIGURED):
        return Misconfigured(message[:60])
    if any(part in text for part in codes.DECLINED_SALE):
        return Declined(message[:60], Scope.SALE)
    if any(part in text for part in codes.DECLINED_PROVIDER):
        return Declined(message[:60], Scope.PROVIDER)
    return Unknown(message[:60] or "no_reason")
