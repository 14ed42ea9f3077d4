"""Agents: who they are, cash taken in and paid out, and how float moves between them."""

from alembic import op

revision = "0007_agents"
down_revision = "0006_funding"


def upgrade() -> None:
    op.execute(
        """
        create sequence agent_numbers start 10001;
        create table agents (
            subscriber_id   bigint primary key references subscribers (id),
            number          text not null unique default nextval('agent_numbers')::text,
            name            text not null,
            parent_id       bigint references agents (subscriber_id),
            low_float_minor bigint not null check (low_float_minor >= 0),
            active          boolean not null default true,
            opened_at       timestamptz not null,
            check (parent_id <> subscriber_id)
        );
        comment on column agents.number is 'what customers type to name the agent';
        create index agents_below on agents (parent_id);

        create table cash_ins (
            id           bigint generated always as identity primary key,
            reference    char(6) not null unique,
            agent_id     bigint not null references agents (subscriber_id),
            customer_id  bigint not null references subscribers (id),
            amount_minor bigint not null check (amount_minor > 0),
            earned_minor bigint not null check (earned_minor >= 0),
            currency     char(3) not null,
            channel      text not null,
            session      text not null,
            step         integer not null,
            at           timestamptz not null,
            unique (channel, session, step)
        );
        create index cash_ins_of on cash_ins (customer_id, at);

        create table withdrawals (
            id           bigint generated always as identity primary key,
            reference    char(6) not null unique,
            customer_id  bigint not null references subscribers (id),
            named_id     bigint references agents (subscriber_id),
            amount_minor bigint not null check (amount_minor > 0),
            fee_minor    bigint not null check (fee_minor >= 0),
            currency     char(3) not null,
            tries        integer not null default 0,
            state        text not null default 'open' check (state in ('open', 'paid', 'void')),
            why          text not null default ''
                             check (why in ('', 'expired', 'wrong_code', 'replaced')),
            agent_id     bigint references agents (subscriber_id),
            channel      text not null,
            session      text not null,
            step         integer not null,
            asked_at     timestamptz not null,
            expires_at   timestamptz not null,
            ended_at     timestamptz,
            unique (channel, session, step),
            check ((state = 'paid') = (agent_id is not null))
        ) with (fillfactor = 80);
        comment on table withdrawals is
            'the code isn''t here: channel, session and step give it under the server''s key';
        comment on column withdrawals.named_id is 'only this agent may pay, when named';
        create unique index withdrawals_open on withdrawals (customer_id) where state = 'open';
        create index withdrawals_expiring on withdrawals (expires_at) where state = 'open';
        create index withdrawals_of on withdrawals (customer_id, asked_at);
        create index withdrawals_paid_by on withdrawals (agent_id, ended_at) where state = 'paid';

        create table payout_tries (
            channel       text not null,
            session       text not null,
            step          integer not null,
            agent_id      bigint not null references agents (subscriber_id),
            withdrawal_id bigint references withdrawals (id),
            paid          boolean not null,
            at            timestamptz not null,
            primary key (channel, session, step)
        );
        comment on table payout_tries is
            'a repeated hop is one try; null withdrawal: the number had none open';
        create index payout_tries_of on payout_tries (agent_id, at) where not paid;

        create table float_moves (
            id           bigint generated always as identity primary key,
            reference    char(6) not null unique,
            giver_id     bigint references agents (subscriber_id),
            taker_id     bigint not null references agents (subscriber_id),
            amount_minor bigint not null check (amount_minor > 0),
            currency     char(3) not null,
            source       text not null check (source in ('agent', 'wallet', 'operator')),
            state        text not null check (state in ('asked', 'done', 'declined')),
            channel      text not null,
            session      text not null,
            step         integer not null,
            asked_at     timestamptz not null,
            ended_at     timestamptz,
            unique (channel, session, step),
            check ((source = 'agent') = (giver_id is not null))
        );
        create index float_moves_asked on float_moves (giver_id, asked_at) where state = 'asked';

        create table commission_payouts (
            id           bigint generated always as identity primary key,
            reference    char(6) not null unique,
            agent_id     bigint not null references agents (subscriber_id),
            amount_minor bigint not null check (amount_minor > 0),
            currency     char(3) not null,
            channel      text not null,
            session      text not null,
            step         integer not null,
            at           timestamptz not null,
            unique (channel, session, step)
        );
        """
    )


def downgrade() -> None:
    op.execute(
        "drop table commission_payouts, float_moves, payout_tries, withdrawals, cash_ins, agents;"
        "drop sequence agent_numbers"
    )
