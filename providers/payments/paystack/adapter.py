"""Paystack (Nigeria): dedicated virtual accounts, verification of payments, signed webhooks.

Sources: paystack.com/docs pages payments/dedicated-virtual-accounts, api/dedicated-virtual-account,
api/transaction (verify), payments/webhooks. Amounts are in kobo. `status: true` is about the call;
the truth of a payment is `data.status`.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from app.domain.errors import NotAnMsisdn
from app.domain.money import Money
from app.domain.msisdn import Msisdn, parse_msisdn
from app.ports.payments import (
    AccountHeard,
    AccountNotOpened,
    AccountOutcome,
    AccountPending,
    AccountRefused,
    AccountUnknown,
    BadWebhook,
    NothingHeard,
    NotPaid,
    Paid,
    PaymentEvent,
    PaymentHeard,
    PaymentState,
    PaymentUnknown,
    VirtualAccount,
)
from providers.http_client import (
    AnswerLostError,
    HttpClient,
    NotSentError,
    OutboundRequest,
    OutboundResponse,
)
from providers.payments.paystack import codes

NAME = "paystack"
_ASSIGNING = 200


@dataclass(frozen=True, slots=True)
class PaystackSettings:
    """`base_url` is the host part. `bank` is the slug of the bank that holds the accounts. Paystack
    knows customers by e-mail: ours are `<digits of the MSISDN>@<customer_domain>`."""

    base_url: str
    secret_key: str
    bank: str
    customer_domain: str


class Paystack:
    """Paystack behind the payments port."""

    name = NAME
    account_currencies = codes.CURRENCIES

    def __init__(self, settings: PaystackSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http

    def authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        """`x-paystack-signature` is the HMAC-SHA512 of the raw body (payments/webhooks)."""
        wanted = hmac.new(self._settings.secret_key.encode(), body, hashlib.sha512).hexdigest()
        given = headers.get("x-paystack-signature", "").strip().lower()
        return hmac.compare_digest(wanted.encode(), given.encode())

    def parse(self, body: bytes) -> PaymentEvent:
        try:
            event = json.loads(body)
            name, data = str(event["event"]), event["data"]
            match name:
                case "charge.success":
                    return PaymentHeard(str(data["reference"]))
                case "dedicatedaccount.assign.success":
                    return AccountHeard(self._owner(data), _account(data["dedicated_account"]))
                case "dedicatedaccount.assign.failed":
                    return AccountNotOpened(self._owner(data))
        except (ValueError, KeyError, TypeError, NotAnMsisdn) as error:
            raise BadWebhook(type(error).__name__) from None
        return NothingHeard(name[:60])

    def open_account(self, owner: Msisdn) -> AccountOutcome:
        """POST /dedicated_account/assign: customer and account in one; an event brings the number.
        Asking again for the same e-mail opens no second one."""
        body = {
            "email": f"{owner.removeprefix('+')}@{self._settings.customer_domain}",
            "first_name": "NexusTop", "last_name": owner.removeprefix("+"), "phone": owner,
            "preferred_bank": self._settings.bank, "country": "NG",
        }  # fmt: skip
        try:
            answer = self._send("POST", "/dedicated_account/assign", owner, body)
        except (NotSentError, AnswerLostError) as error:
            return AccountUnknown(error.code)
        parsed = _parsed(answer)
        if answer.status == _ASSIGNING and parsed.get("status") is True:
            return AccountPending()
        if answer.status in codes.REFUSED:
            return AccountRefused(str(parsed.get("code") or answer.status))
        return AccountUnknown(str(answer.status))

    def query(self, reference: str) -> PaymentState:
        """GET /transaction/verify/:reference."""
        path = f"/transaction/verify/{quote(reference, safe='')}"
        try:
            answer = self._send("GET", path, reference)
        except (NotSentError, AnswerLostError) as error:
            return PaymentUnknown(error.code)
        parsed = _parsed(answer)
        data = parsed.get("data")
        if answer.status in codes.NO_SUCH_PAYMENT and parsed.get("status") is False:
            return NotPaid("not_found")
        if answer.status != 200 or not isinstance(data, dict):
            return PaymentUnknown(str(answer.status))
        status = str(data.get("status"))
        if status in codes.NOT_PAID:
            return NotPaid(status)
        if status != codes.PAID or str(data.get("reference")) != reference:
            return PaymentUnknown(status[:20])
        return _paid(data)

    def look_again(self, _: Msisdn, account_number: str) -> bool:
        """GET /dedicated_account/requery: Paystack asks the bank and sends what events follow."""
        asked = {"account_number": account_number, "provider_slug": self._settings.bank}
        try:
            path = f"/dedicated_account/requery?{urlencode(asked)}"
            return self._send("GET", path, account_number).status == 200
        except (NotSentError, AnswerLostError):
            return False

    def _owner(self, data: Mapping[str, Any]) -> Msisdn:
        digits, _, domain = str(data["customer"]["email"]).partition("@")
        if domain != self._settings.customer_domain:
            raise ValueError("not a customer of ours")
        return parse_msisdn(f"+{digits}", "NG")

    def _send(
        self, method: str, path: str, subject: str, body: dict[str, str] | None = None
    ) -> OutboundResponse:
        headers = {"Authorization": f"Bearer {self._settings.secret_key}",
                   "Accept": "application/json"}  # fmt: skip
        if body is not None:
            headers["Content-Type"] = "application/json"
        content = json.dumps(body).encode() if body is not None else b""
        url = self._settings.base_url + path
        return self._http.send(OutboundRequest(NAME, method, url, headers, content, subject))


def _parsed(answer: OutboundResponse) -> dict[str, Any]:
    try:
        parsed = json.loads(answer.body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _paid(data: Mapping[str, Any]) -> Paid | PaymentUnknown:
    """Only whole kobo of a known currency, at an account, count as read."""
    authorization = data.get("authorization")
    account = authorization.get("receiver_bank_account_number") if isinstance(
        authorization, dict) else None  # fmt: skip
    amount, fee, currency = data.get("amount"), data.get("fees") or 0, data.get("currency")
    if not (isinstance(amount, int) and isinstance(fee, int) and 0 <= fee < amount):
        return PaymentUnknown("unreadable")
    if currency not in codes.CURRENCIES or "id" not in data:
        return PaymentUnknown("unreadable")
    return Paid(
        str(data["id"]), Money(amount, str(currency)), Money(fee, str(currency)), str(account or "")
    )


def _account(data: Mapping[str, Any]) -> VirtualAccount:
    number = str(data["account_number"])
    if not (number.isascii() and number.isdigit() and len(number) == 10):
        raise ValueError("not an account number")
    return VirtualAccount(NAME, number, str(data["bank"]["name"]), str(data["account_name"]))
