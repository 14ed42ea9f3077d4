"""How accounts and charges are started: where to, with what, and how the answer is read.

A feature phone gives no name, so both are in the brand's and the number's.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.msisdn import Msisdn
from app.ports.charges import Charge, ChargeMethod, ChargeRefused, ChargeStarted
from providers.payments.flutterwave import codes, reading, references
from providers.payments.flutterwave.banks import BANKS
from providers.payments.flutterwave.reading import Unreadable

_BRAND = "NexusTop"
_DIAL = re.compile(r"\*(?a:[0-9*]{3,40})#\Z")


@dataclass(frozen=True, slots=True)
class Way:
    """`body`: the request for a charge and an e-mail address, None where it can't go this way;
    `started` reads a successful answer, raising KeyError, TypeError or ValueError."""

    path: str
    body: Callable[[Charge, str], dict[str, str] | None]
    started: Callable[[Charge, Mapping[str, Any]], ChargeStarted | ChargeRefused]


def account(parsed: Mapping[str, Any]) -> tuple[str, str]:
    """Number and bank of a virtual account that was opened. Raises KeyError, TypeError or
    Unreadable."""
    data = parsed["data"]
    number, bank = data["account_number"], data["bank_name"]
    if data["response_code"] != codes.ACCOUNT_OPEN or not isinstance(bank, str) or not bank:
        raise Unreadable("account")
    if not (
        isinstance(number, str) and number.isascii() and number.isdigit() and len(number) == 10
    ):
        raise Unreadable("account number")
    return number, bank


def holder(owner: Msisdn, email: str) -> dict[str, str]:
    """Who a virtual account is opened for; `narration` is what its bank shows."""
    digits = owner.removeprefix("+")
    return {
        "email": email, "phonenumber": digits, "firstname": _BRAND, "lastname": digits,
        "narration": f"{_BRAND} {digits}",
    }  # fmt: skip


def _asked(charge: Charge) -> dict[str, str]:
    tx_ref = references.of_charge(charge.reference)
    return {"tx_ref": tx_ref, "amount": reading.major(charge.amount)}


def _ussd(charge: Charge, email: str) -> dict[str, str] | None:
    bank, digits = BANKS.get(charge.bank), charge.owner.removeprefix("+")
    if bank is None:
        return None
    return {
        **_asked(charge), "account_bank": bank.code, "currency": charge.amount.currency,
        "email": email, "phone_number": digits, "fullname": f"{_BRAND} {digits}",
    }  # fmt: skip


def _one_time_account(charge: Charge, email: str) -> dict[str, str]:
    return {**holder(charge.owner, email), **_asked(charge)}


def _ussd_started(charge: Charge, parsed: Mapping[str, Any]) -> ChargeStarted | ChargeRefused:
    """`meta.authorization.note` is the code to dial."""
    data, dial = parsed["data"], parsed["meta"]["authorization"]["note"]
    if data["tx_ref"] != references.of_charge(charge.reference):
        raise Unreadable("tx_ref")
    if data["status"] in codes.NOT_PAID:
        return ChargeRefused(data["status"])
    if not _DIAL.match(dial):
        raise Unreadable("note")
    return ChargeStarted(reading.transaction_id(data), dial=dial)


def _account_started(charge: Charge, parsed: Mapping[str, Any]) -> ChargeStarted:
    """`data.amount` is what must be transferred, the fee included. There is no transaction until
    somebody pays; `order_ref` names the account."""
    number, bank = account(parsed)
    to_pay = reading.money(parsed["data"]["amount"], charge.amount.currency)
    if to_pay < charge.amount:
        raise Unreadable("amount")
    order = str(parsed["data"]["order_ref"])
    return ChargeStarted(order, account=number, bank=bank, to_pay=to_pay)


WAYS = {
    ChargeMethod.BANK_USSD: Way("/v3/charges?type=ussd", _ussd, _ussd_started),
    ChargeMethod.ONE_TIME_ACCOUNT: Way(
        "/v3/virtual-account-numbers", _one_time_account, _account_started
    ),
}
