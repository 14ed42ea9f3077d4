"""The ledger in other programs' words, so that they can say whether it is right."""

from collections.abc import Iterator
from datetime import UTC, date, timedelta

from app.db import ledger_check, ledger_export
from app.db.engine import Database, Transaction
from app.db.ledger_export import WrittenTransaction
from app.domain.ledger import Account, AccountKind
from app.domain.money import Money

_ROOTS = {
    AccountKind.WALLET: "Liabilities:Wallet",
    AccountKind.AGENT_FLOAT: "Liabilities:AgentFloat",
    AccountKind.COMMISSION: "Liabilities:Commission",
    AccountKind.HOLDS: "Liabilities:Holds",
    AccountKind.SUSPENSE: "Liabilities:Suspense",
    AccountKind.PROVIDER_FLOAT: "Assets:ProviderFloat",
    AccountKind.PAYMENT_CLEARING: "Assets:PaymentClearing",
    AccountKind.FUNDING: "Assets:Funding",
    AccountKind.REVENUE: "Income:Sales",
    AccountKind.UNKNOWN_LOSS: "Expenses:UnknownLoss",
    AccountKind.PAYMENT_FEES: "Expenses:PaymentFees",
    AccountKind.COMMISSION_COST: "Expenses:Commission",
    AccountKind.DEBT: "Assets:Debt",
    AccountKind.VOUCHERS: "Liabilities:Vouchers",
    AccountKind.ADJUSTMENTS: "Expenses:Adjustments",
    AccountKind.GOODWILL: "Expenses:Goodwill",
    AccountKind.CURRENCY_POSITION: "Equity:CurrencyPosition",
}
"""What each kind of account is called in a balance sheet."""

_OPENED = "1970-01-01"


def beancount(db: Database) -> Iterator[str]:
    """The ledger of one moment as lines of a beancount file; a few thousand are in memory.

    Its signs are beancount's (a wallet is what we owe: negative). At its end every account is
    asserted to hold the balance that we store, so beancount compares that with what it adds up.
    """
    with db.transaction() as tx:
        ledger_check.freeze(tx)
        yield from _beancount(tx)


def _beancount(tx: Transaction) -> Iterator[str]:
    yield 'option "title" "NexusTop ledger"'
    for currency in ledger_export.currencies(tx):
        yield f'option "operating_currency" "{currency}"'
    for account, _ in ledger_export.accounts(tx):
        yield f"{_OPENED} open {_name(account)} {account.currency}"
    latest = date(1970, 1, 1)
    for transaction in ledger_export.transactions(tx):
        day = transaction.at.astimezone(UTC).date()
        latest = max(latest, day)
        yield from _entry(transaction, day)
    for account, balance in ledger_export.accounts(tx):
        yield f"{latest + timedelta(days=1)} balance {_name(account)}  {_amount(-balance)}"


def _entry(transaction: WrittenTransaction, day: date) -> Iterator[str]:
    yield ""
    yield f'{day} * "{transaction.kind}" "{transaction.reference}"'
    for account, amount in transaction.postings:
        yield f"  {_name(account)}  {_amount(-amount)}"


def _name(account: Account) -> str:
    """A part of a name begins with a capital or a digit. One currency an account, as with us."""
    parts = [_ROOTS[account.kind], account.currency.capitalize()]
    if account.owner:
        parts.append("-".join(part.capitalize() for part in account.owner.split("_")))
    return ":".join(parts)


def _amount(money: Money) -> str:
    return f"{money.units()} {money.currency}"
