"""Flutterwave's word about a bill (`callback_url`, event `singlebillpayment.status`): whoever knows
the address can say it, so it is only ever a reason to ask.

Source: the event as Flutterwave's webhooks page describes it: `data.customer_reference` is ours,
`data.tx_ref` theirs.
"""

from app.domain.outcomes import Unknown
from app.ports.vending import StatusCallback
from providers.vending.flutterwave.adapter import NAME
from providers.wire import Unreadable, json_object


class BadCallback(Exception):
    """The body isn't such a callback."""


def parse_update(content_type: str, body: bytes) -> StatusCallback:  # noqa: ARG001 - it is always JSON
    """The bill it is about. Raises BadCallback."""
    try:
        data = json_object(body).get("data")
    except Unreadable:
        raise BadCallback("not JSON") from None
    if not isinstance(data, dict):
        raise BadCallback("no data")
    reference, tx_ref = data.get("customer_reference"), data.get("tx_ref")
    if not isinstance(reference, str) or not reference or len(reference) > 100:
        raise BadCallback("no reference of ours")
    external_id = tx_ref[:100] if isinstance(tx_ref, str) and tx_ref else None
    return StatusCallback(NAME, Unknown("callback"), reference, external_id)
