"""How a withdrawal ends that no agent has paid: its money goes back."""

from datetime import datetime

from app.db import cash, ledger, outbox, spending
from app.db.cash import WithdrawalRow
from app.db.engine import Database, Transaction
from app.domain.agency import WITHDRAWAL_LASTS
from app.domain.agent_postings import void_withdrawal
from app.domain.days import day_of
from app.domain.ledger import wallet


def void(tx: Transaction, withdrawal: WithdrawalRow, why: str, now: datetime) -> None:
    """Void an open withdrawal, give money and daily limit back and say so; once, whoever calls."""
    if not cash.void(tx, withdrawal.id, why, now):
        return
    asked_on = day_of(withdrawal.expires_at - WITHDRAWAL_LASTS, withdrawal.country)
    spending.give_back(tx, withdrawal.customer_id, asked_on, withdrawal.total)
    ledger.post(tx, void_withdrawal(withdrawal.reference, withdrawal.customer_id, withdrawal.total))
    balance = ledger.balance(tx, wallet(withdrawal.customer_id, withdrawal.total.currency))
    outbox.queue_sms(
        tx, withdrawal.customer, "withdrawal_void", withdrawal.language,
        {
            "amount_minor": withdrawal.total.amount_minor, "currency": balance.currency,
            "balance_minor": balance.amount_minor, "reference": withdrawal.reference,
        },
        dedupe_key=f"withdrawal:{withdrawal.reference}:void",
    )  # fmt: skip


def expire_withdrawals(db: Database, now: datetime) -> None:
    """Void those whose time is over. A commit each, so that wallets are locked one by one."""
    while _expire_one(db, now):
        pass


def _expire_one(db: Database, now: datetime) -> bool:
    with db.transaction() as tx:
        withdrawal = cash.take_expired(tx, now)
        if withdrawal is not None:
            void(tx, withdrawal, "expired", now)
        return withdrawal is not None
