"""What staff give back of delivered orders, asks that are sent twice, and what the pages of an
order and of the queue are read by."""

from alembic import op

revision = "0030_refunds"
down_revision = "0028_exports"


def upgrade() -> None:
    op.execute(
        """
        create table refunds (
            id           bigint generated always as identity primary key,
            reference    char(6) not null unique,
            order_id     bigint not null references orders (id),
            amount_minor bigint not null check (amount_minor > 0),
            currency     char(3) not null,
            reason       text not null,
            asked_by     text not null,
            asked_at     timestamptz not null,
            key          text not null unique,
            alone        boolean not null,
            posted_at    timestamptz,
            check (not alone or posted_at is not null)
        );
        comment on table refunds is 'given back of a delivered order, at our expense';
        comment on column refunds.reference is 'of two people: the ticket as well';
        comment on column refunds.key is 'of the form it was asked with: sent twice, it is one';
        comment on column refunds.alone is 'small enough for one person';
        create index refunds_of_order on refunds (order_id);
        create index refunds_alone on refunds (asked_by, asked_at) where alone;

        alter table approvals add column key text unique;
        comment on column approvals.key is 'of the form it was asked with, where it was one';
        create index approvals_by_time on approvals (asked_at desc, id desc);
        create index approvals_of_break on approvals ((detail->>'break'))
            where act = 'resolve_break';
        create index cases_by_order on cases (order_id) where order_id is not null;
        create index breaks_by_order on breaks (order_id) where order_id is not null;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        drop index breaks_by_order, cases_by_order, approvals_of_break, approvals_by_time;
        alter table approvals drop column key;
        drop table refunds;
        """
    )
