"""What staff do about a vending provider: announce maintenance, set its float's limits, tick what
the vendor has confirmed, and open or close its breakers. Stopping one is in watch_providers."""

from datetime import datetime, timedelta

from app.db import providers, route_rules, routes
from app.security.audit import Entry, append
from app.services.run_routes import known
from app.services.staff_refused import StaffRefused
from app.services.vending_context import VendingContext

LONGEST_HOLD = timedelta(hours=24)
"""How long a breaker may be held open by hand; what lasts longer is maintenance, or a stop."""


def announce_maintenance(
    ctx: VendingContext, provider: str, operator: str, from_at: datetime, until_at: datetime,
    reason: str, actor: str,
) -> bool:  # fmt: skip
    """Nothing is sold through it in this time; `operator` empty: of all. False when this window was
    announced before. Raises StaffRefused."""
    _provider(ctx, provider, operator)
    now = ctx.clock.now()
    if until_at <= from_at:
        raise StaffRefused("it must end after it begins")
    if until_at <= now:
        raise StaffRefused("it would be over already")
    with ctx.db.transaction() as tx:
        if not route_rules.add_maintenance(
            tx, provider, operator, from_at, until_at, reason, actor
        ):
            return False
        detail = {"from": from_at.isoformat(), "until": until_at.isoformat(), "reason": reason}
        subject = f"{provider} {operator}".strip()
        append(tx, Entry(now, actor, "route.maintenance", subject, detail))
        return True


def end_maintenance(ctx: VendingContext, maintenance_id: int, actor: str, reason: str) -> None:
    """It is over now, or doesn't begin. Raises StaffRefused when there is none to end."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        ended = route_rules.end_maintenance(tx, maintenance_id, now)
        if ended is None:
            raise StaffRefused("this maintenance is over, or there was none")
        append(tx, Entry(
            now, actor, "route.end_maintenance", f"{ended.provider} {ended.operator}".strip(),
            {"reason": reason}, before={"until": ended.until_at.isoformat()},
            after={"until": now.isoformat()},
        ))  # fmt: skip


def set_float_limits(
    ctx: VendingContext, provider: str, alarm_minor: int, stop_minor: int, actor: str,
    reason: str = "",
) -> bool:  # fmt: skip
    """Staff are called below the one, nothing is sold through it below the other; minor units of
    the float's currency. False when it was so before. Raises StaffRefused."""
    _provider(ctx, provider)
    if not 0 <= stop_minor <= alarm_minor:
        raise StaffRefused("the alarm must come before the stop, and neither is below zero")
    after = {"alarm_minor": alarm_minor, "stop_minor": stop_minor}
    with ctx.db.transaction() as tx:
        state = providers.all_states(tx).get(provider)
        before = {
            "alarm_minor": state.alarm_minor if state else 0,
            "stop_minor": state.stop_minor if state else 0,
        }  # fmt: skip
        if before == after:
            return False
        providers.set_float_limits(tx, provider, alarm_minor, stop_minor)
        append(tx, Entry(
            ctx.clock.now(), actor, "provider.float", provider, {"reason": reason}, before=before,
            after=after,
        ))  # fmt: skip
        return True


def open_items(ctx: VendingContext, provider: str) -> list[str]:
    """What is still to be confirmed with the vendor. Raises StaffRefused."""
    _provider(ctx, provider)
    with ctx.db.statement() as tx:
        answered = route_rules.answered_items(tx, provider)
    return sorted(ctx.open_items.get(provider, {}).keys() - answered)


def tick_item(ctx: VendingContext, provider: str, item: str, actor: str, answer: str) -> None:
    """The vendor has confirmed it; live mode routes to it once nothing is open. Raises
    StaffRefused."""
    if item not in open_items(ctx, provider):
        raise StaffRefused(f"{item!r} isn't an open question to {provider}")
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        if route_rules.answered(tx, provider, item, actor, now):
            said = {"answer": answer}
            append(tx, Entry(now, actor, "provider.confirm", f"{provider} {item}", said))


def open_breaker(
    ctx: VendingContext, provider: str, operator: str, lasts: timedelta, actor: str, reason: str
) -> None:
    """Nothing of the operator is sold through the provider for so long, whatever it answers
    meanwhile. Raises StaffRefused."""
    if not timedelta() < lasts <= LONGEST_HOLD:
        raise StaffRefused("a breaker is held open for 1 minute to 24 hours")
    _hold(ctx, provider, operator, ctx.clock.now() + lasts, "breaker.open", actor, reason)


def close_breaker(
    ctx: VendingContext, provider: str, operator: str, actor: str, reason: str
) -> bool:
    """The next order may go there, whoever opened the breaker; False when it was closed. Raises
    StaffRefused."""
    return _hold(ctx, provider, operator, None, "breaker.close", actor, reason)


def _hold(
    ctx: VendingContext, provider: str, operator: str, until: datetime | None, act: str,
    actor: str, reason: str,
) -> bool:  # fmt: skip
    _provider(ctx, provider, operator)
    if not operator:
        raise StaffRefused("a breaker is one of a provider and an operator")
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        before = routes.open_until(tx, provider, operator, now)
        if before == until:
            return False
        routes.hold_breaker(tx, provider, operator, until)
        append(tx, Entry(
            now, actor, act, f"{provider} {operator}", {"reason": reason},
            before={"open_until": before.isoformat() if before else None},
            after={"open_until": until.isoformat() if until else None},
        ))  # fmt: skip
        return True


def _provider(ctx: VendingContext, provider: str, operator: str = "") -> None:
    if not provider:
        raise StaffRefused("which provider?")
    known(ctx, provider, operator)
