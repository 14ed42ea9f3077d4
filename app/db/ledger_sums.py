"""Balances against the postings they are the sum of, and trial balances against both.

Each query reads every posting once, whatever it looks for.
"""

from app.db import trial_balances
from app.db.differences import Tell, found
from app.db.engine import Transaction

_ORPHANS = """
select format('posting %s', p.id) from postings p
where not exists (select from ledger_transactions t where t.id = p.transaction_id)
"""

_ACCOUNTS = """
select what from (
    select a.kind, a.owner, a.currency, a.guarded, b.guarded as guarded_balance, b.posted_minor,
           coalesce(s.posted, 0) as posted, coalesce(s.folded, 0) as folded,
           coalesce(s.unmarked, 0) as unmarked
    from accounts a
    left join balances b on b.account_id = a.id
    left join (
        select p.account_id, sum(p.amount_minor) as posted,
               sum(p.amount_minor) filter (where m.fold_id is not null) as folded,
               count(*) filter (where m.posting_id is null) as unmarked
        from postings p left join posting_marks m
            on m.transaction_id = p.transaction_id and m.posting_id = p.id
        group by p.account_id
    ) s on s.account_id = a.id
    where b.guarded is distinct from a.guarded
       or b.posted_minor is distinct from
          case when a.guarded then coalesce(s.posted, 0) else coalesce(s.folded, 0) end
       or (a.guarded and b.posted_minor < 0)
       or (not a.guarded and s.unmarked > 0)
       or strpos(a.kind || a.owner, E'\\n') > 0
) a, lateral (values
    (a.guarded_balance is distinct from a.guarded, format('%s %s has no balance of its kind',
        a.kind, a.owner)),
    (a.guarded and a.posted_minor is distinct from a.posted,
     format('a wallet or float isn''t the sum of its postings: %s %s: %s, postings say %s',
        a.kind, a.owner, a.posted_minor, a.posted)),
    (a.guarded and a.posted_minor < 0,
     format('a wallet or float is below zero: %s %s: %s', a.kind, a.owner, a.posted_minor)),
    (not a.guarded and a.posted_minor is distinct from a.folded,
     format('a hot account isn''t the sum of its folded postings: %s %s: %s, folded postings'
        || ' say %s', a.kind, a.owner, a.posted_minor, a.folded)),
    (not a.guarded and a.unmarked > 0,
     format('a posting of a hot account was never marked for folding: %s %s has %s', a.kind,
        a.owner, a.unmarked)),
    (strpos(a.kind || a.owner, E'\\n') > 0, format('%s %s: a line break in its name', a.kind,
        a.owner))
) as flaws (there, what) where there
"""


def differences(tx: Transaction, tell: Tell) -> list[str]:
    """Every balance that isn't the sum of its postings, and every posting of no transaction."""
    return [
        *found("a posting has no transaction or no account of its currency",
               tx.stream(_ORPHANS), tell),
        *found("an account is wrong", tx.stream(_ACCOUNTS), tell),
        *found("a trial balance isn't what was posted", trial_balances.wrong(tx), tell),
    ]  # fmt: skip
