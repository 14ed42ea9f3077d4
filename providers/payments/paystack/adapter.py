"""Paystack's dialect: dedicated virtual accounts, charges, verification, refunds, signed webhooks.

Sources: paystack.com/docs pages payments/dedicated-virtual-accounts, api/dedicated-virtual-account,
payments/payment-channels (USSD, pay with transfer), api/charge, api/transaction, api/refund,
payments/webhooks. Amounts are in kobo.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date
from typing import Any
from urllib.parse import quote, urlencode

from app.domain.charges import LIFE
from app.domain.errors import NotAnMsisdn
from app.domain.money import Money
from app.domain.msisdn import Msisdn, parse_msisdn
from app.ports.charges import (
    Charge,
    ChargeMethod,
    ChargeNotSent,
    ChargeOutcome,
    ChargeUnknown,
)
from app.ports.clock import Clock
from app.ports.payments import (
    AccountHeard,
    AccountNotOpened,
    AccountOutcome,
    AccountPending,
    AccountRefused,
    AccountUnknown,
    BadWebhook,
    NothingHeard,
    Paid,
    PaymentEvent,
    PaymentState,
    PaymentTakenBack,
    PaymentUnknown,
    TakenBack,
)
from app.ports.statements import StatementLine
from providers.http_client import AnswerLostError, HttpClient, NotSentError
from providers.payments.paystack import answers, codes, statement
from providers.payments.paystack.service import NAME, PaystackSettings, Service, whole

__all__ = ["NAME", "Paystack", "PaystackSettings"]

_LOST = (NotSentError, AnswerLostError)


class Paystack:
    """Paystack behind the ports of payments, charges and statements."""

    name = NAME
    account_currencies = codes.CURRENCIES
    charge_currencies = codes.CURRENCIES
    banks = frozenset(codes.USSD_BANKS)
    methods = frozenset({ChargeMethod.BANK_USSD, ChargeMethod.ONE_TIME_ACCOUNT, ChargeMethod.LINK})

    def __init__(self, settings: PaystackSettings, http: HttpClient, clock: Clock) -> None:
        self._settings = settings
        self._service = Service(settings, http)
        self._clock = clock

    # --- webhooks ------------------------------------------------------------------------------

    def authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        """`x-paystack-signature` is the HMAC-SHA512 of the raw body (payments/webhooks)."""
        wanted = hmac.new(self._settings.secret_key.encode(), body, hashlib.sha512).hexdigest()
        given = headers.get("x-paystack-signature", "").strip().lower()
        return hmac.compare_digest(wanted.encode(), given.encode())

    def parse(self, body: bytes) -> PaymentEvent:
        """A transfer of a wrong amount to a one-time account is rejected and goes back by itself
        (`bank.transfer.rejected`): nothing came, so nothing is asked."""
        try:
            event = json.loads(body)
            name, data = str(event["event"]), event["data"]
            match name:
                case "charge.success":
                    return answers.heard(str(data["reference"]))
                case "refund.processed":
                    return PaymentTakenBack(str(data["transaction_reference"]))
                case "charge.dispute.create" | "charge.dispute.remind" | "charge.dispute.resolve":
                    return PaymentTakenBack(str(data["transaction"]["reference"]))
                case "dedicatedaccount.assign.success":
                    account = answers.account(data["dedicated_account"])
                    return AccountHeard(self._owner(data), account)
                case "dedicatedaccount.assign.failed":
                    return AccountNotOpened(self._owner(data))
        except (ValueError, KeyError, TypeError, RecursionError, NotAnMsisdn) as error:
            raise BadWebhook(type(error).__name__) from None
        return NothingHeard(name[:60])

    # --- accounts ------------------------------------------------------------------------------

    def open_account(self, owner: Msisdn) -> AccountOutcome:
        """POST /dedicated_account/assign: customer and account in one; an event brings the number.
        Asking again for the same e-mail opens no second one."""
        body = {
            "email": self._email(owner), "first_name": "NexusTop",
            "last_name": owner.removeprefix("+"), "phone": owner,
            "preferred_bank": self._settings.bank, "country": "NG",
        }  # fmt: skip
        try:
            answer = self._service.post("/dedicated_account/assign", owner, body)
        except _LOST as error:
            return AccountUnknown(error.code)
        if answer.good:
            return AccountPending()
        if answer.status in codes.REFUSED:
            return AccountRefused(str(answer.said.get("code") or answer.status))
        return AccountUnknown(str(answer.status))

    def query(self, reference: str) -> PaymentState:
        """GET /transaction/verify/:reference."""
        return self._verified(reference, codes.NOT_PAID)

    def look_again(self, _: Msisdn, account_number: str) -> bool:
        """GET /dedicated_account/requery: Paystack asks the bank and sends what events follow."""
        asked = {"account_number": account_number, "provider_slug": self._settings.bank}
        try:
            path = f"/dedicated_account/requery?{urlencode(asked)}"
            return self._service.get(path, account_number).status == 200
        except _LOST:
            return False

    # --- charges -------------------------------------------------------------------------------

    def start(self, charge: Charge) -> ChargeOutcome:
        """POST /charge with `ussd` or `bank_transfer`, or POST /transaction/initialize. Paystack
        refuses a reference that was used before."""
        reference = codes.OUR_MARK + charge.reference
        body: dict[str, object] = {
            "email": self._email(charge.owner), "amount": str(charge.amount.amount_minor),
            "currency": charge.amount.currency, "reference": reference,
        }  # fmt: skip
        link = charge.method is ChargeMethod.LINK
        if charge.method is ChargeMethod.BANK_USSD:
            body["ussd"] = {"type": codes.USSD_BANKS[charge.bank]}
        elif charge.method is ChargeMethod.ONE_TIME_ACCOUNT:
            body["bank_transfer"] = {"account_expires_at": self._expiry()}
        try:
            path = "/transaction/initialize" if link else "/charge"
            answer = self._service.post(path, charge.reference, body)
        except NotSentError as error:
            return ChargeNotSent(error.code)
        except AnswerLostError as error:
            return ChargeUnknown(error.code)
        read = answers.link_outcome if link else answers.charge_outcome
        return read(answer, reference)

    def query_charge(self, charge: Charge) -> PaymentState:
        """GET /transaction/verify/:reference, in which an unpaid charge is `abandoned` for as long
        as it can still be paid."""
        return self._verified(codes.OUR_MARK + charge.reference, codes.CHARGE_NOT_PAID)

    # --- what was taken back -------------------------------------------------------------------

    def taken_back(self, reference: str) -> PaymentState:
        """A verification says `reversed` only of a payment that went back whole; GET /refund says
        how much of it was refunded."""
        state = self.query(reference)
        if not isinstance(state, Paid):
            return state
        refunded = self._refunded(state.external_id, reference)
        if refunded is None:
            return PaymentUnknown("refunds unreadable")
        if not refunded:
            return state
        return TakenBack(state.external_id, Money(refunded, state.amount.currency))

    def statement(self, day: date) -> Iterable[StatementLine]:
        return statement.lines(self._service, day)

    # --- what they share -----------------------------------------------------------------------

    def _verified(self, reference: str, not_paid: frozenset[str]) -> PaymentState:
        try:
            path = f"/transaction/verify/{quote(reference, safe='')}"
            answer = self._service.get(path, reference)
        except _LOST as error:
            return PaymentUnknown(error.code)
        state = answers.payment_state(answer, reference, not_paid)
        if state is not None:
            return state
        reversed_ = answers.paid(answer.data)
        if isinstance(reversed_, PaymentUnknown):
            return reversed_
        return TakenBack(reversed_.external_id, reversed_.amount)

    def _refunded(self, payment_id: str, subject: str) -> int | None:
        """Sum of the refunds that went through, in kobo; None when it can't be known."""
        try:
            answer = self._service.get(f"/refund?{urlencode({'transaction': payment_id})}", subject)
        except _LOST:
            return None
        rows = answer.said.get("data")
        if not answer.good or not isinstance(rows, list):
            return None
        amounts = [whole(row.get("amount")) for row in rows if row.get("status") in
                   codes.REFUND_DONE]  # fmt: skip
        return None if None in amounts else sum(amount or 0 for amount in amounts)

    def _expiry(self) -> str:
        """Between 15 minutes and 8 hours from now (pay with transfer)."""
        ends = self._clock.now() + LIFE[ChargeMethod.ONE_TIME_ACCOUNT]
        return ends.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _email(self, owner: Msisdn) -> str:
        return f"{owner.removeprefix('+')}@{self._settings.customer_domain}"

    def _owner(self, data: Mapping[str, Any]) -> Msisdn:
        digits, _, domain = str(data["customer"]["email"]).partition("@")
        if domain != self._settings.customer_domain:
            raise ValueError("not a customer of ours")
        return parse_msisdn(f"+{digits}", "NG")
