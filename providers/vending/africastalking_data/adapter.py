"""Africa's Talking mobile data: queued at once, its end learned by looking the transaction up.

A provider of its own beside its airtime, because other rules hold: it never asks us to validate,
and it can be asked, though only about the id it answered with. So an answer that never came stays
Unknown, and one that came is asked about; the unsigned callback is only a reason to ask.
Sources: see codes.py.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from app.domain.money import Money
from app.domain.outcomes import (
    Declined,
    Delivered,
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
from app.ports.catalogue import CatalogueUnavailable
from app.ports.vending import VendRequest
from providers import answers, plan_files
from providers.http_client import (
    AnswerLostError,
    HttpClient,
    NotSentError,
    OutboundRequest,
    OutboundResponse,
)
from providers.vending.africastalking_data import codes

NAME = "africastalking_data"
_CODE = re.compile(r"([1-9][0-9]{0,6})/(MB|GB)/(Day|Week|Month)\Z", re.ASCII)
_THROTTLED_FOR = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class BundlesAccount:
    """`base_url` is the host part of the bundles host; `product` the name of the account's data
    product; `plans` a file of what it sells (see providers/plan_files.py)."""

    base_url: str
    username: str
    api_key: str
    product: str
    plans: Path
    grace: timedelta


class AfricasTalkingData:
    """Africa's Talking mobile data behind the vending port. Codes: `1024/MB/Week`."""

    def __init__(self, account: BundlesAccount, http: HttpClient) -> None:
        self._account = account
        self._http = http
        self.traits = ProviderTraits(
            NAME, can_query=False, refuses_duplicates=False, grace=account.grace,
            knows_own_id=True, finds_operator=True,
        )  # fmt: skip

    def new_reference(self, seed: str, at: datetime) -> str:
        """The Idempotency-Key: 8 to 100 characters."""
        return f"nexustop-{at:%Y%m%d}-{seed}"

    def vend(self, request: VendRequest) -> VendOutcome:
        plan = _CODE.match(request.code)
        if plan is None or request.kind is not ProductKind.DATA:
            return Declined("not_sold", Scope.PROVIDER)
        quantity, unit, validity = plan.groups()
        recipient = {
            "phoneNumber": request.recipient, "quantity": int(quantity), "unit": unit,
            "validity": validity, "metadata": {"reference": request.reference},
        }  # fmt: skip
        body = {
            "username": self._account.username, "productName": self._account.product,
            "recipients": [recipient],
        }  # fmt: skip
        sent = self._request("POST", "/mobile/data/request", request.reference, body)
        try:
            answer = self._http.send(sent, request.send_by)
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        return _outcome(answer, request)

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:
        """GET /query/transaction/find by their id; without one nothing can be asked."""
        if not external_id:
            return Unknown("cannot_be_asked")
        wanted = {"username": self._account.username, "transactionId": external_id}
        path = f"/query/transaction/find?{urlencode(wanted)}"
        try:
            answer = self._http.send(self._request("GET", path, reference))
        except (NotSentError, AnswerLostError) as error:
            return NotSent(error.code)
        if answer.status in {401, 403}:
            return Misconfigured(str(answer.status))
        if answer.status != 200:
            return Unknown(str(answer.status))
        return _found(answers.read_json(answer.body), reference, external_id)

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        """GET /query/wallet/balance -> balance, such as "KES 500.0000"."""
        path = f"/query/wallet/balance?{urlencode({'username': self._account.username})}"
        try:
            answer = self._http.send(self._request("GET", path, ""))
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        if answer.status in {401, 403}:
            return Misconfigured(str(answer.status))
        parsed = answers.read_json(answer.body) if answer.status == 200 else None
        if not isinstance(parsed, dict) or parsed.get("status") != "Success":
            return Unknown("unreadable")
        currency, value = answers.spoken_money(parsed.get("balance"))
        return answers.balance(value, currency) or Unknown("unreadable")

    def offers(self) -> Iterable[Offered]:
        """The plans of the file: the vendor lists none. Raises CatalogueUnavailable for one whose
        code says another size or validity than its line."""
        offered = plan_files.read(self._account.plans)
        for one in offered:
            if _meaning(one.code) != (one.size_mb, one.validity_days):
                raise CatalogueUnavailable(f"{one.operator} {one.code}: not what its line says")
        return offered

    def _request(
        self, method: str, path: str, subject: str, body: dict[str, Any] | None = None
    ) -> OutboundRequest:
        headers = {"apiKey": self._account.api_key, "Accept": "application/json"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": subject}
        return OutboundRequest(
            NAME, method, self._account.base_url + path, headers,
            b"" if body is None else json.dumps(body).encode(), subject, (self._account.api_key,),
        )  # fmt: skip


def _meaning(code: str) -> tuple[int, int] | None:
    """Megabytes and days of a code."""
    plan = _CODE.match(code)
    if plan is None:
        return None
    quantity, unit, validity = plan.groups()
    return int(quantity) * (1024 if unit == "GB" else 1), codes.VALIDITY_DAYS[validity]


def _outcome(answer: OutboundResponse, request: VendRequest) -> VendOutcome:
    """An answer as an outcome; anything not documented is Unknown."""
    if answer.status in {401, 403}:
        return Misconfigured(str(answer.status))
    if answer.status == 429:
        return Throttled("429", _THROTTLED_FOR)
    if answer.status not in {200, 201}:
        return Unknown(str(answer.status))
    parsed = answers.read_json(answer.body)
    entries = parsed.get("entries") if isinstance(parsed, dict) else None
    if not isinstance(entries, list) or len(entries) != 1 or not isinstance(entries[0], dict):
        return Unknown("unreadable")
    return _of_entry(entries[0], request)


def _of_entry(entry: dict[str, Any], request: VendRequest) -> VendOutcome:
    transaction_id = _id(entry.get("transactionId"))
    if entry.get("phoneNumber") != request.recipient:
        return Unknown("another_recipient", transaction_id)
    status = str(entry.get("status"))
    if status in codes.DECLINED_PROVIDER and not transaction_id:
        return Declined(status, Scope.PROVIDER)
    if status not in codes.QUEUED or not transaction_id:
        return Unknown(f"status_{status[:20]}", transaction_id)
    currency, value = answers.spoken_money(entry.get("value"))
    taken = answers.number(value)
    agreed = answers.number(request.amount.decimal())
    if currency == request.amount.currency and taken and agreed and taken > agreed:
        return Unknown("costs_more", transaction_id)
    return Pending(transaction_id, status)


def _found(parsed: object, reference: str, external_id: str) -> QueryOutcome:
    """A transaction that was looked up, if it is this one."""
    data = parsed.get("data") if isinstance(parsed, dict) else None
    if not isinstance(data, dict):
        return Unknown("unreadable")
    metadata = data.get("requestMetadata")
    ours = metadata.get("reference", reference) if isinstance(metadata, dict) else reference
    if data.get("transactionId") != external_id or ours != reference:
        return Unknown("another_transaction")
    status = str(data.get("status"))
    if status in codes.FOUND_DELIVERED:
        return Delivered(external_id, status)
    if status in codes.FOUND_FAILED:
        return Declined(status, Scope.SALE, external_id)
    if status in codes.FOUND_PENDING:
        return Pending(external_id, status)
    return Unknown(f"status_{status[:20]}", external_id)


def _id(value: object) -> str:
    return value if isinstance(value, str) and value != "None" and len(value) <= 100 else ""
