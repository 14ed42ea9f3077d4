"""Banks whose USSD codes can pay a charge, as data. `code` is ours and never changes."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bank:
    """`codes`: what each payment provider calls it for a USSD charge; one that isn't named there
    can't charge through this bank."""

    code: str
    name: str
    currency: str
    codes: Mapping[str, str]


BANKS: dict[str, Bank] = {
    bank.code: bank
    for bank in (
        # Paystack calls a bank by its own short code: `type` of a USSD charge (Paystack's page on
        # payment channels, section USSD).
        Bank("gtbank", "GTBank", "NGN", {"paystack": "737"}),
        Bank("uba", "UBA", "NGN", {"paystack": "919"}),
        Bank("sterling", "Sterling Bank", "NGN", {"paystack": "822"}),
        Bank("zenith", "Zenith Bank", "NGN", {"paystack": "966"}),
    )
}


def banks_with(provider: str, currency: str) -> tuple[str, ...]:
    """Codes of the banks through which this provider charges, in the order they are offered."""
    return tuple(
        bank.code for bank in BANKS.values()
        if provider in bank.codes and bank.currency == currency
    )  # fmt: skip
