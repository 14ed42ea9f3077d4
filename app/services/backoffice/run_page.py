"""The page of one run of reconciliation: both sides in numbers, and what differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.db import runs
from app.db.runs import RunSeen
from app.domain.money import Money
from app.services.context import Context


@dataclass(frozen=True, slots=True)
class Sides:
    """What the provider says of the day, its fees, and what our books say, in one currency."""

    theirs: Money
    fees: Money
    ours: Money

    @property
    def difference(self) -> Money:
        return self.theirs - self.ours


@dataclass(frozen=True, slots=True)
class RunPage:
    """`kinds`: what differs, by kind of break; `others` are the other runs of that day."""

    run: RunSeen
    sides: Sequence[Sides]
    kinds: Mapping[str, int]
    others: Sequence[RunSeen]


def run_page(ctx: Context, run_id: int) -> RunPage | None:
    """None when there is no such run."""
    with ctx.db.transaction() as tx:
        run = runs.find(tx, run_id)
        if run is None:
            return None
        same_day = runs.of_day(tx, run.provider, run.day)
    found = run.found or {}
    theirs, ours = found.get("theirs", {}), found.get("ours", {})
    sides = []
    for currency in sorted({*theirs, *ours}):
        amount, fee = (Money(int(minor), currency) for minor in theirs.get(currency, (0, 0)))
        sides.append(Sides(amount, fee, Money(int(ours.get(currency, 0)), currency)))
    return RunPage(
        run, sides, found.get("kinds", {}), [one for one in same_day if one.id != run_id]
    )
