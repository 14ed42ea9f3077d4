"""M-Pesa Express of Safaricom's Daraja (Kenya): a prompt on the handset, paid with the M-Pesa PIN.

Sources: developer.safaricom.co.ke, pages Authorization, M-Pesa Express (simulate), M-Pesa Express
Query. Amounts are whole shillings, times East Africa Time. ResponseCode 0 is about the request; the
truth of a payment is ResultCode in the answer of a query, never in a callback, which nobody signs.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

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
from providers.payments.mpesa import codes

NAME = "mpesa"
_EAST_AFRICA_TIME = ZoneInfo("Africa/Nairobi")
_CHECKOUT_ID = re.compile(r"[A-Za-z0-9_.-]{1,100}\Z")


@dataclass(frozen=True, slots=True)
class MpesaSettings:
    """`base_url` is the host part; `short_code` the pay bill number, `passkey` its key for M-Pesa
    Express; `callback_url` is where Daraja reports, token included."""

    base_url: str
    consumer_key: str
    consumer_secret: str
    short_code: str
    passkey: str
    callback_url: str


class Mpesa:
    """M-Pesa Express behind the charges port."""

    name = NAME
    methods = frozenset({ChargeMethod.PROMPT})
    charge_currencies = codes.CURRENCIES
    banks: frozenset[str] = frozenset()

    def __init__(self, settings: MpesaSettings, http: HttpClient, clock: Clock) -> None:
        self._settings = settings
        self._http = http
        self._clock = clock
        self._tokens = AccessTokens(http, clock, _token_request(settings))

    def authentic(self, _: Mapping[str, str], body: bytes) -> bool:
        """Daraja signs nothing: what looks like its callback may be looked at. In live mode only
        who knows the token at the path's end gets as far as this."""
        try:
            self.parse(body)
        except BadWebhook:
            return False
        return True

    def parse(self, body: bytes) -> PaymentEvent:
        """`{"Body": {"stkCallback": {"CheckoutRequestID": ...}}}`: which prompt to ask about. What
        else it says, the receipt number too, is kept with the event and believed by nobody."""
        try:
            checkout_id = json.loads(body)["Body"]["stkCallback"]["CheckoutRequestID"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadWebhook(type(error).__name__) from None
        if not _is_checkout_id(checkout_id):
            raise BadWebhook("CheckoutRequestID")
        return ChargeHeard(external_id=checkout_id)

    def start(self, charge: Charge) -> ChargeOutcome:
        """POST /mpesa/stkpush/v1/processrequest. There is no key that makes a second request the
        same as the first, so a start whose answer was lost stays unknown."""
        if charge.amount.currency not in codes.CURRENCIES or charge.method not in self.methods:
            return ChargeRefused("not_offered")
        if not charge.amount.is_whole():
            return ChargeRefused("not_whole")
        try:
            answer = self._send(
                "/mpesa/stkpush/v1/processrequest", self._prompt(charge), charge.reference
            )
        except (NoTokenError, NotSentError) as error:
            return ChargeNotSent(error.code)
        except AnswerLostError as error:
            return ChargeUnknown(error.code)
        return _started(answer)

    def query_charge(self, charge: Charge) -> PaymentState:
        """POST /mpesa/stkpushquery/v1/query. The answer has neither amount nor receipt; a prompt
        can't be paid with another amount than the one in it, so what was asked for was paid."""
        if not charge.external_id:
            return PaymentUnknown("no_checkout_id")
        body = {"CheckoutRequestID": charge.external_id}
        try:
            answer = self._send("/mpesa/stkpushquery/v1/query", body, charge.reference)
        except (NoTokenError, NotSentError, AnswerLostError) as error:
            return PaymentUnknown(error.code)
        parsed = _parsed(answer)
        if answer.status != 200 or parsed.get("CheckoutRequestID") != charge.external_id:
            error_code = str(parsed.get("errorCode") or answer.status)
            processing = error_code == codes.PROCESSING
            return PaymentUnknown("processing" if processing else error_code[:20])
        result = _code(parsed.get("ResultCode"))
        if result in codes.NOT_PAID:
            return NotPaid(codes.NOT_PAID[result])
        if result != codes.PAID or _code(parsed.get("ResponseCode")) != "0":
            return PaymentUnknown(result[:20] or "unreadable")
        nothing = Money(0, charge.amount.currency)
        return Paid(charge.external_id, charge.amount, nothing, "", charge.reference)

    def _prompt(self, charge: Charge) -> dict[str, Any]:
        phone = charge.owner.removeprefix("+")
        return {
            "TransactionType": "CustomerPayBillOnline", "Amount": _shillings(charge.amount),
            "PartyA": phone, "PartyB": self._settings.short_code, "PhoneNumber": phone,
            "CallBackURL": self._settings.callback_url, "AccountReference": charge.reference,
            "TransactionDesc": "Add money",
        }  # fmt: skip

    def _send(self, path: str, body: dict[str, Any], subject: str) -> OutboundResponse:
        wanted = self._settings
        at = self._clock.now().astimezone(_EAST_AFRICA_TIME).strftime("%Y%m%d%H%M%S")
        password = b64encode(f"{wanted.short_code}{wanted.passkey}{at}".encode()).decode()
        signed = {"BusinessShortCode": wanted.short_code, "Password": password, "Timestamp": at}
        content = json.dumps(signed | body).encode()

        def send(token: str) -> OutboundResponse:
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json",
                       "Content-Type": "application/json"}  # fmt: skip
            url = wanted.base_url + path
            secrets = (password, wanted.callback_url)
            return self._http.send(
                OutboundRequest(NAME, "POST", url, headers, content, subject, secrets)
            )

        return self._tokens.bearing(send, _token_refused)


def _token_request(settings: MpesaSettings) -> OutboundRequest:
    """GET /oauth/v1/generate; the token lives 3599 seconds."""
    return OutboundRequest(
        NAME, "GET", f"{settings.base_url}/oauth/v1/generate?grant_type=client_credentials",
        {"Authorization": basic(settings.consumer_key, settings.consumer_secret),
         "Accept": "application/json"},
        private=True,
    )  # fmt: skip


def _shillings(whole: Money) -> int:
    return int(whole.amount_minor // 10 ** MINOR_DIGITS[whole.currency])


def _token_refused(answer: OutboundResponse) -> bool:
    return answer.status == 401 or _parsed(answer).get("errorCode") in codes.BAD_TOKEN


def _started(answer: OutboundResponse) -> ChargeOutcome:
    parsed = _parsed(answer)
    code, checkout_id = _code(parsed.get("ResponseCode")), parsed.get("CheckoutRequestID")
    if answer.status == 200 and code == "0" and _is_checkout_id(checkout_id):
        return ChargeStarted(str(checkout_id))
    error_code = str(parsed.get("errorCode") or "")
    if answer.status == 401 or error_code in codes.REFUSED:
        return ChargeRefused(error_code or str(answer.status))
    if answer.status == 200 and code not in {"", "0"}:
        # The page of M-Pesa Express: any other ResponseCode says that the request wasn't taken.
        return ChargeRefused(code[:20])
    return ChargeUnknown(error_code[:20] or str(answer.status))


def _parsed(answer: OutboundResponse) -> dict[str, Any]:
    try:
        parsed = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _code(value: object) -> str:
    """Codes come as text or as a number."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _is_checkout_id(value: object) -> bool:
    return isinstance(value, str) and _CHECKOUT_ID.match(value) is not None
