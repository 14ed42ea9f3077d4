"""Which provider an order goes to next: pure, from what is known of each route now."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Route:
    """One provider as seen by one order.

    spent: it has given its final no to this order. available: neither stopped nor behind an open
    breaker. not_before: a pause it asked for or earned.
    """

    provider: str
    spent: bool
    available: bool
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Use:
    provider: str


@dataclass(frozen=True, slots=True)
class Later:
    at: datetime


@dataclass(frozen=True, slots=True)
class NoRoute:
    """Nothing can deliver this order in time."""

    code: str


Choice = Use | Later | NoRoute


def choose(
    routes: list[Route], now: datetime, deadline: datetime, look_again_at: datetime
) -> Choice:
    """The first route that may be used now, in the given order; else when to look again.

    An order isn't kept waiting past `deadline`, and not at all when every route is spent.
    """
    if now >= deadline:
        return NoRoute("too_late")
    open_routes = [route for route in routes if not route.spent]
    if not open_routes:
        return NoRoute("no_route")
    for route in open_routes:
        if route.available and (route.not_before is None or route.not_before <= now):
            return Use(route.provider)
    pauses = [route.not_before for route in open_routes if route.available and route.not_before]
    return Later(min([look_again_at, deadline, *pauses]))
