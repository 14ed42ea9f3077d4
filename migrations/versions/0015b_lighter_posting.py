"""The same rules for less work: posting, the trigger that keeps the books, and folding.

* `post_transaction` took its arrays apart with `unnest`, whose number of rows PostgreSQL knows only
  once it has the arrays, so it planned the insert again for each sale. `generate_subscripts` is
  planned once.
* The trigger did everything in one statement of three parts that write; three plain statements are
  planned and started for less. Where one wallet is touched, which is nearly always, updating it
  locks it; only several are locked first, in one order.
* Folding wrote a row into `folds` every few seconds, whether or not there was anything to fold.

Going back needs nothing: the older program is served by these functions as well.
"""

from alembic import op

revision = "0015b_lighter_posting"
down_revision = "0015_seals"

POST = """
create or replace function post_transaction(
    p_reference text, p_kind text, p_digest bytea, p_accounts bigint[], p_amounts bigint[]
) returns table (transaction_id bigint, created boolean)
language plpgsql security definer set search_path = public as $$
declare
    v_digest bytea;
begin
    insert into ledger_transactions as t (reference, kind, digest)
    values (p_reference, p_kind, p_digest)
    on conflict (reference) do nothing returning t.id into transaction_id;
    if transaction_id is null then
        select t.id, t.digest into transaction_id, v_digest
        from ledger_transactions t where t.reference = p_reference;
        if v_digest is distinct from p_digest then
            raise exception 'reference % was used with other content', p_reference
                using errcode = 'NX001';
        end if;
        created := false;
        return next;
        return;
    end if;
    if cardinality(p_accounts) <> cardinality(p_amounts) then
        raise exception 'as many amounts as accounts' using errcode = 'NX004';
    end if;
    -- An account that doesn't exist has no currency, which the table refuses.
    insert into postings (transaction_id, account_id, amount_minor, currency)
    select post_transaction.transaction_id, p_accounts[place], p_amounts[place],
           (select a.currency from accounts a where a.id = p_accounts[place])
    from generate_subscripts(p_accounts, 1) as place;
    created := true;
    return next;
end
$$;
"""

KEEP_THE_BOOKS = """
create or replace function postings_keep_the_books() returns trigger
language plpgsql as $$
declare
    v record;
    v_unbalanced bigint;
begin
    select bool_or(a.currency is distinct from i.currency) as is_foreign,
           min(i.transaction_id) as transaction_id, sum(i.amount_minor) as total,
           min(i.transaction_id) <> max(i.transaction_id)
               or min(i.currency) <> max(i.currency) as is_several,
           count(*) filter (where a.guarded) as guarded,
           max(i.account_id) filter (where a.guarded) as account_id,
           max(i.amount_minor) filter (where a.guarded) as amount_minor
    into v from inserted i left join accounts a on a.id = i.account_id;
    if v.is_foreign then
        raise exception 'posting in a currency its account does not have' using errcode = 'NX005';
    elsif v.is_several then
        select i.transaction_id into v_unbalanced from inserted i
        group by i.transaction_id, i.currency having sum(i.amount_minor) <> 0 limit 1;
    elsif v.total <> 0 then
        v_unbalanced := v.transaction_id;
    end if;
    if v_unbalanced is not null then
        raise exception 'transaction % does not balance', v_unbalanced using errcode = 'NX004';
    end if;

    insert into posting_marks (posting_id, transaction_id)
    select i.id, i.transaction_id from inserted i join accounts a on a.id = i.account_id
    where not a.guarded;

    if v.guarded = 1 then
        update balances b set posted_minor = b.posted_minor + v.amount_minor
        where b.account_id = v.account_id;
    elsif v.guarded > 1 then
        -- Wallets are locked in one order, whatever order postings name them in.
        with mine as (
            select b.account_id, p.amount_minor
            from (select i.account_id, sum(i.amount_minor) as amount_minor
                  from inserted i join accounts a on a.id = i.account_id and a.guarded
                  group by i.account_id) p
            join balances b on b.account_id = p.account_id
            order by b.account_id for update of b
        )
        update balances b set posted_minor = b.posted_minor + mine.amount_minor
        from mine where b.account_id = mine.account_id;
    end if;
    return null;
end
$$;
"""

FOLD = """
create or replace function fold_hot_accounts(p_limit integer) returns bigint
language plpgsql security definer set search_path = public as $$
declare
    v_fold bigint;
    v_count bigint;
begin
    if not exists (select from posting_marks where fold_id is null) then
        return 0;
    end if;
    insert into folds default values returning id into v_fold;
    with taken as (
        select m.posting_id, m.transaction_id, p.account_id, p.amount_minor
        from posting_marks m
        join postings p on p.transaction_id = m.transaction_id and p.id = m.posting_id
        where m.fold_id is null
          and (p.xid is null or p.xid < pg_snapshot_xmin(pg_current_snapshot()))
        order by m.posting_id limit p_limit
        for update of m skip locked
    ), marked as (
        update posting_marks m set fold_id = v_fold from taken t
        where m.transaction_id = t.transaction_id and m.posting_id = t.posting_id
        returning t.account_id, t.amount_minor
    ), summed as (
        select account_id, sum(amount_minor) as amount_minor, count(*) as n from marked group by 1
    ), folded as (
        update balances b set posted_minor = b.posted_minor + s.amount_minor
        from summed s where b.account_id = s.account_id returning s.n
    )
    select coalesce(sum(n), 0) into v_count from folded;
    return v_count;
end
$$;
"""


def upgrade() -> None:
    op.execute(POST)
    op.execute(KEEP_THE_BOOKS)
    op.execute(FOLD)


def downgrade() -> None:
    """See above."""
