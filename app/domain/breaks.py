"""Breaks: what differs and waits for staff, and the ways in which each kind may end."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.ledger import AccountKind, LedgerTransaction, move, system, wallet
from app.domain.money import Money


class BreakKind(StrEnum):
    """Kinds that end in a way of their own; any other is looked at and accepted."""

    SUSPENSE = "suspense"
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT_DIFFERS = "amount_differs"
    UNKNOWN_OUTCOME = "unknown_outcome"
    UNKNOWN_ORDER = "unknown_order"
    VENDOR_REVERSAL = "vendor_reversal"


LINE_KINDS = (BreakKind.MISSING_HERE, BreakKind.MISSING_THERE, BreakKind.AMOUNT_DIFFERS)
"""What reconciliation finds; a later run that finds the line matched closes it."""


class Way(StrEnum):
    """How a break ends: `credit` a wallet, `refund` at the provider, `write_off` to our loss,
    `delivered` or `declined` for an order, or `accept` it as it is."""

    CREDIT = "credit"
    REFUND = "refund"
    WRITE_OFF = "write_off"
    DELIVERED = "delivered"
    DECLINED = "declined"
    ACCEPT = "accept"


_LINE_WAYS = (Way.WRITE_OFF, Way.ACCEPT)
_ORDER_WAYS = (Way.DELIVERED, Way.DECLINED)
_WAYS: dict[str, tuple[Way, ...]] = {
    BreakKind.SUSPENSE: (Way.CREDIT, Way.REFUND),
    BreakKind.MISSING_HERE: _LINE_WAYS,
    BreakKind.MISSING_THERE: _LINE_WAYS,
    BreakKind.AMOUNT_DIFFERS: _LINE_WAYS,
    BreakKind.UNKNOWN_OUTCOME: _ORDER_WAYS,
    BreakKind.UNKNOWN_ORDER: (*_ORDER_WAYS, Way.ACCEPT),
}


def ways_of(kind: str) -> tuple[Way, ...]:
    """The ways in which a break of this kind may end. All but `accept` need two people."""
    return _WAYS.get(kind, (Way.ACCEPT,))


@dataclass(frozen=True, slots=True)
class Difference:
    """What a provider's statement says less what our books say, in minor units; `sales`: at a
    vending provider."""

    provider: str
    amount: Money
    sales: bool


def credit_suspense(break_id: int, owner: int, amount: Money) -> LedgerTransaction:
    """Staff know whose it is: suspense to the owner's wallet."""
    currency = amount.currency
    return move(
        f"break:{break_id}", "topup",
        system(AccountKind.SUSPENSE, currency), wallet(owner, currency), amount,
    )  # fmt: skip


def refund_suspense(break_id: int, provider: str, amount: Money) -> LedgerTransaction:
    """It was given back at the payment provider."""
    currency = amount.currency
    return move(
        f"break:{break_id}", "refund",
        system(AccountKind.SUSPENSE, currency),
        system(AccountKind.PAYMENT_CLEARING, currency, provider), amount,
    )  # fmt: skip


def write_off(break_id: int, difference: Difference) -> LedgerTransaction:
    """Bring our account at the provider to what its statement says; the difference is our loss, or
    our gain. What a vending provider sold us adds to its account, what a payment provider holds
    for us is below zero in its own."""
    amount, currency = difference.amount, difference.amount.currency
    kind = AccountKind.PROVIDER_FLOAT if difference.sales else AccountKind.PAYMENT_CLEARING
    there, loss = (
        system(kind, currency, difference.provider), system(AccountKind.UNKNOWN_LOSS, currency),
    )  # fmt: skip
    source, target = (loss, there) if difference.sales else (there, loss)
    return move(f"break:{break_id}", "write_off", source, target, amount)
