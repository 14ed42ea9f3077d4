"""Every check the ledger can be put through, each a query that finds what differs.

A query gives rows of text; no row means that the check holds.
"""

from app.db.correction_check import CORRECTION_CHECKS
from app.db.engine import Transaction

CHECKS = {
    **CORRECTION_CHECKS,
    "a transaction doesn't sum to zero": """
        select format('%s: %s %s', t.reference, sum(p.amount_minor), p.currency)
        from postings p join ledger_transactions t on t.id = p.transaction_id
        group by t.reference, p.currency having sum(p.amount_minor) <> 0
    """,
    "a transaction has no postings": """
        select t.reference from ledger_transactions t
        where not exists (select from postings p where p.transaction_id = t.id)
    """,
    "a posting has no transaction or no account of its currency": """
        select format('posting %s', p.id) from postings p
        left join ledger_transactions t on t.id = p.transaction_id
        left join accounts a on a.id = p.account_id and a.currency = p.currency
        where t.id is null or a.id is null
    """,
    "a transaction's content isn't what its digest says": """
        select t.reference from ledger_transactions t
        join postings p on p.transaction_id = t.id join accounts a on a.id = p.account_id
        group by t.id having t.digest <> sha256(convert_to(t.kind || E'\\n' || string_agg(
            format('%s/%s/%s %s', a.kind, a.owner, a.currency, p.amount_minor), E'\\n'
            order by p.id), 'UTF8'))
    """,
    "a wallet or float isn't the sum of its postings": """
        select format('%s %s: %s, postings say %s', a.kind, a.owner, b.posted_minor,
                      coalesce(sum(p.amount_minor), 0))
        from balances b join accounts a on a.id = b.account_id
        left join postings p on p.account_id = a.id
        where b.guarded group by a.id, b.account_id having b.posted_minor <>
            coalesce(sum(p.amount_minor), 0)
    """,
    "a wallet or float is below zero": """
        select format('%s %s: %s', a.kind, a.owner, b.posted_minor)
        from balances b join accounts a on a.id = b.account_id
        where b.guarded and b.posted_minor < 0
    """,
    "a hot account isn't the sum of its folded postings": """
        select format('%s %s: %s, folded postings say %s', a.kind, a.owner, b.posted_minor,
                      coalesce(sum(p.amount_minor) filter (where m.fold_id is not null), 0))
        from balances b join accounts a on a.id = b.account_id
        left join postings p on p.account_id = a.id
        left join posting_marks m
            on m.transaction_id = p.transaction_id and m.posting_id = p.id
        where not b.guarded group by a.id, b.account_id having b.posted_minor <>
            coalesce(sum(p.amount_minor) filter (where m.fold_id is not null), 0)
    """,
    "a posting of a hot account was never marked for folding": """
        select format('posting %s', p.id) from postings p
        join accounts a on a.id = p.account_id and not a.guarded
        where not exists (select from posting_marks m
            where m.transaction_id = p.transaction_id and m.posting_id = p.id)
    """,
    "an order's hold is missing or of another amount": """
        select o.reference from orders o
        left join ledger_transactions t on t.reference = 'order:' || o.reference || ':hold'
        left join postings p on p.transaction_id = t.id and p.amount_minor > 0
        where p.id is null or p.amount_minor <> o.price_minor or p.currency <> o.currency
    """,
    "an order's state and the end of its hold differ": """
        select format('%s is %s, its hold %s', o.reference, o.state, coalesce(t.kind, 'stands'))
        from orders o
        left join ledger_transactions t on t.reference = 'order:' || o.reference || ':end'
        where coalesce(t.kind, '') <> case o.state when 'delivered' then 'post'
            when 'declined' then 'void' when 'reversed' then 'post' else '' end
    """,
    "a reversed order's buyer wasn't paid back": """
        select o.reference from orders o
        left join ledger_transactions t on t.reference = 'order:' || o.reference || ':reversal'
        where (o.state = 'reversed' and o.code <> 'vendor_reversal') <> (t.id is not null)
    """,
    "a transfer's hold is missing or of another amount": """
        select f.reference from transfers f
        left join ledger_transactions t on t.reference = 'transfer:' || f.reference || ':hold'
        left join postings p on p.transaction_id = t.id and p.amount_minor > 0
        where p.id is null or p.amount_minor <> f.amount_minor or p.currency <> f.currency
    """,
    "a transfer's state and the end of its hold differ": """
        select format('%s is %s, its hold %s', f.reference, f.state, coalesce(t.kind, 'stands'))
        from transfers f
        left join ledger_transactions t on t.reference = 'transfer:' || f.reference || ':end'
        where coalesce(t.kind, '') <> case f.state
            when 'received' then 'transfer' when 'returned' then 'return' else '' end
    """,
    "a top-up isn't in the ledger, or is with another amount or for another account": """
        select p.reference from topups p
        left join subscribers s on s.id = p.subscriber_id
        left join ledger_transactions t on t.reference = 'topup:' || p.reference
        left join postings g on g.transaction_id = t.id and g.amount_minor = p.amount_minor
        left join accounts a on a.id = g.account_id
        where a.id is null or a.currency <> p.currency
           or a.kind <> case p.state when 'credited' then 'wallet' else 'suspense' end
           or (p.state = 'credited' and a.owner is distinct from s.id::text)
    """,
    "what is held isn't what open orders, transfers and withdrawals hold": """
        select format('%s: held %s, wanted %s', h.currency, h.held, coalesce(w.held, 0))
        from (select currency, sum(amount_minor) as held from postings
              where account_id in (select id from accounts where kind = 'holds')
              group by currency) h
        left join (select currency, sum(held) as held from (
                       select currency, price_minor as held from orders
                       where state in ('review', 'placed', 'sending', 'pending', 'unknown')
                       union all
                       select currency, amount_minor from transfers where state = 'waiting'
                       union all
                       select currency, amount_minor + fee_minor from withdrawals
                       where state = 'open') open
                   group by currency) w using (currency)
        where h.held <> coalesce(w.held, 0)
    """,
    "a withdrawal's hold is missing or of another amount": """
        select w.reference from withdrawals w
        left join ledger_transactions t on t.reference = 'withdrawal:' || w.reference || ':hold'
        left join postings p on p.transaction_id = t.id and p.amount_minor > 0
        where p.amount_minor is distinct from w.amount_minor + w.fee_minor
           or p.currency <> w.currency
    """,
    "a withdrawal's state and the end of its hold differ": """
        select format('%s is %s, its hold %s', w.reference, w.state, coalesce(t.kind, 'stands'))
        from withdrawals w
        left join ledger_transactions t on t.reference = 'withdrawal:' || w.reference || ':end'
        where coalesce(t.kind, '') <> case w.state
            when 'paid' then 'paid_out' when 'void' then 'void' else '' end
    """,
    "a paid withdrawal isn't in its agent's float": """
        select w.reference from withdrawals w
        left join ledger_transactions t on t.reference = 'withdrawal:' || w.reference || ':end'
        left join postings p on p.transaction_id = t.id and p.account_id =
            account_id('agent_float', w.agent_id::text, w.currency)
        where w.state = 'paid' and p.amount_minor is distinct from w.amount_minor
    """,
    "a cash-in isn't in its customer's wallet": """
        select c.reference from cash_ins c
        left join ledger_transactions t on t.reference = 'cashin:' || c.reference
        left join postings p on p.transaction_id = t.id and p.account_id =
            account_id('wallet', c.customer_id::text, c.currency)
        where p.amount_minor is distinct from c.amount_minor
    """,
    "a move of float and the ledger differ": """
        select f.reference from float_moves f
        left join ledger_transactions t on t.reference = 'float:' || f.reference
        left join postings p on p.transaction_id = t.id and p.account_id =
            account_id('agent_float', f.taker_id::text, f.currency)
        where (f.state = 'done') <> (t.id is not null)
           or (f.state = 'done' and p.amount_minor is distinct from f.amount_minor)
    """,
    "commission that was taken isn't in the wallet": """
        select c.reference from commission_payouts c
        left join ledger_transactions t on t.reference = 'commission:' || c.reference
        left join postings p on p.transaction_id = t.id and p.account_id =
            account_id('wallet', c.agent_id::text, c.currency)
        where p.amount_minor is distinct from c.amount_minor
    """,
    "an ended order has no receipt, or several": """
        select o.reference from orders o
        where o.state in ('delivered', 'declined', 'reversed') and 1 <> (
            select count(*) from mt_sms m
            where m.order_id = o.id and m.kind in ('delivered', 'refunded'))
    """,
}


def differences(tx: Transaction) -> list[str]:
    """Everything that differs, as sentences; empty when the books are right.

    One snapshot must cover all checks: call it in a repeatable-read transaction.
    """
    tx.run("set transaction isolation level repeatable read, read only")
    tx.run("set local statement_timeout = 0")
    return [f"{check}: {row[0]}" for check, sql in CHECKS.items() for row in tx.all(sql)]


def counts(tx: Transaction) -> tuple[int, int, int]:
    """How much was looked at: transactions, postings, accounts."""
    row = tx.one(
        "select (select count(*) from ledger_transactions), (select count(*) from postings),"
        " (select count(*) from accounts)"
    )
    return int(row[0]), int(row[1]), int(row[2])
