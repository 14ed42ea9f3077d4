"""Checks of what staff and vendors put right: corrections, approvals, breaks, late reversals."""

CORRECTION_CHECKS = {
    "a correction wasn't approved by a second person": """
        select t.reference from ledger_transactions t
        left join ledger_links l on l.reference = t.reference
        left join approvals a on a.ticket = l.ticket and a.outcome = t.reference
            and a.state = 'approved' and a.decided_by <> a.asked_by
        where t.kind in ('adjustment', 'correction') and a.id is null
    """,
    "a link names a transaction that isn't there": """
        select l.reference from ledger_links l
        left join ledger_transactions t on t.reference = l.reference
        left join ledger_transactions o on o.reference = l.about
        where t.id is null or (l.about <> '' and o.id is null)
    """,
    "a reversal isn't the opposite of what it undoes": """
        select l.reference from ledger_links l
        join ledger_transactions t on t.reference in (l.reference, l.about,
            regexp_replace(l.about, '^(transfer:.*):end$', '\\1:hold'))
        join postings p on p.transaction_id = t.id
        where l.undoes group by l.reference, p.account_id having sum(p.amount_minor) <> 0
    """,
    "a break's posting and its end differ": """
        select coalesce(t.reference, format('break %s', b.id))
        from (select * from ledger_transactions where reference like 'break:%') t
        full join (select * from breaks where resolution like '%: posted break:%') b
            on t.reference = 'break:' || b.id
        where t.id is null or b.id is null or b.closed_at is null
           or b.resolution not like '%: posted ' || t.reference || ' (%'
    """,
    "a top-up that left suspense wasn't released by a break": """
        select p.reference from topups p
        left join breaks b on b.kind = 'suspense' and b.detail->>'topup' = p.reference
        left join ledger_transactions t on t.reference = 'break:' || b.id
        where p.state = 'released' and t.id is null
    """,
    "an order its vendor took back wasn't paid back, or not by its price": """
        select coalesce(o.reference, t.reference)
        from (select * from orders where state = 'reversed' and code = 'vendor_reversal') o
        full join (select * from ledger_transactions
                   where reference like 'order:%:vendor_reversal') t
            on t.reference = 'order:' || o.reference || ':vendor_reversal'
        left join postings p on p.transaction_id = t.id
            and p.account_id = account_id('wallet', o.subscriber_id::text, o.currency)
        left join (select order_id, sum(amount_minor) as given from refunds
                   where posted_at is not null group by order_id) r on r.order_id = o.id
        where o.id is null or t.id is null
           or coalesce(p.amount_minor, 0) <> o.price_minor - coalesce(r.given, 0)
    """,
    "an order its vendor took back wasn't told of, or twice": """
        select coalesce(o.reference, format('order %s', m.order_id))
        from (select id, reference from orders
              where state = 'reversed' and code = 'vendor_reversal') o
        full join (select order_id, count(*) as times from mt_sms
                   where kind = 'reversed' group by order_id) m on m.order_id = o.id
        where m.times is distinct from 1 or o.id is null
    """,
    "a refund isn't in the ledger, or isn't its amount": """
        select coalesce(r.reference, t.reference)
        from (select r.*, o.subscriber_id,
                     'order:' || o.reference || ':refund:' || r.reference as posted
              from refunds r join orders o on o.id = r.order_id
              where r.posted_at is not null) r
        full join (select * from ledger_transactions where kind = 'goodwill') t
            on t.reference = r.posted
        left join postings p on p.transaction_id = t.id
            and p.account_id = account_id('wallet', r.subscriber_id::text, r.currency)
        where r.id is null or p.amount_minor is distinct from r.amount_minor
    """,
    "an order was given back more than it cost, or wasn't delivered": """
        select o.reference
        from (select order_id, sum(amount_minor) as given from refunds
              where posted_at is not null group by order_id) r
        join orders o on o.id = r.order_id
        where r.given > o.price_minor
           or not (o.state = 'delivered' or (o.state = 'reversed' and o.code = 'vendor_reversal'))
    """,
    "a refund above what one person may give wasn't approved by a second": """
        select r.reference from refunds r
        left join approvals a on a.ticket = r.reference and a.state = 'approved'
            and a.decided_by <> a.asked_by
        where r.posted_at is not null and not r.alone and a.id is null
    """,
}
"""Each as in app.db.ledger_check: a row for whatever differs."""
