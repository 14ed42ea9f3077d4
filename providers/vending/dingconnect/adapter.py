"""DingConnect (worldwide): airtime and data by SendTransfer, what became of them by
ListTransferRecords.

The account is in one currency. Airtime is wanted as an exact amount in another, so it is priced
first by EstimatePrices, which buys nothing. Sources: dingconnect.com/Api (V1), see codes.py.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import floor

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.outcomes import (
    Declined,
    Misconfigured,
    NotSent,
    ProviderTraits,
    QueryOutcome,
    Scope,
    Unknown,
    VendOutcome,
)
from app.domain.products import Offered, ProductKind
from app.ports.operator_lookup import LookupOutcome
from app.ports.vending import VendRequest
from providers.http_client import AnswerLostError, HttpClient, NotSentError
from providers.vending.dingconnect import codes, outcomes, reading
from providers.vending.dingconnect.catalogue import Catalogue
from providers.vending.dingconnect.service import (
    NAME,
    DingConnectSettings,
    Service,
    with_amount,
)

__all__ = ["NAME", "DingConnect", "DingConnectSettings"]

LONGEST_PROCESSING = timedelta(seconds=90)
"""A transfer is given up by Ding after this (SendTransfer)."""
_PAGE = 10


class DingConnect:
    """DingConnect behind the vending, catalogue and operator look-up ports."""

    name = NAME
    countries = frozenset(codes.COUNTRIES)

    def __init__(self, settings: DingConnectSettings, http: HttpClient) -> None:
        self._currency = settings.currency
        self._service = Service(settings, http)
        self._catalogue = Catalogue(self._service, settings.currency)
        self.traits = ProviderTraits(
            NAME, can_query=True, refuses_duplicates=False,
            grace=max(settings.grace, LONGEST_PROCESSING),
        )  # fmt: skip

    def new_reference(self, seed: str, at: datetime) -> str:
        """The DistributorRef: ours, unique; no form of it is documented."""
        return f"nexustop-{at:%Y%m%d}-{seed}"

    def vend(self, request: VendRequest) -> VendOutcome:
        if request.kind is ProductKind.AIRTIME:
            sent = self._estimate(request)
            if not isinstance(sent, Money):
                return sent
        elif request.amount.currency != self._currency:
            return Declined("not_our_currency", Scope.PROVIDER)
        else:
            sent = request.amount
        body = with_amount("SendValue", sent, {
            "SendCurrencyIso": sent.currency, "SkuCode": request.code,
            "AccountNumber": outcomes.account_number(request),
            "DistributorRef": request.reference, "ValidateOnly": False,
        })  # fmt: skip
        try:
            answer = self._service.ask("SendTransfer", body, request.reference, request.send_by)
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        return outcomes.of_transfer(answer, request, sent)

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:  # noqa: ARG002 - Ding is asked by our reference
        body = json.dumps({"DistributorRef": reference, "Skip": 0, "Take": _PAGE})
        try:
            answer = self._service.ask("ListTransferRecords", body, reference)
        except (NotSentError, AnswerLostError) as error:
            return NotSent(error.code)
        return outcomes.of_query(answer, reference)

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        """GetBalance, rounded down to whole minor units: commissions may leave parts of them."""
        try:
            answer = self._service.read("GetBalance")
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        if answer.status in codes.NOT_SIGNED_IN:
            return Misconfigured(str(answer.status))
        try:
            said = reading.said(answer.body)
            if said.code in codes.MISCONFIGURED:
                return Misconfigured(said.code)
            if not said.good:
                return Unknown(said.code or str(answer.status))
            balance, currency = said.fields.get("Balance"), said.fields.get("CurrencyIso")
            if currency != self._currency:
                return Misconfigured("other_currency")
            return Money(floor(reading.minor_units(balance, currency)), currency)
        except reading.Unreadable:
            return Unknown("unreadable")

    def offers(self) -> Iterable[Offered]:
        """GetProviders, then GetProducts of each that is one of our operators. Raises
        CatalogueUnavailable."""
        return self._catalogue.offers()

    def operator_of(self, msisdn: Msisdn) -> LookupOutcome:
        """GetAccountLookup."""
        return self._catalogue.operator_of(msisdn)

    def _estimate(self, request: VendRequest) -> Money | VendOutcome:
        """What this airtime costs. Nothing was bought when there is no answer: not sent."""
        row = with_amount("ReceiveValue", request.amount, {
            "SendValue": 0, "SendCurrencyIso": self._currency, "SkuCode": request.code,
            "BatchItemRef": request.reference,
        })  # fmt: skip
        try:
            answer = self._service.ask(
                "EstimatePrices", f"[{row}]", request.reference, request.send_by
            )
        except (NotSentError, AnswerLostError) as error:
            return NotSent(error.code)
        return outcomes.of_estimate(answer, request, self._currency)
