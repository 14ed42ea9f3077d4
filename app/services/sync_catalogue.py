"""Bring the catalogue up to what a provider lists, and decide about changes that waited."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from app.db import catalogue, prices
from app.db.catalogue import FROM_VENDOR, ChangeRow
from app.db.engine import Transaction
from app.domain.catalogue import Offer, can_be_sold, moved_too_far, our_price, product_code
from app.domain.money import Money
from app.domain.operators import OPERATORS
from app.domain.products import Offered, ProductKind
from app.ports.catalogue import CatalogueProvider
from app.security.audit import Entry, append
from app.services.vending_context import VendingContext

SYNC = "sync"


class NoSuchChange(Exception):
    """No change with this number waits."""


@dataclass(slots=True)
class Synced:
    """What a sync did: products offered, of them `new`, `withdrawn` ones, prices that moved, and
    changes that wait for a person; `left_out`: lines that weren't enough to sell something."""

    provider: str
    offered: int = 0
    new: int = 0
    withdrawn: int = 0
    repriced: int = 0
    waiting: list[ChangeRow] = field(default_factory=list)
    left_out: int = 0


def sync_catalogue(ctx: VendingContext, name: str, provider: CatalogueProvider) -> Synced:
    """Ask the provider for its list, and take it over in one commit. Raises CatalogueUnavailable:
    then nothing has changed."""
    return take_over(ctx, name, list(provider.offers()), FROM_VENDOR)


def take_over(ctx: VendingContext, name: str, offered: Iterable[Offered], source: str) -> Synced:
    """What is listed is on sale, what isn't any more is withdrawn at once; a cost that moved too
    far stays as it was until a person has looked."""
    now, done = ctx.clock.now(), Synced(name)
    with ctx.db.transaction() as tx:
        catalogue.lock(tx)
        before = catalogue.offers_of(tx, name)
        listed = _cheapest(offered, done)
        for key, one in listed.items():
            _put(ctx, tx, name, one, before.get(key), source, done, now)
        for operator, product in before.keys() - listed.keys():
            done.withdrawn += catalogue.withdraw(tx, name, operator, product, now)
            catalogue.changes_are_over(tx, name, operator, product, now)
        for operator, product in before.keys() | listed.keys():
            done.repriced += _price(ctx, tx, operator, product, SYNC, now)
        done.waiting = [row for row in catalogue.waiting_changes(tx) if row.provider == name]
    return done


def accept_change(ctx: VendingContext, change_id: int, actor: str, reason: str = "") -> ChangeRow:
    """Pay the new cost from now on, and set our price by it. Raises NoSuchChange."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        catalogue.lock(tx)
        change = _decide(tx, change_id, "accepted", actor, reason, now)
        catalogue.set_cost(tx, change)
        _price(ctx, tx, change.operator, change.product, actor, now)
    return change


def decline_change(ctx: VendingContext, change_id: int, actor: str, reason: str = "") -> ChangeRow:
    """The plan isn't bought from this provider while it wants that. Raises NoSuchChange."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        catalogue.lock(tx)
        change = _decide(tx, change_id, "declined", actor, reason, now)
        catalogue.withdraw(tx, change.provider, change.operator, change.product, now)
        _price(ctx, tx, change.operator, change.product, actor, now)
    return change


def list_changes(ctx: VendingContext) -> list[ChangeRow]:
    with ctx.db.statement() as tx:
        return catalogue.waiting_changes(tx)


def _cheapest(offered: Iterable[Offered], done: Synced) -> dict[tuple[str, str], Offered]:
    """One offer for each product: where a provider lists the same twice, the cheaper."""
    listed: dict[tuple[str, str], Offered] = {}
    for one in offered:
        if one.operator not in OPERATORS or not can_be_sold(one):
            done.left_out += 1
            continue
        key = (one.operator, product_code(one))
        known = listed.get(key)
        if known is None or (one.cost and known.cost and one.cost < known.cost):
            listed[key] = one
    return listed


def _put(
    ctx: VendingContext, tx: Transaction, name: str, one: Offered, before: Offer | None,
    source: str, done: Synced, now: datetime,
) -> None:  # fmt: skip
    product, cost = product_code(one), one.cost
    currency = OPERATORS[one.operator].currency
    catalogue.put_product(tx, one, product, now)
    done.offered += 1
    done.new += before is None
    if cost and catalogue.was_declined(tx, name, one.operator, product, cost):
        catalogue.withdraw(tx, name, one.operator, product, now)
        return
    paid = before.cost if before and before.source == FROM_VENDOR else None
    if paid and cost and source == FROM_VENDOR and moved_too_far(paid, cost, ctx.prices):
        catalogue.hold_change(tx, name, one.operator, product, paid, cost, now)
        cost = paid
    else:
        catalogue.changes_are_over(tx, name, one.operator, product, now)
    catalogue.put_offer(tx, name, one, product, currency, source, cost, now)


def _price(
    ctx: VendingContext, tx: Transaction, operator: str, product: str, set_by: str, now: datetime
) -> bool:
    """Set our price of a plan by what its offers cost now; True when that changed it."""
    offers = catalogue.offers_for(tx, operator, product)
    price: Money | None = our_price(offers, OPERATORS[operator].currency, ctx.prices)
    if price is None or product == str(ProductKind.AIRTIME):
        return False
    return prices.set_price(tx, operator, product, price, set_by, now)


def _decide(
    tx: Transaction, change_id: int, state: str, actor: str, reason: str, now: datetime
) -> ChangeRow:
    change = catalogue.decide_change(tx, change_id, state, actor, now)
    if change is None:
        raise NoSuchChange(change_id)
    detail = {"was": str(change.was), "now": str(change.now), "provider": change.provider}
    if reason:
        detail["reason"] = reason
    subject = f"{change.operator} {change.product}"
    append(tx, Entry(now, actor, f"catalogue.{state}", subject, detail))
    return change
