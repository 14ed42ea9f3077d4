"""Choose the provider of an order's next attempt, and keep why."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from app.db import routes
from app.db.attempts import AttemptRow
from app.db.engine import Transaction
from app.db.orders import OrderRow
from app.db.routes import CandidateRow
from app.domain.catalogue import AIRTIME
from app.domain.money import Money
from app.domain.products import ProductKind
from app.domain.routing import Choice, Later, NoRoute, Route, Unfit, Use, choose, score
from app.services.vending_context import VendingContext

LOOK_AGAIN_AFTER = timedelta(seconds=2)
_PROBE_RESERVES = timedelta(seconds=30)


class Wanted(Protocol):
    """What routing asks of an order, or of one that might be placed."""

    @property
    def product(self) -> str: ...
    @property
    def amount(self) -> Money: ...
    @property
    def price(self) -> Money: ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """The route of an attempt: what its provider calls the product, what it is told as amount, and
    what it takes for it in the currency of the price."""

    provider: str
    code: str
    asked: Money
    cost: Money


def choose_route(
    ctx: VendingContext, tx: Transaction, order: OrderRow, tried: list[AttemptRow], now: datetime
) -> Chosen | Later | NoRoute:
    """One query for all that is known of every candidate. A place in the bulkhead of the chosen
    provider is taken: give it back when the attempt is over, or doesn't come about."""
    kind = ProductKind.AIRTIME if order.product == AIRTIME else ProductKind.DATA
    found = {
        row.offer.provider: row
        for row in routes.candidates(tx, order.operator, order.product, kind, now)
        if row.offer.provider in ctx.providers
    }
    offered = [route_of(ctx, order, row, tried, now) for row in found.values()]
    luck = _luck(order, len(tried))
    while True:
        choice = choose(offered, now, order.deadline, now + LOOK_AGAIN_AFTER, luck)
        refused = _refused(ctx, tx, order, found, choice, now)
        if refused is None:
            break
        provider, why = refused
        offered = [_unfit(route, why) if route.provider == provider else route for route in offered]
    chosen = choice.route.provider if isinstance(choice, Use) else ""
    routes.decided(tx, order.id, chosen, [_reasons(route) for route in offered], now)
    return _chosen(order, found[chosen]) if isinstance(choice, Use) else choice


def _refused(
    ctx: VendingContext, tx: Transaction, order: OrderRow, found: dict[str, CandidateRow],
    choice: Choice, now: datetime,
) -> tuple[str, Unfit] | None:  # fmt: skip
    """What only the one that was drawn needs: a pass through its breaker, and a free place."""
    if not isinstance(choice, Use):
        return None
    provider = choice.route.provider
    if found[provider].open_until is not None and not routes.pass_breaker(
        tx, provider, order.operator, now, now + _PROBE_RESERVES
    ):
        return provider, Unfit.BREAKER
    return None if ctx.bulkheads.enter(provider) else (provider, Unfit.BUSY)


def route_of(
    ctx: VendingContext, order: Wanted, row: CandidateRow, tried: list[AttemptRow], now: datetime
) -> Route:
    """The candidate as this order sees it, which was with `tried` before."""
    name = row.offer.provider
    mine = [attempt for attempt in tried if attempt.provider == name]
    cost = _cost(order, row)
    return Route(
        name, row.offer.code, _why_not(ctx, order, row, mine, now),
        margin_bp=_margin_bp(order, row, cost), standing=row.standing, tried=bool(mine),
        rank=ctx.order.index(name) if name in ctx.order else row.place, weight=row.weight,
        not_before=mine[-1].not_before if mine else None,
    )  # fmt: skip


def _why_not(
    ctx: VendingContext, order: Wanted, row: CandidateRow, mine: list[AttemptRow], now: datetime
) -> Unfit | None:
    offer, amount = row.offer, order.amount
    float_left, told = row.float_left, _asked(order, row)
    fits = (offer.least is None or amount >= offer.least) and (
        offer.most is None or amount <= offer.most
    )
    against = {
        Unfit.SPENT: any(attempt.spent for attempt in mine),
        Unfit.SAMPLE: ctx.live and offer.source != "vendor",
        Unfit.UNCONFIRMED: ctx.live
        and not ctx.open_items.get(offer.provider, {}).keys() <= row.answered,
        Unfit.CLOSED: row.closed,
        Unfit.OUT_OF_RANGE: order.product == AIRTIME and not fits,
        Unfit.COSTS_TOO_MUCH: _cost(order, row) > order.price,
        Unfit.STOPPED: row.stopped_code is not None,
        Unfit.MAINTENANCE: row.in_maintenance_until is not None,
        Unfit.LOW_FLOAT: float_left is not None
        and float_left.currency == told.currency
        and (float_left - told).amount_minor < row.stop_below_minor,
        Unfit.BREAKER: row.open_until is not None and row.open_until > now,
    }
    return next((unfit for unfit, holds in against.items() if holds), None)


def _asked(order: Wanted, row: CandidateRow) -> Money:
    """Airtime: what must reach the phone. A plan: what the provider was to take for it."""
    cost = row.offer.cost
    return order.amount if order.product == AIRTIME or cost is None else cost


def _cost(order: Wanted, row: CandidateRow) -> Money:
    """What the provider takes, as far as it is known in the currency of the price; else the price.
    A discount on airtime is booked when the provider has given it, with its statement."""
    cost = row.offer.cost
    known = order.product != AIRTIME and cost is not None and cost.currency == order.price.currency
    return cost if known and cost is not None else order.price


def _margin_bp(order: Wanted, row: CandidateRow, cost: Money) -> int:
    if order.product == AIRTIME:
        return row.offer.discount_bp
    return (order.price - cost).amount_minor * 10_000 // order.price.amount_minor


def _chosen(order: Wanted, row: CandidateRow) -> Chosen:
    return Chosen(row.offer.provider, row.offer.code, _asked(order, row), _cost(order, row))


def _unfit(route: Route, why: Unfit) -> Route:
    return replace(route, unfit=why)


def _reasons(route: Route) -> dict[str, object]:
    return {
        "provider": route.provider, "against": route.unfit or "", "score": score(route),
        "margin_bp": route.margin_bp, "weight": route.standing.weight,
        "success_bp": route.standing.success_bp, "median_ms": route.standing.median_ms,
        "tried": route.tried, "rank": route.rank, "by_staff": route.weight,
    }  # fmt: skip


def _luck(order: OrderRow, tried: int) -> float:
    """From 0 to below 1, the same for the same order and turn: a decision can be made again."""
    digest = hashlib.sha256(f"{order.reference}:{tried}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
