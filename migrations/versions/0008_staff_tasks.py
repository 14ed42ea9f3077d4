"""What staff must do: breaks with an owner and an end, and acts that need two people."""

from alembic import op

revision = "0008_staff_tasks"
down_revision = "0007_agents"


def upgrade() -> None:
    op.execute(
        """
        alter table breaks
            add column owner      text not null default '',
            add column resolution text not null default '',
            add column closed_by  text not null default '';
        comment on column breaks.owner is 'the member of staff who looks after it';
        comment on column breaks.resolution is 'how it ended, in a word and what was posted';
        create index breaks_open on breaks (opened_at) where closed_at is null;

        create table approvals (
            id         bigint generated always as identity primary key,
            ticket     char(6) not null unique,
            act        text not null,
            detail     jsonb not null,
            reason     text not null,
            asked_by   text not null,
            asked_at   timestamptz not null,
            state      text not null default 'asked'
                           check (state in ('asked', 'approved', 'declined')),
            decided_by text,
            decided_at timestamptz,
            outcome    text not null default '',
            check (decided_by is null or decided_by <> asked_by),
            check ((state = 'asked') = (decided_by is null))
        );
        comment on table approvals is 'one asks, another approves, the same person never';
        create index approvals_asked on approvals (asked_at) where state = 'asked';
        """
    )


def downgrade() -> None:
    op.execute(
        "drop table approvals; drop index breaks_open;"
        "alter table breaks drop column owner, drop column resolution, drop column closed_by"
    )
