"""The "SME-data" dialect, which some dozens of Nigerian data resellers share: the worst case.

It can't be asked what became of a request, doesn't refuse a repeated one, doesn't ask back and
never calls. So what isn't a clear answer to this very request stays Unknown until staff or a day
end it. Networks and plans have other numbers at each vendor: both are settings.
Sources: see codes.py.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.domain.money import Money
from app.domain.operators import OPERATORS
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
from providers.vending.smedata import codes

NAME = "smedata"
_THROTTLED_FOR = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class SmeDataSettings:
    """`base_url` is the host part; `networks`: our operator code to the vendor's number; `plans`:
    a file of its plans (see providers/plan_files.py)."""

    base_url: str
    token: str
    networks: Mapping[str, int]
    plans: Path
    grace: timedelta


class SmeData:
    """One such reseller behind the vending port. Codes: a plan's number, or `VTU`."""

    def __init__(self, settings: SmeDataSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http
        self.traits = ProviderTraits(
            NAME, can_query=False, refuses_duplicates=False, grace=settings.grace
        )

    def new_reference(self, seed: str, at: datetime) -> str:
        """The `ident`, letters and digits, as the vendors that have one show it."""
        return f"nexustop{at:%Y%m%d}{seed}"

    def vend(self, request: VendRequest) -> VendOutcome:
        network = self._settings.networks.get(request.operator)
        if network is None or request.amount.currency != "NGN":
            return Declined("not_sold", Scope.PROVIDER)
        what = _wanted(request)
        if what is None:
            return Declined("cannot_be_asked_for", Scope.PROVIDER)
        path = "/api/topup/" if request.kind is ProductKind.AIRTIME else "/api/data/"
        body = {
            "network": network,
            "mobile_number": "0" + request.recipient.removeprefix("+234"),
            # Else the vendor checks the prefix and refuses a number that changed its operator;
            # whose the number is, is known here better than by its prefix.
            "Ported_number": True,
            "ident": request.reference,
            **what,
        }
        try:
            answer = self._http.send(self._request("POST", path, body), request.send_by)
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        return _outcome(answer, body)

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:  # noqa: ARG002 - the dialect has no such call
        return Unknown("cannot_be_asked")

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        """GET /api/user/ -> user.wallet_balance or user.Account_Balance, in naira."""
        try:
            answer = self._http.send(self._request("GET", "/api/user/", None))
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        if answer.status in {401, 403}:
            return Misconfigured(str(answer.status))
        parsed = answers.read_json(answer.body) if answer.status == 200 else None
        user = parsed.get("user") if isinstance(parsed, dict) else None
        if not isinstance(user, dict):
            return Unknown("unreadable")
        found = answers.balance(user.get("wallet_balance", user.get("Account_Balance")), "NGN")
        return found or Unknown("unreadable")

    def offers(self) -> Iterable[Offered]:
        """The plans of the file whose network has a number here, and airtime of every such
        network at its face: discounts differ by account and aren't told. Raises
        CatalogueUnavailable."""
        sold = self._settings.networks
        data = [one for one in plan_files.read(self._settings.plans) if one.operator in sold]
        for one in data:
            if not one.code.isdecimal():
                raise CatalogueUnavailable(f"{one.operator} {one.code}: plans are numbers")
        airtime = [
            Offered(
                operator.code, ProductKind.AIRTIME, codes.AIRTIME, f"{operator.name} airtime",
                least=operator.airtime_min, most=operator.airtime_max,
            )
            for operator in map(OPERATORS.__getitem__, sold)
        ]  # fmt: skip
        return [*airtime, *data]

    def _request(self, method: str, path: str, body: dict[str, Any] | None) -> OutboundRequest:
        return OutboundRequest(
            NAME, method, self._settings.base_url + path,
            {
                "Authorization": f"Token {self._settings.token}", "Accept": "application/json",
                "Content-Type": "application/json",
            },
            b"" if body is None else json.dumps(body).encode(),
            "" if body is None else str(body["ident"]), (self._settings.token,),
        )  # fmt: skip


def _wanted(request: VendRequest) -> dict[str, object] | None:
    """The fields that say what is bought; None when the dialect has no words for it."""
    if request.kind is ProductKind.DATA:
        return {"plan": int(request.code)} if request.code.isdecimal() else None
    if not request.amount.is_whole():
        return None
    return {"amount": request.amount.amount_minor // 100, "airtime_type": request.code}


def _outcome(answer: OutboundResponse, asked: Mapping[str, object]) -> VendOutcome:
    """An answer as an outcome; anything else than a clear word on this very request is Unknown."""
    if answer.status in {401, 403}:
        return Misconfigured(str(answer.status))
    if answer.status == 429:
        return Throttled("429", _THROTTLED_FOR)
    if answer.status not in {200, 201, 400}:
        return Unknown(str(answer.status))
    parsed = answers.read_json(answer.body)
    if not isinstance(parsed, dict):
        return Unknown("unreadable")
    if answer.status == 400:
        return _refusal(parsed)
    external_id = str(parsed.get("id") or "")[:64]
    if not _is_about(parsed, asked):
        return Unknown("another_request", external_id)
    status = str(parsed.get("Status") or "").lower()
    if status in codes.DELIVERED:
        return Delivered(external_id, status)
    if status in codes.FAILED:
        return Declined(status, Scope.SALE, external_id)
    if status in codes.PENDING:
        return Pending(external_id, status)
    return Unknown(f"status_{status[:20] or 'missing'}", external_id)


def _refusal(parsed: dict[str, Any]) -> VendOutcome:
    """Fields that weren't taken, each with its reasons, and nothing beside them; or an empty
    wallet."""
    if (
        parsed
        and parsed.keys() <= codes.REFUSED_FIELDS.keys()
        and all(isinstance(reasons, list) for reasons in parsed.values())
    ):
        scopes = {codes.REFUSED_FIELDS[name] for name in parsed}
        scope = Scope.SALE if Scope.SALE in scopes else Scope.PROVIDER
        return Declined(f"refused_{sorted(parsed)[0]}", scope)
    said = str(parsed.get("error", "")).lower()
    if parsed.keys() == {"error"} and any(text in said for text in codes.MISCONFIGURED):
        return Misconfigured("insufficient_balance")
    return Unknown("400")


def _is_about(parsed: dict[str, Any], asked: Mapping[str, object]) -> bool:
    """Does it repeat number, network and plan (or amount) of the request, and no other `ident`?"""
    local = str(asked["mobile_number"])
    same_number = parsed.get("mobile_number") in (local, "234" + local[1:], "+234" + local[1:])
    same_things = all(
        answers.number(parsed.get(name)) == asked[name]
        for name in ("network", "plan", "amount")
        if name in asked
    )
    return same_number and same_things and parsed.get("ident") in (None, "", asked["ident"])
