"""The catalogue (products, prices, offers), what routing knows, and why each route was taken."""

from alembic import op

revision = "0018_catalogue"
down_revision = "0017_cases"
branch_labels = None
depends_on = None

TABLES = """
create table products (
    operator      text not null,
    code          text not null,
    kind          text not null check (kind in ('airtime', 'data')),
    family        text not null default 'direct',
    size_mb       integer not null default 0 check (size_mb >= 0),
    validity_days integer not null default 0 check (validity_days >= 0),
    first_seen_at timestamptz not null,
    primary key (operator, code),
    check ((kind = 'data') = (size_mb > 0 and validity_days > 0))
);

create table product_prices (
    operator    text not null,
    code        text not null,
    valid_from  timestamptz not null,
    price_minor bigint not null check (price_minor > 0),
    currency    char(3) not null,
    set_by      text not null,
    primary key (operator, code, valid_from),
    foreign key (operator, code) references products (operator, code)
);
comment on table product_prices is 'what a data plan is sold for, from when on; the latest holds';

create table offers (
    operator      text not null,
    product       text not null,
    provider      text not null,
    code          text not null,
    cost_minor    bigint check (cost_minor > 0),
    face_minor    bigint check (face_minor > 0),
    least_minor   bigint,
    most_minor    bigint,
    cost_currency char(3),
    currency      char(3) not null,
    discount_bp   integer not null default 0 check (discount_bp between 0 and 10000),
    source        text not null,
    seen_at       timestamptz not null,
    withdrawn_at  timestamptz,
    primary key (operator, product, provider),
    foreign key (operator, product) references products (operator, code),
    check ((cost_minor is null) = (cost_currency is null))
);
comment on column offers.code is 'what the provider calls it';
comment on column offers.currency is 'of face, least and most: the operator''s';
comment on column offers.source is
    'vendor, or the name of a sample, from which live mode sells nothing';

create table catalogue_changes (
    id          bigint generated always as identity primary key,
    operator    text not null,
    product     text not null,
    provider    text not null,
    was_minor   bigint not null,
    now_minor   bigint not null,
    currency    char(3) not null,
    seen_at     timestamptz not null,
    state       text not null default 'waiting'
                    check (state in ('waiting', 'accepted', 'declined', 'over')),
    decided_by  text not null default '',
    decided_at  timestamptz
);
create unique index catalogue_changes_one on catalogue_changes (operator, product, provider)
    where state = 'waiting';
comment on table catalogue_changes is
    'costs that moved so far that a person looks first; until then the old one is what we pay';

create table route_rules (
    operator   text not null,
    kind       text not null check (kind in ('airtime', 'data')),
    provider   text not null,
    closed     boolean not null,
    set_by     text not null,
    set_at     timestamptz not null,
    primary key (operator, kind, provider)
);

create table maintenance (
    id       bigint generated always as identity primary key,
    provider text not null,
    operator text not null default '',
    from_at  timestamptz not null,
    until_at timestamptz not null check (until_at > from_at),
    reason   text not null,
    set_by   text not null
);
create index maintenance_of on maintenance (provider, until_at);
comment on column maintenance.operator is 'empty: of the whole provider';

create table route_standings (
    provider   text not null,
    operator   text not null,
    weight     integer not null default 100 check (weight between 0 and 100),
    success_bp integer not null default 10000 check (success_bp between 0 and 10000),
    median_ms  integer not null default 0,
    failures   integer not null default 0,
    open_until timestamptz,
    looked_at  timestamptz,
    primary key (provider, operator)
);
comment on table route_standings is
    'how a provider does with an operator: its weight in the draw, and its breaker';

create table route_decisions (
    id       bigint generated always as identity primary key,
    order_id bigint not null references orders (id),
    at       timestamptz not null,
    chosen   text not null,
    routes   jsonb not null
);
create index route_decisions_of on route_decisions (order_id);
comment on column route_decisions.routes is
    'every route that was looked at, and what spoke for or against it';

create table provider_answers (
    provider text not null,
    item     text not null,
    by       text not null,
    at       timestamptz not null,
    primary key (provider, item)
);
comment on table provider_answers is 'open questions to a vendor that staff have had answered';

alter table provider_states add column alarm_minor bigint, add column stop_minor bigint,
    add column alarmed_at timestamptz;
comment on column provider_states.stop_minor is
    'nothing is sold through it once its float is below';

alter table vend_attempts
    add column product_code text not null default '',
    add column asked_minor bigint,
    add column asked_currency char(3),
    add column cost_minor bigint,
    add column cost_currency char(3),
    add column answered text not null default '' check (answered in ('', 'well', 'bad')),
    add column answer_ms integer;
comment on column vend_attempts.asked_minor is 'the amount that the provider is told';
comment on column vend_attempts.cost_minor is
    'what the provider takes for it, in the currency of the price';
comment on column vend_attempts.answered is 'whether its answer spoke for or against the provider';
"""

