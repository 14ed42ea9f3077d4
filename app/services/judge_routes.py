"""Look at how each provider did lately with each operator, and move its weight a step."""

from app.db import routes
from app.db.routes import SeenRow
from app.domain.routing import Standing, damped
from app.services.vending_context import StandingRules, VendingContext


def judge_routes(ctx: VendingContext) -> int:
    """One look; how many standings changed. The scheduler looks once a minute, so a provider that
    turns bad has lost its weight after ten."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        seen = routes.seen_in(tx, now, ctx.standings.window)
        changed = [
            (row, after) for row in seen if (after := _after(row, ctx.standings)) != row.before
        ]
        for row, after in changed:
            routes.stands(tx, row.provider, row.operator, after, now)
    return len(changed)


def _after(seen: SeenRow, rules: StandingRules) -> Standing:
    enough = seen.answers >= rules.enough
    failed_bp = seen.failures * 10_000 // seen.answers if seen.answers else 0
    failing = enough and failed_bp > rules.fails_above_bp
    slow = enough and seen.median_ms > rules.slow_above_ms
    return Standing(
        damped(seen.before, failing=failing, slow=slow),
        10_000 - failed_bp if enough else 10_000,
        seen.median_ms if enough else 0,
    )
