"""The other side of the books: statements, runs of reconciliation, breaks of single lines; and
links from a correction to what it corrects."""

from alembic import op

revision = "0013_reconciliation"
down_revision = "0012_second_factor"


def upgrade() -> None:
    op.execute(
        """
        create table reconciliations (
            id         bigint generated always as identity primary key,
            provider   text not null,
            day        date not null,
            digest     bytea not null,
            state      text not null default 'asked' check (state in ('asked', 'read', 'failed')),
            reason     text not null default '',
            tried_at   timestamptz not null,
            read_at    timestamptz,
            lines      integer not null default 0,
            duplicates integer not null default 0,
            unique (provider, day, digest)
        );
        comment on column reconciliations.day is 'the provider''s own calendar day';
        comment on column reconciliations.digest is
            'SHA-256 of an imported file, so that a file is one run; empty for the provider''s API';

        create table statement_lines (
            provider     text not null,
            external_id  text not null,
            kind         text not null check (kind in ('payment', 'taken_back', 'sale')),
            day          date not null,
            reference    text not null,
            amount_minor bigint not null check (amount_minor > 0),
            fee_minor    bigint not null check (fee_minor >= 0),
            currency     char(3) not null,
            at           timestamptz not null
        );
        create unique index statement_lines_once on statement_lines
            (provider, external_id, kind, day,
             (case kind when 'taken_back' then reference else '' end));
        comment on index statement_lines_once is
            'a payment is there once; parts of it may be given back several times a day';
        comment on table statement_lines is
            'what each provider says of a day: the latest statement of that day, whole';
        create index statement_lines_day on statement_lines using brin (day);
        create index topups_at on topups using brin (at);
        create index vend_attempts_opened on vend_attempts using brin (opened_at);

        alter table breaks
            add column provider    text,
            add column external_id text;
        create unique index breaks_of_line on breaks (provider, external_id)
            where external_id is not null;
        comment on index breaks_of_line is 'one break for a line, however often it is looked at';

        create table ledger_links (
            reference text primary key,
            about     text not null default '',
            undoes    boolean not null,
            why       text not null,
            ticket    char(6) not null references approvals (ticket)
        );
        comment on table ledger_links is
            'a correction by staff: the transaction it is, and the older one it is about';
        create unique index ledger_links_undone on ledger_links (about) where undoes;
        """
    )


def downgrade() -> None:
    op.execute(
        "drop table ledger_links; drop index breaks_of_line;"
        "alter table breaks drop column provider, drop column external_id;"
        "drop index vend_attempts_opened; drop index topups_at;"
        "drop table statement_lines, reconciliations"
    )
