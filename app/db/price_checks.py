"""Checks of what two people set: prices of plans, and tariffs of cash at agents."""

PRICE_CHECKS = {
    "a price wasn't approved by a second person, or with another amount": """
        select format('%s %s from %s', p.operator, p.code, p.valid_from) from product_prices p
        left join approvals a on a.ticket = p.ticket and a.act = 'price' and a.state = 'approved'
            and a.decided_by <> a.asked_by
            and a.detail->>'operator' = p.operator and a.detail->>'product' = p.code
            and (not p.held or (a.detail->>'amount_minor')::bigint = p.price_minor)
            and coalesce(nullif(a.detail->>'from', '')::timestamptz <= p.valid_from, true)
        where p.ticket is not null and a.id is null
    """,
    "a tariff wasn't approved by a second person, or with other bands": """
        select format('tariff %s, %s of %s', t.id, t.act, t.country) from tariffs t
        left join approvals a on a.ticket = t.ticket and a.act = 'commission'
            and a.state = 'approved' and a.decided_by <> a.asked_by
            and a.outcome = 'tariff:' || t.id
            and a.detail->>'country' = t.country and a.detail->>'cash' = t.act
            and a.detail->'bands' = t.bands
            and coalesce(nullif(a.detail->>'from', '')::timestamptz <= t.valid_from, true)
        where not t.first and a.id is null
    """,
}
"""Each as in app.db.ledger_check: a row for whatever differs."""
