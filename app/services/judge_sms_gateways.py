"""Look at how each SMS gateway did lately, and move its share a step where it should be."""

from app.db import sms_gateways
from app.domain.sms_gateways import Move, judge
from app.security.audit import Entry, append
from app.services.sms_context import SmsContext

ACTOR = "system"


def judge_sms_gateways(ctx: SmsContext) -> list[Move]:
    """One look; the moves made. The scheduler looks once a minute. Of two who look at once, one
    moves a weight; each move is in the audit log with its reason."""
    now, rules = ctx.services.clock.now(), ctx.rules.judge
    with ctx.services.db.transaction() as tx:
        seen = sms_gateways.seen(tx, ctx.names, now, rules.window, rules.slow_after)
        moves = [move for move in judge(seen, now, rules) if sms_gateways.move(tx, move, now)]
        for move in moves:
            detail = {"from": str(move.standing.weight), "to": str(move.weight), "why": move.why}
            append(tx, Entry(now, ACTOR, "sms_gateway.weight", move.standing.name, detail))
    return moves
