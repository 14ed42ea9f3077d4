"""Baxi, of Onafriq (Nigeria): airtime and data, what became of it by a re-query.

Sources: developers.onafriq.com/docs (authentication, response-1, purchase-data-bundle-1 and its
neighbours; the same pages at apidocs.beyonic.com/docs). It knows our servers by their addresses and
us by an `x-api-key`; it calls nobody back.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

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
from app.domain.products import Offered, ProductKind
from app.ports.catalogue import CatalogueUnavailable
from app.ports.clock import Clock
from app.ports.vending import VendRequest
from providers.http_client import (
    AnswerLostError,
    HttpClient,
    NotSentError,
    OutboundRequest,
    OutboundResponse,
)
from providers.vending.baxi import codes, offers
from providers.wire import (
    Unreadable,
    balance,
    json_object,
    naira,
    national,
    seconds_to_wait,
    whole_naira,
)

NAME = "baxi"
_API = "/api/baxipay"
_NUMBER = re.compile(r"(?a:\b0[0-9]{10}\b)")


@dataclass(frozen=True, slots=True)
class BaxiSettings:
    """`base_url` is the host part; the documented path `/api/baxipay/...` is added.
    `requery_path` is a whole path: no page names it."""

    base_url: str
    api_key: str
    agent_id: str
    requery_path: str
    grace: timedelta


class Baxi:
    """Baxi behind the vending port, and its catalogue."""

    def __init__(self, settings: BaxiSettings, http: HttpClient, clock: Clock) -> None:
        self._settings = settings
        self._http = http
        self._clock = clock
        self.traits = ProviderTraits(
            NAME, can_query=True, refuses_duplicates=True, grace=settings.grace
        )

    def new_reference(self, seed: str, at: datetime) -> str:
        """The `agentReference`: letters and digits, because no page says what else may be in it."""
        return f"NX{at:%y%m%d}{seed}"

    # --- sales ---------------------------------------------------------------------------------

    def vend(self, request: VendRequest) -> VendOutcome:
        """POST .../services/airtime/request or .../services/databundle/request."""
        amount = whole_naira(request.amount)
        service, _, datacode = request.code.partition("/")
        if amount is None:
            return Declined("whole_naira_only", Scope.PROVIDER)
        if not service or bool(datacode) != (request.kind is ProductKind.DATA):
            return Declined("not_its_code", Scope.PROVIDER)
        body: dict[str, object] = {
            "agentReference": request.reference, "agentId": self._settings.agent_id,
            "service_type": service, "amount": amount, "phone": national(request.recipient),
            **({"datacode": datacode} if datacode else {"plan": "prepaid"}),
        }  # fmt: skip
        path = f"{_API}/services/{'databundle' if datacode else 'airtime'}/request"
        try:
            answer = self._send("POST", path, request.reference, body, request.send_by)
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        if answer.status == 429:
            wait = seconds_to_wait(answer.headers.get("retry-after", ""))
            return Throttled("429", timedelta(seconds=wait))
        refused = _refusal(_read(answer))
        if refused:
            return refused
        outcome = _outcome(answer, request.reference)
        if isinstance(outcome, NotFound):
            return Unknown(outcome.code)
        if isinstance(outcome, Delivered | Pending) and not _is_about(answer, request):
            return Unknown("other_sale")
        return outcome

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:
        """GET the re-query path, by our reference."""
        asked = urlencode({"agentReference": reference})
        try:
            answer = self._send("GET", f"{self._settings.requery_path}?{asked}", reference)
        except (NotSentError, AnswerLostError) as error:
            return NotSent(error.code)
        if answer.status == 429:
            return NotSent("429")
        outcome = _outcome(answer, reference)
        said = getattr(outcome, "external_id", "")
        if external_id and said and said != external_id:
            return Unknown("other_sale")
        return outcome

    # --- the account ---------------------------------------------------------------------------

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        """GET .../superagent/account/balance -> data.balance in naira."""
        try:
            answer = self._send("GET", f"{_API}/superagent/account/balance", "")
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        said = _read(answer)
        code = str(said.get("code"))
        if answer.status in {401, 403} or code in codes.MISCONFIGURED:
            return Misconfigured(code if said else str(answer.status))
        data = said.get("data")
        if answer.status != 200 or said.get("status") != codes.SUCCESS:
            return Unknown(str(answer.status))
        try:
            return balance(data.get("balance") if isinstance(data, dict) else None)
        except Unreadable:
            return Unknown("unreadable")

    def offers(self) -> Iterable[Offered]:
        """See offers.py. Raises CatalogueUnavailable."""
        return offers.offers(self._bundles)

    # --- the line ------------------------------------------------------------------------------

    def _bundles(self, service: str) -> list[Mapping[str, Any]]:
        path = f"{_API}/services/databundle/bundles"
        try:
            answer = self._send("POST", path, "", {"service_type": service})
        except (NotSentError, AnswerLostError) as error:
            raise CatalogueUnavailable(f"{service} {error.code}") from None
        said = _read(answer)
        rows = said.get("data")
        if (
            answer.status != 200
            or said.get("status") != codes.SUCCESS
            or not isinstance(rows, list)
        ):
            raise CatalogueUnavailable(f"{service} {answer.status}")
        return [row for row in rows if isinstance(row, dict)]

    def _send(
        self, method: str, path: str, subject: str, body: Mapping[str, object] | None = None,
        send_by: datetime | None = None,
    ) -> OutboundResponse:  # fmt: skip
        headers = {
            "x-api-key": self._settings.api_key, "Accept": "application/json",
            "Baxi-date": format_datetime(self._clock.now().astimezone(UTC), usegmt=True),
        }  # fmt: skip
        if body is not None:
            headers["Content-Type"] = "application/json"
        content = json.dumps(body).encode() if body is not None else b""
        url = self._settings.base_url + path
        return self._http.send(
            OutboundRequest(NAME, method, url, headers, content, subject), send_by
        )


def _read(answer: OutboundResponse) -> Mapping[str, Any]:
    """What the answer says; nothing when that isn't a JSON object."""
    try:
        return json_object(answer.body)
    except Unreadable:
        return {}


