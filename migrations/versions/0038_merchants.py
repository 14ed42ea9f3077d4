"""Merchants: agents whose servers call us. Their API keys, rehearsed purchases, and webhooks."""

from alembic import op

revision = "0038_merchants"
down_revision = "0037_api"


def upgrade() -> None:
    op.execute(
        """
        create table merchants (
            agent_id   bigint primary key references agents (subscriber_id),
            let_by     text not null,
            ticket     text not null default '',
            let_at     timestamptz not null
        );
        comment on table merchants is 'agents whose float live keys may spend';

        create table api_keys (
            id           bigint generated always as identity primary key,
            key_id       text not null unique check (key_id ~ '^[a-z0-9]{12}$'),
            agent_id     bigint not null references agents (subscriber_id),
            live         boolean not null,
            digest       bytea not null,
            scopes       text[] not null check (cardinality(scopes) > 0),
            networks     cidr[] not null default '{}',
            per_minute   integer not null check (per_minute between 1 and 6000),
            label        text not null,
            made_by      text not null,
            made_at      timestamptz not null,
            expires_at   timestamptz,
            last_used_at timestamptz,
            revoked_at   timestamptz,
            revoked_by   text
        );
        comment on column api_keys.digest is 'HMAC of the whole key under a key of the server''s';
        comment on column api_keys.networks is 'whence it may be used; empty: from anywhere';
        create index api_keys_of on api_keys (agent_id, id desc);

        create table test_purchases (
            id               bigint generated always as identity primary key,
            reference        text not null unique,
            agent_id         bigint not null references agents (subscriber_id),
            client_reference text not null,
            key_id           text not null,
            operator         text not null,
            product          text not null,
            recipient        text not null,
            amount_minor     bigint not null check (amount_minor > 0),
            price_minor      bigint not null check (price_minor > 0),
            currency         char(3) not null,
            state            text not null,
            code             text not null default '',
            placed_at        timestamptz not null,
            ended_at         timestamptz,
            due_at           timestamptz,
            unique (agent_id, client_reference)
        );
        comment on table test_purchases is 'with test keys: no money moved, no vendor was reached';
        create index test_purchases_due on test_purchases (due_at) where due_at is not null;
        create index test_purchases_by_time on test_purchases (placed_at);

        create table webhook_endpoints (
            id            bigint generated always as identity primary key,
            reference     char(6) not null unique,
            agent_id      bigint not null references agents (subscriber_id),
            live          boolean not null,
            url           text not null,
            events        text[] not null check (cardinality(events) > 0),
            state         text not null default 'on' check (state in ('on', 'off', 'deleted')),
            state_why     text not null default '',
            secret        text not null,
            secret_before text,
            before_until  timestamptz,
            failing_since timestamptz,
            made_by       text not null,
            made_at       timestamptz not null,
            check ((secret_before is null) = (before_until is null))
        );
        comment on column webhook_endpoints.secret is 'encrypted; signs what is sent';
        comment on column webhook_endpoints.secret_before is 'signs as well, until before_until';
        create index webhook_endpoints_of on webhook_endpoints (agent_id) where state <> 'deleted';

        create table webhook_events (
            id       bigint generated always as identity primary key,
            event_id text not null unique
                     default 'evt_' || replace(gen_random_uuid()::text, '-', ''),
            agent_id bigint not null references agents (subscriber_id),
            live     boolean not null,
            kind     text not null,
            subject  text not null,
            data     jsonb not null,
            at       timestamptz not null,
            unique (kind, subject)
        );
        create index webhook_events_of on webhook_events (agent_id, at);
        create index webhook_events_by_time on webhook_events (at);

        create table webhook_deliveries (
            id          bigint generated always as identity primary key,
            event_id    bigint not null references webhook_events (id) on delete cascade,
            endpoint_id bigint not null references webhook_endpoints (id),
            agent_id    bigint not null,
            state       text not null default 'waiting'
                        check (state in ('waiting', 'delivered', 'failed', 'dropped')),
            tries       integer not null default 0,
            tries_before integer not null default 0,
            next_at     timestamptz not null,
            due_at      timestamptz,
            made_at     timestamptz not null,
            ended_at    timestamptz,
            last_status integer,
            last_fault  text not null default '',
            unique (event_id, endpoint_id),
            check ((state = 'waiting') = (due_at is not null))
        );
        comment on column webhook_deliveries.next_at is
            'nobody sends it before; whoever is sending it has put this ahead';
        comment on column webhook_deliveries.due_at is
            'when it is looked at if nobody does before';
        comment on column webhook_deliveries.tries_before is
            'tries before it was sent anew by hand: pauses begin anew too';
        create index webhook_deliveries_due on webhook_deliveries (due_at)
            where due_at is not null;
        create index webhook_deliveries_of on webhook_deliveries (agent_id, made_at desc, id desc);
        create index webhook_deliveries_to on webhook_deliveries (endpoint_id, next_at)
            where state = 'waiting';

        create table webhook_tries (
            delivery_id bigint not null references webhook_deliveries (id) on delete cascade,
            number      integer not null,
            at          timestamptz not null,
            status      integer,
            fault       text not null default '',
            answer      text not null default '',
            elapsed_ms  integer not null,
            primary key (delivery_id, number)
        );
        comment on column webhook_tries.answer is 'the beginning of what the endpoint said';
        """
    )


def downgrade() -> None:
    op.execute(
        """
        delete from outbox where topic = 'webhook';
        drop table webhook_tries, webhook_deliveries, webhook_events, webhook_endpoints,
            test_purchases, api_keys, merchants;
        """
    )
