"""A day's trial balance as a page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.db import trial_balances
from app.db.trial_balances import NOTHING
from app.domain.money import Money
from app.services.context import Context
from app.services.trial_balance import trial_balance

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """What left and reached accounts of a kind on the day, and what they hold by its end."""

    kind: str
    left: Money
    reached: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class TrialPage:
    """`of`: currency -> its lines, the last of which is their sum; None when the day isn't taken
    and wasn't to be added up. `newest` is the last day that was taken, None before the first."""

    day: date
    newest: date | None
    taken: bool
    of: Mapping[str, Sequence[Line]] | None

    @property
    def balanced(self) -> bool:
        """Do the balances of every currency sum to zero?"""
        return all(lines[-1].balance.amount_minor == 0 for lines in (self.of or {}).values())


def trial_page(ctx: Context, day: date | None, *, add_up: bool) -> TrialPage:
    """A day of UTC; without one, the last that was taken. A day that isn't taken is added up only
    when that is wanted: it reads all that isn't in a taken day."""
    with ctx.db.transaction() as tx:
        last = trial_balances.last_taken(tx)
        newest = None if last == NOTHING else last.day
        day = day or newest or ctx.clock.now().date()
        taken = trial_balances.last_taken(tx, day + _DAY).day == day
    if not taken and not add_up:
        return TrialPage(day, newest, taken, None)
    shown = trial_balance(ctx.db, day)
    of: dict[str, list[Line]] = {}
    for (kind, currency), by_end in sorted(shown.by_end.of.items()):
        during = shown.during[(kind, currency)]
        amounts = during.debit_minor, during.credit_minor, by_end.balance_minor
        of.setdefault(currency, []).append(
            Line(kind, *(Money(minor, currency) for minor in amounts))
        )
    for currency, lines in of.items():
        zero = Money(0, currency)
        lines.append(Line(
            "all", sum((one.left for one in lines), zero),
            sum((one.reached for one in lines), zero), sum((one.balance for one in lines), zero),
        ))  # fmt: skip
    return TrialPage(day, newest, taken, dict(sorted(of.items())))
