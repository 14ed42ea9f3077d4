"""Count an act at a door, by every limit that binds it, in one Redis trip."""

from datetime import datetime, timedelta

from app.domain.door_limits import DoorLimit
from app.services.context import Context
from app.sessions.rate_limits import Limit


def refused_until(ctx: Context, *acts: tuple[DoorLimit, str]) -> datetime | None:
    """When it may be tried again; None: it may be done, and was counted. `acts` are the limits with
    whom each counts. Without Redis nothing is counted: what these limits guard is cost, and
    whatever guards money is in PostgreSQL."""
    if ctx.rate_limits is None or not acts:
        return None
    wanted = [Limit(one.name, whom, one.most, one.seconds) for one, whom in acts]
    taken = ctx.rate_limits.take_if_counted(wanted)
    if taken is None or taken.allowed:
        return None
    return ctx.clock.now() + timedelta(seconds=max(taken.reset_seconds, 1))
