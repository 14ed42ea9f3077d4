"""DT One, Digital Value Services: airtime and data of all our countries from one balance.

Sources: dvs-api-doc.dtone.com (DVS API 1.23.0), developers.dtone.com (handling-transactions,
callbacks). Airtime is created and confirmed in one request; a plan, whose price the request can't
bound, is created, looked at and then confirmed or cancelled. Either way the answer comes before the
operator's: what became of it is asked for by our own id.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from urllib.parse import quote

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.operators import OPERATORS
from app.domain.outcomes import (
    Declined,
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
from app.ports.operator_lookup import (
    LookupOutcome,
    LookupUnknown,
    OperatorFound,
    OperatorNotFound,
)
from app.ports.vending import VendRequest
from providers.http_client import AnswerLostError, HttpClient, NotSentError
from providers.vending.dtone import answers, codes, products
from providers.vending.dtone.answers import Told
from providers.vending.dtone.service import (
    NAME,
    Answer,
    DtoneSettings,
    Service,
    inside,
    number,
    whole,
)

__all__ = ["NAME", "Dtone", "DtoneSettings"]

_PER_PAGE = 50
_MOST_PAGES = 200


class Dtone:
    """DT One behind the vending, catalogue and look-up ports."""

    name = NAME
    countries = frozenset(
        OPERATORS[code].country for brands in codes.BRANDS.values() for code in brands.values()
    )

    def __init__(self, settings: DtoneSettings, http: HttpClient) -> None:
        self._service = Service(settings, http)
        self._callback_url = settings.callback_url
        self.traits = ProviderTraits(
            NAME, can_query=True, refuses_duplicates=True, grace=settings.grace
        )

    def new_reference(self, seed: str, at: datetime) -> str:
        """An `external_id`: any text up to 40 characters. The day makes it readable."""
        return f"nx{at:%Y%m%d}{seed}"

    def vend(self, request: VendRequest) -> VendOutcome:
        """POST /async/transactions; of a plan also .../confirm."""
        if not (request.code.isascii() and request.code.isdecimal() and len(request.code) < 16):
            return Declined("no_product_id", Scope.PROVIDER)
        is_plan = request.kind is ProductKind.DATA
        if not is_plan and not request.amount.is_whole():
            return Declined("whole_units_only", Scope.PROVIDER)
        body = self._body(request) if is_plan else self._body(request) | _ranged(request.amount)
        try:
            answer = self._service.post(
                "/async/transactions", body, request.reference, request.send_by
            )
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        told = _transaction(answer)
        if told is None:
            return answers.refusal(answer)
        wrong = _not_ours(told, request)
        if wrong:
            return Unknown(wrong, told.id)
        if is_plan and told.kind == codes.CREATED:
            return self._confirm(told, request)
        return _answered(told)

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:
        """GET /transactions?external_id=. A plan that was left unconfirmed is cancelled: only the
        vend itself confirms, and not after its time."""
        path = f"/transactions?external_id={quote(reference, safe='')}"
        try:
            answer = self._service.get(path, reference)
        except (NotSentError, AnswerLostError) as error:
            return NotSent(error.code)
        if answer.status == 200 and isinstance(answer.said, list):
            return self._found(answer.said, reference, external_id)
        if codes.NO_SUCH_TRANSACTION in answer.errors():
            return NotFound(str(codes.NO_SUCH_TRANSACTION[1]))
        refused = answers.refusal(answer)
        if isinstance(refused, Throttled):
            return NotSent(refused.code)
        return refused if isinstance(refused, Misconfigured) else Unknown(str(answer.status))

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        """GET /balances: what is `available` of the account's one balance."""
        try:
            answer = self._service.get("/balances")
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        if answer.status == 401:
            return Misconfigured("401")
        if answer.status != 200 or not isinstance(answer.said, list) or len(answer.said) != 1:
            return Unknown("unreadable")
        available = number(inside(answer.said[0], "available"))
        if available is None:
            return Unknown("unreadable")
        left = answers.money(available, inside(answer.said[0], "unit"), ROUND_FLOOR)
        return left or Unknown("other_currency")

    def offers(self) -> Iterable[Offered]:
        """GET /products of each of our countries, page by page."""
        lines = [
            line for country in codes.BRANDS for line in self._list(f"country_iso_code={country}")
        ]
        read = (products.offered(line) for line in lines)
        return [line for line in read if line is not None]

    def operator_of(self, msisdn: Msisdn) -> LookupOutcome:
        """POST /lookup/mobile-number (the GET form is deprecated): the operator that it marks as
        `identified`; the others are guesses."""
        try:
            answer = self._service.post("/lookup/mobile-number", {"mobile_number": msisdn}, "")
        except (NotSentError, AnswerLostError) as error:
            return LookupUnknown(error.code)
        errors = answer.errors()
        if errors and codes.NO_SUCH_NUMBER.issuperset(errors):
            return OperatorNotFound(str(errors[0][1]))
        if answer.status != 200 or not isinstance(answer.said, list):
            return LookupUnknown(str(answer.status))
        if not answer.said:
            return OperatorNotFound("none")
        sure = [one for one in answer.said if inside(one, "identified") is True]
        found = {products.operator_of(one) for one in sure}
        if len(found) != 1:
            return LookupUnknown("not_identified")
        [operator] = found
        return OperatorFound(operator) if operator else OperatorNotFound(_named(sure[0]))

    def _body(self, request: VendRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "external_id": request.reference, "product_id": int(request.code),
            "auto_confirm": request.kind is ProductKind.AIRTIME,
            "credit_party_identifier": {"mobile_number": request.recipient},
        }  # fmt: skip
        return body | {"callback_url": self._callback_url} if self._callback_url else body

    def _confirm(self, told: Told, request: VendRequest) -> VendOutcome:
        """POST /async/transactions/:id/confirm, unless it costs more than it was to."""
        if told.price is None or told.price.currency != request.amount.currency:
            return self._cancel(told, "price_unreadable")
        if told.price > request.amount:
            return self._cancel(told, "price_moved")
        try:
            answer = self._service.post(
                f"/async/transactions/{told.id}/confirm", {}, request.reference, request.send_by
            )
        except NotSentError as error:
            return self._cancel(told, error.code)
        except AnswerLostError as error:
            return Unknown(error.code, told.id)
        confirmed = _same(answer, told)
        if confirmed is not None and confirmed.kind != codes.CREATED:
            return _answered(confirmed)
        if 400 <= answer.status < 500:
            return self._cancel(told, f"not_confirmed_{answer.status}")
        return Unknown(str(answer.status), told.id)

    def _cancel(self, told: Told, code: str) -> answers.Word:
        """POST /transactions/:id/cancel: refused unless nothing was sent to the operator. Only the
        vendor's word that it is cancelled is proof."""
        try:
            answer = self._service.post(f"/transactions/{told.id}/cancel", {}, told.external_id)
        except (NotSentError, AnswerLostError):
            return Unknown(code, told.id)
        cancelled = _same(answer, told)
        if codes.ALREADY_CANCELLED in answer.errors() or (
            cancelled is not None and cancelled.kind == codes.CANCELLED
        ):
            return Declined(code, Scope.PROVIDER, told.id)
        return Unknown(code, told.id)

    def _found(self, listed: list[Any], reference: str, external_id: str | None) -> QueryOutcome:
        if not listed:
            return NotFound("none")
        told = answers.transaction(listed[0]) if len(listed) == 1 else None
        if told is None:
            return Unknown("unreadable")
        if told.external_id != reference or external_id not in {None, "", told.id}:
            return Unknown("other_transaction")
        if told.kind == codes.CREATED and told.product_type == codes.FIXED:
            return self._cancel(told, "not_confirmed")
        return answers.word(told)

    def _list(self, wanted: str) -> list[Any]:
        """All lines of a product list. Raises CatalogueUnavailable unless there are as many as the
        vendor says."""
        lines: list[Any] = []
        for page in range(1, _MOST_PAGES + 1):
            path = f"/products?{wanted}&service_id={codes.MOBILE}&page={page}&per_page={_PER_PAGE}"
            try:
                answer = self._service.get(path)
            except (NotSentError, AnswerLostError) as error:
                raise CatalogueUnavailable(error.code) from None
            if answer.status != 200 or not isinstance(answer.said, list):
                raise CatalogueUnavailable(f"page {page}: {answer.status}")
            lines += answer.said
            if not answer.headers.get("x-next-page"):
                if whole(answer.headers.get("x-total")) != len(lines):
                    raise CatalogueUnavailable(f"{len(lines)} lines, not what X-Total says")
                return lines
        raise CatalogueUnavailable("no last page")


