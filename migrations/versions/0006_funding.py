"""Money in: accounts to pay into, what payment providers tell us, and top-ups."""

from alembic import op

revision = "0006_funding"
down_revision = "0005_transfers"


def upgrade() -> None:
    op.execute(
        """
        create table account_requests (
            subscriber_id bigint not null references subscribers (id),
            provider      text not null,
            state         text not null default 'asked'
                              check (state in ('asked', 'ready', 'refused')),
            code          text not null default '',
            tries         integer not null default 0,
            asked_at      timestamptz not null,
            due_at        timestamptz,
            primary key (subscriber_id, provider)
        );
        create index account_requests_due on account_requests (due_at) where due_at is not null;

        create table virtual_accounts (
            provider      text not null,
            number        text not null,
            subscriber_id bigint not null references subscribers (id),
            bank          text not null,
            name          text not null,
            opened_at     timestamptz not null,
            primary key (provider, number)
        );
        create index virtual_accounts_of on virtual_accounts (subscriber_id, opened_at);

        create table payment_events (
            id          bigint generated always as identity primary key,
            provider    text not null,
            digest      bytea not null,
            body        bytea not null,
            received_at timestamptz not null,
            due_at      timestamptz,
            tries       integer not null default 0,
            outcome     text not null default '',
            handled_at  timestamptz,
            unique (provider, digest)
        );
        comment on column payment_events.digest is
            'SHA-256 of the raw body: a copy of an event is stored once';
        create index payment_events_due on payment_events (due_at) where due_at is not null;

        create table topups (
            id             bigint generated always as identity primary key,
            reference      char(6) not null unique,
            provider       text not null,
            external_id    text not null,
            account_number text not null,
            subscriber_id  bigint references subscribers (id),
            amount_minor   bigint not null check (amount_minor > 0),
            fee_minor      bigint not null check (fee_minor >= 0),
            currency       char(3) not null,
            state          text not null check (state in ('credited', 'suspense')),
            code           text not null default '',
            at             timestamptz not null,
            unique (provider, external_id)
        );
        comment on column topups.external_id is
            'the provider''s id of the payment: it is credited once, however often it is heard of';
        """
    )


def downgrade() -> None:
    op.execute("drop table topups, payment_events, virtual_accounts, account_requests")
