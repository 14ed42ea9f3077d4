"""Numbers that subscribers keep with a name."""

from alembic import op

revision = "0021_beneficiaries"
down_revision = "0020_rates"


def upgrade() -> None:
    op.execute(
        """
        create table beneficiaries (
            subscriber_id bigint not null references subscribers (id),
            msisdn        text not null,
            name          text not null check (length(name) between 1 and 12),
            saved_at      timestamptz not null,
            primary key (subscriber_id, msisdn)
        );
        create unique index beneficiaries_name on beneficiaries (subscriber_id, lower(name));
        """
    )


def downgrade() -> None:
    op.execute("drop table beneficiaries")
