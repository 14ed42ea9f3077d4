"""Scheduled purchases by the REST API: the same mandate as the menus', at the API's door."""

from app.db import schedules
from app.db.api_purchases import CHANNEL
from app.db.schedules import ScheduleRow
from app.domain.api_callers import SubscriberCaller
from app.domain.requests import (
    MakeSchedule,
    Origin,
    PinLocked,
    Refused,
    ScheduleRuns,
    SchedulesFull,
    WrongPin,
)
from app.services.api.once import Turn
from app.services.check_pin import Door
from app.services.context import Context
from app.services.schedules import make_schedule

_STEP = 0


def schedule(
    ctx: Context, caller: SubscriberCaller, session: str, turn: Turn, wanted: MakeSchedule
) -> ScheduleRow | SchedulesFull | WrongPin | PinLocked | Refused:
    """Make it for its PIN, once per session. What isn't a ScheduleRow did nothing."""
    if turn.again and (before := _of_session(ctx, caller, session)):
        return before
    origin = Origin(CHANNEL, session, _STEP, caller.msisdn, attempt=turn.attempt)
    reply = make_schedule(ctx, origin, wanted, Door.API)
    if not isinstance(reply, ScheduleRuns):
        return reply
    made = _of_session(ctx, caller, session)
    assert made is not None  # noqa: S101 - it was made
    return made


def schedules_of(ctx: Context, caller: SubscriberCaller) -> list[ScheduleRow]:
    """Those that run or are paused, by whatever channel they were made, the oldest first."""
    with ctx.db.statement() as tx:
        return schedules.kept_by(tx, caller.msisdn)


def _of_session(ctx: Context, caller: SubscriberCaller, session: str) -> ScheduleRow | None:
    with ctx.db.statement() as tx:
        return schedules.find_of_session(tx, CHANNEL, session, caller.subscriber_id)
