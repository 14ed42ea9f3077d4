"""What staff see of a subscriber and the schedules, and the tier they may set by hand."""

from dataclasses import dataclass

from app.db import identity, ledger, pins, schedules, spending, subscribers
from app.db.schedules import ScheduleRow
from app.domain.days import day_of
from app.domain.documents import Document
from app.domain.ledger import wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.names import masked
from app.domain.tiers import HIGHEST, LOWEST, Limits
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber
from app.services.limits import limits_of
from app.services.verified_name import verified_name


@dataclass(frozen=True, slots=True)
class Card:
    """`name` is masked, empty where none is verified; `documents` says which numbers are confirmed,
    never what they are."""

    msisdn: Msisdn
    tier: int
    limits: Limits
    balance: Money
    spent_today: Money
    name: str
    documents: tuple[Document, ...]
    flags: tuple[str, ...]


def show_subscriber(ctx: Context, msisdn: Msisdn) -> Card:
    """Raises NoSuchSubscriber."""
    with ctx.db.transaction() as tx:
        found = subscribers.find_by_msisdn(tx, msisdn)
        if found is None:
            raise NoSuchSubscriber(msisdn)
        name = verified_name(ctx, tx, found.id)
        today = day_of(ctx.clock.now(), found.country)
        flags = {
            "agent": found.is_agent, "blocked": found.blocked, "no limits": found.limits_exempt,
            "must change PIN": found.must_change_pin, "balance hidden": found.balance_hidden,
        }  # fmt: skip
        return Card(
            found.msisdn, found.tier, limits_of(ctx, found),
            ledger.balance(tx, wallet(found.id, found.currency)),
            spending.spent_on(tx, found.id, today, found.currency),
            masked(name.value) if name else "",
            tuple(sorted(identity.confirmed(tx, found.id))),
            tuple(flag for flag, on in flags.items() if on),
        )  # fmt: skip


def show_schedules(ctx: Context, msisdn: Msisdn) -> list[ScheduleRow]:
    """What is bought for them regularly, paused ones included. Raises NoSuchSubscriber."""
    with ctx.db.transaction() as tx:
        if pins.find_id(tx, msisdn) is None:
            raise NoSuchSubscriber(msisdn)
        return schedules.kept_by(tx, msisdn)


def set_tier(ctx: Context, msisdn: Msisdn, tier: int, actor: str, reason: str) -> None:
    """Up or down, whatever is confirmed. Raises NoSuchSubscriber, ValueError."""
    if not LOWEST <= tier <= HIGHEST:
        raise ValueError(f"a tier is {LOWEST} to {HIGHEST}")
    with ctx.db.transaction() as tx:
        found = subscribers.find_by_msisdn(tx, msisdn)
        if found is None:
            raise NoSuchSubscriber(msisdn)
        subscribers.set_tier(tx, found.id, tier)
        entry = Entry(
            ctx.clock.now(), actor, "subscriber.tier", msisdn,
            {"tier": str(tier), "reason": reason}, before={"tier": found.tier},
            after={"tier": tier},
        )  # fmt: skip
        append(tx, entry)
