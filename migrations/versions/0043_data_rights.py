"""A subscriber may be erased, and what was agreed to is kept.

Nobody changes or deletes a line of `consents`: what counts is the newest.
"""

from alembic import op

revision = "0043_data_rights"
down_revision = "0042_loose_ends"


def upgrade() -> None:
    op.execute(
        """
        alter table subscribers add column erased_at timestamptz;
        comment on column subscribers.erased_at is 'number and name are gone; the id is kept';
        create index subscribers_erased on subscribers (erased_at)
            where erased_at is not null;

        create table retention_runs (
            name   text        primary key,
            at     timestamptz not null,
            rows   bigint      not null,
            oldest timestamptz
        );
        comment on table retention_runs is 'what the daily job removed; the oldest row left';

        create table consents (
            id            bigint generated always as identity primary key,
            subscriber_id bigint      not null references subscribers (id),
            kind          text        not null check (kind in ('terms', 'marketing')),
            given         boolean     not null,
            version       text        not null default '',
            channel       text        not null,
            session       text        not null default '',
            at            timestamptz not null
        );
        comment on table consents is 'what a subscriber agreed to or took back, by which way';
        comment on column consents.version is 'of the terms';
        create index consents_subscriber on consents (subscriber_id, id);
        revoke update, delete, truncate on consents from nexustop_app;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        drop table consents;
        drop table retention_runs;
        alter table subscribers drop column erased_at;
        """
    )
