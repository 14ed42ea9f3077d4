"""Reloadly webhook `airtime_transaction.status`: only ever a reason to ask.

`{"type", "date", "data": {"transactionId", "status", "customIdentifier"}}`. It comes with a
signature (support.reloadly.com/reloadly-webhook) whose making no page of theirs that could be read
tells, and implementers differ; so the body is believed in nothing, and read from the top where
there is no `data`.
"""

from app.domain.outcomes import Unknown
from app.ports.vending import StatusCallback
from providers.vending.reloadly.numbers import id_of, parsed
from providers.vending.reloadly.service import NAME


class BadCallback(Exception):
    """The body isn't a callback."""


def parse_update(content_type: str, body: bytes) -> StatusCallback:  # noqa: ARG001 - it is always JSON
    """The top-up it is about. Raises BadCallback."""
    told = parsed(body)
    if not isinstance(told, dict):
        raise BadCallback("not JSON")
    data = told["data"] if isinstance(told.get("data"), dict) else told
    told_reference = data.get("customIdentifier")
    reference = told_reference[:64] if isinstance(told_reference, str) else ""
    reference = reference if reference.isprintable() else ""
    external_id = id_of(data.get("transactionId"))
    if not reference and not external_id:
        raise BadCallback("no top-up")
    return StatusCallback(
        NAME, Unknown("callback"), reference=reference or None, external_id=external_id or None
    )
