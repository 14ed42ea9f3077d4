"""What the control paths can have happen at each payment provider: a table, so that a new provider
is a line."""

from collections.abc import Callable
from dataclasses import dataclass

from providers.sandbox import flutterwave, momo, mpesa, paystack
from providers.sandbox.book import BankAccount
from providers.sandbox.floor import Floor


@dataclass(frozen=True, slots=True)
class Desk:
    """`transfer`: money arrives in a virtual account (amount in minor units, currency); gives its
    reference. `agree`: the customer agrees to the charge with this reference, the caller's or the
    one it went out under, and pays its amount or another; False when there is none to pay.
    `take_back`: a payment is reversed, by the provider's id of it, whole or so much of it in all;
    False when there is none."""

    transfer: Callable[[Floor, BankAccount, int, str], str]
    agree: Callable[[Floor, str, int | None], bool]
    take_back: Callable[[Floor, str, int | None], bool]


def _no_accounts(_: Floor, account: BankAccount, __: int, ___: str) -> str:
    raise LookupError(f"{account.provider} opens no accounts")


def _takes_nothing_back(_: Floor, __: str, ___: int | None) -> bool:
    return False


DESKS: dict[str, Desk] = {
    paystack.NAME: Desk(paystack.transfer_arrives, paystack.agree, paystack.take_back),
    "flutterwave": Desk(
        flutterwave.transfer_arrives, flutterwave.customer_pays, flutterwave.take_back
    ),
    mpesa.NAME: Desk(_no_accounts, mpesa.customer_pays, _takes_nothing_back),
    momo.NAME: Desk(_no_accounts, momo.customer_pays, _takes_nothing_back),
}
