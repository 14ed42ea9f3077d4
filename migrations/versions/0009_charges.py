"""Charges we start, and what is taken back of money that came in."""

from alembic import op

revision = "0009_charges"
down_revision = "0008_staff_tasks"


def upgrade() -> None:
    op.execute(
        """
        create table charges (
            id            bigint generated always as identity primary key,
            reference     char(6) not null unique,
            subscriber_id bigint not null references subscribers (id),
            provider      text not null,
            method        text not null
                              check (method in ('bank_ussd', 'prompt', 'one_time_account', 'link')),
            bank          text not null default '',
            amount_minor  bigint not null check (amount_minor > 0),
            currency      char(3) not null,
            state         text not null default 'asked'
                              check (state in ('asked', 'unknown', 'started', 'refused', 'paid',
                                               'failed', 'expired', 'mismatch')),
            code          text not null default '',
            external_id   text not null default '',
            dial          text not null default '',
            account       text not null default '',
            account_bank  text not null default '',
            to_pay_minor  bigint,
            link          text not null default '',
            channel       text not null,
            session       text not null,
            step          integer not null,
            tries         integer not null default 0,
            asked_at      timestamptz not null,
            taken_up_at   timestamptz,
            ended_at      timestamptz,
            due_at        timestamptz,
            unique (channel, session, step)
        );
        comment on column charges.reference is
            'stored before any byte of the charge leaves, and the same at the provider';
        comment on column charges.taken_up_at is
            'when a worker took it up to start it: from then on it may be with the provider';
        create index charges_due on charges (due_at) where due_at is not null;
        create unique index charges_prompt on charges (subscriber_id)
            where method = 'prompt' and state in ('asked', 'unknown', 'started');
        create index charges_external on charges (provider, external_id) where external_id <> '';

        alter table topups
            add column charge_id        bigint references charges (id),
            add column taken_back_minor bigint not null default 0,
            add constraint topups_taken_back
                check (taken_back_minor between 0 and amount_minor),
            drop constraint topups_state_check,
            add constraint topups_state_check
                check (state in ('credited', 'suspense', 'released', 'taken_back'));
        comment on column topups.state is
            'suspense ends as released (staff found its owner) or taken_back (wholly)';
        comment on column topups.subscriber_id is
            'whose money it is, so from whom it is taken back; null: nobody''s we know, or it was
            released to somewhere outside';
        comment on column topups.taken_back_minor is 'posted back to the provider, of amount_minor';
        create index topups_charge on topups (charge_id) where charge_id is not null;

        create table topup_reversals (
            provider     text not null,
            external_id  text not null,
            amount_minor bigint not null check (amount_minor > 0),
            currency     char(3) not null,
            heard_at     timestamptz not null,
            primary key (provider, external_id)
        );
        comment on table topup_reversals is
            'what each provider says it took back in all, also of payments not credited yet';
        """
    )


def downgrade() -> None:
    op.execute(
        """
        drop table topup_reversals;
        alter table topups
            drop column charge_id, drop column taken_back_minor, drop constraint topups_state_check,
            add constraint topups_state_check check (state in ('credited', 'suspense'));
        drop table charges;
        """
    )
