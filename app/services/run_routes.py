"""What staff do about routes: close and open them, weigh them, stop an operator, and see why an
order went where it did. The next choice of a route goes by it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.db import orders, route_rules, routes
from app.db.engine import Transaction
from app.db.route_rules import RuleRow
from app.domain.operators import OPERATORS
from app.domain.products import ProductKind
from app.security.audit import Entry, append
from app.services.staff_refused import StaffRefused
from app.services.vending_context import VendingContext

EVERYWHERE = ""
"""In the place of a provider: at every one."""
MOST_WEIGHT = 1_000
LAST_PLACE = 99


@dataclass(frozen=True, slots=True)
class Decision:
    """One choice of a route: `chosen` is empty when there was none to take."""

    at: datetime
    chosen: str
    routes: Sequence[dict[str, object]]


def set_route(
    ctx: VendingContext, operator: str, kind: ProductKind, provider: str, actor: str, reason: str,
    *, closed: bool,
) -> bool:  # fmt: skip
    """Sell no more of this through the provider (EVERYWHERE: through any), or sell it again; False
    when it was so before. Raises StaffRefused."""
    known(ctx, provider, operator)
    with ctx.db.transaction() as tx:
        return _close(ctx, tx, operator, kind, provider, actor, reason, closed=closed)


def switch_operator(
    ctx: VendingContext, operator: str, actor: str, reason: str, *, closed: bool
) -> bool:
    """Sell nothing of the operator any more, or sell it again, in one commit; False when it was so
    before. Raises StaffRefused."""
    known(ctx, EVERYWHERE, operator)
    with ctx.db.transaction() as tx:
        changed = [
            _close(ctx, tx, operator, kind, EVERYWHERE, actor, reason, closed=closed)
            for kind in ProductKind
        ]
    return any(changed)


def weigh_route(
    ctx: VendingContext, operator: str, kind: ProductKind, provider: str, weight: int,
    place: int | None, actor: str, reason: str,
) -> bool:  # fmt: skip
    """`weight` per cent of what the draw would give it; `place`: tried in this order, before those
    that have none. False when it was so before. Raises StaffRefused."""
    known(ctx, provider, operator)
    if not provider:
        raise StaffRefused("a weight is a provider's")
    if not 1 <= weight <= MOST_WEIGHT:
        raise StaffRefused(
            f"a weight is from 1 to {MOST_WEIGHT} per cent: to sell nothing, close it"
        )
    if place is not None and not 1 <= place <= LAST_PLACE:
        raise StaffRefused(f"a place is from 1 to {LAST_PLACE}, or none")
    with ctx.db.transaction() as tx:
        before = route_rules.rule(tx, operator, kind, provider)
        after = replace(before, weight=weight, place=place)
        return _change(ctx, tx, before, after, "route.weigh", actor, reason)


def show_decisions(ctx: VendingContext, reference: str) -> list[Decision]:
    """Every choice of a route for an order, oldest first. Raises StaffRefused."""
    with ctx.db.transaction() as tx:
        order_id = orders.id_of(tx, reference)
        if order_id is None:
            raise StaffRefused(f"there is no order {reference}")
        return [Decision(*row) for row in routes.decisions_of(tx, order_id)]


def known(ctx: VendingContext, provider: str, operator: str = "") -> None:
    """Raises StaffRefused for names that we don't have."""
    if provider and provider not in ctx.providers:
        raise StaffRefused(f"no provider {provider!r}; there are {', '.join(ctx.providers)}")
    if operator and operator not in OPERATORS:
        raise StaffRefused(f"no operator {operator!r}; there are {', '.join(OPERATORS)}")


def _close(
    ctx: VendingContext, tx: Transaction, operator: str, kind: ProductKind, provider: str,
    actor: str, reason: str, *, closed: bool,
) -> bool:  # fmt: skip
    before = route_rules.rule(tx, operator, kind, provider)
    act = "route.close" if closed else "route.open"
    return _change(ctx, tx, before, replace(before, closed=closed), act, actor, reason)


def _change(
    ctx: VendingContext, tx: Transaction, before: RuleRow, after: RuleRow, act: str, actor: str,
    reason: str,
) -> bool:  # fmt: skip
    if before == after:
        return False
    now = ctx.clock.now()
    route_rules.set_rule(tx, replace(after, reason=reason, set_by=actor, set_at=now))
    subject = f"{after.operator} {after.kind} {after.provider or 'every provider'}"
    append(tx, Entry(
        now, actor, act, subject, {"reason": reason}, before=_said(before), after=_said(after)
    ))  # fmt: skip
    return True


def _said(rule: RuleRow) -> dict[str, object]:
    return {"closed": rule.closed, "weight": rule.weight, "place": rule.place}
