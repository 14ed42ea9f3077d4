"""Each day's trial balance: take it once it can't change any more, look whether it still holds,
and show it for any day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from app.db import breaks, ledger_check, seals, trial_balances
from app.db.engine import Database, Transaction
from app.db.trial_balances import NOTHING, TakenDay
from app.domain.trial_balance import Totals, day_end
from app.ports.clock import Clock
from app.services.seal_ledger import seal_stragglers

_DAY = timedelta(days=1)
_RESTS_FOR = timedelta(hours=1)
_LOOKED_AT_AGAIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """`during` is what moved on the day, `by_end` all that ever did by its end. `taken`: these are
    the stored totals of a day (UTC) that is over; else they are as things stand now."""

    during: Totals
    by_end: Totals
    taken: bool


def trial_balance(db: Database, day: date, zone: tzinfo = UTC) -> TrialBalance:
    """The trial balance of a day of this zone."""
    begins, ends = day_end(day - timedelta(days=1), zone), day_end(day, zone)
    with db.transaction() as tx:
        ledger_check.freeze(tx)
        (before, _), (by_end, taken) = _at(tx, begins), _at(tx, ends)
    return TrialBalance(by_end - before, by_end, taken)


def _at(tx: Transaction, moment: datetime) -> tuple[Totals, bool]:
    base = trial_balances.last_taken(tx, moment.date())
    if day_end(base.day) == moment:
        return trial_balances.stored(tx, base.day), True
    return trial_balances.totals(tx, base, moment, None), False


def take_trial_balances(db: Database, clock: Clock) -> list[date]:
    """Take every day that has been over for an hour and whose transactions are all sealed; which.
    Whenever one is taken, days of the last week are added up again; whatever differs opens a break
    `trial_balance`."""
    now = clock.now()
    taken: list[date] = []
    while (day := _next_day(db, now)) is not None and _take(db, day, now):
        taken.append(day)
    if taken:
        with db.transaction() as tx:
            _unhurried(tx)
            for known in trial_balances.taken_since(tx, (now - _LOOKED_AT_AGAIN).date()):
                _look_again(tx, known, now)
    return taken


def _next_day(db: Database, now: datetime) -> date | None:
    with db.statement() as tx:
        last = trial_balances.last_taken(tx)
    day = now.date() - _DAY if last == NOTHING else last.day + _DAY
    return day if day_end(day) + _RESTS_FOR <= now else None


def _take(db: Database, day: date, now: datetime) -> bool:
    seal_stragglers(db)
    with db.transaction() as tx:
        _unhurried(tx)
        trial_balances.lock(tx)
        base, ends = trial_balances.last_taken(tx), day_end(day)
        if base.day >= day or trial_balances.unsealed_before(tx, ends):
            return False
        head = seals.head(tx)
        if head is None:
            return False
        totals = trial_balances.totals(tx, base, ends, head.seal)
        trial_balances.take(tx, TakenDay(day, head.seal), totals, now)
        return True


def _look_again(tx: Transaction, known: TakenDay, now: datetime) -> None:
    base = trial_balances.last_taken(tx, known.day)
    again = trial_balances.totals(tx, base, day_end(known.day), known.last_seal)
    told = trial_balances.stored(tx, known.day)
    wrong = [f"{kind} {currency}: {was}; postings say {is_}"
             for (kind, currency), was, is_ in told.differing(again)]  # fmt: skip
    wrong += [f"{currency} is {over} over" for currency, over in told.over().items()]
    if wrong:
        breaks.open_once(tx, "trial_balance", {"day": str(known.day), "wrong": wrong}, now)


def _unhurried(tx: Transaction) -> None:
    tx.run("set local statement_timeout = 0; set local lock_timeout = 0")
