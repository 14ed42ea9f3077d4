"""Queries on products as staff see them: with our price, and with every provider's offer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from app.db.catalogue import read_offer
from app.db.engine import Row, Transaction
from app.domain.catalogue import Offer
from app.domain.money import Money


@dataclass(frozen=True, slots=True)
class ProductRow:
    """`price`: None for airtime, which costs what it is worth; `held`: people set it; `least`: what
    the cheapest of its `providers` in use takes; `withdrawn_at`: when the last of them stopped
    listing it, where none does; `changes`: costs that wait for a person."""

    operator: str
    code: str
    kind: str
    family: str
    size_mb: int
    validity_days: int
    price: Money | None
    held: bool
    to_come: datetime | None
    providers: int
    least: Money | None
    withdrawn_at: datetime | None
    changes: int


@dataclass(frozen=True, slots=True)
class OfferRow:
    """`in_use`: the provider is one of ours now."""

    offer: Offer
    withdrawn_at: datetime | None
    in_use: bool


_SELECT = """
select p.operator, p.code, p.kind, p.family, p.size_mb, p.validity_days, x.price_minor, x.currency,
       coalesce(x.held, false),
       (select min(valid_from) from product_prices y
        where (y.operator, y.code) = (p.operator, p.code) and y.valid_from > %(now)s),
       o.providers, o.least, o.withdrawn_at,
       (select count(*) from catalogue_changes c where (c.operator, c.product)
        = (p.operator, p.code) and c.state = 'waiting')
from products p
left join lateral (select price_minor, currency, held from product_prices y
    where (y.operator, y.code) = (p.operator, p.code) and y.valid_from <= %(now)s
    order by y.valid_from desc limit 1) x on true
left join lateral (
    select count(*) filter (where withdrawn_at is null) as providers,
           min(cost_minor) filter (where withdrawn_at is null and cost_currency = x.currency)
               as least,
           max(withdrawn_at) as withdrawn_at
    from offers o where (o.operator, o.product) = (p.operator, p.code)
      and o.provider = any(%(providers)s)) o on true
"""


def _product(row: Row) -> ProductRow:
    operator, code, kind, family, size_mb, days, price, currency, held, to_come = row[:10]
    providers, least, withdrawn_at, changes = row[10:]
    return ProductRow(
        operator, code, kind, family, size_mb, days,
        Money(price, currency) if price is not None else None, held, to_come, providers,
        Money(least, currency) if least is not None else None,
        withdrawn_at if not providers else None, changes,
    )  # fmt: skip


def operators(tx: Transaction) -> list[str]:
    """Operators of which we know a product."""
    rows = tx.all("select distinct operator from products order by operator")
    return [row[0] for row in rows]


def products_of(
    tx: Transaction, operator: str, providers: Collection[str], now: datetime, most: int
) -> list[ProductRow]:
    """Airtime, then plans by family, the shortest and smallest first."""
    rows = tx.all(
        f"{_SELECT} where p.operator = %(operator)s"
        " order by p.kind, p.family <> 'direct', p.family, p.validity_days, p.size_mb, p.code"
        " limit %(most)s",
        {"operator": operator, "providers": list(providers), "now": now, "most": most},
    )
    return [_product(row) for row in rows]


def find(
    tx: Transaction, operator: str, code: str, providers: Collection[str], now: datetime
) -> ProductRow | None:
    row = tx.maybe(
        f"{_SELECT} where p.operator = %(operator)s and p.code = %(code)s",
        {"operator": operator, "code": code, "providers": list(providers), "now": now},
    )
    return _product(row) if row else None


def offers_of(
    tx: Transaction, operator: str, product: str, providers: Collection[str]
) -> list[OfferRow]:
    """Every provider's, withdrawn ones last."""
    rows = tx.all(
        "select provider, code, cost_minor, cost_currency, face_minor, least_minor, most_minor,"
        " currency, discount_bp, source, seen_at, withdrawn_at from offers"
        " where operator = %s and product = %s"
        " order by withdrawn_at is not null, cost_minor, provider",
        (operator, product),
    )
    return [OfferRow(read_offer(*row[:11]), row[11], row[0] in providers) for row in rows]


def bought_since(tx: Transaction, operator: str, product: str, since: datetime, most: int) -> int:
    """Orders of a plan since then, counted up to `most`."""
    row = tx.one(
        "select count(*) from (select from orders where operator = %s and product = %s"
        " and product <> 'airtime' and placed_at > %s limit %s) counted",
        (operator, product, since, most),
    )
    return int(row[0])
