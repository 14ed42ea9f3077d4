"""The ledger's pages: our own accounts, one account, one transaction, and how far the proof is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.db import approvals, ledger, ledger_browser, ledger_checks, seals, search, subscribers
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.db.ledger_browser import AccountSeen, LinkSeen, TransactionSeen
from app.db.ledger_checks import LedgerCheckRow
from app.db.search import Found
from app.domain.anchors import Anchor
from app.domain.corrections import REVERSIBLE
from app.domain.ledger import OF_SUBSCRIBERS, Account, AccountKind
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.references import is_reference
from app.domain.roles import Right
from app.security import anchors
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.correct_books import Movement, preview_reversal
from app.services.staff_refused import StaffRefused

_OWN = tuple(kind for kind in AccountKind if kind not in OF_SUBSCRIBERS)


@dataclass(frozen=True, slots=True)
class OwnAccounts:
    """As they were folded last."""

    accounts: Sequence[AccountSeen]
    folded_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """`balance` counts what isn't folded yet; `whose` is the subscriber's number, where the account
    is one's. `may_adjust`: it is a wallet, and this person may ask to correct it."""

    seen: AccountSeen
    balance: Money
    whose: Msisdn | None
    may_adjust: bool


@dataclass(frozen=True, slots=True)
class TransactionPage:
    """`about` is what the transaction was for: the kind of thing and its reference; `things` what
    is known of it. `undone_by` names the reversal. `reversal` is what asking for one would move,
    `why_not` why it can't be; both empty where nobody would ask. `numbers` are those of
    subscribers, by id."""

    seen: TransactionSeen
    about: tuple[str, str]
    things: Sequence[Found]
    links: Sequence[LinkSeen]
    tickets: Sequence[ApprovalRow]
    reversal: Sequence[Movement]
    why_not: str
    numbers: dict[str, Msisdn]
    may_ask: bool

    @property
    def undone_by(self) -> str:
        undone = (one.reference for one in self.links
                  if one.undoes and one.about == self.seen.reference)  # fmt: skip
        return next(undone, "")

    @property
    def waiting(self) -> list[ApprovalRow]:
        return [one for one in self.tickets if one.state == "asked"]


@dataclass(frozen=True, slots=True)
class Proof:
    """The chain's newest seal, how many transactions wait for one (up to 100,000 are counted), the
    days whose trial balances were taken last, and the anchor kept outside last: `agrees` says
    whether it is in the chain. `checked`: when all of it was recomputed last."""

    head: Anchor | None
    unsealed: int
    days: Sequence[tuple[object, datetime]]
    anchor: Anchor | None
    agrees: bool
    checked: LedgerCheckRow | None


def own_accounts(ctx: Context) -> OwnAccounts:
    """Every account of our own that holds something."""
    with ctx.db.transaction() as tx:
        return OwnAccounts(ledger_browser.own_accounts(tx, _OWN), ledger_browser.last_fold(tx))


def account_page(ctx: Context, person: Person, account_id: int) -> AccountPage | None:
    """None when there is no such account."""
    with ctx.db.transaction() as tx:
        seen = ledger_browser.account(tx, account_id)
        if seen is None:
            return None
        owner = _owner(tx, seen.account)
        balance = ledger.balance(tx, seen.account)
    may = seen.account.kind is AccountKind.WALLET and person.may(Right.ASK_ADJUSTMENT)
    return AccountPage(seen, balance, owner, may_adjust=may and owner is not None)


def transaction_page(ctx: Context, person: Person, reference: str) -> TransactionPage | None:
    """None when there is no such transaction."""
    with ctx.db.transaction() as tx:
        seen = ledger_browser.transaction(tx, reference)
        if seen is None:
            return None
        about = about_of(reference)
        things = search.find(tx, about[1]) if is_reference(about[1]) else []
        links = ledger_browser.links_of(tx, reference)
        tickets = approvals.about_transaction(tx, reference)
        numbers = _numbers(tx, (one.account for one in seen.postings))
    may, why_not = person.may(Right.ASK_ADJUSTMENT), ""
    reversal: list[Movement] = []
    if may and seen.kind in REVERSIBLE:
        try:
            reversal = preview_reversal(ctx, reference)
        except StaffRefused as refused:
            why_not = str(refused)
    with ctx.db.transaction() as tx:
        numbers |= _numbers(tx, (one.account for one in reversal))
    return TransactionPage(seen, about, things, links, tickets, reversal, why_not, numbers, may)


def about_of(reference: str) -> tuple[str, str]:
    """What kind of thing a ledger reference belongs to, and that thing's own reference:
    `order:7K3F9Q:hold` is of the order 7K3F9Q, `reversal:cashin:7K3F9Q` of that transaction."""
    head, _, rest = reference.partition(":")
    return head, rest if head == "reversal" else rest.partition(":")[0]


def proof(ctx: Context, anchored_at: Path | None) -> Proof:
    """How far the hash chain and the trial balances are; anchors that can't be read from here are
    left out."""
    kept = _newest_anchor(anchored_at)
    with ctx.db.transaction() as tx:
        head = seals.head(tx)
        unsealed = ledger_browser.unsealed(tx, ledger_browser.reached(tx))
        days = ledger_browser.taken_days(tx, 14)
        now = seals.anchored(tx, [kept.seal]) if kept else {}
        checked = ledger_checks.latest(tx)
    return Proof(head, unsealed, days, kept, bool(kept and now.get(kept.seal) == kept), checked)


def _newest_anchor(place: Path | None) -> Anchor | None:
    if place is None:
        return None
    try:
        found = [one for one in anchors.read(place) if isinstance(one, Anchor)]
    except OSError:
        return None
    return max(found, key=lambda one: one.seal, default=None)


def _owner(tx: Transaction, account: Account) -> Msisdn | None:
    if account.kind not in OF_SUBSCRIBERS:
        return None
    owner = subscribers.find_by_id(tx, int(account.owner))
    return owner.msisdn if owner else None


def _numbers(tx: Transaction, accounts: Iterable[Account]) -> dict[str, Msisdn]:
    found = ((one.owner, _owner(tx, one)) for one in set(accounts))
    return {owner: msisdn for owner, msisdn in found if msisdn is not None}
