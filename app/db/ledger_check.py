"""Every check the ledger can be put through.

CHECKS are of what orders, transfers and the like claim about the ledger: each is a query that gives
rows of text; no row means that the check holds. The ledger's own sums are in ledger_sums, what each
transaction says and its hash chain in ledger_chain.
"""

from app.db import ledger_chain, ledger_sums
from app.db.correction_check import CORRECTION_CHECKS
from app.db.differences import Tell, found, unheard
from app.db.engine import Transaction
from app.db.price_checks import PRICE_CHECKS
from app.db.rate_checks import RATE_CHECKS
from app.db.schedule_checks import SCHEDULE_CHECKS
from app.db.voucher_checks import VOUCHER_CHECKS

CHECKS = {
    "an order's hold is missing or of another amount": """
        select o.reference from orders o
        left join ledger_transactions t on t.reference = 'order:' || o.reference || ':hold'
        left join postings p on p.transaction_id = t.id and p.amount_minor > 0
        where p.id is null or p.amount_minor <> o.price_minor or p.currency <> o.currency
    """,
    "a sale from an agent's float didn't take it from there": """
        select o.reference from orders o
        left join ledger_transactions t on t.reference = 'order:' || o.reference || ':hold'
        left join postings p on p.transaction_id = t.id and p.account_id =
            account_id('agent_float', o.subscriber_id::text, o.currency)
        where o.paid_from = 'agent_float' and p.amount_minor is distinct from -o.price_minor
    """,
    "an order's state and the end of its hold differ": """
        select format('%s is %s, its hold %s', o.reference, o.state, coalesce(t.kind, 'stands'))
        from orders o
        left join ledger_transactions t on t.reference = 'order:' || o.reference || ':end'
        where coalesce(t.kind, '') <> case o.state when 'delivered' then 'post'
            when 'declined' then 'void' when 'reversed' then 'post' else '' end
    """,
    "a delivered order's provider wasn't paid what the sale costs": """
        select o.reference from orders o
        join vend_attempts v on v.order_id = o.id and v.state = 'closed' and v.outcome = 'delivered'
        join ledger_transactions t on t.reference = 'order:' || o.reference || ':end'
        left join postings p on p.transaction_id = t.id
            and p.account_id = account_id('provider_float', v.provider, o.currency)
        where o.state = 'delivered' and o.worth_minor is null
          and p.amount_minor is distinct from coalesce(v.cost_minor, v.amount_minor)
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
    "what was taken back of a top-up isn't what its provider got back": """
        select format('%s: %s, postings say %s', p.reference, p.taken_back_minor,
                      coalesce(sum(g.amount_minor), 0))
        from topups p
        left join breaks b on b.kind = 'suspense' and b.detail->>'topup' = p.reference
        left join ledger_transactions t on (t.kind = 'taken_back'
            and split_part(t.reference, ':', 2) = p.reference)
            or (t.kind = 'refund' and t.reference = 'break:' || b.id)
        left join postings g on g.transaction_id = t.id and g.account_id =
            account_id('payment_clearing', p.provider, p.currency)
        group by p.id having p.taken_back_minor <> coalesce(sum(g.amount_minor), 0)
            or (p.state = 'taken_back' and p.taken_back_minor <> p.amount_minor)
    """,
    "a payment that was taken back is still in a wallet or in suspense": """
        select p.reference from topup_reversals r
        join topups p on p.provider = r.provider and p.external_id = r.external_id
            and p.currency = r.currency and p.state <> 'released'
        left join breaks b on b.kind = 'suspense' and b.detail->>'topup' = p.reference
        left join ledger_transactions f on f.kind = 'refund' and f.reference = 'break:' || b.id
        where p.taken_back_minor <> case when f.id is null
            then least(r.amount_minor, p.amount_minor) else p.amount_minor end
    """,
    "a charge is paid and has no top-up of its amount, or several": """
        select c.reference from charges c
        where c.state = 'paid' and 1 <> (
            select count(*) from topups p
            where p.charge_id = c.id and p.currency = c.currency
                and p.provider = c.provider and p.code in ('', 'over_balance_limit')
                and p.amount_minor in (c.amount_minor, coalesce(c.to_pay_minor, c.amount_minor)))
    """,
    "a charge that isn't paid has credited a wallet": """
        select p.reference from topups p join charges c on c.id = p.charge_id
        where p.state = 'credited'
            and (c.state <> 'paid' or p.subscriber_id is distinct from c.subscriber_id)
    """,
    "somebody's debt is above zero": """
        select format('%s: %s', a.owner, sum(p.amount_minor))
        from accounts a join postings p on p.account_id = a.id
        where a.kind = 'debt' group by a.id having sum(p.amount_minor) > 0
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
    "commission that was taken isn't in the wallet or float": """
        select c.reference from commission_payouts c
        left join ledger_transactions t on t.reference = 'commission:' || c.reference
        left join postings p on p.transaction_id = t.id and p.account_id =
            account_id(c.paid_into, c.agent_id::text, c.currency)
        where p.amount_minor is distinct from c.amount_minor
    """,
    "an ended order has no receipt, or several": """
        select o.reference from orders o
        left join (select order_id, count(*) as n from mt_sms
                   where kind in ('delivered', 'refunded') group by order_id) m
            on m.order_id = o.id
        where o.state in ('delivered', 'declined', 'reversed') and m.n is distinct from 1
    """,
    **VOUCHER_CHECKS,
    **CORRECTION_CHECKS,
    **PRICE_CHECKS,
    **RATE_CHECKS,
    **SCHEDULE_CHECKS,
}


def freeze(tx: Transaction, snapshot: str | None = None) -> None:
    """Everything read from here on belongs to one moment: that of `snapshot`, when it is given.
    Call it first in a transaction. No query takes more than about 100 MB of the server's memory;
    what needs more is sorted and joined on disk."""
    tx.run("set transaction isolation level repeatable read, read only")
    if snapshot is not None:
        tx.run("set transaction snapshot %s", (snapshot,))
    tx.run(
        "set local statement_timeout = 0; set local lock_timeout = 0; set local jit = off;"
        "set local work_mem = '32MB'; set local cursor_tuple_fraction = 1"
    )


def export_snapshot(tx: Transaction) -> str:
    """A name under which another connection sees what this transaction sees, while it is open."""
    return str(tx.one("select pg_export_snapshot()")[0])


def of_entities(tx: Transaction, tell: Tell) -> list[str]:
    """What orders, transfers and the like say of the ledger against what it says."""
    return [
        difference
        for check, sql in CHECKS.items()
        for difference in found(check, tx.stream(sql), tell)
    ]


def differences(tx: Transaction) -> list[str]:
    """Everything that differs, as sentences; empty when the books are right. One snapshot covers
    all of it: call it first in a transaction."""
    freeze(tx)
    return [
        *ledger_chain.differences(tx, unheard),
        *ledger_sums.differences(tx, unheard),
        *of_entities(tx, unheard),
    ]


def counts(tx: Transaction) -> tuple[int, int, int]:
    """How much was looked at: transactions, postings, accounts."""
    row = tx.one(
        "select (select count(*) from ledger_transactions), (select count(*) from postings),"
        " (select count(*) from accounts)"
    )
    return int(row[0]), int(row[1]), int(row[2])
