"""A hash chain over the ledger, sealed in the background, and each day's trial balance.

A sale pays nothing for either: nothing is added to the tables it writes. Which transactions a seal
took stands in a side table, because serial ids commit out of order: a seal takes what has no mark
and whose postings are of transactions that have all ended, never a range of ids.
"""

from alembic import op

revision = "0015_seals"
down_revision = "0014_staff"

TABLES = """
create table seals (
    id           bigint primary key,
    previous     bytea not null,
    digest       bytea not null,
    transactions integer not null check (transactions > 0),
    total        bigint not null,
    reached      bigint not null,
    first_at     timestamptz not null,
    last_at      timestamptz not null,
    at           timestamptz not null default now()
);
comment on column seals.digest is
    'SHA-256 of the digest before it and the content of its transactions; docs/proof.md';
comment on column seals.total is 'transactions in the chain up to here';
comment on column seals.reached is 'the highest transaction id in the chain up to here';
comment on column seals.first_at is 'the earliest time of a transaction in it';
create index seals_by_last_at on seals (last_at);

create table seal_marks (
    transaction_id bigint primary key,
    seal_id        bigint not null,
    position       integer not null,
    unique (seal_id, position)
);

create table trial_days (
    day       date primary key,
    last_seal bigint not null,
    taken_at  timestamptz not null
);
comment on table trial_days is
    'days (UTC) whose totals were taken; what is sealed later counts in the next day to be taken';
create table trial_balances (
    day          date not null references trial_days (day),
    kind         text not null,
    currency     char(3) not null,
    debit_minor  bigint not null,
    credit_minor bigint not null,
    primary key (day, kind, currency)
);
comment on table trial_balances is
    'all that ever left (debit) and reached (credit) accounts of a kind, by the end of the day';
"""

SEAL = """
create function seal_transactions(p_after bigint, p_limit integer)
returns table (taken integer, highest bigint)
language plpgsql security definer set search_path = public
-- Its statements are planned for the very numbers it is given: a plan for any numbers would read
-- the whole ledger to find the few transactions at its end.
set plan_cache_mode = force_custom_plan as $$
declare
    v_last seals%rowtype;
    v_seal bigint;
    v_new record;
begin
    -- One chain: seals are made one after another, and a seal's number has no gap before it.
    perform pg_advisory_xact_lock(7002);
    select * into v_last from seals order by id desc limit 1;
    v_seal := coalesce(v_last.id, 0) + 1;
    insert into seal_marks (transaction_id, seal_id, position)
    select f.id, v_seal, row_number() over (order by f.id)
    from (select t.id
          -- "offset 0" and the sub-select: postings are read for what isn't sealed, not for all.
          from (select t.id from ledger_transactions t
                where t.id > p_after
                  and not exists (select from seal_marks m
                                  where m.transaction_id = t.id and m.transaction_id > p_after)
                order by t.id offset 0) t
          where (select bool_and(p.xid is null or p.xid < pg_snapshot_xmin(pg_current_snapshot()))
                 from postings p where p.transaction_id = t.id)
          order by t.id limit p_limit) f;
    select coalesce(v_last.digest, decode(repeat('00', 32), 'hex')) as previous,
           convert_to(string_agg(
               t.reference || E'\\n' || t.kind || E'\\n'
               || to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
               || E'\\n' || p.lines || E'\\n\\n', '' order by m.position), 'UTF8') as content,
           count(*) as transactions, max(t.id) as highest,
           min(t.at) as first_at, max(t.at) as last_at
    into v_new
    from seal_marks m join ledger_transactions t on t.id = m.transaction_id
    cross join lateral (
        select string_agg(a.kind || '/' || a.owner || '/' || a.currency || ' '
                          || p.amount_minor, E'\\n' order by p.id) as lines
        from postings p join accounts a on a.id = p.account_id
        where p.transaction_id = t.id) p
    where m.seal_id = v_seal;
    taken := v_new.transactions;
    highest := v_new.highest;
    if taken > 0 then
        insert into seals (id, previous, digest, transactions, total, reached, first_at, last_at)
        values (v_seal, v_new.previous, sha256(v_new.previous || v_new.content), taken,
                coalesce(v_last.total, 0) + taken, greatest(v_last.reached, highest),
                v_new.first_at, v_new.last_at);
    end if;
    return next;
end
$$;
"""

APPEND_ONLY = "".join(
    f"""
    create trigger append_only before update or delete or truncate on {table}
        for each statement execute function ledger_is_append_only();
    revoke insert, update, delete on {table} from nexustop_app;
    """
    for table in ("seals", "seal_marks", "trial_days", "trial_balances")
)


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(SEAL)
    op.execute(APPEND_ONLY)
    op.execute("grant insert on trial_days, trial_balances to nexustop_app")


def downgrade() -> None:
    op.execute(
        "drop function seal_transactions(bigint, integer);"
        "drop table trial_balances, trial_days, seal_marks, seals"
    )
