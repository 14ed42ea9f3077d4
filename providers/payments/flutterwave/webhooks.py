"""Flutterwave's webhooks: two ways to sign, two envelopes, and nothing in them that is believed.

Sources: developer.flutterwave.com pages v3.0/docs/webhooks (`verif-hash`, `event` and `data`) and
docs/webhooks (`flutterwave-signature`, `type` and `data`). `verif-hash` is the secret itself and
doesn't cover the body: whoever has seen one webhook can write another. So a webhook only names what
to ask about.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from app.ports.payments import (
    BadWebhook,
    ChargeHeard,
    NothingHeard,
    PaymentEvent,
    PaymentHeard,
    PaymentTakenBack,
)
from providers.payments.flutterwave import codes, references
from providers.payments.flutterwave.reading import Unreadable, json_object, transaction_id


def authentic(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Either scheme suffices: `verif-hash` is the secret, `flutterwave-signature` the base64
    HMAC-SHA256 of the raw body under it. No secret lets nothing in."""
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    wanted = {"verif-hash": secret.encode(), "flutterwave-signature": signature}
    return secret != "" and any(
        hmac.compare_digest(mark, headers.get(name, "").strip().encode())
        for name, mark in wanted.items()
    )


def parse(body: bytes) -> PaymentEvent:
    """Which payment to ask about. Raises BadWebhook."""
    try:
        event = json_object(body)
        name = str(event.get("event") or event["type"])
        if name in codes.CHARGE_EVENTS:
            return _charge(_data(event))
        if name in codes.TAKEN_BACK_EVENTS:
            return _taken_back(_data(event))
    except (ValueError, KeyError) as error:
        raise BadWebhook(type(error).__name__) from None
    return NothingHeard(name[:60])


def _charge(data: Mapping[str, Any]) -> ChargeHeard | PaymentHeard:
    ours = references.charge(data.get("tx_ref") or data.get("reference"))
    return ChargeHeard(reference=ours) if ours else PaymentHeard(transaction_id(data))


def _taken_back(data: Mapping[str, Any]) -> PaymentTakenBack:
    named = [data[key] for key in codes.TAKEN_BACK_IDS if data.get(key)]
    if named:
        return PaymentTakenBack(external_id=transaction_id({"id": named[0]}))
    ours = references.charge(data.get("tx_ref") or data.get("reference"))
    if not ours:
        raise Unreadable("transaction")
    return PaymentTakenBack(reference=ours)


def _data(event: Mapping[str, Any]) -> Mapping[str, Any]:
    data = event.get("data")
    if not isinstance(data, dict):
        raise Unreadable("data")
    return data
