"""What one person has asked for, as another reads it before deciding: what, why, and in numbers
what will happen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.db import approvals, subscribers
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.domain.ledger import AccountKind
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.roles import TWO_PEOPLE
from app.services.backoffice.person import Person
from app.services.backoffice.rehearsal import Effect, rehearse
from app.services.context import Context
from app.services.staff_refused import StaffRefused

_TITLES = {
    "adjust": "Correct a wallet",
    "reverse": "Reverse a transaction",
    "refund": "Give money of an order back",
    "resolve_break": "End a break",
    "put_float": "Put float in",
    "rate": "Set an exchange rate",
    "price": "Change a price",
    "commission": "Change a commission",
    "voucher_batch": "Release a batch of vouchers",
    "role": "Give a role",
    "reset_factor": "Take a code app away",
    "broadcast": "Send an SMS to many",
    "setting": "Change a setting",
}
Kind = Literal["money", "msisdn", "order", "break", "text"]
_KINDS: dict[str, Kind] = {"msisdn": "msisdn", "to": "msisdn", "order": "order", "break": "break"}
_SHOWN = 50
_IN_MONEY = frozenset({"amount_minor", "currency"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was asked; `value` is Money where `kind` says so."""

    name: str
    value: str | Money
    kind: Kind


@dataclass(frozen=True, slots=True)
class Ticket:
    """`may_decide`: this person may; else `why_not` says why, where it is asked still. `effects`
    are what approving posts, `blocked` why it can't be done as things stand; `numbers` are those of
    the subscribers whose accounts move, by id."""

    row: ApprovalRow
    title: str
    facts: Sequence[Fact]
    effects: Sequence[Effect]
    blocked: str
    numbers: dict[str, Msisdn]
    may_decide: bool
    why_not: str


def title_of(act: str) -> str:
    return _TITLES.get(act, act.replace("_", " ").capitalize())


def facts_of(row: ApprovalRow) -> list[Fact]:
    """What was asked, a line each."""
    return list(_facts(row))


def waiting_tickets(ctx: Context) -> list[ApprovalRow]:
    """The oldest of what nobody has decided."""
    with ctx.db.statement() as tx:
        return approvals.waiting(tx, _SHOWN)


def show_ticket(ctx: Context, person: Person, ticket: str) -> Ticket | None:
    """The ticket as this person sees it; None when there is none."""
    with ctx.db.statement() as tx:
        row = approvals.find(tx, ticket)
    if row is None:
        return None
    effects: list[Effect] = []
    blocked = ""
    try:
        effects = rehearse(ctx, row)
    except StaffRefused as refused:
        blocked = str(refused)
    why_not = _why_not(person, row)
    with ctx.db.statement() as tx:
        numbers = _numbers(tx, effects)
    return Ticket(
        row, title_of(row.act), facts_of(row), effects, blocked, numbers,
        row.state == "asked" and not why_not, why_not if row.state == "asked" else "",
    )  # fmt: skip


def _facts(row: ApprovalRow) -> Iterator[Fact]:
    detail = row.detail
    if "amount_minor" in detail and "currency" in detail:
        amount = Money(int(detail["amount_minor"]), str(detail["currency"]))
        yield Fact("amount", amount, "money")
    for name, value in detail.items():
        if value != "" and not (name in _IN_MONEY and "currency" in detail):
            yield Fact(name.replace("_", " "), str(value), _KINDS.get(name, "text"))


def _why_not(person: Person, row: ApprovalRow) -> str:
    if row.asked_by == person.name:
        return "You asked for it: another person must decide."
    if row.detail.get("person") == person.name:
        return "It is about you: another person must decide."
    if not person.may(TWO_PEOPLE[row.act].approve):
        return "Your role doesn't decide this."
    return ""


def _numbers(tx: Transaction, effects: Sequence[Effect]) -> dict[str, Msisdn]:
    ids = {
        one.account.owner
        for one in effects
        if one.account.kind in (AccountKind.WALLET, AccountKind.AGENT_FLOAT, AccountKind.DEBT)
    }
    found = ((one, subscribers.find_by_id(tx, int(one))) for one in ids)
    return {one: owner.msisdn for one, owner in found if owner is not None}
