"""Double entry as pure recipes: which postings each movement of money is made of.

A transaction sums to zero in each currency or can't be built. Its reference makes it happen once:
an order's hold ends under one reference, `order:<ref>:end`, so that it is posted or voided and
never both.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import UnbalancedPostings
from app.domain.money import Money


class AccountKind(StrEnum):
    """`wallet`, `agent_float` and `commission` are guarded (never below zero); the others are hot
    or rare. `debt` is what one subscriber owes us, below zero while they do; `vouchers` is what
    holders of recharge PINs can still redeem; `adjustments` is what staff corrected by hand;
    `goodwill` is what they gave back of delivered orders;
    `currency_position` is what sales abroad took in one currency and gave in another."""

    WALLET = "wallet"
    AGENT_FLOAT = "agent_float"
    HOLDS = "holds"
    PROVIDER_FLOAT = "provider_float"
    REVENUE = "revenue"
    FUNDING = "funding"
    UNKNOWN_LOSS = "unknown_loss"
    PAYMENT_CLEARING = "payment_clearing"
    PAYMENT_FEES = "payment_fees"
    SUSPENSE = "suspense"
    COMMISSION = "commission"
    COMMISSION_COST = "commission_cost"
    DEBT = "debt"
    VOUCHERS = "vouchers"
    ADJUSTMENTS = "adjustments"
    GOODWILL = "goodwill"
    CURRENCY_POSITION = "currency_position"


GUARDED = frozenset({AccountKind.WALLET, AccountKind.AGENT_FLOAT, AccountKind.COMMISSION})
OF_SUBSCRIBERS = GUARDED | {AccountKind.DEBT}
"""Their owner is a subscriber's id."""


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """One account; `owner` is a subscriber's id, a provider's name, or empty for our own."""

    kind: AccountKind
    owner: str
    currency: str


@dataclass(frozen=True, slots=True)
class Posting:
    account: Account
    amount: Money


@dataclass(frozen=True, slots=True)
class LedgerTransaction:
    """Postings that happen together. Raises UnbalancedPostings when they don't sum to zero."""

    reference: str
    kind: str
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        sums: dict[str, int] = {}
        for posting in self.postings:
            currency = posting.amount.currency
            if posting.account.currency != currency or posting.amount.amount_minor == 0:
                raise UnbalancedPostings(self.reference)
            sums[currency] = sums.get(currency, 0) + posting.amount.amount_minor
        if not self.postings or any(sums.values()):
            raise UnbalancedPostings(self.reference)

    def digest(self) -> bytes:
        """SHA-256 of the content: the same reference with another digest is an error."""
        lines = [self.kind]
        lines += [
            f"{p.account.kind}/{p.account.owner}/{p.account.currency} {p.amount.amount_minor}"
            for p in self.postings
        ]
        return hashlib.sha256("\n".join(lines).encode()).digest()


def wallet(owner: int, currency: str) -> Account:
    """The wallet of a subscriber."""
    return Account(AccountKind.WALLET, str(owner), currency)


def debt(owner: str, currency: str) -> Account:
    """What a subscriber owes us."""
    return Account(AccountKind.DEBT, owner, currency)


def system(kind: AccountKind, currency: str, owner: str = "") -> Account:
    """An account of our own, or of a provider."""
    return Account(kind, owner, currency)


def move(reference: str, kind: str, source: Account, target: Account, amount: Money,
         ) -> LedgerTransaction:  # fmt: skip
    """From one account to another; most movements are no more than that."""
    return LedgerTransaction(reference, kind, (Posting(source, -amount), Posting(target, amount)))


def hold(order: str, payer: Account, price: Money) -> LedgerTransaction:
    """Placing an order: the price leaves the wallet, or an agent's float, and is held."""
    return move(
        f"order:{order}:hold", "hold", payer, system(AccountKind.HOLDS, price.currency), price
    )


def post_hold(order: str, provider: str, price: Money, cost: Money) -> LedgerTransaction:
    """Delivery: the held price pays the provider's cost; what is left is revenue."""
    currency = price.currency
    margin = price - cost
    postings = [
        Posting(system(AccountKind.HOLDS, currency), -price),
        Posting(system(AccountKind.PROVIDER_FLOAT, currency, provider), cost),
    ]
    if margin.amount_minor:
        postings.append(Posting(system(AccountKind.REVENUE, currency), margin))
    return LedgerTransaction(f"order:{order}:end", "post", tuple(postings))


def void_hold(order: str, payer: Account, price: Money) -> LedgerTransaction:
    """Failure: the held price goes back to where it came from."""
    return move(
        f"order:{order}:end", "void", system(AccountKind.HOLDS, price.currency), payer, price
    )


