"""A subscriber's wallet as an app shows it."""

from dataclasses import dataclass

from app.db import ledger, virtual_accounts
from app.db.ledger import PostingRow
from app.domain.api_callers import SubscriberCaller
from app.domain.ledger import wallet
from app.domain.money import Money
from app.ports.payments import VirtualAccount
from app.services.context import Context
from app.services.payment_fields import open_account_row


@dataclass(frozen=True, slots=True)
class Wallet:
    """`balance` is what can be spent: posted less held. None: the subscriber hides it, and it is
    shown for the PIN only."""

    balance: Money | None
    currency: str
    accounts: list[VirtualAccount]


def transactions(
    ctx: Context, caller: SubscriberCaller, before_id: int | None, limit: int
) -> list[PostingRow]:
    """What moved in the caller's wallet, the newest first."""
    account = wallet(caller.subscriber_id, caller.currency)
    with ctx.db.statement() as tx:
        return ledger.movements_before(tx, account, before_id, limit)


def show_wallet(ctx: Context, caller: SubscriberCaller) -> Wallet:
    """The caller's own."""
    account = wallet(caller.subscriber_id, caller.currency)
    with ctx.db.statement() as tx:
        return Wallet(
            None if caller.hides_balance else ledger.balance(tx, account), caller.currency,
            [
                open_account_row(ctx.fields, row)
                for row in virtual_accounts.all_of(
                        tx, caller.subscriber_id, ctx.ways_in.accounts
                    )
            ],
        )  # fmt: skip
