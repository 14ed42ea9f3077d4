"""Batches of vouchers by two people, what a run of reconciliation found, imported statement files
until they are read, and what the lists of the money pages are read by."""

from alembic import op

revision = "0034_voucher_two_people"
down_revision = "0033_search"


def upgrade() -> None:
    op.execute(
        """
        alter table voucher_batches add column approved_by text;
        comment on column voucher_batches.approved_by is
            'who approved the ticket of the same reference; null: from before that took two';
        create index voucher_batches_by_time on voucher_batches (made_at desc, id desc);
        create index approvals_of_vouchers on approvals (asked_at) where act = 'voucher_batch';
        drop index vouchers_redeemed;
        create index vouchers_redeemed on vouchers (batch_id, redeemed_at)
            where redeemed_at is not null;

        alter table reconciliations add column found jsonb;
        comment on column reconciliations.found is
            'what matched and what differs, as app.db.reconciliation.Found; null: never concluded';
        create index reconciliations_by_time on reconciliations (tried_at desc, id desc);
        create table statement_files (
            run_id  bigint primary key references reconciliations (id),
            content bytea not null
        );
        comment on table statement_files is 'imported by a page, until a worker has read it';
        create index breaks_by_time on breaks (opened_at desc, id desc);

        create index accounts_by_time on accounts (opened_at desc, id desc);
        create index accounts_by_kind on accounts (kind, opened_at desc, id desc);
        create index ledger_transactions_at on ledger_transactions using brin (at)
            with (autosummarize = on);
        create index approvals_of_transaction on approvals
            ((coalesce(detail->>'about', detail->>'reference')))
            where act in ('adjust', 'reverse');
        create index ledger_links_about on ledger_links (about) where about <> '';
        """
    )


def downgrade() -> None:
    op.execute(
        """
        drop index approvals_of_transaction, ledger_links_about,
            ledger_transactions_at, accounts_by_kind, accounts_by_time, breaks_by_time,
            reconciliations_by_time, vouchers_redeemed, approvals_of_vouchers,
            voucher_batches_by_time;
        drop table statement_files;
        alter table reconciliations drop column found;
        create index vouchers_redeemed on vouchers (batch_id) where redeemed_at is not null;
        alter table voucher_batches drop column approved_by;
        """
    )
