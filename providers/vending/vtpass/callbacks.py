"""VTpass webhook `transaction-update`: unsigned, so only ever a reason to ask.

Source: vtpass.com/documentation/transaction-update-webhook-api. `variations-update`
(variation-codes-update-webhook-api) is about no sale: anybody could send it, and the next
synchronisation reads the lists themselves, so it is only logged.
"""

import json

from app.domain.outcomes import Unknown
from app.ports.vending import StatusCallback
from providers.vending.vtpass.adapter import NAME


class BadCallback(Exception):
    """The body isn't a callback."""


def parse_update(content_type: str, body: bytes) -> StatusCallback:  # noqa: ARG001 - it is always JSON
    """The transaction it is about. Raises BadCallback."""
    try:
        parsed = json.loads(body)
        data = parsed.get("data", parsed)
        if parsed.get("type") == "variations-update":
            raise BadCallback(f"variations of {str(parsed.get('serviceID'))[:40]} have changed")
        reference = data.get("requestId") or data.get("request_id")
    except (ValueError, AttributeError, RecursionError):
        raise BadCallback("not JSON") from None
    if not isinstance(reference, str) or not reference:
        raise BadCallback("no request id")
    return StatusCallback(NAME, Unknown("callback"), reference=reference[:64])
