"""Which provider an order goes to next: pure, from what is known of each route now.

A route is a provider that offers the order's product. The ones that can't be used say why; among
the others the draw is weighted by what is known of each, so that a provider that gets slow or
fails gets less and less without anything being switched.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Unfit(StrEnum):
    """Why a route can't be used now. `spent`: it has given its final no to this order."""

    SPENT = "spent"
    STOPPED = "stopped"
    CLOSED = "closed by staff"
    BREAKER = "breaker open"
    BUSY = "as many requests as it may have"
    PAUSED = "asked for a pause"
    MAINTENANCE = "maintenance"
    LOW_FLOAT = "float too low"
    COSTS_TOO_MUCH = "costs more than the price"
    OUT_OF_RANGE = "amount not sold there"
    UNCONFIRMED = "open questions to the vendor"
    SAMPLE = "known from a sample only"


FOR_GOOD = frozenset(
    {
        Unfit.SPENT, Unfit.CLOSED, Unfit.COSTS_TOO_MUCH, Unfit.OUT_OF_RANGE, Unfit.UNCONFIRMED,
        Unfit.SAMPLE,
    }
)  # fmt: skip
"""Waiting won't change these while an order is young enough to wait."""

FULL_WEIGHT = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """How a provider does with an operator: `weight` 0 to 100, damped (see `damped`);
    `success_bp`: basis points of its recent answers that were no failure of its own; `median_ms`:
    how long it takes to answer."""

    weight: int = FULL_WEIGHT
    success_bp: int = 10_000
    median_ms: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """One provider as seen by one order. `code`: what it calls the product; `margin_bp`: what is
    left for us of the price; `rank`: its place in a fixed order, where there is one; `weight`: per
    cent of its score that staff give it; `tried`: this order was with it before; `not_before`: a
    pause it asked for or earned."""

    provider: str
    code: str
    unfit: Unfit | None = None
    margin_bp: int = 0
    standing: Standing = field(default_factory=Standing)
    tried: bool = False
    rank: int | None = None
    weight: int = FULL_WEIGHT
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Use:
    route: Route


@dataclass(frozen=True, slots=True)
class Later:
    at: datetime


@dataclass(frozen=True, slots=True)
class NoRoute:
    """Nothing can deliver this order in time."""

    code: str


Choice = Use | Later | NoRoute


def choose(
    routes: list[Route], now: datetime, deadline: datetime, look_again_at: datetime, luck: float
) -> Choice:
    """Draw one of the routes that may be used now (`luck` from 0 to below 1 decides), those that
    weren't tried first; else say when to look again.

    An order isn't kept waiting past `deadline`, and not at all when no route can open in time.
    """
    if now >= deadline:
        return NoRoute("too_late")
    hopeful = [route for route in routes if route.unfit not in FOR_GOOD]
    if not hopeful:
        return NoRoute("no_route")
    usable = [route for route in hopeful if route.unfit is None and not _paused(route, now)]
    fresh = [route for route in usable if not route.tried] or usable
    if fresh:
        return Use(_drawn(fresh, luck))
    pauses = [r.not_before for r in hopeful if r.unfit is None and r.not_before is not None]
    return Later(min([look_again_at, deadline, *pauses]))


def score(route: Route) -> int:
    """The weight of a route in the draw, at least 1: its damped weight, more for a margin (3 % make
    half as much again), less for failures (squared) and for slowness (half at one second), times
    what staff give it."""
    standing = route.standing
    parts = standing.weight * (600 + max(route.margin_bp, 0)) * standing.success_bp**2 * 1_000
    scored = parts // (600 * 10_000**2 * (1_000 + standing.median_ms) // 10)
    return max(1, scored * route.weight // FULL_WEIGHT)


def damped(standing: Standing, *, failing: bool, slow: bool) -> int:
    """The weight after one more look: ten less while it fails or is slow, five more while it does
    well. Small steps: traffic that moves at once moves the trouble with it."""
    if failing or slow:
        return max(standing.weight - 10, 0)
    return min(standing.weight + 5, FULL_WEIGHT)


def _paused(route: Route, now: datetime) -> bool:
    return route.not_before is not None and route.not_before > now


def _drawn(routes: list[Route], luck: float) -> Route:
    """In a fixed order the first; else by the weights."""
    ranked = sorted((r for r in routes if r.rank is not None), key=lambda r: r.rank or 0)
    if ranked:
        return ranked[0]
    weights = [score(route) for route in routes]
    mark = luck * sum(weights)
    for route, weight in zip(routes, weights, strict=True):
        mark -= weight
        if mark < 0:
            return route
    return routes[-1]
