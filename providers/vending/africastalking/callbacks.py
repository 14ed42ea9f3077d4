"""Africa's Talking airtime callbacks: status (JSON, older accounts form) and validation (JSON).

Sources: help.africastalking.com 6151516; docs airtime statuscallback (requestId and status are
all that is promised); validation: transactionId, phoneNumber, currencyCode, amount "600.00".
"""

import json
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl

from app.domain.errors import NotAnMsisdn
from app.domain.money import MINOR_DIGITS, Money
from app.domain.msisdn import parse_msisdn
from app.domain.outcomes import Declined, Delivered, Scope, Unknown
from app.ports.vending import StatusCallback, ValidationRequest
from providers.vending.africastalking.adapter import NAME


class BadCallback(Exception):
    """The body isn't such a callback."""


def parse_status(content_type: str, body: bytes) -> StatusCallback:
    """A status callback. An unknown status is no final word. Raises BadCallback."""
    fields = _fields(content_type, body)
    request_id, status = fields.get("requestId"), fields.get("status")
    if not isinstance(request_id, str) or not request_id or len(request_id) > 100:
        raise BadCallback("no request id")
    outcomes: dict[object, Delivered | Declined] = {
        "Success": Delivered(request_id),
        "Failed": Declined("failed", Scope.SALE),
    }
    outcome = outcomes.get(status, Unknown("callback"))
    return StatusCallback(NAME, outcome, external_id=request_id)


def parse_validation(content_type: str, body: bytes) -> ValidationRequest:
    """A validation callback. Raises BadCallback."""
    fields = _fields(content_type, body)
    transaction_id = fields.get("transactionId")
    if not isinstance(transaction_id, str) or not transaction_id or len(transaction_id) > 100:
        raise BadCallback("no transaction id")
    try:
        recipient = parse_msisdn(str(fields.get("phoneNumber", "")))
        currency = str(fields.get("currencyCode", ""))
        minor = Decimal(str(fields.get("amount", ""))) * 10 ** MINOR_DIGITS[currency]
        if minor != minor.to_integral_value():
            raise BadCallback("not a whole amount")
        amount = Money(int(minor), currency)
    except (NotAnMsisdn, KeyError, InvalidOperation, ValueError, OverflowError):
        raise BadCallback("bad number, currency or amount") from None
    return ValidationRequest(NAME, transaction_id, recipient, amount)


def _fields(content_type: str, body: bytes) -> dict[str, Any]:
    try:
        if "form" in content_type:
            return dict(parse_qsl(body.decode()))
        parsed = json.loads(body)
    except (ValueError, UnicodeDecodeError, RecursionError):
        raise BadCallback("unreadable") from None
    if not isinstance(parsed, dict):
        raise BadCallback("not an object")
    return parsed
