"""What staff do about routes: close and open them, announce maintenance, set floats' limits, tick
what a vendor has confirmed, and see why an order went where it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import orders, providers, routes
from app.domain.operators import OPERATORS
from app.domain.products import ProductKind
from app.security.audit import Entry, append
from app.services.staff_refused import StaffRefused
from app.services.vending_context import VendingContext


@dataclass(frozen=True, slots=True)
class Decision:
    """One choice of a route: `chosen` is empty when there was none to take."""

    at: datetime
    chosen: str
    routes: Sequence[dict[str, object]]


def set_route(
    ctx: VendingContext, operator: str, kind: ProductKind, provider: str, actor: str, reason: str,
    *, closed: bool,
) -> None:  # fmt: skip
    """Sell no more of this through the provider, or sell it again. Raises StaffRefused."""
    _known(ctx, provider, operator)
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        routes.set_rule(tx, operator, kind, provider, actor, now, closed=closed)
        act = "route.close" if closed else "route.open"
        append(tx, Entry(now, actor, act, f"{operator} {kind} {provider}", {"reason": reason}))


def announce_maintenance(
    ctx: VendingContext, provider: str, operator: str, from_at: datetime, until_at: datetime,
    reason: str, actor: str,
) -> None:  # fmt: skip
    """Nothing is sold through it in this time; `operator` empty: of all. Raises StaffRefused."""
    _known(ctx, provider, operator)
    if until_at <= from_at:
        raise StaffRefused("it must end after it begins")
    with ctx.db.transaction() as tx:
        routes.add_maintenance(tx, provider, operator, from_at, until_at, reason, actor)
        detail = {"from": from_at.isoformat(), "until": until_at.isoformat(), "reason": reason}
        append(tx, Entry(ctx.clock.now(), actor, "route.maintenance", provider, detail))


def set_float_limits(
    ctx: VendingContext, provider: str, alarm_minor: int, stop_minor: int, actor: str
) -> None:
    """Staff are called below the one, nothing is sold through it below the other; minor units of
    the float's currency. Raises StaffRefused."""
    _known(ctx, provider)
    if not 0 <= stop_minor <= alarm_minor:
        raise StaffRefused("the alarm must come before the stop, and neither is below zero")
    with ctx.db.transaction() as tx:
        providers.set_float_limits(tx, provider, alarm_minor, stop_minor)
        detail = {"alarm_minor": str(alarm_minor), "stop_minor": str(stop_minor)}
        append(tx, Entry(ctx.clock.now(), actor, "provider.float", provider, detail))


def open_items(ctx: VendingContext, provider: str) -> list[str]:
    """What is still to be confirmed with the vendor. Raises StaffRefused."""
    _known(ctx, provider)
    with ctx.db.statement() as tx:
        answered = routes.answered_items(tx, provider)
    return sorted(ctx.open_items.get(provider, frozenset()) - answered)


def tick_item(ctx: VendingContext, provider: str, item: str, actor: str, answer: str) -> None:
    """The vendor has confirmed it; live mode routes to it once nothing is open. Raises
    StaffRefused."""
    if item not in open_items(ctx, provider):
        raise StaffRefused(f"{item!r} isn't an open question to {provider}")
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        routes.answered(tx, provider, item, actor, now)
        append(tx, Entry(now, actor, "provider.confirm", f"{provider} {item}", {"answer": answer}))


def show_decisions(ctx: VendingContext, reference: str) -> list[Decision]:
    """Every choice of a route for an order, oldest first. Raises StaffRefused."""
    with ctx.db.transaction() as tx:
        order_id = orders.id_of(tx, reference)
        if order_id is None:
            raise StaffRefused(f"there is no order {reference}")
        return [Decision(*row) for row in routes.decisions_of(tx, order_id)]


def _known(ctx: VendingContext, provider: str, operator: str = "") -> None:
    if provider not in ctx.providers:
        raise StaffRefused(f"no provider {provider!r}; there are {', '.join(ctx.providers)}")
    if operator and operator not in OPERATORS:
        raise StaffRefused(f"no operator {operator!r}; there are {', '.join(OPERATORS)}")
