"""Erase a subscriber: one asks, another approves; nothing of theirs may be open."""

from dataclasses import replace

from app.db import erasure, ledger, personal_data, subscribers
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.ledger import debt, wallet
from app.domain.msisdn import Msisdn
from app.domain.personal_data import pseudonym
from app.security.audit import Entry, append
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber
from app.services.hop_number import indexes
from app.services.staff_refused import StaffRefused


def ask_erasure(
    ctx: Context, msisdn: Msisdn, reason: str, actor: str, key: str | None = None
) -> str:
    """The ticket under which another person decides. Raises StaffRefused with everything that is
    in the way, NoSuchSubscriber."""
    with ctx.db.transaction() as tx:
        found = subscribers.find_by_msisdn(tx, msisdn)
        if found is None:
            raise NoSuchSubscriber(msisdn)
        _check_nothing_open(tx, _find(tx, found.id))
        return ask_approval(ctx, tx, "erase", {"subscriber": found.id}, reason, actor, key)


def erase(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:
    """What an approved `erase` does; the audit log says that it happened, not to whom's number.
    Raises StaffRefused when something has been opened meanwhile."""
    subscriber_id, now = int(approval.detail["subscriber"]), ctx.clock.now()
    erasure.lock(tx, subscriber_id)
    who = _find(tx, subscriber_id)
    ledger.lock(tx, wallet(who.id, who.currency))
    _check_nothing_open(tx, who)
    person = personal_data.find(tx, subscriber_id)
    if person is None:
        raise NoSuchSubscriber(subscriber_id)
    whose = replace(person, hop_indexes=indexes(ctx.fields, person.msisdn))
    touched = personal_data.erase(tx, whose)
    touched["export_pieces"] = personal_data.forget_exports(tx)
    erasure.mark_erased(tx, subscriber_id, now)
    append(tx, Entry(
        now, actor, "subscriber.erase", f"subscriber:{subscriber_id}",
        {"ticket": approval.ticket} | {table: str(rows) for table, rows in touched.items()},
    ))  # fmt: skip
    return f"subscriber {subscriber_id} is {pseudonym(subscriber_id)} from now on"


def _find(tx: Transaction, subscriber_id: int) -> SubscriberRow:
    who = subscribers.find_by_id(tx, subscriber_id)
    if who is None:
        raise NoSuchSubscriber(subscriber_id)
    if erasure.erased_at(tx, subscriber_id):
        raise StaffRefused("they are erased already")
    return who


def _check_nothing_open(tx: Transaction, who: SubscriberRow) -> None:
    """Raises StaffRefused."""
    open_ = erasure.matters_open(tx, who.id, who.msisdn)
    balance = ledger.balance(tx, wallet(who.id, who.currency))
    owed = ledger.balance(tx, debt(str(who.id), who.currency))
    if balance.amount_minor:
        open_.append(f"{balance} is in the wallet: have it withdrawn, sent or spent first")
    if owed.amount_minor:
        open_.append(f"{-owed} is owed")
    if open_:
        raise StaffRefused(f"not yet: {'; '.join(open_)}")
