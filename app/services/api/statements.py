"""A month of a wallet by the REST API: the same statement as staff print."""

from calendar import monthrange
from datetime import date

from app.domain.api_callers import SubscriberCaller
from app.domain.days import day_of
from app.services.context import Context
from app.services.statement import Statement, statement


class NotYet:
    """The month lies ahead."""


def statement_of_month(ctx: Context, caller: SubscriberCaller, first: date) -> Statement | NotYet:
    """The month that begins with this day, up to today at most."""
    today = day_of(ctx.clock.now(), caller.country)
    if first > today:
        return NotYet()
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return statement(ctx, caller.msisdn, first, min(last, today))
