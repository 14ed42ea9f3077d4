"""The ledger: accounts, transactions, postings, balances, and one function that posts.

The rules the database itself keeps, whoever is connected:
* every insert of postings sums to zero per transaction and currency;
* a guarded account (a wallet, an agent's float) never goes below zero;
* transactions and postings are never updated, deleted or truncated.

Hot accounts (holds, provider float, revenue) are insert-only: a sale touches no row of theirs, and
postings have no foreign key to accounts, because a foreign key would take a share lock on the one
account row that every sale has in common. They are folded in the background.
"""

from alembic import op

revision = "0001_ledger"
down_revision = None

TABLES = """
create table accounts (
    id        bigint generated always as identity primary key,
    kind      text not null,
    owner     text not null default '',
    currency  char(3) not null,
    guarded   boolean not null,
    opened_at timestamptz not null default now(),
    unique (kind, owner, currency)
);

create table balances (
    account_id   bigint primary key references accounts (id),
    posted_minor bigint not null default 0,
    guarded      boolean not null,
    constraint wallet_not_negative check (not guarded or posted_minor >= 0)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
comment on table balances is
    'guarded accounts: the balance itself; hot accounts: what has been folded so far';

create table ledger_transactions (
    id        bigint generated always as identity primary key,
    reference text not null unique,
    kind      text not null,
    digest    bytea not null,
    at        timestamptz not null default now()
);

create table postings (
    id             bigint generated always as identity,
    transaction_id bigint not null,
    account_id     bigint not null,
    amount_minor   bigint not null check (amount_minor <> 0),
    currency       char(3) not null,
    xid            xid8 default pg_current_xact_id(),
    primary key (transaction_id, id)
);
comment on column postings.xid is 'null marks a restored row, which is safe to fold at once';
create index postings_by_account on postings (account_id, id);

create table folds (
    id bigint generated always as identity primary key,
    at timestamptz not null default now()
);

create table posting_marks (
    posting_id     bigint not null,
    transaction_id bigint not null,
    fold_id        bigint,
    primary key (transaction_id, posting_id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
comment on table posting_marks is
    'one row per posting of a hot account; fold_id is null until it is folded';
create index posting_marks_unfolded on posting_marks (posting_id) where fold_id is null;
"""

TRIGGERS = """
create function postings_keep_the_books() returns trigger
language plpgsql as $$
declare
    v_bad record;
begin
    -- One statement, because each costs every sale a tenth of a millisecond. Wallets are locked in
    -- one order, whatever order postings name them in.
    with posted as materialized (
        select i.id, i.transaction_id, i.account_id, i.amount_minor, i.currency, a.guarded,
               a.currency is distinct from i.currency as is_foreign
        from inserted i left join accounts a on a.id = i.account_id
    ), mine as (
        select b.account_id, p.amount_minor
        from (select account_id, sum(amount_minor) as amount_minor
              from posted where guarded group by 1) p
        join balances b on b.account_id = p.account_id
        order by b.account_id for update of b
    ), moved as (
        update balances b set posted_minor = b.posted_minor + mine.amount_minor
        from mine where b.account_id = mine.account_id
    ), marked as (
        insert into posting_marks (posting_id, transaction_id)
        select id, transaction_id from posted where not guarded
    )
    select transaction_id, bool_or(is_foreign) as is_foreign into v_bad
    from posted group by transaction_id, currency
    having sum(amount_minor) <> 0 or bool_or(is_foreign) limit 1;
    if v_bad.is_foreign then
        raise exception 'posting in a currency its account does not have' using errcode = 'NX005';
    elsif found then
        raise exception 'transaction % does not balance', v_bad.transaction_id
            using errcode = 'NX004';
    end if;
    return null;
end
$$;
create trigger keep_the_books after insert on postings
    referencing new table as inserted for each statement
    execute function postings_keep_the_books();

create function ledger_is_append_only() returns trigger
language plpgsql as $$
begin
    raise exception 'the ledger is append-only' using errcode = 'NX006';
end
$$;
create trigger append_only before update or delete or truncate on postings
    for each statement execute function ledger_is_append_only();
create trigger append_only before update or delete or truncate on ledger_transactions
    for each statement execute function ledger_is_append_only();
"""

FUNCTIONS = """
create function account_id(p_kind text, p_owner text, p_currency char(3)) returns bigint
language sql stable as $$
    select id from accounts where kind = p_kind and owner = p_owner and currency = p_currency
$$;

create function open_account(p_kind text, p_owner text, p_currency char(3), p_guarded boolean)
returns bigint language plpgsql security definer set search_path = public as $$
declare
    v_id bigint;
begin
    insert into accounts (kind, owner, currency, guarded)
    values (p_kind, p_owner, p_currency, p_guarded)
    on conflict (kind, owner, currency) do nothing returning id into v_id;
    if v_id is null then
        return account_id(p_kind, p_owner, p_currency);
    end if;
    insert into balances (account_id, guarded) values (v_id, p_guarded);
    return v_id;
end
$$;

create function post_transaction(
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
    -- An account that doesn't exist has no currency, which the table refuses.
    insert into postings (transaction_id, account_id, amount_minor, currency)
    select post_transaction.transaction_id, p.account, p.amount, a.currency
    from unnest(p_accounts, p_amounts) with ordinality as p (account, amount, place)
    left join accounts a on a.id = p.account order by p.place;
    created := true;
    return next;
end
$$;

create function fold_hot_accounts(p_limit integer) returns bigint
language plpgsql security definer set search_path = public as $$
declare
    v_fold bigint;
    v_count bigint;
begin
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

ROLE = """
do $$ begin
    if not exists (select from pg_roles where rolname = 'nexustop_app') then
        create role nexustop_app nologin;
    end if;
end $$;
grant usage on schema public to nexustop_app;
alter default privileges in schema public
    grant select, insert, update, delete on tables to nexustop_app;
alter default privileges in schema public grant usage on sequences to nexustop_app;
grant select on accounts, balances, ledger_transactions, postings, folds, posting_marks,
    alembic_version to nexustop_app;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(TRIGGERS)
    op.execute(FUNCTIONS)
    op.execute(ROLE)


def downgrade() -> None:
    op.execute(
        "alter default privileges in schema public"
        " revoke select, insert, update, delete on tables from nexustop_app;"
        "alter default privileges in schema public revoke usage on sequences from nexustop_app;"
        "drop function fold_hot_accounts(integer);"
        "drop function post_transaction(text, text, bytea, bigint[], bigint[]);"
        "drop function open_account(text, text, char, boolean);"
        "drop function account_id(text, text, char);"
        "drop table posting_marks, folds, postings, ledger_transactions, balances, accounts;"
        "drop function ledger_is_append_only();"
        "drop function postings_keep_the_books();"
    )