def _ranged(amount: Money) -> dict[str, Any]:
    """What must reach the phone, in whole units."""
    value = int(Decimal(amount.decimal()))
    destination = {"unit_type": "CURRENCY", "unit": amount.currency, "amount": value}
    return {"calculation_mode": "DESTINATION_AMOUNT", "destination": destination}


def _transaction(answer: Answer) -> Told | None:
    """201 when it was created, 202 when it was confirmed or cancelled."""
    return answers.transaction(answer.said) if answer.status in {200, 201, 202} else None


def _same(answer: Answer, told: Told) -> Told | None:
    """The transaction again; None when the answer is about something else."""
    again = _transaction(answer)
    if again is None or (again.id, again.external_id) != (told.id, told.external_id):
        return None
    return again


def _not_ours(told: Told, request: VendRequest) -> str:
    """What of it isn't as we asked; empty when all is."""
    if told.external_id != request.reference:
        return "other_reference"
    if told.recipient != request.recipient:
        return "other_recipient"
    if told.product_id != int(request.code):
        return "other_product"
    asked = (Decimal(request.amount.decimal()), request.amount.currency)
    if request.kind is ProductKind.AIRTIME and told.wanted not in {None, asked}:
        return "other_amount"
    return ""


def _answered(told: Told) -> VendOutcome:
    """The word of an answer to a sale."""
    return Misconfigured(told.status) if told.status == codes.NO_MONEY else answers.word(told)


def _named(operator: object) -> str:
    return str(inside(operator, "name"))[:40]
