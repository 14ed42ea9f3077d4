"""What a subscriber has spent today, counted against the daily limit."""

from datetime import date

from app.db.engine import Transaction
from app.db.errors import DailyLimit
from app.domain.money import Money


def spent_on(tx: Transaction, subscriber_id: int, day: date, currency: str) -> Money:
    """What counts against that day's limit."""
    row = tx.maybe(
        "select spent_minor from daily_spend"
        " where subscriber_id = %s and day = %s and currency = %s",
        (subscriber_id, day, currency),
    )
    return Money(int(row[0]) if row else 0, currency)


def give_back(tx: Transaction, subscriber_id: int, day: date, amount: Money) -> None:
    """It was spent that day and has come back: it no longer counts."""
    tx.run(
        "update daily_spend set spent_minor = greatest(spent_minor - %s, 0)"
        " where subscriber_id = %s and day = %s and currency = %s",
        (amount.amount_minor, subscriber_id, day, amount.currency),
    )


def spend(
    tx: Transaction, subscriber_id: int, day: date, amount: Money, limit_minor: int | None
) -> None:
    """Count it; nothing is counted without a limit. Raises DailyLimit when the day's sum would be
    above it.

    Purchases count in the same table, in their own statement (place_order).
    """
    if limit_minor is None:
        return
    row = tx.one(
        """
        insert into daily_spend as d (subscriber_id, day, currency, spent_minor)
        values (%s, %s, %s, %s)
        on conflict (subscriber_id, day, currency)
            do update set spent_minor = d.spent_minor + excluded.spent_minor
        returning d.spent_minor
        """,
        (subscriber_id, day, amount.currency, amount.amount_minor),
    )
    spent = int(row[0])
    if spent > limit_minor:
        raise DailyLimit(limit_minor - spent + amount.amount_minor)
