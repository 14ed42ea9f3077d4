"""Checks of purchases that were made by a schedule."""

SCHEDULE_CHECKS = {
    "a scheduled purchase isn't what its owner agreed to": """
        select o.reference from orders o
        left join schedules c on c.id::text = o.session and o.step between 1 and c.run - 1
            and c.subscriber_id = o.subscriber_id and c.operator = o.operator
            and c.product = o.product and c.recipient = o.recipient
            and c.currency = o.currency and c.price_minor >= o.price_minor
        where o.channel = 'schedule' and c.id is null
    """,
}
"""Each as in app.db.ledger_check: a row for whatever differs."""
