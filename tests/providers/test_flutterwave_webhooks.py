"""Flutterwave's webhooks: two ways to sign, two envelopes; the body names what to ask about."""

import base64
import hashlib
import hmac
import json

import pytest

from app.ports.payments import (
    BadWebhook,
    ChargeHeard,
    NothingHeard,
    PaymentHeard,
    PaymentTakenBack,
)
from providers.payments.flutterwave import webhooks

TRANSACTION = {
    "id": 395251370, "tx_ref": "nx-va-2348030000001", "amount": 200, "currency": "NGN",
    "app_fee": 2.8, "status": "successful", "payment_type": "bank_transfer",
}  # fmt: skip


def v3(event: str, data: object) -> bytes:
    return json.dumps({"event": event, "data": data}).encode()


def v4(event: str, data: object) -> bytes:
    return json.dumps({"webhook_id": "wbk_1", "type": event, "data": data}).encode()


def test_either_signature_lets_a_webhook_be_looked_at() -> None:
    body = v3("charge.completed", TRANSACTION)
    signature = base64.b64encode(hmac.new(b"hash", body, hashlib.sha256).digest()).decode()
    hexed = hmac.new(b"hash", body, hashlib.sha256).hexdigest()
    for headers, expected in (
        ({"verif-hash": "hash"}, True),
        ({"flutterwave-signature": signature}, True),
        ({"verif-hash": "hash", "flutterwave-signature": "wrong"}, True),
        ({"verif-hash": "wrong", "flutterwave-signature": signature}, True),
        ({"verif-hash": "Hash"}, False),
        ({"verif-hash": ""}, False),
        ({"verif-hash": "é"}, False),
        ({"verif-hash": signature}, False),
        ({"flutterwave-signature": "hash"}, False),
        ({"flutterwave-signature": hexed}, False),
        ({"flutterwave-signature": ""}, False),
        ({}, False),
    ):
        assert webhooks.authentic("hash", headers, body) is expected, headers
    assert not webhooks.authentic("hash", {"flutterwave-signature": signature}, body + b" ")


def test_without_a_secret_nothing_is_let_in() -> None:
    signature = base64.b64encode(hmac.new(b"", b"{}", hashlib.sha256).digest()).decode()
    for headers in ({}, {"verif-hash": ""}, {"flutterwave-signature": signature}):
        assert not webhooks.authentic("", headers, b"{}")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (v3("charge.completed", TRANSACTION), PaymentHeard("395251370")),
        (v3("charge.completed", {**TRANSACTION, "tx_ref": "nx-ABC234"}), ChargeHeard("ABC234")),
        (v3("charge.completed", {"id": 7, "tx_ref": "somebody-else"}), PaymentHeard("7")),
        (v3("charge.completed", {"id": 7}), PaymentHeard("7")),
        (v3("charge.completed", {"id": 7, "tx_ref": ["nx-ABC234"]}), PaymentHeard("7")),
        (v3("charge.completed", {"id": 7, "amount": "a lie"}), PaymentHeard("7")),
        (v3("charge.failed", {"id": 7, "tx_ref": "nx-ABC234"}), ChargeHeard("ABC234")),
        (v4("charge.completed", {"id": "chg_e1f3", "reference": "nx-ABC234",
                                 "status": "succeeded"}), ChargeHeard("ABC234")),
        (v4("charge.completed", {"id": "395251370", "reference": "nx-va-2348030000001"}),
         PaymentHeard("395251370")),
        (v3("refund.completed", {"id": 75923, "tx_id": 908790, "status": "completed"}),
         PaymentTakenBack(external_id="908790")),
        (v3("refund.completed", {"id": 75923, "TransactionId": 908790}),
         PaymentTakenBack(external_id="908790")),
        (v4("refund.completed", {"id": "rfd_1", "charge_id": "395251370"}),
         PaymentTakenBack(external_id="395251370")),
        (v4("chargeback.created", {"id": "cb_1", "reference": "nx-ABC234"}),
         PaymentTakenBack(reference="ABC234")),
        (v3("transfer.completed", {"id": 1}), NothingHeard("transfer.completed")),
        (v4("refund.failed", {"id": "rfd_1"}), NothingHeard("refund.failed")),
        (v3("x" * 100, {}), NothingHeard("x" * 60)),
    ],
)  # fmt: skip
def test_events_of_both_envelopes_name_what_to_ask_about(body: bytes, expected: object) -> None:
    assert webhooks.parse(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b"{}", b"null", b"\xff", b'{"event": "charge.completed"}',
        b'{"event": null, "data": {"id": 1}}', v3("charge.completed", None),
        v3("charge.completed", []), v3("charge.completed", {}),
        v3("charge.completed", {"id": None}), v3("charge.completed", {"id": True}),
        v3("charge.completed", {"id": ""}), v3("charge.completed", {"id": [1]}),
        v3("charge.completed", {"id": float("nan")}), v3("charge.completed", {"id": 1.5}),
        v3("refund.completed", {"id": 1}), v3("refund.completed", {"tx_id": {"a": 1}}),
        v4("chargeback.created", {"reference": "somebody-else"}),
        v3("charge.completed", TRANSACTION)[:-20], b'{"event":' * 7_000,
        v3("charge.completed", {"id": 7})[:-2] + b', "amount": 1e99999999999999999999}}',
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_no_event(body: bytes) -> None:
    with pytest.raises(BadWebhook):
        webhooks.parse(body)