def give_up(order: str, payer: Account, provider: str, price: Money, cost: Money) -> tuple[
    LedgerTransaction, LedgerTransaction
]:  # fmt: skip
    """Nobody can say after 24 h: post as for a delivery and give the payer the same amount from
    our loss account. The hold is never voided as well."""
    loss = system(AccountKind.UNKNOWN_LOSS, price.currency)
    return (
        post_hold(order, provider, price, cost),
        move(f"order:{order}:reversal", "reversal", loss, payer, price),
    )


def late_failure(order: str, provider: str, cost: Money) -> LedgerTransaction:
    """A given-up order turned out to have failed: our float leg goes back to the loss account."""
    currency = cost.currency
    return move(
        f"order:{order}:late_failure", "late_failure",
        system(AccountKind.PROVIDER_FLOAT, currency, provider),
        system(AccountKind.UNKNOWN_LOSS, currency), cost,
    )  # fmt: skip


def vendor_reversal(
    order: str, payer: Account, delivered: LedgerTransaction, given_back: Money
) -> LedgerTransaction:
    """A vendor took back what it had delivered: what `delivered` posted goes back the way it came,
    to the payer instead of the hold. What the payer was given back before is ours again."""
    back: list[Posting] = []
    for p in delivered.postings:
        if p.account.kind is AccountKind.HOLDS:
            currency = p.account.currency
            back.append(Posting(payer, -p.amount - given_back))
            back.append(Posting(system(AccountKind.GOODWILL, currency), given_back))
        else:
            back.append(Posting(p.account, -p.amount))
    postings = tuple(p for p in back if p.amount.amount_minor)
    return LedgerTransaction(f"order:{order}:vendor_reversal", "reversal", postings)


def hold_transfer(transfer: str, sender: int, amount: Money) -> LedgerTransaction:
    """Sending: the amount leaves the sender's wallet and is held until somebody has it."""
    currency = amount.currency
    return move(
        f"transfer:{transfer}:hold", "transfer",
        wallet(sender, currency), system(AccountKind.HOLDS, currency), amount,
    )  # fmt: skip


def receive_transfer(transfer: str, recipient: int, amount: Money) -> LedgerTransaction:
    """What was held reaches the recipient's wallet."""
    currency = amount.currency
    return move(
        f"transfer:{transfer}:end", "transfer",
        system(AccountKind.HOLDS, currency), wallet(recipient, currency), amount,
    )  # fmt: skip


def return_transfer(transfer: str, sender: int, amount: Money) -> LedgerTransaction:
    """Nobody registered for it: what was held goes back to the sender's wallet."""
    currency = amount.currency
    return move(
        f"transfer:{transfer}:end", "return",
        system(AccountKind.HOLDS, currency), wallet(sender, currency), amount,
    )  # fmt: skip


def top_up(
    topup: str, provider: str, target: Account, paid: Money, fee: Money
) -> LedgerTransaction:
    """Money came in at a payment provider, which keeps its fee. The target gets all of it (a
    wallet, or suspense while nobody knows whose it is); the fee is our expense."""
    currency = paid.currency
    postings = [Posting(system(AccountKind.PAYMENT_CLEARING, currency, provider), -(paid - fee))]
    if fee.amount_minor:
        postings.append(Posting(system(AccountKind.PAYMENT_FEES, currency), -fee))
    postings.append(Posting(target, paid))
    return LedgerTransaction(f"topup:{topup}", "topup", tuple(postings))


def take_back(
    topup: str, provider: str, source: Account, taken: Money, owed: Money, so_far: Money
) -> LedgerTransaction:
    """A payment was reversed at its provider: its clearing gets back what the source (the wallet,
    or suspense) has of it, `taken`; what is missing, `owed`, the wallet's owner owes us. `so_far`
    is what is taken back of this top-up in all, this included."""
    currency = so_far.currency
    postings = [
        Posting(account, -amount)
        for account, amount in ((source, taken), (debt(source.owner, currency), owed))
        if amount.amount_minor
    ]
    clearing = system(AccountKind.PAYMENT_CLEARING, currency, provider)
    postings.append(Posting(clearing, taken + owed))
    reference = f"topup:{topup}:back:{so_far.amount_minor}"
    return LedgerTransaction(reference, "taken_back", tuple(postings))


def repay_debt(came_by: str, owner: int, amount: Money) -> LedgerTransaction:
    """Of the money that came by this transaction, this much repays what its owner owes."""
    currency = amount.currency
    return move(
        f"{came_by}:debt", "debt",
        wallet(owner, currency), debt(str(owner), currency), amount,
    )  # fmt: skip


def fund(reference: str, account: Account, amount: Money) -> LedgerTransaction:
    """Money put into a wallet or an agent's float by the operator (demo mode)."""
    return move(reference, "funding", system(AccountKind.FUNDING, amount.currency), account, amount)
