"""The status callback of mobile data: unsigned, so only ever a reason to look the transaction up.

Source: docs.africastalking.com/payments/notification (`transactionId`); airtime names `requestId`.
"""

import json
from urllib.parse import parse_qsl

from app.domain.outcomes import Unknown
from app.ports.vending import StatusCallback
from providers.vending.africastalking_data.adapter import NAME


class BadCallback(Exception):
    """The body isn't such a callback."""


def parse_status(content_type: str, body: bytes) -> StatusCallback:
    """The transaction it is about. Raises BadCallback."""
    try:
        fields = dict(parse_qsl(body.decode())) if "form" in content_type else json.loads(body)
    except (ValueError, RecursionError):
        raise BadCallback("unreadable") from None
    if not isinstance(fields, dict):
        raise BadCallback("not an object")
    transaction_id = fields.get("transactionId") or fields.get("requestId")
    if not isinstance(transaction_id, str) or len(transaction_id) > 100:
        raise BadCallback("no transaction id")
    return StatusCallback(NAME, Unknown("callback"), external_id=transaction_id)
