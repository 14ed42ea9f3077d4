"""What a subscriber has spent today, counted against the daily limit."""

from datetime import date

from app.db.engine import Transaction
from app.db.errors import DailyLimit
from app.domain.money import Money


def spend(tx: Transaction, subscriber_id: int, day: date, amount: Money, limit_minor: int) -> None:
    """Count it. Raises DailyLimit when the day's sum would be above the limit.

    Purchases count in the same table, in their own statement (place_order).
    """
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
