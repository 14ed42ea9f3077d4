"""Paystack's answers and events, read: what isn't whole and known is unknown."""

from collections.abc import Mapping
from typing import Any

from app.domain.money import Money
from app.ports.charges import (
    ChargeOutcome,
    ChargeRefused,
    ChargeStarted,
    ChargeUnknown,
)
from app.ports.payments import (
    ChargeHeard,
    NotPaid,
    Paid,
    PaymentHeard,
    PaymentState,
    PaymentUnknown,
    VirtualAccount,
)
from providers.payments.paystack import codes
from providers.payments.paystack.service import NAME, Answer


def our_reference(reference: str) -> str:
    """Our reference of a charge, without the mark; empty when it is none of ours."""
    return reference.removeprefix(codes.OUR_MARK) if reference.startswith(codes.OUR_MARK) else ""


def heard(reference: str) -> PaymentHeard | ChargeHeard:
    """A payment succeeded: of a charge of ours, or a transfer to an account."""
    ours = our_reference(reference)
    return ChargeHeard(ours, reference) if ours else PaymentHeard(reference)


def payment_state(
    answer: Answer, reference: str, not_paid: frozenset[str] = codes.NOT_PAID
) -> PaymentState | None:
    """What a verification says (api/transaction); None when it says that it was taken back."""
    if answer.status in codes.NO_SUCH_PAYMENT and answer.said.get("status") is False:
        return NotPaid("not_found")
    data = answer.data
    if answer.status != 200 or not data:
        return PaymentUnknown(str(answer.status))
    status = str(data.get("status"))
    if status in not_paid:
        return NotPaid(status)
    if str(data.get("reference")) != reference:
        return PaymentUnknown(status[:20])
    if status == codes.TAKEN_BACK:
        return None
    return paid(data) if status == codes.PAID else PaymentUnknown(status[:20])


def paid(data: Mapping[str, Any]) -> Paid | PaymentUnknown:
    """Only whole kobo of a known currency count as read."""
    authorization = data.get("authorization")
    account = authorization.get("receiver_bank_account_number") if isinstance(
        authorization, dict) else None  # fmt: skip
    amount, fee, currency = data.get("amount"), data.get("fees") or 0, data.get("currency")
    if not (isinstance(amount, int) and isinstance(fee, int) and 0 <= fee < amount):
        return PaymentUnknown("unreadable")
    if currency not in codes.CURRENCIES or "id" not in data:
        return PaymentUnknown("unreadable")
    return Paid(
        str(data["id"]), Money(amount, str(currency)), Money(fee, str(currency)),
        str(account or ""), our_reference(str(data.get("reference", ""))),
    )  # fmt: skip


def charge_outcome(answer: Answer, reference: str) -> ChargeOutcome:
    """What POST /charge answers: `data.status` tells whose turn it is (api/charge). A USSD code is
    in `ussd_code`, a one-time account in `account_number` and `bank.name`."""
    if answer.status in codes.REFUSED and answer.said.get("status") is False:
        return _refusal(answer)
    data = answer.data
    status = str(data.get("status"))
    if answer.good and status in codes.CHARGE_FAILED:
        return ChargeRefused(status)
    if not answer.good or status not in codes.CHARGE_STARTED:
        return ChargeUnknown(status if answer.good else str(answer.status))
    bank = data.get("bank")
    dial, account_number = (str(data.get(name) or "") for name in ("ussd_code", "account_number"))
    if not dial and not account_number:
        return ChargeUnknown("no_way_to_pay")
    return ChargeStarted(
        reference, dial=dial, account=account_number,
        bank=str(bank.get("name") or "") if isinstance(bank, dict) else "",
    )  # fmt: skip


def link_outcome(answer: Answer, reference: str) -> ChargeOutcome:
    """What POST /transaction/initialize answers: the page to open (api/transaction)."""
    if answer.status in codes.REFUSED and answer.said.get("status") is False:
        return _refusal(answer)
    link = answer.data.get("authorization_url")
    if not answer.good or not isinstance(link, str) or not link.startswith("https://"):
        return ChargeUnknown(str(answer.status))
    return ChargeStarted(reference, link=link)


def _refusal(answer: Answer) -> ChargeRefused | ChargeUnknown:
    code = str(answer.said.get("code") or answer.status)[:60]
    return ChargeUnknown(code) if code == codes.SENT_BEFORE else ChargeRefused(code)


def account(data: Mapping[str, Any]) -> VirtualAccount:
    """A dedicated account, ten digits. Raises KeyError, ValueError, TypeError."""
    number = str(data["account_number"])
    if not (number.isascii() and number.isdigit() and len(number) == 10):
        raise ValueError("not an account number")
    return VirtualAccount(NAME, number, str(data["bank"]["name"]), str(data["account_name"]))
