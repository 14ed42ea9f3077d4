"""Queries on routes as staff see them."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.routing import Standing


@dataclass(frozen=True, slots=True)
class BreakerRow:
    """A provider with an operator that it sells. `failures` in a row; `open_until`: since they were
    too many; `held_until`: since staff opened it."""

    operator: str
    standing: Standing
    failures: int
    open_until: datetime | None
    held_until: datetime | None


def breakers_of(tx: Transaction, provider: str) -> list[BreakerRow]:
    """Of every operator that the provider sells."""
    rows = tx.all(
        """
        select o.operator, coalesce(t.weight, 100), coalesce(t.success_bp, 10000),
               coalesce(t.median_ms, 0), coalesce(t.failures, 0), t.open_until, t.held_until
        from (select distinct operator from offers
              where provider = %(provider)s and withdrawn_at is null) o
        left join route_standings t on (t.provider, t.operator) = (%(provider)s, o.operator)
        order by o.operator
        """,
        {"provider": provider},
    )
    return [BreakerRow(row[0], Standing(*row[1:4]), *row[4:]) for row in rows]


def sellers(tx: Transaction) -> list[tuple[str, str]]:
    """(operator, provider) of everything that is on sale."""
    rows = tx.all(
        "select distinct operator, provider from offers where withdrawn_at is null"
        " order by operator, provider"
    )
    return [(row[0], row[1]) for row in rows]
