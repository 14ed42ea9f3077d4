"""How the sandbox behaves; times are shortened in tests."""

from dataclasses import dataclass
from pathlib import Path

from providers.sandbox.phones import PHONES, TEXTS


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """`callback_base`: where callbacks go; `silence_seconds`: how long a silent vendor holds the
    line, longer than any client waits; `pending_seconds`: how long a pending purchase takes;
    `delivery_seconds`: from "Sent" to the phone; `same_recipient_rules`: whether the vendors'
    rules are on; `paystack_secret_key` and `reloadly_webhook_secret` sign webhooks;
    `identity_api_key` opens its identity look-ups;
    `flutterwave_schemes`: the headers in which Flutterwave's payments are told, in turn;
    `agrees_after_seconds`: after so long the customer agrees to a charge by themselves, None: when
    a control path says so; `taken_back_after_seconds`: from a payment to its reversal, where a
    fault says that there is one; `float_minor`: what we have with each vendor; `short_code` and
    `sms_short_code`: what handsets dial and write to; `ussd_gateways` and `sms_gateways`: which
    they can be behind."""

    callback_base: str = "http://127.0.0.1:8000"
    book_path: Path | None = None
    same_recipient_rules: bool = True
    silence_seconds: float = 12.0
    pending_seconds: float = 4.0
    delivery_seconds: float = 0.1
    report_seconds: float = 1.0
    retry_seconds: float = 1.0
    paystack_secret_key: str = "demo-paystack"  # noqa: S105 - the sandbox's own
    flutterwave_secret_key: str = "demo-flutterwave"  # noqa: S105 - the sandbox's own
    flutterwave_webhook_hash: str = "demo-flutterwave-hash"
    flutterwave_schemes: tuple[str, ...] = ("verif-hash", "flutterwave-signature")
    agrees_after_seconds: float | None = None
    taken_back_after_seconds: float = 5.0
    reloadly_webhook_secret: str = "demo-reloadly-webhook"  # noqa: S105 - the sandbox's own
    identity_api_key: str = "demo-identity"
    float_minor: int = 100_000_000_00
    short_code: str = "*384*123#"
    sms_short_code: str = "20880"
    ussd_gateways: tuple[str, ...] = tuple(PHONES)
    sms_gateways: tuple[str, ...] = tuple(TEXTS)
    allowed_origins: tuple[str, ...] = ("http://127.0.0.1:8000", "http://localhost:8000")
