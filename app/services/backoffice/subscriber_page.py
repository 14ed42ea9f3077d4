"""The page of one subscriber: who it is, what locks and holds there are, and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import (
    consents,
    erasure,
    identity,
    ledger,
    number_operators,
    spending,
    subscriber_file,
    subscribers,
)
from app.db.consents import Consent
from app.db.engine import Transaction
from app.db.subscriber_file import CaseOpen, FactorsRow, HoldRow, PinRow, SimRow
from app.db.subscribers import SubscriberRow
from app.domain.days import day_of
from app.domain.documents import Document
from app.domain.ledger import Account, AccountKind, debt, wallet
from app.domain.money import Money
from app.domain.names import masked
from app.domain.operators import Operator, best_known, operator_of_prefix
from app.domain.roles import Right
from app.domain.sim_swap import SimState
from app.domain.tiers import Limits
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.limits import limits_of
from app.services.sim_swap import state_of
from app.services.verified_name import verified_name


@dataclass(frozen=True, slots=True)
class Purse:
    """What an account of theirs holds; `debt` is what they owe, zero where they don't."""

    wallet: Money
    debt: Money
    agent_float: Money | None
    commission: Money | None


@dataclass(frozen=True, slots=True)
class Carrier:
    """The operator of the number as best known; `source` says who says so: a vendor, staff, or the
    number's prefix."""

    operator: Operator | None
    source: str
    learned_at: datetime | None


@dataclass(frozen=True, slots=True)
class CanDo:
    """What this person may do to this subscriber as things stand."""

    block: bool
    unblock: bool
    unlock: bool
    reset_pin: bool
    open_case: bool
    change: bool
    set_tier: bool
    statement: bool
    export: bool
    erase: bool


NOTHING = CanDo(*(False,) * 10)
"""To who was erased."""


@dataclass(frozen=True, slots=True)
class SubscriberPage:
    """`name` is masked, empty where none is verified; `spent` counts against `limits` today."""

    who: SubscriberRow
    name: str
    carrier: Carrier
    pin: PinRow
    locked: bool
    factors: FactorsRow
    sim: SimRow | None
    sim_state: SimState
    sim_closed_until: datetime | None
    documents: Sequence[Document]
    limits: Limits
    spent: Money
    purse: Purse
    holds: Sequence[HoldRow]
    cases: Sequence[CaseOpen]
    opted_out_at: datetime | None
    erased_at: datetime | None
    consents: Sequence[Consent]
    can: CanDo

    def money(self, minor: int) -> Money:
        """An amount of a limit."""
        return Money(minor, self.who.currency)


def subscriber_page(ctx: Context, person: Person, subscriber_id: int) -> SubscriberPage | None:
    """Everything of the subscriber beside the line of time; None when there is none."""
    with ctx.db.transaction() as tx:
        who = subscribers.find_by_id(tx, subscriber_id)
        return None if who is None else _page(ctx, tx, person, who)


def _page(ctx: Context, tx: Transaction, person: Person, who: SubscriberRow) -> SubscriberPage:
    now = ctx.clock.now()
    pin, factors = subscriber_file.pin_of(tx, who.id), subscriber_file.factors_of(tx, who.id)
    sim, name = subscriber_file.sim_of(tx, who.msisdn), verified_name(ctx, tx, who.id)
    gone = erasure.erased_at(tx, who.id)
    locked = any((
        pin.staff_lock, _ahead(pin.locked_until, now), _ahead(pin.sms_off_until, now),
        _ahead(factors.locked_until, now),
    ))  # fmt: skip
    return SubscriberPage(
        who=who,
        name=masked(name.value) if name else "",
        carrier=_carrier(tx, who),
        pin=pin,
        locked=locked,
        factors=factors,
        sim=sim,
        sim_state=state_of(ctx, tx, who.msisdn),
        sim_closed_until=_closed_until(sim, ctx.sims.recent_for, now),
        documents=sorted(identity.confirmed(tx, who.id)),
        limits=limits_of(ctx, who),
        spent=spending.spent_on(tx, who.id, day_of(now, who.country), who.currency),
        purse=_purse(tx, who),
        holds=subscriber_file.holds_of(tx, who.id, now),
        cases=subscriber_file.open_cases(tx, who.id) if person.may(Right.SEE_CASES) else [],
        opted_out_at=subscriber_file.opted_out_at(tx, who.msisdn),
        erased_at=gone,
        consents=consents.latest(tx, who.id),
        can=_can(person, who, locked=locked) if gone is None else NOTHING,
    )


def _can(person: Person, who: SubscriberRow, *, locked: bool) -> CanDo:
    blocks, cures = person.may(Right.BLOCK_SUBSCRIBER), person.may(Right.RESET_PIN)
    return CanDo(
        block=blocks and not who.blocked, unblock=blocks and who.blocked,
        unlock=cures and locked, reset_pin=cures, open_case=person.may(Right.ANSWER_CASE),
        change=person.may(Right.CHANGE_SUBSCRIBER), set_tier=person.may(Right.MANAGE_KYC),
        statement=person.may(Right.UNMASK_MSISDN), export=person.may(Right.EXPORT_PERSON),
        erase=person.may(Right.ASK_ERASURE),
    )  # fmt: skip


def _ahead(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now


def _closed_until(sim: SimRow | None, recent_for: timedelta, now: datetime) -> datetime | None:
    """Until when a change of the SIM counts; None when none does."""
    if sim is None or sim.swapped_at is None or sim.swapped_at + recent_for <= now:
        return None
    return sim.swapped_at + recent_for


def _carrier(tx: Transaction, who: SubscriberRow) -> Carrier:
    known = number_operators.everything_of(tx, who.msisdn)
    if not known:
        return Carrier(operator_of_prefix(who.msisdn), "prefix", None)
    best = known[0]
    return Carrier(best_known(who.msisdn, best.operator), best.source, best.learned_at)


def _purse(tx: Transaction, who: SubscriberRow) -> Purse:
    owner, currency = str(who.id), who.currency
    owed = ledger.balance(tx, debt(owner, currency))
    kept = [
        ledger.balance(tx, Account(kind, owner, currency)) if who.is_agent else None
        for kind in (AccountKind.AGENT_FLOAT, AccountKind.COMMISSION)
    ]
    return Purse(ledger.balance(tx, wallet(who.id, currency)), -owed, *kept)
