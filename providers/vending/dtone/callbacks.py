"""DT One's callbacks: a copy of the transaction, not documented to be signed, so only ever a reason
to ask.

Source: dvs-api-doc.dtone.com (DVS API 1.23.0) and developers.dtone.com/reference/callbacks: sent
when a transaction is completed or declined and, rarely, when it is reversed; anything but a 2xx is
tried again.
"""

import json

from app.domain.outcomes import Unknown
from app.ports.vending import StatusCallback
from providers.vending.dtone.service import NAME, inside, whole


class BadCallback(Exception):
    """The body isn't a callback."""


def parse_update(content_type: str, body: bytes) -> StatusCallback:  # noqa: ARG001 - it is always JSON
    """The transaction it is about. Raises BadCallback."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise BadCallback("not JSON") from None
    reference, id_ = inside(parsed, "external_id"), whole(inside(parsed, "id"))
    if not isinstance(reference, str) or not 0 < len(reference) <= 40:
        raise BadCallback("no external id")
    return StatusCallback(NAME, Unknown("callback"), reference, str(id_ or ""))
