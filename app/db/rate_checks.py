"""Checks of sales abroad: who set their rates, what they cost, what is booked in each currency."""

from app.domain.money import MINOR_DIGITS

_DIGITS = "values " + ", ".join(f"('{name}', {digits})" for name, digits in MINOR_DIGITS.items())

RATE_CHECKS = {
    "a rate wasn't approved by a second person, or with other figures": """
        select format('rate %s, %s to %s', r.id, r.base, r.quote) from exchange_rates r
        left join approvals a on a.ticket = r.ticket and a.act = 'rate' and a.state = 'approved'
            and a.decided_by <> a.asked_by and a.outcome = 'rate:' || r.id
            and a.detail->>'base' = r.base and a.detail->>'quote' = r.quote
            and (a.detail->>'rate')::numeric * 10000000000 = r.scaled
            and (a.detail->>'margin_bp')::integer = r.margin_bp
            and coalesce(nullif(a.detail->>'from', '')::timestamptz <= r.valid_from, true)
        where not r.sample and a.id is null
    """,
    "a sale abroad has no rate of its currencies that was valid": """
        select o.reference from orders o
        left join exchange_rates r on r.id = o.rate_id and r.base = o.currency
            and r.quote = o.amount_currency and r.valid_from <= o.placed_at
        where o.rate_id is not null and (r.id is null or exists (
            select from exchange_rates later
            where later.base = r.base and later.quote = r.quote and not later.sample
              and later.valid_from > r.valid_from
              and greatest(later.valid_from, later.added_at)
                  < o.placed_at - interval '1 minute'))
    """,
    "a sale abroad costs something else than its rate says": f"""
        select format('%s: %s %s for %s %s', o.reference, o.price_minor, o.currency,
                      o.amount_minor, o.amount_currency)
        from orders o join exchange_rates r on r.id = o.rate_id
        join ({_DIGITS}) b (currency, digits) on b.currency = r.base
        join ({_DIGITS}) q (currency, digits) on q.currency = r.quote,
        lateral (select o.amount_minor * 10000000000::numeric * 10::numeric ^ b.digits as above,
                        r.scaled * 10::numeric ^ q.digits as below) f
        where o.worth_minor * f.below < f.above or (o.worth_minor - 1) * f.below >= f.above
           or o.price_minor * f.below * 10000 < f.above * (10000 + r.margin_bp)
           or (o.price_minor - 1) * f.below * 10000 >= f.above * (10000 + r.margin_bp)
    """,  # noqa: S608 - our own text
    "a sale abroad isn't booked in both its currencies": """
        select format('%s: took %s of %s, gave %s and sold %s of %s', reference, taken, worth_minor,
                      given, sold, amount_minor)
        from (
            select o.reference, o.worth_minor, o.amount_minor,
                   coalesce(sum(p.amount_minor) filter (where a.kind = 'currency_position'
                       and a.currency = o.currency), 0) as taken,
                   coalesce(-sum(p.amount_minor) filter (where a.kind = 'currency_position'
                       and a.currency = o.amount_currency), 0) as given,
                   coalesce(sum(p.amount_minor) filter (where a.kind = 'provider_float'
                       and a.currency = o.amount_currency), 0) as sold,
                   (o.state = 'delivered' or (o.state = 'reversed' and o.code <> 'vendor_reversal'
                       and not coalesce(bool_or(t.kind = 'late_failure'), false)))::integer
                       as stands
            from orders o
            left join ledger_transactions t on t.reference in ('order:' || o.reference || ':end',
                'order:' || o.reference || ':vendor_reversal',
                'order:' || o.reference || ':late_failure')
            left join postings p on p.transaction_id = t.id
            left join accounts a on a.id = p.account_id
            where o.rate_id is not null group by o.id
        ) booked
        where taken <> stands * worth_minor or given <> stands * amount_minor
           or sold <> stands * amount_minor
    """,
    "a currency position was moved by something else than a sale abroad": """
        select distinct t.reference from accounts a
        join postings p on p.account_id = a.id
        join ledger_transactions t on t.id = p.transaction_id
        left join orders o on t.reference like 'order:%' and o.rate_id is not null
            and o.reference = split_part(t.reference, ':', 2)
        where a.kind = 'currency_position' and o.id is null
    """,
}
"""Each as in app.db.ledger_check: a row for whatever differs."""
