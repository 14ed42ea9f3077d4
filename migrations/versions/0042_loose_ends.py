"""What came of recomputing the ledger is kept; the audit log has one index for each way it is read.

`audit_subject` and `audit_actor` were of 0027; the lists of 0028 read by time as well, and their
indexes serve both."""

from alembic import op

revision = "0042_loose_ends"
down_revision = "0040_risk"


def upgrade() -> None:
    op.execute(
        """
        drop index audit_subject, audit_actor;

        create table ledger_checks (
            id           bigint generated always as identity primary key,
            at           timestamptz not null,
            transactions bigint not null,
            postings     bigint not null,
            accounts     bigint not null,
            differences  integer not null,
            first        text not null default ''
        );
        comment on table ledger_checks is 'when the whole ledger was recomputed';
        comment on column ledger_checks.first is 'the first difference that was found';
        """
    )


def downgrade() -> None:
    op.execute(
        """
        drop table ledger_checks;
        create index audit_subject on audit (subject, id);
        create index audit_actor on audit (actor, id);
        """
    )
