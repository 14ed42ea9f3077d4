"""Queries on exchange rates: rows are only ever added."""

from datetime import datetime

from app.db.engine import Row, Transaction
from app.domain.rates import Rate

_SELECT = "select base, quote, scaled, margin_bp, valid_from, sample, id from exchange_rates"


def _rate(row: Row) -> Rate:
    return Rate(*row)


def in_force(
    tx: Transaction, base: str, quote: str, now: datetime, *, samples: bool
) -> Rate | None:
    """The rate of this pair that is valid now: the one that began last."""
    row = tx.maybe(
        f"{_SELECT} where base = %s and quote = %s and valid_from <= %s and (not sample or %s)"
        " order by valid_from desc, id desc limit 1",
        (base, quote, now, samples),
    )
    return _rate(row) if row else None


def known(tx: Transaction, now: datetime) -> list[Rate]:
    """Of each pair the rate that is valid now, samples and others apart, and those to come."""
    rows = tx.all(
        """
        select distinct on (base, quote, sample, greatest(valid_from, %(now)s))
               base, quote, scaled, margin_bp, valid_from, sample, id
        from exchange_rates
        order by base, quote, sample, greatest(valid_from, %(now)s), valid_from desc, id desc
        """,
        {"now": now},
    )
    return [_rate(row) for row in rows]


def add(tx: Transaction, rate: Rate, ticket: str | None, now: datetime) -> int:
    """Add it for good; its id. `ticket` is the approval's, None for a sample."""
    row = tx.one(
        "insert into exchange_rates (base, quote, scaled, margin_bp, valid_from, sample, ticket,"
        " added_at) values (%s, %s, %s, %s, %s, %s, %s, %s) returning id",
        (rate.base, rate.quote, rate.scaled, rate.margin_bp, rate.valid_from, rate.sample, ticket,
         now),
    )  # fmt: skip
    return int(row[0])


def add_samples(tx: Transaction, samples: list[Rate], now: datetime) -> None:
    """Add those that aren't there yet."""
    tx.insert_many(
        "insert into exchange_rates (base, quote, scaled, margin_bp, valid_from, sample, added_at)"
        " values %s on conflict (base, quote, valid_from) where sample do nothing",
        [
            (rate.base, rate.quote, rate.scaled, rate.margin_bp, rate.valid_from, True, now)
            for rate in samples
        ],
    )
