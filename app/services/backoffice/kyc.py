"""What each tier allows today, per country, as the business rules have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.days import day_of
from app.domain.documents import DOCUMENTS, tier_with
from app.domain.money import Money
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.tiers import TIERS
from app.domain.velocity import Counted, Pace, pace_of
from app.services.context import Context


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier of a country in force today; None where there is no limit. `earned_by` says what it
    takes; `paces` how often what may be done."""

    country: str
    number: int
    since: date
    source: str
    transaction: Money | None
    day: Money | None
    balance: Money | None
    earned_by: str
    paces: Sequence[Pace]


def tiers_today(ctx: Context) -> list[TierRow]:
    """By country and number."""
    rows = []
    for country, currency in COUNTRY_CURRENCY.items():
        today = day_of(ctx.clock.now(), country)
        in_force = {
            tier.number: tier
            for tier in sorted(TIERS, key=lambda tier: tier.since)
            if tier.country == country and tier.since <= today
        }
        for number, tier in sorted(in_force.items()):
            transaction, day, balance = (
                None if minor is None else Money(minor, currency)
                for minor in (
                    tier.limits.transaction_minor, tier.limits.day_minor,
                    tier.limits.balance_minor,
                )
            )  # fmt: skip
            paces = [pace_of(counted, country, number, today) for counted in Counted]
            rows.append(TierRow(
                country, number, tier.since, tier.source, transaction, day, balance,
                _earned_by(country, number), paces,
            ))  # fmt: skip
    return rows


def _earned_by(country: str, number: int) -> str:
    documents = [document.label for document in DOCUMENTS.get(country, ())]
    needed = number - tier_with(0)
    if needed == 0:
        return "registering"
    if needed == len(documents):
        return " and ".join(documents) + " confirmed"
    return f"{needed} of {', '.join(documents)} confirmed" if documents else "by hand"
