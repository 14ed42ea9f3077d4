"""Staff: who may ask, and who may approve."""

from alembic import op

revision = "0014_staff"
down_revision = "0013_reconciliation"


def upgrade() -> None:
    op.execute(
        """
        create table staff (
            id            bigint generated always as identity primary key,
            email         text not null unique check (email = lower(email)),
            password_hash text not null,
            active        boolean not null default true,
            demo          boolean not null default false,
            added_at      timestamptz not null,
            added_by      text not null
        );
        comment on column staff.demo is 'signs in in demo mode only';
        """
    )


def downgrade() -> None:
    op.execute("drop table staff")
