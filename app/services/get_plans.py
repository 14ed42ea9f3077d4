"""The data plans that can be bought for a number now."""

from app.db import catalogue, orders
from app.domain.requests import GetPlans, Origin, Plans
from app.services.context import Context


def get_plans(ctx: Context, origin: Origin, request: GetPlans) -> Plans:
    """What this subscriber bought most for this number comes first."""
    with ctx.db.statement() as tx:
        plans = catalogue.plans(
            tx, request.operator, ctx.selling.providers, ctx.clock.now(),
            samples=ctx.selling.samples,
        )  # fmt: skip
        bought = orders.times_bought(tx, origin.msisdn, request.operator, request.recipient)
    return Plans(tuple(sorted(plans, key=lambda plan: -bought.get(plan.code, 0))))
