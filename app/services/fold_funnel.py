"""Fold days of hops into the counts of the funnel, so that asking about months takes no longer."""

from datetime import date, timedelta

from app.db import funnel
from app.db.engine import Database
from app.ports.clock import Clock

_A_DAY = timedelta(days=1)


def fold_funnel(db: Database, clock: Clock) -> list[date]:
    """Every day whose sessions are all over and that isn't folded yet; which these were."""
    now = clock.now()
    with db.statement() as tx:
        day = funnel.first_unfolded(tx)
    folded = []
    while day is not None and day < (now - 2 * funnel.SILENT).date():
        with db.transaction() as tx:
            funnel.fold(tx, day, now)
        folded.append(day)
        day += _A_DAY
    return folded
