"""Count hours of hops for the funnel, so that asking about months takes no longer."""

from datetime import datetime, timedelta

from app.db import funnel
from app.db.engine import Database
from app.domain.days import hour_of
from app.ports.clock import Clock

_A_PIECE = timedelta(days=1)


def fold_funnel(db: Database, clock: Clock) -> datetime | None:
    """Count every hour up to now that isn't counted for good, a day's in each commit; from which
    hour on it will be counted again, None when there are no hops."""
    now = clock.now()
    over, ends = hour_of(now - 2 * funnel.SILENT), hour_of(now) + timedelta(hours=1)
    with db.statement() as tx:
        start = funnel.unfolded_from(tx)
    while start is not None and start < ends:
        end = min(start + _A_PIECE, ends)
        with db.transaction() as tx:
            funnel.fold(tx, start, end, over, now)
        start = end
    with db.statement() as tx:
        return funnel.unfolded_from(tx)
