"""Fold ends of orders into the counts that the dashboard reads; compare these with the orders."""

from datetime import timedelta

from app.db import order_hours
from app.db.engine import Database
from app.domain.days import hour_of
from app.ports.clock import Clock

COMPARED = timedelta(days=62)
"""So far back the dashboard looks: a month, the month before, and a day for its zone."""


def fold_orders(db: Database) -> int:
    """Fold every end that is there; how many."""
    with db.transaction() as tx:
        tx.run("set local statement_timeout = 0")
        return order_hours.fold(tx)


def count_orders_again(db: Database, clock: Clock) -> int:
    """Count the latest weeks from the orders themselves and correct what differs; how many counts
    were wrong: none, unless orders were written around the program."""
    with db.transaction() as tx:
        tx.run("set local statement_timeout = 0")
        return order_hours.count_again(tx, hour_of(clock.now() - COMPARED))
