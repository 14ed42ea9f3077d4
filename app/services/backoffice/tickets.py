"""What one person has asked for, as another reads it before deciding: what, why, and in numbers
what will happen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.db import approvals, subscribers
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.domain.ledger import AccountKind
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.roles import TWO_PEOPLE
from app.services.backoffice.person import Person
from app.services.backoffice.price_preview import price_preview
from app.services.backoffice.rate_page import rate_preview
from app.services.backoffice.rehearsal import Effect, rehearse
from app.services.backoffice.tariff_page import tariff_preview
from app.services.context import Context
from app.services.set_price import price_of
from app.services.set_tariff import tariff_of
from app.services.staff_refused import StaffRefused
from app.services.vending_context import VendingContext

_TITLES = {
    "adjust": "Correct a wallet",
    "reverse": "Reverse a transaction",
    "refund": "Give money of an order back",
    "release": "Release a held order",
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
    "api_selling": "Let an agent sell by API",
    "erase": "Erase a subscriber",
}
Kind = Literal["money", "msisdn", "order", "break", "when", "text"]
_KINDS: dict[str, Kind] = {"msisdn": "msisdn", "to": "msisdn", "order": "order", "break": "break"}
_NAMES = {"msisdn": "number"}
_DATED = frozenset({"rate", "price", "commission"})
"""Acts that begin at the moment that was asked for."""
_PREVIEWS: Mapping[str, Callable[[VendingContext, Context, ApprovalRow], object]] = {
    "price": lambda vending, ctx, row: price_preview(ctx, price_of(row), vending.providers),
    "commission": lambda _, ctx, row: tariff_preview(ctx, tariff_of(row)),
    "rate": lambda _, ctx, row: rate_preview(ctx, row.detail),
}
_SHOWN = 50
_SHOWN_APART = frozenset({"from", "bands"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was asked; `value` is Money or a moment where `kind` says so."""

    name: str
    value: str | Money | datetime
    kind: Kind


@dataclass(frozen=True, slots=True)
class Ticket:
    """`may_decide`: this person may; else `why_not` says why, where it is asked still. `effects`
    are what approving posts, `preview` what it changes where it posts nothing (of an act of
    `_PREVIEWS`), `blocked` why it can't be done as things stand; `numbers` are those of the
    subscribers whose accounts move, by id."""

    row: ApprovalRow
    title: str
    facts: Sequence[Fact]
    effects: Sequence[Effect]
    preview: object | None
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


def show_ticket(
    ctx: Context, vending: VendingContext, person: Person, ticket: str
) -> Ticket | None:
    """The ticket as this person sees it; None when there is none."""
    with ctx.db.statement() as tx:
        row = approvals.find(tx, ticket)
    if row is None:
        return None
    effects: list[Effect] = []
    preview, blocked = None, ""
    try:
        effects = rehearse(ctx, row)
        if row.state == "asked" and row.act in _PREVIEWS:
            preview = _PREVIEWS[row.act](vending, ctx, row)
    except StaffRefused as refused:
        blocked = str(refused)
    why_not = _why_not(person, row)
    with ctx.db.statement() as tx:
        numbers = _numbers(tx, effects)
    return Ticket(
        row, title_of(row.act), facts_of(row), effects, preview, blocked, numbers,
        row.state == "asked" and not why_not, why_not if row.state == "asked" else "",
    )  # fmt: skip


def _facts(row: ApprovalRow) -> Iterator[Fact]:
    """Amounts first; those of a ticket with a currency are minor units of it."""
    currency = row.detail.get("currency")
    amounts = {
        name: value for name, value in row.detail.items() if currency and name.endswith("_minor")
    }
    for name, value in amounts.items():
        stem = name.removesuffix("_minor").replace("_", " ")
        yield Fact(stem, Money(int(value), str(currency)), "money")
    apart = _SHOWN_APART if row.act in _DATED else frozenset()
    if row.act in _DATED:
        begins = row.detail["from"]
        yield (
            Fact("from", datetime.fromisoformat(begins), "when")
            if begins
            else Fact("from", "as soon as it is approved", "text")
        )
    for name, value in row.detail.items():
        if value != "" and name != "currency" and name not in amounts and name not in apart:
            yield Fact(_NAMES.get(name, name.replace("_", " ")), str(value),
                       _KINDS.get(name, "text"))  # fmt: skip


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
