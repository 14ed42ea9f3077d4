"""A top-up: what is asked for, and what an answer about one means.

Sources: Reloadly/reloadly-api-documentation, openapi/paths/airtime-top-ups.yaml,
airtime-top-ups-async.yaml, airtime-top-ups-status.yaml, airtime-get-all-transactions.yaml.
`requestedAmount` is in the account's currency, `deliveredAmount` in the recipient's.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from app.domain.money import Money
from app.domain.msisdn import Msisdn, country_of
from app.domain.operators import OPERATORS
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotFound,
    Pending,
    Scope,
    Throttled,
    Unknown,
    VendOutcome,
)
from app.domain.products import ProductKind
from app.ports.vending import VendRequest
from providers.vending.reloadly import codes
from providers.vending.reloadly.numbers import id_of, money_of
from providers.vending.reloadly.service import Answer

_CODE = re.compile(r"(?a:([0-9]{1,9})(?:/([0-9.]+))?)\Z")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`local`: `amount` is in the operator's currency, else in the account's."""

    reference: str
    operator_id: int
    amount: Money
    recipient: Msisdn
    local: bool

    def body(self) -> bytes:
        """The request. The amount is written by hand: a JSON number made from a decimal, which the
        standard library can only write by way of a binary one."""
        said = {
            "operatorId": self.operator_id, "useLocalAmount": self.local,
            "customIdentifier": self.reference,
            "recipientPhone": {
                "countryCode": country_of(self.recipient),
                "number": self.recipient.removeprefix("+"),
            },
        }  # fmt: skip
        return f'{json.dumps(said)[:-1]}, "amount": {self.amount.decimal()}}}'.encode()

    def is_sale(self, said: dict[str, Any]) -> bool:
        """Is it to the same number at the same operator, as far as it says?"""
        number, operator = said.get("recipientPhone"), said.get("operatorId")
        return (number is None or _digits(number) == self.recipient.removeprefix("+")) and (
            operator is None or id_of(operator) == str(self.operator_id)
        )

    def is_amount(self, said: dict[str, Any]) -> bool:
        """Is it of the same amount, as far as it says?"""
        which = "deliveredAmount" if self.local else "requestedAmount"
        amount, currency = said.get(which), said.get(f"{which}CurrencyCode")
        return amount is None or money_of(amount, currency) == self.amount


def wanted_by(request: VendRequest) -> Wanted | Declined:
    """The top-up that a request asks for, or why Reloadly can't be asked for it.

    Code of airtime: `341`, or `340/500.00` where only fixed amounts are sold, in the operator's
    currency. Of data: `646/800.00`, in the account's.
    """
    read = _CODE.match(request.code)
    if read is None:
        return Declined("not_offered", Scope.PROVIDER)
    operator_id, listed = int(read[1]), read[2]
    price = money_of(listed, request.amount.currency) if listed else None
    if request.kind is ProductKind.DATA:
        # What was listed for it is what Reloadly takes; dearer than we were told is another sale.
        if price is None or price.amount_minor > request.amount.amount_minor:
            return Declined("price_changed", Scope.PROVIDER)
        return Wanted(request.reference, operator_id, price, request.recipient, local=False)
    operator = OPERATORS.get(request.operator)
    if operator is None or operator.currency != request.amount.currency or (
        listed and price != request.amount
    ):  # fmt: skip
        return Declined("amount_not_offered", Scope.PROVIDER)
    return Wanted(request.reference, operator_id, request.amount, request.recipient, local=True)


def answer_to_purchase(answer: Answer, wanted: Wanted, *, asynchronous: bool) -> VendOutcome:
    if answer.status != 200:
        return _refusal(answer)
    if not isinstance(answer.said, dict):
        return Unknown("unreadable")
    external_id = id_of(answer.said.get("transactionId"))
    if asynchronous and "status" not in answer.said:
        return Pending(external_id, "accepted") if external_id else Unknown("no_id")
    return _meaning(answer.said, wanted.reference, wanted)


def answer_about(answer: Answer, reference: str) -> VendOutcome:
    """To /topups/{id}/status. Of a refusal only the call is known, nothing of the sale."""
    if answer.status != 200:
        return _refusal(answer) if answer.status in {401, 403, 429} else Unknown(str(answer.status))
    said = answer.said
    if not isinstance(said, dict):
        return Unknown("unreadable")
    if isinstance(said.get("transaction"), dict):
        said = {**said["transaction"], "status": said.get("status")}
    return _meaning(said, reference, None)


def answer_listing(answer: Answer, reference: str) -> VendOutcome | NotFound:
    """To /topups/reports/transactions. Only an empty list says that it isn't there: a list of
    others says that the filter doesn't do what is documented."""
    if answer.status != 200:
        return answer_about(answer, reference)
    content = answer.said.get("content") if isinstance(answer.said, dict) else None
    if not isinstance(content, list):
        return Unknown("unreadable")
    if not content:
        return NotFound("empty_list")
    mine = [one for one in content if isinstance(one, dict)
            and one.get("customIdentifier") == reference]  # fmt: skip
    return _meaning(mine[0], reference, None) if len(mine) == 1 else Unknown("other_reference")


def _meaning(said: dict[str, Any], reference: str, wanted: Wanted | None) -> VendOutcome:
    status, told = str(said.get("status")), said.get("customIdentifier")
    external_id = id_of(said.get("transactionId"))
    if told is None and status in codes.PENDING:
        # Nothing is settled by "still processing", so it needn't prove what it is about.
        return Pending(external_id, status)
    if told != reference:
        return Unknown("other_reference")
    if wanted is not None and not wanted.is_sale(said):
        return Unknown("other_sale")
    if status in codes.PENDING:
        return Pending(external_id, status)
    if status in codes.FAILED:
        return Declined(status, Scope.PROVIDER, external_id)
    if status in codes.TAKEN_BACK:
        return Declined(status, Scope.SALE, external_id, taken_back=True)
    if status not in codes.DELIVERED:
        return Unknown(f"status_{status[:20]}", external_id)
    if wanted is not None and not wanted.is_amount(said):
        return Unknown("other_amount", external_id)
    return Delivered(external_id, status) if external_id else Unknown("no_id")


def _refusal(answer: Answer) -> VendOutcome:
    code = answer.error_code
    if answer.status in {401, 403}:
        return Misconfigured(code or str(answer.status))
    if answer.status == 429:
        return Throttled("429", answer.retry_after)
    if 400 <= answer.status < 500 and code in codes.ERRORS:
        return codes.ERRORS[code]
    return Unknown(code or str(answer.status))


def _digits(number: object) -> str:
    """With its country code, as a number or as text, with or without a plus."""
    return number.removeprefix("+") if isinstance(number, str) else id_of(number)
