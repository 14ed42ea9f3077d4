"""Second factors, the proofs they give, agents' approvals of purchases, and changes of SIMs."""

from alembic import op

revision = "0012_second_factor"
down_revision = "0011_identity"

FACTORS = """
create table code_lists (
    id             bigint generated always as identity primary key,
    subscriber_id  bigint not null references subscribers (id),
    made_by        text not null,
    made_at        timestamptz not null,
    asked_position integer,
    voided_at      timestamptz
);
comment on column code_lists.asked_position is 'the code asked for, until it is used';
create unique index code_lists_in_use on code_lists (subscriber_id) where voided_at is null;

create table list_codes (
    list_id  bigint not null references code_lists (id),
    position integer not null,
    digest   bytea not null,
    used_at  timestamptz,
    primary key (list_id, position)
);
comment on column list_codes.digest is 'keyed: worth nothing without the server''s key';

create table code_apps (
    subscriber_id bigint primary key references subscribers (id),
    sealed_key    text not null,
    added_by      text not null,
    added_at      timestamptz not null,
    confirmed_at  timestamptz,
    last_step     bigint not null default 0
);
comment on column code_apps.added_by is
    'channel, session and step, so that copies of a hop add one';
comment on column code_apps.last_step is 'codes of this time step and older are used up';

create table factor_counts (
    subscriber_id bigint primary key references subscribers (id),
    failures      integer not null default 0,
    locked_until  timestamptz
);

create table factor_attempts (
    channel       text not null,
    session       text not null,
    step          integer not null,
    subscriber_id bigint not null references subscribers (id),
    kind          text not null check (kind in ('list', 'app')),
    at            timestamptz not null,
    correct       boolean not null,
    tries_left    integer not null,
    primary key (channel, session, step)
);
comment on table factor_attempts is 'one per hop: a repeated hop gets the same answer';

create table factor_proofs (
    id            bigint generated always as identity primary key,
    subscriber_id bigint not null references subscribers (id),
    kind          text not null check (kind in ('list', 'app', 'agent')),
    act           text not null,
    recipient     text not null,
    amount_minor  bigint not null,
    currency      char(3) not null,
    channel       text,
    session       text,
    made_at       timestamptz not null,
    expires_at    timestamptz not null,
    holders       integer not null default 0 check (holders >= 0),
    used_channel  text,
    used_session  text,
    used_step     integer,
    check ((session is null) = (kind = 'agent'))
);
comment on column factor_proofs.session is 'null: an agent''s word counts in any session';
comment on column factor_proofs.holders is
    'copies of the one step that used it; nobody else may while there are any';
create index factor_proofs_of on factor_proofs (subscriber_id, expires_at);

create table purchase_approvals (
    id           bigint generated always as identity primary key,
    reference    char(6) not null unique,
    customer_id  bigint not null references subscribers (id),
    act          text not null,
    recipient    text not null,
    amount_minor bigint not null,
    currency     char(3) not null,
    channel      text not null,
    session      text not null,
    step         integer not null,
    state        text not null default 'open'
                     check (state in ('open', 'found', 'approved', 'void')),
    tries        integer not null default 0,
    agent_id     bigint references agents (subscriber_id),
    asked_at     timestamptz not null,
    expires_at   timestamptz not null,
    unique (channel, session, step),
    check (state not in ('found', 'approved') or agent_id is not null)
);
comment on table purchase_approvals is
    'the code isn''t here: channel, session and step give it under the server''s key';
create unique index purchase_approvals_open on purchase_approvals (customer_id)
    where state in ('open', 'found');

create table approval_tries (
    channel  text not null,
    session  text not null,
    step     integer not null,
    agent_id bigint not null references agents (subscriber_id),
    found_id bigint references purchase_approvals (id),
    at       timestamptz not null,
    primary key (channel, session, step)
);
create index approval_tries_wrong on approval_tries (agent_id, at) where found_id is null;
"""

SIMS = """
create table sim_swaps (
    msisdn      text primary key,
    swapped_at  timestamptz,
    source      text not null default '',
    answered_at timestamptz,
    wished_at   timestamptz
);
comment on column sim_swaps.swapped_at is
    'the latest moment it can have been: a network only tells the day';

create table sim_swap_requests (
    provider    text not null,
    request_id  text not null,
    msisdn      text not null,
    asked_at    timestamptz not null,
    answered_at timestamptz,
    primary key (provider, request_id)
);
"""


def upgrade() -> None:
    op.execute(FACTORS)
    op.execute(SIMS)


def downgrade() -> None:
    op.execute(
        "drop table sim_swap_requests, sim_swaps, approval_tries, purchase_approvals,"
        " factor_proofs, factor_attempts, factor_counts, code_apps, list_codes, code_lists"
    )
