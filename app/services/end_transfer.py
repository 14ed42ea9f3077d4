"""How a transfer ends: received by its recipient, or returned to its sender after 72 hours."""

from datetime import datetime

from app.db import ledger, outbox, subscribers, transfers
from app.db.engine import Database, Transaction
from app.db.subscribers import SubscriberRow
from app.db.transfers import TransferRow
from app.domain.ledger import receive_transfer, return_transfer, wallet
from app.domain.msisdn import Msisdn
from app.services.context import Context
from app.services.wallet_room import takes, wallet_room


def receive(
    tx: Transaction, transfer: TransferRow, recipient: SubscriberRow, now: datetime
) -> None:
    """Put a waiting transfer into the recipient's wallet and tell both; once, whoever calls."""
    if not transfers.end(tx, transfer, "received", now, recipient.id):
        return
    ledger.post(tx, receive_transfer(transfer.reference, recipient.id, transfer.amount))
    _tell(tx, transfer, "money_sent", transfer.sender, transfer.language, transfer.sender_id)
    _tell(tx, transfer, "money_received", recipient.msisdn, recipient.language, recipient.id)


def receive_waiting(ctx: Context, tx: Transaction, recipient: SubscriberRow) -> None:
    """Somebody has registered: what waits for the number is theirs, as far as the wallet may take
    it in. The rest goes on waiting, and back."""
    for transfer in transfers.lock_waiting_for(tx, recipient.msisdn):
        fits = transfer.amount.currency == recipient.currency and takes(
            wallet_room(ctx, tx, recipient), transfer.amount
        )
        if fits:
            receive(tx, transfer, recipient, ctx.clock.now())


def return_transfers(db: Database, now: datetime) -> None:
    """Return what nobody registered for in time. A commit each, so that wallets are locked one by
    one."""
    while _in_a_commit(db, now):
        pass


def _in_a_commit(db: Database, now: datetime) -> bool:
    with db.transaction() as tx:
        return _return_one(tx, now)


def _return_one(tx: Transaction, now: datetime) -> bool:
    transfer = transfers.take_returning(tx, now)
    return transfer is not None and return_to_sender(tx, transfer, now)


def return_to_sender(tx: Transaction, transfer: TransferRow, now: datetime) -> bool:
    """Give back a waiting transfer and say so; False when it has ended."""
    if not transfers.end(tx, transfer, "returned", now, None):
        return False
    ledger.post(tx, return_transfer(transfer.reference, transfer.sender_id, transfer.amount))
    stranger = subscribers.find_by_msisdn(tx, transfer.recipient) is None
    kind = "money_returned" if stranger else "money_refused"
    _tell(tx, transfer, kind, transfer.sender, transfer.language, transfer.sender_id)
    return True


def _tell(
    tx: Transaction, transfer: TransferRow, kind: str, to: Msisdn, language: str, owner: int
) -> None:
    balance = ledger.balance(tx, wallet(owner, transfer.amount.currency))
    outbox.queue_sms(
        tx, to, kind, language,
        {
            "sender": transfer.sender,
            "recipient": transfer.recipient,
            "amount_minor": transfer.amount.amount_minor,
            "balance_minor": balance.amount_minor,
            "currency": transfer.amount.currency,
            "reference": transfer.reference,
        },
        dedupe_key=f"transfer:{transfer.id}:{kind}",
    )  # fmt: skip
