"""Whose is a number? Here only what is stored is read, and the wish to know more noted in the same
statement; a job asks a vendor (look_up_operator)."""

from datetime import timedelta

from app.db import operator_lookups
from app.domain.msisdn import Msisdn, country_of
from app.domain.operators import Operator, best_known
from app.domain.requests import FindOperator, OperatorKnown, Origin
from app.services.context import Context

_WISH_AGAIN_AFTER = timedelta(minutes=10)


def find_operator(ctx: Context, _: Origin, request: FindOperator) -> OperatorKnown:
    """The best known operator of a number that somebody wants to buy for."""
    found = operator_of(ctx, request.msisdn)
    return OperatorKnown(found.code if found else None)


def operator_of(ctx: Context, msisdn: Msisdn) -> Operator | None:
    """What was learned of it, else what its prefix says."""
    with ctx.db.statement() as tx:
        found = operator_lookups.find(
            tx, msisdn, ctx.clock.now(), may_ask=country_of(msisdn) in ctx.look_ups.countries,
            max_age=ctx.look_ups.max_age, again_after=_WISH_AGAIN_AFTER,
        )  # fmt: skip
    if found.wished:
        ctx.nudge()
    return best_known(msisdn, found.operator)