PLACE_ORDER = """
create function place_order(
    p_channel text, p_session text, p_step integer, p_subscriber bigint, p_reference char(6),
    p_product text, p_operator text, p_recipient text, p_amount bigint, p_price bigint,
    p_currency char(3), p_now timestamptz, p_first_attempt_within interval, p_slow_after interval,
    p_day date, p_daily_limit bigint, p_hold_digest bytea
) returns table (order_id bigint, reference char(6), placed boolean)
language plpgsql as $$
declare
    v_spent bigint;
begin
    insert into orders as o (reference, subscriber_id, channel, session, step, product, operator,
                        recipient, amount_minor, price_minor, currency, placed_at, deadline,
                        due_at, slow_notice_at)
    values (p_reference, p_subscriber, p_channel, p_session, p_step, p_product, p_operator,
            p_recipient, p_amount, p_price, p_currency, p_now, p_now + p_first_attempt_within,
            p_now + interval '3 seconds', p_now + p_slow_after)
    on conflict (channel, session, step) do nothing
    returning o.id into order_id;
    if order_id is null then
        return query select o.id, o.reference, false from orders o
            where o.channel = p_channel and o.session = p_session and o.step = p_step
              and o.subscriber_id = p_subscriber;
        return;
    end if;
    if p_daily_limit is not null then
        insert into daily_spend as d (subscriber_id, day, currency, spent_minor)
        values (p_subscriber, p_day, p_currency, p_price)
        on conflict (subscriber_id, day, currency)
            do update set spent_minor = d.spent_minor + excluded.spent_minor
        returning d.spent_minor into v_spent;
        if v_spent > p_daily_limit then
            raise exception using errcode = 'NX003', message = 'daily limit',
                detail = (p_daily_limit - v_spent + p_price)::text;
        end if;
    end if;
    perform post_transaction(
        'order:' || p_reference || '\\:hold', 'hold', p_hold_digest,
        array[account_id('wallet', p_subscriber::text, p_currency),
              account_id('holds', '', p_currency)],
        array[-p_price, p_price]);
    insert into outbox (topic, subject_id) values ('vend', order_id);
    perform clear_pin_attempts(p_subscriber, p_channel, p_session, p_step);
    reference := p_reference;
    placed := true;
    return next;
end
$$
"""

NEW_SIGNATURE = (
    "text, text, integer, bigint, char, text, text, text, bigint, bigint, char, timestamptz,"
    " interval, interval, date, bigint, bytea"
)
NAMES = (
    "provider_answers route_decisions route_standings maintenance route_rules catalogue_changes"
    " offers product_prices products"
).split()


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(PLACE_ORDER)


def downgrade() -> None:
    op.execute(f"drop function place_order({NEW_SIGNATURE})")
    op.execute(
        "alter table vend_attempts drop column product_code, drop column asked_minor,"
        " drop column asked_currency, drop column cost_minor, drop column cost_currency,"
        " drop column answered,"
        " drop column answer_ms"
    )
    op.execute(
        "alter table provider_states drop column alarm_minor, drop column stop_minor,"
        " drop column alarmed_at"
    )
    op.execute(f"drop table {', '.join(NAMES)}")
