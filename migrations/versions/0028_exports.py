"""Exports of lists, numbers shown in full for a while, and the indexes that lists are read by."""

from alembic import op

revision = "0028_exports"
down_revision = "0027_backoffice_people"

TABLES = """
create table exports (
    id         bigint generated always as identity primary key,
    reference  char(6) not null unique,
    list       text not null,
    format     text not null check (format in ('csv', 'xlsx')),
    person     text not null,
    zone       text not null,
    within     bigint,
    asked      jsonb not null,
    unmasked   boolean not null,
    state      text not null check (state in ('waiting', 'running', 'done', 'failed', 'cut')),
    rows       bigint not null default 0 check (rows >= 0),
    asked_at   timestamptz not null,
    due_at     timestamptz,
    ended_at   timestamptz,
    expires_at timestamptz not null
);
create index exports_by_time on exports (asked_at desc, id desc);
create index exports_due on exports (due_at) where due_at is not null;
comment on column exports.person is 'who asked, and the only one who may fetch it';
comment on column exports.asked is 'the list''s address as it was asked: filters and columns';
comment on column exports.within is 'whose rows, where a list is one agent''s';
comment on column exports.state is 'cut: whoever fetched it went away before its end';

create table export_pieces (
    export_id bigint not null references exports (id) on delete cascade,
    number    integer not null,
    content   bytea not null,
    primary key (export_id, number)
);
comment on table export_pieces is 'the file of an export, gone once it expires';

create table unmaskings (
    session text primary key,
    until   timestamptz not null
);
comment on table unmaskings is 'sessions of the back-office that see whole numbers for a while';

create index orders_by_time on orders (placed_at desc, id desc);
create index orders_rare on orders (state, placed_at desc, id desc)
    where state in ('review', 'unknown', 'declined', 'reversed');
create index audit_by_time on audit (at desc, id desc);
create index audit_by_subject on audit (subject, at desc, id desc);
create index audit_by_actor on audit (actor, at desc, id desc);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute(
        """
        drop index audit_by_actor, audit_by_subject, audit_by_time, orders_rare, orders_by_time;
        drop table unmaskings, export_pieces, exports;
        """
    )
