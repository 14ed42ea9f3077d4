"""What movements of a wallet or a float are called, on screens and in statements."""

from app.domain.money import Money
from menus.texts.catalogue import later, say

_KINDS = {
    "hold": later("Purchase"),
    "void": later("Money back"),
    "reversal": later("Money back"),
    "funding": later("Money in"),
    "return": later("Money back"),
    "topup": later("Money in"),
    "release": later("Money in"),
    "taken_back": later("Taken back"),
    "debt": later("Debt repaid"),
    "voucher": later("Voucher"),
    "cash_in": later("Cash in"),
    "cash_out": later("Cash out"),
    "paid_out": later("Cash out"),
    "float": later("Float"),
    "commission": later("Commission"),
    "adjustment": later("Correction"),
    "correction": later("Correction"),
    "goodwill": later("Money back"),
}
_OTHER = later("Other")
_SENT, _RECEIVED = later("Sent"), later("Received")


def movement_name(language: str, kind: str, amount: Money) -> str:
    """`kind` is the ledger transaction's; a transfer is called by its direction."""
    if kind == "transfer":
        return say(language, _SENT if amount.amount_minor < 0 else _RECEIVED)
    return say(language, _KINDS.get(kind, _OTHER))


def reference_of(reference: str) -> str:
    """The six characters of a ledger reference that people see; empty where there are none."""
    parts = reference.removeprefix("reversal:").split(":")
    return parts[1] if len(parts) > 1 and len(parts[1]) == 6 else ""
