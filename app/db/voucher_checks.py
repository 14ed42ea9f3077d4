"""What vouchers claim about the ledger, as checks of app.db.ledger_check."""

VOUCHER_CHECKS = {
    "what vouchers owe isn't the face value of unredeemed vouchers of active batches": """
        select format('%s: owed %s, wanted %s', currency, coalesce(h.owed, 0), coalesce(w.owed, 0))
        from (select currency, sum(amount_minor) as owed from postings
              where account_id in (select id from accounts where kind = 'vouchers')
              group by currency) h
        full join (select b.currency, sum(b.face_minor) as owed
                   from vouchers v join voucher_batches b on b.id = v.batch_id
                   where v.redeemed_at is null and b.state = 'active'
                   group by b.currency) w using (currency)
        where coalesce(h.owed, 0) <> coalesce(w.owed, 0)
    """,
    "a batch of vouchers has more or fewer than it says": """
        select b.reference from voucher_batches b left join vouchers v on v.batch_id = b.id
        group by b.id having count(v.id) <> b.count
    """,
    "a batch of vouchers was issued with another amount than it has": """
        select b.reference from voucher_batches b
        left join ledger_transactions t on t.reference = 'batch:' || b.reference || ':issue'
        left join postings p on p.transaction_id = t.id
            and p.account_id = account_id('vouchers', '', b.currency)
        where p.amount_minor is distinct from b.count * b.face_minor
    """,
    "a batch of vouchers wasn't approved by a second person": """
        select b.reference from voucher_batches b
        left join approvals a on a.ticket = b.reference and a.act = 'voucher_batch'
            and a.state = 'approved' and a.decided_by = b.approved_by
            and a.asked_by <> b.approved_by and b.made_by <> b.approved_by
            and (a.detail->>'amount_minor')::bigint = b.count * b.face_minor
        where a.id is null and b.id >= (select min(id) from voucher_batches
                                        where approved_by is not null)
    """,
    "a redeemed voucher isn't in its owner's wallet": """
        select v.reference from vouchers v join voucher_batches b on b.id = v.batch_id
        left join ledger_transactions t on t.reference = 'voucher:' || v.reference
        left join postings p on p.transaction_id = t.id
            and p.account_id = account_id('wallet', v.subscriber_id::text, b.currency)
        where v.redeemed_at is not null and p.amount_minor is distinct from b.face_minor
    """,
    "a batch's state and what was done with its rest differ": """
        select format('%s is %s, its rest %s', b.reference, b.state, coalesce(t.kind, 'stands'))
        from voucher_batches b
        left join ledger_transactions t on t.reference = 'batch:' || b.reference || ':end'
        left join postings p on p.transaction_id = t.id
            and p.account_id = account_id('vouchers', '', b.currency)
        cross join lateral (select count(*) as left_ from vouchers v
                            where v.batch_id = b.id and v.redeemed_at is null) r
        where coalesce(t.kind, '') <> case when r.left_ = 0 then '' else case b.state
                  when 'void' then 'vouchers_void' when 'expired' then 'vouchers_expired'
                  else '' end end
           or (t.id is not null and p.amount_minor is distinct from -r.left_ * b.face_minor)
    """,
}
