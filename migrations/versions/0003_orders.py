"""Orders, vend attempts, outbox, SMS, and what is remembered of vendors.

`place_order` is the order's one commit: idempotency, daily limit, hold, outbox and the cleared
PIN attempt in one round trip, because round trips decide how many orders a second are placed.
"""

from alembic import op

revision = "0003_orders"
down_revision = "0002_subscribers"

TABLES = """
create table orders (
    id              bigint generated always as identity primary key,
    reference       char(6) not null unique,
    subscriber_id   bigint not null references subscribers (id),
    channel         text not null,
    session         text not null,
    step            integer not null,
    product         text not null default 'airtime',
    operator        text not null,
    recipient       text not null,
    amount_minor    bigint not null check (amount_minor > 0),
    price_minor     bigint not null check (price_minor > 0),
    currency        char(3) not null,
    state           text not null default 'placed' check (state in ('review', 'placed', 'sending',
                        'pending', 'unknown', 'delivered', 'declined', 'reversed')),
    placed_at       timestamptz not null,
    deadline        timestamptz not null,
    due_at          timestamptz,
    code            text not null default '',
    provider        text,
    external_id     text,
    slow_notice_at  timestamptz,
    ended_at        timestamptz,
    unique (channel, session, step)
) with (fillfactor = 70);
comment on column orders.deadline is 'no first attempt is sent later than this';
comment on column orders.due_at is 'when the sweeper must look at it if nobody else does';
create index orders_by_subscriber on orders (subscriber_id, id desc);
create index orders_ended on orders using brin (ended_at);
create index orders_open on orders (due_at)
    where state in ('review', 'placed', 'sending', 'pending', 'unknown');

create table vend_attempts (
    id                 bigint generated always as identity primary key,
    order_id           bigint not null references orders (id),
    number             integer not null,
    provider           text not null,
    reference          text not null,
    recipient          text not null,
    amount_minor       bigint not null,
    currency           char(3) not null,
    state              text not null default 'sending'
                           check (state in ('sending', 'pending', 'unknown', 'closed')),
    opened_at          timestamptz not null,
    send_by            timestamptz not null,
    due_at             timestamptz,
    closed_at          timestamptz,
    outcome            text not null default '',
    code               text not null default '',
    external_id        text,
    spent              boolean not null default false,
    not_before         timestamptz,
    is_resend          boolean not null default false,
    asked              integer not null default 0,
    not_found          integer not null default 0,
    transaction_id     text,
    validated_at       timestamptz,
    validation_trusted boolean not null default true,
    final_word         text check (final_word in ('success', 'failed')),
    pair_held          boolean not null default false,
    pair_until         timestamptz,
    unique (order_id, number)
) with (fillfactor = 70);
create unique index vend_attempts_one_open on vend_attempts (order_id) where state <> 'closed';
create unique index vend_attempts_pair on vend_attempts (provider, recipient, amount_minor)
    where pair_held;
comment on index vend_attempts_pair is
    'where only number and amount identify a request to us, one may be open at a time';
create index vend_attempts_due on vend_attempts (due_at) where due_at is not null;
create index vend_attempts_pair_until on vend_attempts (pair_until) where pair_held;
create index vend_attempts_external on vend_attempts (provider, external_id)
    where external_id is not null;
create unique index vend_attempts_transaction on vend_attempts (provider, transaction_id)
    where transaction_id is not null;
create index vend_attempts_reference on vend_attempts (provider, reference);

create table vendor_words (
    provider    text not null,
    external_id text not null,
    word        text not null check (word in ('success', 'failed')),
    code        text not null default '',
    heard_at    timestamptz not null,
    primary key (provider, external_id)
);
comment on table vendor_words is
    'the first final callback for an external id, kept in case the answer naming it comes later';

create table validations (
    provider       text not null,
    transaction_id text not null,
    attempt_id     bigint references vend_attempts (id),
    validated      boolean not null,
    answered_at    timestamptz not null,
    primary key (provider, transaction_id)
);
comment on table validations is 'the same transaction id always gets the same answer';

create table provider_states (
    name            text primary key,
    stopped_code    text,
    stopped_by      text not null default '',
    stopped_at      timestamptz,
    failures        integer not null default 0,
    open_until      timestamptz,
    float_minor     bigint,
    float_currency  char(3),
    probed_at       timestamptz
);

create table breaks (
    id          bigint generated always as identity primary key,
    kind        text not null,
    order_id    bigint references orders (id),
    detail      jsonb not null default '{}',
    opened_at   timestamptz not null,
    closed_at   timestamptz,
    unique (kind, order_id)
);

create table problems (
    id            bigint generated always as identity primary key,
    ticket        char(6) not null unique,
    order_id      bigint not null references orders (id),
    subscriber_id bigint not null references subscribers (id),
    reported_at   timestamptz not null,
    closed_at     timestamptz
);
create unique index problems_one_open on problems (order_id) where closed_at is null;

create table daily_spend (
    subscriber_id bigint not null references subscribers (id),
    day           date not null,
    currency      char(3) not null,
    spent_minor   bigint not null,
    primary key (subscriber_id, day, currency)
) with (fillfactor = 70);

create table outbox (
    id         bigint generated always as identity primary key,
    topic      text not null,
    subject_id bigint not null,
    at         timestamptz not null default now()
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200);

create table mt_sms (
    id          bigint generated always as identity primary key,
    dedupe_key  text not null unique,
    msisdn      text not null,
    kind        text not null,
    language    text not null,
    params      jsonb not null,
    order_id    bigint references orders (id),
    state       text not null default 'queued' check (state in ('queued', 'sending', 'sent',
                    'buffered', 'delivered', 'failed', 'expired')),
    queued_at   timestamptz not null default now(),
    due_at      timestamptz,
    tries       integer not null default 0,
    sent_again  integer not null default 0,
    sent_text   text,
    sent_at     timestamptz,
    gateway     text,
    gateway_id  text,
    code        text not null default '',
    reported_at timestamptz
) with (fillfactor = 80);
create index mt_sms_due on mt_sms (due_at) where due_at is not null;
create index mt_sms_by_msisdn on mt_sms (msisdn, id desc);
create index mt_sms_gateway on mt_sms (gateway, gateway_id) where gateway_id is not null;

create table mo_sms (
    channel     text not null,
    gateway_id  text not null,
    msisdn      text not null,
    redacted    text not null,
    sent_at     timestamptz,
    received_at timestamptz not null,
    handled_at  timestamptz,
    outcome     text not null default '',
    primary key (channel, gateway_id)
);

create table opt_outs (
    msisdn    text not null,
    sender    text not null,
    at        timestamptz not null,
    primary key (msisdn, sender)
);

create table exchanges (
    id            bigint generated always as identity primary key,
    peer          text not null,
    subject       text not null,
    method        text not null,
    path          text not null,
    request_body  text not null,
    status        integer,
    response_body text not null,
    fault         text not null,
    started_at    timestamptz not null,
    duration_ms   integer not null
);
create index exchanges_by_subject on exchanges (subject);

create table ussd_hops (
    id           bigint generated always as identity primary key,
    channel      text not null,
    session      text not null,
    hop          integer not null,
    msisdn       text not null,
    label        text not null,
    outcome      text not null,
    milliseconds real not null,
    at           timestamptz not null
);
create index ussd_hops_by_session on ussd_hops (channel, session);
create index ussd_hops_by_msisdn on ussd_hops (msisdn, id desc);

create table ussd_session_ends (
    channel     text not null,
    session     text not null,
    status      text not null,
    duration_ms integer,
    hops        integer,
    cost        text not null,
    at          timestamptz not null,
    primary key (channel, session)
);
"""