def _refusal(said: Mapping[str, Any]) -> Declined | Throttled | None:
    """What an answer to a purchase refuses for certain."""
    code = str(said.get("code"))
    if said.get("status") != codes.ERROR:
        return None
    if code in codes.THROTTLED:
        return Throttled(code, codes.LATER)
    return Declined(code, Scope.PROVIDER) if code in codes.DECLINED else None


def _outcome(
    answer: OutboundResponse, reference: str
) -> Delivered | Declined | Pending | Unknown | Misconfigured | NotFound:
    """Any other answer: by its code where it is an error, else by what it says of the sale."""
    said = _read(answer)
    word, code = said.get("status"), str(said.get("code"))
    if word == codes.ERROR and code in codes.NOT_FOUND:
        return NotFound(code)
    if word == codes.ERROR and code in codes.MISCONFIGURED:
        return Misconfigured(code)
    if answer.status in {401, 403}:
        return Misconfigured(str(answer.status))
    if answer.status != 200 or code not in codes.OK_CODES:
        return Unknown(code[:20] if said.get("code") else str(answer.status))
    data = said.get("data")
    sale = data if isinstance(data, dict) else {}
    if str(sale.get("agentReference", reference)) != reference:
        return Unknown("other_sale")
    if word == codes.PENDING:
        return Pending(_external_id(sale), codes.PENDING)
    return _by_inner_status(sale) if word == codes.SUCCESS else Unknown("unreadable")


def _by_inner_status(sale: Mapping[str, Any]) -> Delivered | Declined | Pending | Unknown:
    inner, external_id = str(sale.get("transactionStatus")), _external_id(sale)
    if inner in codes.INNER_DELIVERED and str(sale.get("statusCode")) == codes.DONE and external_id:
        return Delivered(external_id, inner)
    if inner in codes.INNER_FAILED:
        return Declined(inner, Scope.SALE, external_id)
    if inner in codes.INNER_PENDING:
        return Pending(external_id, inner)
    return Unknown(f"inner_{inner[:20]}", external_id)


def _external_id(sale: Mapping[str, Any]) -> str:
    """`transactionReference`, a number or text."""
    found = sale.get("transactionReference")
    plain = isinstance(found, int | str) and not isinstance(found, bool)
    return str(found)[:100] if plain else ""


def _is_about(answer: OutboundResponse, request: VendRequest) -> bool:
    """The documented answer names the number only in a sentence and no amount; whatever it does
    name must be what was asked for."""
    data = _read(answer).get("data")
    sale = data if isinstance(data, dict) else {}
    numbers = _NUMBER.findall(str(sale.get("transactionMessage"))) + [
        national(str(sale[name])) for name in ("phone", "account_number") if sale.get(name)
    ]
    try:
        same_amount = sale.get("amount") is None or naira(sale["amount"]) == request.amount
    except Unreadable:
        return False
    return same_amount and set(numbers) <= {national(request.recipient)}
