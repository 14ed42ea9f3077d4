"""Add money by the REST API: the same charges as the menus'."""

from app.db import charges
from app.db.api_purchases import CHANNEL
from app.db.charges import ChargeRow
from app.domain.api_callers import SubscriberCaller
from app.domain.requests import ChargeAsked, ChargeAskedBefore, Origin, Refused, StartCharge
from app.services.context import Context
from app.services.start_charge import start_charge

_STEP = 0


def top_up(
    ctx: Context, caller: SubscriberCaller, session: str, wanted: StartCharge
) -> ChargeRow | ChargeAskedBefore | Refused:
    """Have it started, once per session. What isn't a ChargeRow started nothing."""
    reply = start_charge(ctx, Origin(CHANNEL, session, _STEP, caller.msisdn), wanted)
    if not isinstance(reply, ChargeAsked):
        return reply
    asked = find_top_up(ctx, caller, reply.reference)
    assert asked is not None  # noqa: S101 - it was asked for
    return asked


def find_top_up(ctx: Context, caller: SubscriberCaller, reference: str) -> ChargeRow | None:
    """The caller's charge with this reference."""
    with ctx.db.statement() as tx:
        return charges.find_own(tx, reference, caller.msisdn)


def top_ups(
    ctx: Context, caller: SubscriberCaller, before_id: int | None, limit: int
) -> list[ChargeRow]:
    """The caller's charges by any channel, the newest first."""
    with ctx.db.statement() as tx:
        return charges.page_of(tx, caller.subscriber_id, before_id, limit)