PLACE_ORDER = """
create function place_order(
    p_channel text, p_session text, p_step integer, p_subscriber bigint, p_reference char(6),
    p_operator text, p_recipient text, p_amount bigint, p_price bigint, p_currency char(3),
    p_now timestamptz, p_first_attempt_within interval, p_slow_after interval,
    p_day date, p_daily_limit bigint,
    p_hold_digest bytea
) returns table (order_id bigint, reference char(6), placed boolean)
language plpgsql as $$
declare
    v_spent bigint;
begin
    insert into orders as o (reference, subscriber_id, channel, session, step, operator, recipient,
                        amount_minor, price_minor, currency, placed_at, deadline, due_at,
                        slow_notice_at)
    values (p_reference, p_subscriber, p_channel, p_session, p_step, p_operator, p_recipient,
            p_amount, p_price, p_currency, p_now, p_now + p_first_attempt_within,
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

NAMES = (
    "ussd_session_ends ussd_hops exchanges opt_outs mo_sms mt_sms outbox daily_spend problems "
    "breaks provider_states validations vendor_words vend_attempts orders"
).split()


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(PLACE_ORDER)


def downgrade() -> None:
    op.execute(
        "drop function place_order(text, text, integer, bigint, char, text, text, bigint, bigint,"
        " char, timestamptz, interval, interval, date, bigint, bytea)"
    )
    op.execute(f"drop table {', '.join(NAMES)}")
