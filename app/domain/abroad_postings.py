"""Postings of a sale abroad: a wallet pays in one currency, value reaches a phone in another.

Each currency sums to zero by itself. What the sale took and what it gave meet in our position in
each currency: the wallet's gains what the amount was worth, the amount's loses the amount. What the
buyer paid beyond that worth is revenue. The hold, and voiding it, are as for any other sale."""

from app.domain.ledger import Account, AccountKind, LedgerTransaction, Posting, move, system
from app.domain.money import Money


def post_hold_abroad(
    order: str, provider: str, price: Money, worth: Money, amount: Money
) -> LedgerTransaction:
    """Delivery: the held price buys the amount, which the provider has delivered."""
    margin = price - worth
    postings = [
        Posting(system(AccountKind.HOLDS, price.currency), -price),
        Posting(system(AccountKind.CURRENCY_POSITION, price.currency), worth),
        Posting(system(AccountKind.CURRENCY_POSITION, amount.currency), -amount),
        Posting(system(AccountKind.PROVIDER_FLOAT, amount.currency, provider), amount),
    ]
    if margin.amount_minor:
        postings.append(Posting(system(AccountKind.REVENUE, price.currency), margin))
    return LedgerTransaction(f"order:{order}:end", "post", tuple(postings))


def give_up_abroad(
    order: str, payer: Account, provider: str, price: Money, worth: Money, amount: Money
) -> tuple[LedgerTransaction, LedgerTransaction]:
    """Nobody can say after 24 h: as for a delivery, and the payer gets the price from our loss
    account."""
    return (
        post_hold_abroad(order, provider, price, worth, amount),
        move(
            f"order:{order}:reversal", "reversal",
            system(AccountKind.UNKNOWN_LOSS, price.currency), payer, price,
        ),
    )  # fmt: skip


def late_failure_abroad(
    order: str, provider: str, worth: Money, amount: Money
) -> LedgerTransaction:
    """A given-up sale turned out to have failed: the float has its amount again, nothing was
    exchanged, and the worth goes back to the loss account."""
    return LedgerTransaction(
        f"order:{order}:late_failure", "late_failure",
        (
            Posting(system(AccountKind.PROVIDER_FLOAT, amount.currency, provider), -amount),
            Posting(system(AccountKind.CURRENCY_POSITION, amount.currency), amount),
            Posting(system(AccountKind.CURRENCY_POSITION, worth.currency), -worth),
            Posting(system(AccountKind.UNKNOWN_LOSS, worth.currency), worth),
        ),
    )  # fmt: skip
