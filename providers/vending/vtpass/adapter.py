"""VTpass (Nigeria): airtime and data by /pay, what became of it by /requery.

Sources: vtpass.com/documentation pages authentication, buying-services, re-query-services,
mtn-airtime-vtu-api, mtn-data, variation-codes, smile-network-payment-api-2,
transaction-update-webhook-api.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from app.domain.money import Money
from app.domain.operators import OPERATORS
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotFound,
    NotSent,
    ProviderTraits,
    QueryOutcome,
    Scope,
    Throttled,
    Unknown,
    VendOutcome,
)
from app.domain.products import Offered, ProductKind
from app.ports.catalogue import CatalogueUnavailable
from app.ports.vending import VendRequest
from providers import answers
from providers.http_client import (
    AnswerLostError,
    HttpClient,
    NotSentError,
    OutboundRequest,
    OutboundResponse,
)
from providers.vending.vtpass import codes, variations
from providers.vending.vtpass.reading import is_about, outcome_of

NAME = "vtpass"
_LAGOS = ZoneInfo("Africa/Lagos")


@dataclass(frozen=True, slots=True)
class VtpassSettings:
    """`base_url` is the host part; the documented path `/api/...` is added."""

    base_url: str
    api_key: str
    public_key: str
    secret_key: str
    grace: timedelta


class Vtpass:
    """VTpass behind the vending port. Codes: `mtn`, or `mtn-data/mtn-10mb-100` of a plan."""

    def __init__(self, settings: VtpassSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http
        self.traits = ProviderTraits(
            NAME, can_query=True, refuses_duplicates=True, grace=settings.grace
        )

    def new_reference(self, seed: str, at: datetime) -> str:
        """At least 12 characters, the first 12 today's YYYYMMDDHHmm in Lagos (buying-services)."""
        return at.astimezone(_LAGOS).strftime("%Y%m%d%H%M") + seed

    def vend(self, request: VendRequest) -> VendOutcome:
        naira, kobo = divmod(request.amount.amount_minor, 100)
        if kobo or request.amount.currency != "NGN":
            return Declined("whole_naira_only", Scope.PROVIDER)
        service, _, variation = request.code.partition("/")
        if bool(variation) != (request.kind is ProductKind.DATA):
            return Declined("not_sold", Scope.PROVIDER)
        phone = "0" + request.recipient.removeprefix("+234")
        biller = self._smile_account(request, phone) if service == codes.SMILE else phone
        if not isinstance(biller, str):
            return biller
        body: dict[str, Any] = {
            "request_id": request.reference, "serviceID": service, "amount": naira, "phone": phone,
        }  # fmt: skip
        if variation:
            body |= {"billersCode": biller, "variation_code": variation}
        try:
            answer = self._post("/api/pay", body, request.reference, request.send_by)
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        return _paid(answer, request, biller)

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:  # noqa: ARG002 - VTpass is asked by our id
        try:
            answer = self._post("/api/requery", {"request_id": reference}, reference, None)
        except (NotSentError, AnswerLostError) as error:
            return NotSent(error.code)
        outcome = outcome_of(answer, reference)
        if isinstance(outcome, Throttled):
            return NotSent(outcome.code)
        return outcome

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        """GET /balance -> contents.balance in naira."""
        try:
            answer = self._get("/api/balance")
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        if answer.status in {401, 403}:
            return Misconfigured(str(answer.status))
        parsed = answers.read_json(answer.body)
        contents = parsed.get("contents") if isinstance(parsed, dict) else None
        found = contents.get("balance") if isinstance(contents, dict) else None
        return answers.balance(found, "NGN") or Unknown("unreadable")

    def offers(self) -> Iterable[Offered]:
        """Airtime, and every variation of its data services whose name says what it is."""
        airtime = [
            Offered(
                operator, ProductKind.AIRTIME, service, f"{OPERATORS[operator].name} airtime",
                least=OPERATORS[operator].airtime_min, most=OPERATORS[operator].airtime_max,
                discount_bp=codes.AIRTIME_DISCOUNT_BP,
            )
            for operator, service in codes.AIRTIME.items()
        ]  # fmt: skip
        data = [
            offered
            for operator, service in codes.DATA.items()
            for row in self._variations(service)
            if (offered := variations.plan_of(operator, service, row))
        ]
        return [*airtime, *data]

    def _variations(self, service: str) -> list[object]:
        """GET /service-variations?serviceID=..., whole. Raises CatalogueUnavailable."""
        try:
            answer = self._get(f"/api/service-variations?{urlencode({'serviceID': service})}")
        except (NotSentError, AnswerLostError) as error:
            raise CatalogueUnavailable(f"{service}: {error.code}") from None
        parsed = answers.read_json(answer.body) if answer.status == 200 else None
        rows = variations.rows_of(parsed)
        if rows is None:
            raise CatalogueUnavailable(f"{service}: {answer.status}, no variations")
        return rows

    def _smile_account(
        self, request: VendRequest, phone: str
    ) -> str | Declined | NotSent | Misconfigured:
        """Smile's own id of the number, which it is paid by; nothing is bought by asking."""
        body = {"serviceID": codes.SMILE, "billersCode": phone}
        try:
            answer = self._post("/api/merchant-verify", body, request.reference, request.send_by)
        except (NotSentError, AnswerLostError) as error:
            return NotSent(error.code)
        if answer.status in {401, 403}:
            return Misconfigured(str(answer.status))
        if answer.status != 200:
            return NotSent(str(answer.status))
        accounts = variations.accounts_of(answers.read_json(answer.body))
        return accounts[0] if len(accounts) == 1 else Declined("no_one_account", Scope.PROVIDER)

    def _get(self, path: str) -> OutboundResponse:
        return self._http.send(
            OutboundRequest(
                NAME, "GET", self._settings.base_url + path,
                {"api-key": self._settings.api_key, "public-key": self._settings.public_key},
            )
        )  # fmt: skip

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


def _paid(answer: OutboundResponse, request: VendRequest, biller: str) -> VendOutcome:
    """An answer to /pay. "Not found" is an answer to a query; to a purchase it says nothing."""
    outcome = outcome_of(answer, request.reference)
    if isinstance(outcome, NotFound):
        return Unknown(outcome.code)
    if isinstance(outcome, Delivered) and not is_about(answer, request, biller):
        return Unknown("another_sale", outcome.external_id)
    return outcome
