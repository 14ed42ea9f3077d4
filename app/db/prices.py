"""Queries on the prices of data plans: each is valid from its time on, until the next one is."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Row, Transaction
from app.domain.money import Money


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price and from when on it is valid. `held`: set by two people under `ticket`, so that
    vendors' lists leave it alone."""

    valid_from: datetime
    price: Money
    set_by: str
    held: bool = False
    ticket: str | None = None


_PRICE = "select valid_from, price_minor, currency, set_by, held, ticket from product_prices"


def _price_row(row: Row) -> PriceRow:
    valid_from, minor, currency, set_by, held, ticket = row
    return PriceRow(valid_from, Money(minor, currency), set_by, held, ticket)


def price_at(tx: Transaction, operator: str, product: str, at: datetime) -> PriceRow | None:
    """The plan's price at that time."""
    row = tx.maybe(
        f"{_PRICE} where operator = %s and code = %s and valid_from <= %s"
        " order by valid_from desc limit 1",
        (operator, product, at),
    )
    return _price_row(row) if row else None


def begins_later(tx: Transaction, operator: str, product: str, now: datetime) -> bool:
    """Is there a price to come?"""
    row = tx.one(
        "select exists (select from product_prices"
        " where operator = %s and code = %s and valid_from > %s)",
        (operator, product, now),
    )
    return bool(row[0])


def prices_of(tx: Transaction, operator: str, product: str, most: int) -> list[PriceRow]:
    """The newest prices of a plan, those to come included."""
    rows = tx.all(
        f"{_PRICE} where operator = %s and code = %s order by valid_from desc limit %s",
        (operator, product, most),
    )
    return [_price_row(row) for row in rows]


def set_price(
    tx: Transaction, operator: str, product: str, price: Money, set_by: str, now: datetime
) -> bool:
    """The plan costs this from now on; False when it did before, or people hold its price."""
    before = price_at(tx, operator, product, now)
    if before is not None and (before.price == price or before.held):
        return False
    add_price(tx, operator, product, PriceRow(now, price, set_by))
    return True


def add_price(tx: Transaction, operator: str, product: str, row: PriceRow) -> Money | None:
    """The price from that time on; the one it takes the place of, where one was to begin at the
    very same time."""
    replaced = tx.maybe(
        "select price_minor, currency from product_prices"
        " where operator = %s and code = %s and valid_from = %s",
        (operator, product, row.valid_from),
    )
    tx.run(
        "insert into product_prices (operator, code, valid_from, price_minor, currency, set_by,"
        " held, ticket) values (%s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (operator, code, valid_from) do update set"
        " price_minor = excluded.price_minor, set_by = excluded.set_by, held = excluded.held,"
        " ticket = excluded.ticket",
        (operator, product, row.valid_from, row.price.amount_minor, row.price.currency, row.set_by,
         row.held, row.ticket),
    )  # fmt: skip
    return Money(*replaced) if replaced else None


def drop_to_come(tx: Transaction, operator: str, product: str, now: datetime) -> list[PriceRow]:
    """No price begins later any more; those that would have."""
    rows = tx.all(
        "delete from product_prices where operator = %s and code = %s and valid_from > %s"
        " returning valid_from, price_minor, currency, set_by, held, ticket",
        (operator, product, now),
    )
    return sorted((_price_row(row) for row in rows), key=lambda row: row.valid_from)
