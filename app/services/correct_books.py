"""Corrections by staff: adjust a wallet, reverse a transaction. Two people each, and what is posted
is a new transaction linked to the old."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Movement:
    """What a correction would move in one account, and what that holds now."""

    account: Account
    before: Money
    amount: Money

    @property
    def after(self) -> Money:
        return self.before + self.amount


def preview_adjustment(ctx: Context, msisdn: Msisdn, amount_minor: int) -> list[Movement]:
    """What an adjustment would do to both accounts as things stand. Raises StaffRefused."""
    with ctx.db.transaction() as tx:
        return _movements(tx, _adjustment(tx, msisdn, amount_minor, "asked"))


def preview_reversal(ctx: Context, reference: str) -> list[Movement]:
    """What a reversal would do to every account as things stand. Raises StaffRefused when it can't
    be reversed, or was."""
    with ctx.db.transaction() as tx:
        return _movements(tx, _reversal(tx, reference))


def ask_adjustment(
    ctx: Context, msisdn: Msisdn, amount_minor: int, about: str, reason: str, actor: str,
    key: str | None = None,
) -> str:  # fmt: skip
    """Ask to put this much into a subscriber's wallet, or to take it out (below zero); `about` is
    the older transaction it corrects, or empty, `key` the form's, where it is asked with one. The
    ticket. Raises StaffRefused."""
    with ctx.db.transaction() as tx:
        made = _adjustment(tx, msisdn, amount_minor, "asked")
        if about:
            _posted(tx, about)
        _must_hold(tx, made)
        detail = {
            "msisdn": msisdn, "amount_minor": amount_minor,
            "currency": made.postings[0].account.currency, "about": about,
        }  # fmt: skip
        return ask_approval(ctx, tx, "adjust", detail, reason, actor, key)


def adjust(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:  # noqa: ARG001 - every act is told who approved
    """Post an adjustment that was approved; its reference."""
    msisdn, amount_minor = Msisdn(approval.detail["msisdn"]), int(approval.detail["amount_minor"])
    made = _adjustment(tx, msisdn, amount_minor, approval.ticket)
    _correct(tx, made, approval, str(approval.detail["about"]), undoes=False)
    return made.reference


def ask_reversal(
    ctx: Context, reference: str, reason: str, actor: str, key: str | None = None
) -> str:
    """Ask to reverse a transaction; the ticket. `key` is the form's, where it is asked with one.
    Raises StaffRefused."""
    with ctx.db.transaction() as tx:
        _must_hold(tx, _reversal(tx, reference))
        return ask_approval(ctx, tx, "reverse", {"reference": reference}, reason, actor, key)


def reverse(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:  # noqa: ARG001 - every act is told who approved
    """Post a reversal that was approved; its reference."""
    reference = str(approval.detail["reference"])
    made = _reversal(tx, reference)
    _correct(tx, made, approval, reference, undoes=True)
    return made.reference


def _adjustment(
    tx: Transaction, msisdn: Msisdn, amount_minor: int, ticket: str
) -> LedgerTransaction:
    if not 0 < abs(amount_minor) < _MOST_MINOR:
        raise StaffRefused("the amount must be above or below zero, in minor units")
    owner = _owner(tx, msisdn)
    amount = Money(amount_minor, owner.currency)
    return adjustment(ticket, wallet(owner.id, owner.currency), amount)


def _movements(tx: Transaction, transaction: LedgerTransaction) -> list[Movement]:
    return [
        Movement(one.account, ledger.balance(tx, one.account), one.amount)
        for one in transaction.postings
    ]


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
