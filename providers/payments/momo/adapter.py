"""MTN MoMo Collections (Ghana, Uganda, Rwanda): a prompt on the handset, paid with the MoMo PIN.

Sources: momodeveloper.mtn.com, Collections API (token, requesttopay, its status, common errors) and
api-documentation/callback. Amounts are text in whole units, with decimals where the currency has
them. HTTP 200 is about the call, also for a payment that failed; the truth is `status`. A callback
is a copy of that answer, sent by POST or PUT and signed by nobody.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.domain.money import MINOR_DIGITS, Money
from app.ports.charges import (
    Charge,
    ChargeMethod,
    ChargeNotSent,
    ChargeOutcome,
    ChargeRefused,
    ChargeStarted,
    ChargeUnknown,
)
from app.ports.clock import Clock
from app.ports.payments import (
    BadWebhook,
    ChargeHeard,
    NotPaid,
    Paid,
    PaymentEvent,
    PaymentState,
    PaymentUnknown,
)
from providers.access_tokens import AccessTokens, NoTokenError, basic
from providers.http_client import (
    AnswerLostError,
    HttpClient,
    NotSentError,
    OutboundRequest,
    OutboundResponse,
)
from providers.payments.momo import codes

NAME = "momo"
_PATH = "/collection/v1_0/requesttopay"
_MOST_MINOR = 10**15


@dataclass(frozen=True, slots=True)
class MomoSettings:
    """`base_url` is the host part; `user` and `api_key` the API user; `target_environment` the
    country's name at MTN (`mtnghana`), `currencies` what it pays in; `callback_url` is where MTN
    reports, token included."""

    base_url: str
    user: str
    api_key: str
    subscription_key: str
    target_environment: str
    currencies: frozenset[str]
    callback_url: str


class Momo:
    """MTN MoMo Collections behind the charges port."""

    name = NAME
    methods = frozenset({ChargeMethod.PROMPT})
    banks: frozenset[str] = frozenset()

    def __init__(self, settings: MomoSettings, http: HttpClient, clock: Clock) -> None:
        self.charge_currencies = settings.currencies
        self._settings = settings
        self._http = http
        self._tokens = AccessTokens(http, clock, _token_request(settings))

    def authentic(self, _: Mapping[str, str], body: bytes) -> bool:
        """MTN signs nothing: what looks like its callback may be looked at. In live mode only who
        knows the token at the path's end gets as far as this."""
        try:
            self.parse(body)
        except BadWebhook:
            return False
        return True

    def parse(self, body: bytes) -> PaymentEvent:
        """`{"externalId", "status", ...}`; externalId is our reference."""
        try:
            told = json.loads(body)
            reference, status = _text(told["externalId"]), told["status"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadWebhook(type(error).__name__) from None
        if not isinstance(status, str) or not _is_reference(reference):
            raise BadWebhook("externalId")
        return ChargeHeard(reference=reference)

    def start(self, charge: Charge) -> ChargeOutcome:
        """POST /collection/v1_0/requesttopay. The same reference is the same request: a repeat is
        answered 409 and starts nothing."""
        if charge.amount.currency not in self.charge_currencies or (
            charge.method not in self.methods
        ):
            return ChargeRefused("not_offered")
        reference_id = reference_id_of(charge.reference)
        extra = {"X-Reference-Id": reference_id, "X-Callback-Url": self._settings.callback_url}
        try:
            answer = self._send("POST", _PATH, charge.reference, _request(charge), extra)
        except (NoTokenError, NotSentError) as error:
            return ChargeNotSent(error.code)
        except AnswerLostError as error:
            return ChargeUnknown(error.code)
        code = str(_parsed(answer).get("code") or "")
        if answer.status == 202 or (answer.status == 409 and code == codes.ALREADY_THERE):
            return ChargeStarted(reference_id)
        if answer.status in codes.REFUSED_STATUS or code in codes.REFUSED:
            return ChargeRefused(code[:40] or str(answer.status))
        return ChargeUnknown(code[:40] or str(answer.status))

    def query_charge(self, charge: Charge) -> PaymentState:
        """GET /collection/v1_0/requesttopay/:referenceId."""
        reference_id = charge.external_id or reference_id_of(charge.reference)
        try:
            answer = self._send("GET", f"{_PATH}/{reference_id}", charge.reference)
        except (NoTokenError, NotSentError, AnswerLostError) as error:
            return PaymentUnknown(error.code)
        parsed = _parsed(answer)
        if answer.status == 404 and parsed.get("code") == codes.NOT_THERE:
            return NotPaid("not_found")
        if answer.status != 200:
            return PaymentUnknown(str(answer.status))
        status = str(parsed.get("status"))
        if _text(parsed.get("externalId")) != charge.reference:
            return PaymentUnknown("other_reference")
        if status == codes.NOT_PAID:
            return NotPaid(_reason(parsed.get("reason")))
        return _paid(parsed) if status == codes.PAID else PaymentUnknown(status[:20])

    def _send(
        self, method: str, path: str, subject: str, body: bytes = b"",
        extra: Mapping[str, str] | None = None,
    ) -> OutboundResponse:  # fmt: skip
        def send(token: str) -> OutboundResponse:
            headers = {
                "Authorization": f"Bearer {token}", "Accept": "application/json",
                "X-Target-Environment": self._settings.target_environment,
                "Ocp-Apim-Subscription-Key": self._settings.subscription_key, **(extra or {}),
            }  # fmt: skip
            if body:
                headers["Content-Type"] = "application/json"
            url = self._settings.base_url + path
            return self._http.send(OutboundRequest(NAME, method, url, headers, body, subject))

        return self._tokens.bearing(send, lambda answer: answer.status == 401)


def reference_id_of(reference: str) -> str:
    """The X-Reference-Id of a charge: made from our reference, so that a repeat after a crash is
    the same request, and a UUID of version 4 in form, since MTN asks for that version."""
    return str(UUID(bytes=sha256(f"nexustop:charge:{reference}".encode()).digest()[:16], version=4))


def _token_request(settings: MomoSettings) -> OutboundRequest:
    """POST /collection/token/; the token lives 3600 seconds."""
    return OutboundRequest(
        NAME, "POST", f"{settings.base_url}/collection/token/",
        {"Authorization": basic(settings.user, settings.api_key), "Accept": "application/json",
         "Ocp-Apim-Subscription-Key": settings.subscription_key},
        private=True,
    )  # fmt: skip


def _request(charge: Charge) -> bytes:
    return json.dumps(
        {
            "amount": charge.amount.decimal(), "currency": charge.amount.currency,
            "externalId": charge.reference,
            "payer": {"partyIdType": "MSISDN", "partyId": charge.owner.removeprefix("+")},
            "payerMessage": f"Add money, ref {charge.reference}", "payeeNote": charge.reference,
        }
    ).encode()  # fmt: skip


def _parsed(answer: OutboundResponse) -> dict[str, Any]:
    try:
        parsed = json.loads(answer.body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _reason(reason: object) -> str:
    """`{"code", "message"}` on MTN's pages, the bare code at some of its gateways."""
    code = reason.get("code") if isinstance(reason, dict) else reason
    return str(code or "failed")[:40]


def _paid(data: Mapping[str, Any]) -> Paid | PaymentUnknown:
    """Only a whole number of minor units of a known currency, with its id, counts as read."""
    transaction_id = _text(data.get("financialTransactionId"))
    currency = str(data.get("currency"))
    minor = _minor(data.get("amount"), currency)
    if minor is None or not transaction_id:
        return PaymentUnknown("unreadable")
    return Paid(
        transaction_id, Money(minor, currency), Money(0, currency), "",
        _text(data["externalId"]),
    )  # fmt: skip


def _minor(amount: object, currency: str) -> int | None:
    """`"1500"`, `"12.50"` or a number, in minor units."""
    if isinstance(amount, bool) or not isinstance(amount, str | int | Decimal):
        return None
    try:
        minor = Decimal(amount).scaleb(MINOR_DIGITS[currency])
    except (DecimalException, KeyError):
        return None
    readable = minor.is_finite() and 0 < minor < _MOST_MINOR and minor == int(minor)
    return int(minor) if readable else None


def _text(value: object) -> str:
    """MTN's pages show ids as text and as numbers; empty for anything else."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _is_reference(value: str) -> bool:
    return 0 < len(value) <= 40 and value.isalnum() and value.isascii()
