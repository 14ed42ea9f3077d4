"""Flutterwave (Nigeria): static virtual accounts, charges by bank USSD and one-time accounts,
verification, webhooks of both schemes, statements.

Sources: developer.flutterwave.com pages v3.0/docs/ngn-virtual-accounts, v3.0/docs/ussd,
v3.0/docs/transaction-verification, reference of the v3 endpoints named below. Amounts are in major
units. `status: success` is about the call; the truth of a payment is `data.status`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from app.domain.msisdn import Msisdn
from app.ports.charges import (
    Charge,
    ChargeMethod,
    ChargeOutcome,
    ChargeRefused,
    ChargeUnknown,
)
from app.ports.payments import (
    AccountOutcome,
    AccountReady,
    AccountRefused,
    AccountUnknown,
    NotPaid,
    PaymentEvent,
    PaymentState,
    PaymentUnknown,
    VirtualAccount,
)
from app.ports.statements import StatementLine, StatementUnavailable
from providers.http_client import (
    AnswerLostError,
    HttpClient,
    NotSentError,
    OutboundRequest,
    OutboundResponse,
)
from providers.payments.flutterwave import (
    codes,
    reading,
    references,
    starting,
    statement,
    webhooks,
)
from providers.payments.flutterwave.banks import BANKS

NAME = "flutterwave"
_UNREADABLE = (KeyError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class FlutterwaveSettings:
    """`base_url` is the host part. `webhook_hash` is the secret hash of the dashboard. `bvn` is the
    operator's own, under which accounts are opened; empty where none is wanted (test mode).
    Flutterwave knows customers by e-mail: ours are `<digits of the MSISDN>@<customer_domain>`."""

    base_url: str
    secret_key: str
    webhook_hash: str
    bvn: str
    customer_domain: str


class Flutterwave:
    """Flutterwave behind the payments, charges and statements ports."""

    name = NAME
    account_currencies = codes.CURRENCIES
    charge_currencies = codes.CURRENCIES
    banks = frozenset(BANKS)
    methods = frozenset({ChargeMethod.BANK_USSD, ChargeMethod.ONE_TIME_ACCOUNT})

    def __init__(self, settings: FlutterwaveSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http

    # --- webhooks ------------------------------------------------------------------------------

    def authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        """By `verif-hash` or `flutterwave-signature` (webhooks.py)."""
        return webhooks.authentic(self._settings.webhook_hash, headers, body)

    def parse(self, body: bytes) -> PaymentEvent:
        return webhooks.parse(body)

    # --- static accounts -----------------------------------------------------------------------

    def open_account(self, owner: Msisdn) -> AccountOutcome:
        """POST /v3/virtual-account-numbers, permanent. The answer brings the number. A second
        account of the same owner would carry the same `tx_ref` and pay into the same wallet."""
        return self._open_account(owner, self._settings.bvn)

    def _open_account(self, owner: Msisdn, bvn: str) -> AccountOutcome:
        body: dict[str, Any] = {
            **starting.holder(owner, self._email(owner)),
            "tx_ref": references.of_account(owner), "is_permanent": True,
        }  # fmt: skip
        if bvn:
            body["bvn"] = bvn
        try:
            answer = self._send("POST", "/v3/virtual-account-numbers", owner, body, (bvn,))
        except (NotSentError, AnswerLostError) as error:
            return AccountUnknown(error.code)
        parsed = _parsed(answer)
        if answer.status in codes.ACCOUNT_REFUSED and parsed.get("status") == "error":
            return AccountRefused(str(answer.status))
        if answer.status != 200 or parsed.get("status") != "success":
            return AccountUnknown(str(answer.status))
        try:
            number, bank = starting.account(parsed)
        except _UNREADABLE:
            return AccountUnknown("unreadable")
        return AccountReady(VirtualAccount(NAME, number, bank, body["narration"]))

    def look_again(self, owner: Msisdn, account_number: str) -> bool:
        """The ten newest transfers into the account (GET /v3/transactions by `tx_ref`), each told
        again (POST /v3/transactions/:id/resend-hook)."""
        asked = {"tx_ref": references.of_account(owner), "status": codes.PAID}
        try:
            rows = self._fetch("/v3/transactions", asked)["data"]
            ids = [reading.transaction_id(row) for row in rows]
            told = [self._told_again(one, account_number) for one in ids]
        except (StatementUnavailable, NotSentError, AnswerLostError, *_UNREADABLE):
            return False
        return all(told)

    def _told_again(self, external_id: str, subject: str) -> bool:
        path = f"/v3/transactions/{quote(external_id, safe='')}/resend-hook"
        return self._send("POST", path, subject, {"wait": 0}).status == 200

    # --- charges -------------------------------------------------------------------------------

    def start(self, charge: Charge) -> ChargeOutcome:
        """POST /v3/charges?type=ussd, or POST /v3/virtual-account-numbers with an amount."""
        way = starting.WAYS.get(charge.method)
        body = way.body(charge, self._email(charge.owner)) if way else None
        if way is None or body is None or charge.amount.currency not in self.charge_currencies:
            return ChargeRefused("not_here")
        try:
            answer = self._send("POST", way.path, charge.reference, body)
        except NotSentError as error:
            return ChargeRefused(error.code)
        except AnswerLostError as error:
            return ChargeUnknown(error.code)
        parsed = _parsed(answer)
        if answer.status in codes.CHARGE_REFUSED and parsed.get("status") == "error":
            said = str(parsed.get("message")).lower()
            if any(words in said for words in codes.KNOWN_ALREADY):
                return ChargeUnknown("known_already")
            return ChargeRefused(str(answer.status))
        if answer.status != 200 or parsed.get("status") != "success":
            return ChargeUnknown(str(answer.status))
        try:
            return way.started(charge, parsed)
        except _UNREADABLE:
            return ChargeUnknown("unreadable")

    def query_charge(self, charge: Charge) -> PaymentState:
        """By the transaction's id where the start brought one, else by our reference. That there
        is none yet says nothing: the code can be dialled and the account paid into later."""
        tx_ref = references.of_charge(charge.reference)
        by_reference = f"/v3/transactions/verify_by_reference?{urlencode({'tx_ref': tx_ref})}"
        path = _by_id(charge.external_id) if charge.external_id.isdecimal() else by_reference
        found = self._verify(path, charge.reference)
        if isinstance(found, NotPaid):
            return PaymentUnknown(found.code)
        if isinstance(found, PaymentUnknown):
            return found
        if found.get("tx_ref") != tx_ref:
            return PaymentUnknown("other_reference")
        return reading.payment_state(found)

    # --- payments ------------------------------------------------------------------------------

    def query(self, reference: str) -> PaymentState:
        """GET /v3/transactions/:id/verify; `reference` is the transaction's id, because all
        transfers into a static account share one `tx_ref`."""
        found = self._verify(_by_id(reference), reference)
        if isinstance(found, NotPaid | PaymentUnknown):
            return found
        if str(found.get("id")) != reference:
            return PaymentUnknown("other_payment")
        return reading.payment_state(found)

    def statement(self, day: date) -> Iterable[StatementLine]:
        """GET /v3/transactions and GET /v3/refunds of a day (statement.py)."""
        return statement.lines(self._fetch, day)

    # --- the line ------------------------------------------------------------------------------

    def _verify(self, path: str, subject: str) -> dict[str, Any] | NotPaid | PaymentUnknown:
        """The transaction of a verification."""
        try:
            answer = self._send("GET", path, subject)
        except (NotSentError, AnswerLostError) as error:
            return PaymentUnknown(error.code)
        parsed = _parsed(answer)
        data, said = parsed.get("data"), str(parsed.get("message")).lower()
        if answer.status in codes.NO_SUCH_PAYMENT and said.startswith(codes.NO_SUCH_PAYMENT_SAID):
            return NotPaid("not_found")
        if answer.status != 200 or parsed.get("status") != "success" or not isinstance(data, dict):
            return PaymentUnknown(str(answer.status))
        return data

    def _fetch(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            answer = self._send("GET", f"{path}?{urlencode(query)}", query.get("from", ""))
        except (NotSentError, AnswerLostError) as error:
            raise StatementUnavailable(f"{path} {error.code}") from None
        parsed = _parsed(answer)
        if answer.status != 200 or parsed.get("status") != "success":
            raise StatementUnavailable(f"{path} {answer.status}")
        return parsed

    def _email(self, owner: Msisdn) -> str:
        return f"{owner.removeprefix('+')}@{self._settings.customer_domain}"

    def _send(
        self, method: str, path: str, subject: str, body: Mapping[str, Any] | None = None,
        secrets: tuple[str, ...] = (),
    ) -> OutboundResponse:  # fmt: skip
        headers = {"Authorization": f"Bearer {self._settings.secret_key}",
                   "Accept": "application/json"}  # fmt: skip
        if body is not None:
            headers["Content-Type"] = "application/json"
        content = json.dumps(body).encode() if body is not None else b""
        url = self._settings.base_url + path
        return self._http.send(
            OutboundRequest(NAME, method, url, headers, content, subject, secrets)
        )


def _by_id(external_id: str) -> str:
    return f"/v3/transactions/{quote(external_id, safe='')}/verify"


def _parsed(answer: OutboundResponse) -> dict[str, Any]:
    try:
        return reading.json_object(answer.body)
    except ValueError:
        return {}
