"""Corrections by staff: adjust a wallet, reverse a transaction. Two people each, and what is posted
is a new transaction linked to the old."""

from app.db import corrections, ledger, outbox, subscribers
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.corrections import adjustment, reversal_of, reversed_together
from app.domain.ledger import GUARDED, Account, AccountKind, LedgerTransaction, wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.staff_refused import StaffRefused, WouldGoBelowZero

_MOST_MINOR = 10**15


def ask_adjustment(
    ctx: Context, msisdn: Msisdn, amount_minor: int, about: str, reason: str, actor: str
) -> str:
    """Ask to put this much into a subscriber's wallet, or to take it out (below zero); `about` is
    the older transaction it corrects, or empty. The ticket. Raises StaffRefused."""
    if not 0 < abs(amount_minor) < _MOST_MINOR:
        raise StaffRefused("the amount must be above or below zero, in minor units")
    with ctx.db.transaction() as tx:
        owner = _owner(tx, msisdn)
        if about:
            _posted(tx, about)
        account, amount = wallet(owner.id, owner.currency), Money(amount_minor, owner.currency)
        _must_hold(tx, adjustment("asked", account, amount))
        detail = {
            "msisdn": msisdn, "amount_minor": amount_minor, "currency": owner.currency,
            "about": about,
        }  # fmt: skip
        return ask_approval(ctx, tx, "adjust", detail, reason, actor)


def adjust(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:  # noqa: ARG001 - every act is told who approved
    """Post an adjustment that was approved; its reference."""
    owner = _owner(tx, Msisdn(approval.detail["msisdn"]))
    amount = Money(int(approval.detail["amount_minor"]), owner.currency)
    made = adjustment(approval.ticket, wallet(owner.id, owner.currency), amount)
    _correct(tx, made, approval, str(approval.detail["about"]), undoes=False)
    return made.reference


def ask_reversal(ctx: Context, reference: str, reason: str, actor: str) -> str:
    """Ask to reverse a transaction; the ticket. Raises StaffRefused."""
    with ctx.db.transaction() as tx:
        _must_hold(tx, _reversal(tx, reference))
        return ask_approval(ctx, tx, "reverse", {"reference": reference}, reason, actor)


def reverse(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:  # noqa: ARG001 - every act is told who approved
    """Post a reversal that was approved; its reference."""
    reference = str(approval.detail["reference"])
    made = _reversal(tx, reference)
    _correct(tx, made, approval, reference, undoes=True)
    return made.reference


def _reversal(tx: Transaction, reference: str) -> LedgerTransaction:
    posted = _posted(tx, reference)
    together = reversed_together(reference, posted.kind)
    made = reversal_of(*(_posted(tx, one) for one in together)) if together else None
    if made is None or not any(posting.account.kind in GUARDED for posting in made.postings):
        raise StaffRefused(
            f"{reference} ({posted.kind}) can't be reversed by hand: what it belongs to ends in its"
            " own way"
        )
    if corrections.transaction(tx, made.reference) is not None:
        raise StaffRefused(f"{reference} was reversed before")
    return made


def _posted(tx: Transaction, reference: str) -> LedgerTransaction:
    posted = corrections.transaction(tx, reference)
    if posted is None:
        raise StaffRefused(f"there is no transaction {reference}")
    return posted


def _owner(tx: Transaction, msisdn: Msisdn) -> SubscriberRow:
    owner = subscribers.find_by_msisdn(tx, msisdn)
    if owner is None:
        raise StaffRefused(f"nobody is registered as {msisdn}")
    return owner


def _correct(
    tx: Transaction, made: LedgerTransaction, approval: ApprovalRow, about: str, *, undoes: bool
) -> None:
    ledger.lock(tx, *_guarded(made))
    _must_hold(tx, made)
    if not ledger.post(tx, made):
        raise StaffRefused(f"{made.reference} was posted before")
    corrections.link(tx, made.reference, about, approval.reason, approval.ticket, undoes=undoes)
    for posting in made.postings:
        if posting.account.kind is AccountKind.WALLET:
            _tell(tx, posting.account, posting.amount, approval.ticket)


def _guarded(transaction: LedgerTransaction) -> list[Account]:
    return [p.account for p in transaction.postings if p.account.kind in GUARDED]


def _must_hold(tx: Transaction, transaction: LedgerTransaction) -> None:
    for posting in transaction.postings:
        if posting.account.kind in GUARDED:
            left = ledger.balance(tx, posting.account) + posting.amount
            if left.amount_minor < 0:
                raise WouldGoBelowZero(
                    f"{posting.account.kind} {posting.account.owner} would go below zero:"
                    f" {-left} is missing"
                )


def _tell(tx: Transaction, account: Account, amount: Money, ticket: str) -> None:
    owner = subscribers.find_by_id(tx, int(account.owner))
    if owner is not None:
        outbox.queue_sms(
            tx, owner.msisdn, "adjusted", owner.language,
            {
                "amount_minor": amount.amount_minor, "currency": amount.currency,
                "balance_minor": ledger.balance(tx, account).amount_minor, "reference": ticket,
            },
            dedupe_key=f"adjusted:{ticket}:{owner.id}",
        )  # fmt: skip
