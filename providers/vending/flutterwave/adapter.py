"""Flutterwave bills (Nigeria): airtime and data by a biller's item, what became of it by reference.

Sources: see codes.py. The v3 API: the secret key as bearer token, our servers' addresses known to
Flutterwave beforehand, the NGN balance of the account as float.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

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
from app.domain.products import Offered
from app.ports.catalogue import CatalogueUnavailable
from app.ports.vending import VendRequest
from providers.http_client import (
    AnswerLostError,
    HttpClient,
    NotSentError,
    OutboundRequest,
    OutboundResponse,
)
from providers.vending.flutterwave import codes, offers
from providers.wire import (
    Unreadable,
    balance,
    json_object,
    naira,
    national,
    seconds_to_wait,
    whole_naira,
)

NAME = "flutterwave"


@dataclass(frozen=True, slots=True)
class FlutterwaveBillsSettings:
    """`base_url` is the host part; the documented path `/v3/...` is added. `callback_url`: where
    its word about a bill comes in, empty: nowhere."""

    base_url: str
    secret_key: str
    callback_url: str
    grace: timedelta


class FlutterwaveBills:
    """Flutterwave bills behind the vending port, and its catalogue."""

    def __init__(self, settings: FlutterwaveBillsSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http
        self.traits = ProviderTraits(
            NAME, can_query=True, refuses_duplicates=False,
            grace=max(settings.grace, codes.GIVES_UP_AFTER),
        )  # fmt: skip

    def new_reference(self, seed: str, at: datetime) -> str:
        """Any unique text; the day helps whoever looks for it there."""
        return f"nexustop-{at:%Y%m%d}-{seed}"

    # --- sales ---------------------------------------------------------------------------------

    def vend(self, request: VendRequest) -> VendOutcome:
        """POST /v3/billers/{biller_code}/items/{item_code}/payment."""
        amount = whole_naira(request.amount)
        code = codes.CODE.match(request.code)
        if amount is None:
            return Declined("whole_naira_only", Scope.PROVIDER)
        if code is None:
            return Declined("not_its_code", Scope.PROVIDER)
        body: dict[str, object] = {
            "country": "NG", "customer_id": request.recipient, "amount": amount,
            "reference": request.reference,
        }  # fmt: skip
        if self._settings.callback_url:
            body["callback_url"] = self._settings.callback_url
        path = f"/v3/billers/{code[1]}/items/{code[2]}/payment"
        try:
            answer = self._send("POST", path, request.reference, body, request.send_by)
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        if answer.status == 429:
            wait = seconds_to_wait(answer.headers.get("retry-after", ""))
            return Throttled("429", timedelta(seconds=wait))
        said = _read(answer)
        if isinstance(said, Misconfigured | Unknown):
            return said
        if answer.status == codes.REFUSED and said.get("status") == "error":
            return _refusal(str(said.get("message")))
        data = _data(answer, said)
        if data is None:
            return Unknown(str(answer.status))
        if not _is_about(data, request):
            return Unknown("other_sale")
        return _sale(data)

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:
        """GET /v3/bills/{reference}?verbose=1, by their `tx_ref` where it is known."""
        asked = quote(external_id or reference, safe="")
        try:
            answer = self._send("GET", f"/v3/bills/{asked}?verbose=1", reference)
        except (NotSentError, AnswerLostError) as error:
            return NotSent(error.code)
        if answer.status == 429:
            return NotSent("429")
        said = _read(answer)
        if isinstance(said, Misconfigured | Unknown):
            return said
        message = str(said.get("message")).lower()
        missing = any(words in message for words in codes.NO_SUCH_BILL_SAID)
        if answer.status in codes.NO_SUCH_BILL and said.get("status") == "error" and missing:
            return NotFound(str(answer.status))
        data = _data(answer, said)
        if data is None:
            return Unknown(str(answer.status))
        if not _names(data, reference, external_id):
            return Unknown("other_sale")
        return _by_status(data)

    # --- the account ---------------------------------------------------------------------------

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        """GET /v3/balances/NGN -> data.available_balance in naira."""
        try:
            answer = self._send("GET", "/v3/balances/NGN", "")
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        said = _read(answer)
        if isinstance(said, Misconfigured | Unknown):
            return said
        data = _data(answer, said)
        if data is None or data.get("currency") != "NGN":
            return Unknown(str(answer.status))
        try:
            return balance(data.get("available_balance"))
        except Unreadable:
            return Unknown("unreadable")

    def offers(self) -> Iterable[Offered]:
        """See offers.py. Raises CatalogueUnavailable."""
        return offers.offers(self._rows)

    # --- the line ------------------------------------------------------------------------------

    def _rows(self, path: str) -> list[Mapping[str, Any]]:
        try:
            answer = self._send("GET", path, "")
            rows = json_object(answer.body).get("data")
        except (NotSentError, AnswerLostError) as error:
            raise CatalogueUnavailable(f"{path} {error.code}") from None
        except Unreadable:
            raise CatalogueUnavailable(f"{path} unreadable") from None
        if answer.status != 200 or not isinstance(rows, list):
            raise CatalogueUnavailable(f"{path} {answer.status}")
        return [row for row in rows if isinstance(row, dict)]

    def _send(
        self, method: str, path: str, subject: str, body: Mapping[str, object] | None = None,
        send_by: datetime | None = None,
    ) -> OutboundResponse:  # fmt: skip
        headers = {"Authorization": f"Bearer {self._settings.secret_key}",
                   "Accept": "application/json"}  # fmt: skip
        if body is not None:
            headers["Content-Type"] = "application/json"
        content = json.dumps(body).encode() if body is not None else b""
        url = self._settings.base_url + path
        return self._http.send(
            OutboundRequest(NAME, method, url, headers, content, subject), send_by
        )


def _read(answer: OutboundResponse) -> dict[str, Any] | Misconfigured | Unknown:
    """What the answer says, whatever its HTTP status."""
    if answer.status in {401, 403}:
        return Misconfigured(str(answer.status))
    try:
        return json_object(answer.body)
    except Unreadable:
        return Unknown("unreadable" if answer.status == 200 else str(answer.status))


def _data(answer: OutboundResponse, said: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """`data` of a call that went well."""
    data = said.get("data")
    good = answer.status == 200 and said.get("status") == "success"
    return data if good and isinstance(data, dict) else None


def _refusal(message: str) -> VendOutcome:
    said = message.lower()
    if any(words in said for words in codes.MISCONFIGURED_SAID):
        return Misconfigured(message[:60])
    for words, scope in codes.REFUSED_SAID.items():
        if words in said:
            return Declined(message[:60], scope)
    return Unknown(message[:60])


def _is_about(data: Mapping[str, Any], request: VendRequest) -> bool:
    """Is the answer about this number, this amount and, where it names a network we know, this
    operator?"""
    try:
        same_amount = naira(data.get("amount")) == request.amount
    except Unreadable:
        return False
    network = offers.operator_of(data.get("network"))
    same_number = national(str(data.get("phone_number"))) == national(request.recipient)
    return same_amount and same_number and network in {None, request.operator}


def _names(data: Mapping[str, Any], reference: str, external_id: str | None) -> bool:
    """Does the answer name the bill asked about: by our reference, or, where it leaves that out, by
    the id of theirs that was asked with?"""
    ours, theirs = data.get("customer_reference"), data.get("tx_ref")
    if ours is not None:
        return bool(ours == reference)
    return external_id is not None and theirs == external_id


def _sale(data: Mapping[str, Any]) -> VendOutcome:
    """The answer to a payment: by its status where it has one, else by its code."""
    if data.get("status") is not None:
        return _by_status(data)
    tx_ref = _tx_ref(data)
    code = str(data.get("code"))
    if code == codes.PAID and tx_ref:
        return Delivered(tx_ref, code)
    return Unknown(f"code_{code[:20]}", tx_ref)


def _by_status(data: Mapping[str, Any]) -> Delivered | Declined | Pending | Unknown:
    status, tx_ref = str(data.get("status")), _tx_ref(data)
    if status in codes.DELIVERED and tx_ref:
        return Delivered(tx_ref, status)
    if status in codes.FAILED:
        return Declined(status, Scope.SALE, tx_ref)
    if status in codes.PENDING:
        return Pending(tx_ref, status)
    return Unknown(f"inner_{status[:20]}", tx_ref)


def _tx_ref(data: Mapping[str, Any]) -> str:
    tx_ref = data.get("tx_ref")
    return tx_ref[:100] if isinstance(tx_ref, str) else ""
