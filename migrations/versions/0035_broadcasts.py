"""Broadcasts, settings that are data, first passwords, what is known of the audit chain, and what
the pages of staff, agents and messages are read by."""

from alembic import op

revision = "0035_broadcasts"
down_revision = "0034_voucher_two_people"


def upgrade() -> None:
    op.execute(
        """
        create table broadcasts (
            id           bigint generated always as identity primary key,
            reference    char(6) not null unique,
            country      char(2) not null,
            operator     text not null default '',
            language     text not null default '',
            tier         smallint,
            bought_days  integer check (bought_days > 0),
            texts        jsonb not null,
            state        text not null check (state in ('counting', 'counted', 'asked', 'running',
                             'done', 'stopped')),
            made_by      text not null,
            made_at      timestamptz not null,
            counts       jsonb not null default '{}',
            at_subscriber bigint not null default 0,
            last_subscriber bigint not null,
            price_minor  bigint check (price_minor >= 0),
            ticket       text,
            queued       bigint not null default 0,
            started_at   timestamptz,
            ended_at     timestamptz,
            ended_why    text not null default '',
            next_at      timestamptz,
            due_at       timestamptz,
            constraint broadcasts_english check (texts ? 'en')
        );
        comment on column broadcasts.texts is 'by language; who reads another one gets English';
        comment on column broadcasts.counts is 'whom it would go to, by language';
        comment on column broadcasts.at_subscriber is 'how far it has been counted, then sent';
        comment on column broadcasts.next_at is 'no batch before this';
        comment on column broadcasts.due_at is 'when it is looked at if nobody does before';
        comment on column broadcasts.last_subscriber is 'who registers later gets none';
        comment on column broadcasts.price_minor is 'of one part, when it was counted';
        create index broadcasts_by_time on broadcasts (made_at desc, id desc);
        create index broadcasts_due on broadcasts (due_at) where due_at is not null;

        create table business_settings (
            name       text primary key,
            value      bigint not null,
            changed_at timestamptz not null,
            changed_by text not null
        );
        comment on table business_settings is 'what isn''t here has the value it came with';

        create table audit_checks (
            id          bigint generated always as identity primary key,
            what        text not null check (what in ('verified', 'anchored')),
            at          timestamptz not null,
            entries     bigint not null,
            differences integer not null default 0,
            first       text not null default ''
        );
        comment on table audit_checks is 'when the audit chain was recomputed, and its head kept';
        create index audit_checks_latest on audit_checks (what, id desc);

        alter table staff add column must_change_password boolean not null default false;
        comment on column staff.must_change_password is 'somebody else has seen it';

        create index staff_by_time on staff (added_at desc, id desc);
        create index web_sessions_of on web_sessions (kind, person_id, last_seen_at desc);
        create index approvals_about on approvals ((detail->>'person')) where state = 'asked';
        create index agents_by_time on agents (opened_at desc, subscriber_id desc);
        create index agents_first on agents (subscriber_id) where parent_id is null;
        drop index agents_below;
        create index agents_below on agents (parent_id, subscriber_id);
        create index mt_sms_by_time on mt_sms (queued_at desc, id desc);
        create index mt_sms_failed on mt_sms (queued_at desc, id desc)
            where state in ('failed', 'expired');
        create index mt_sms_of_broadcast on mt_sms ((params->>'broadcast'), id)
            where kind = 'broadcast';

        alter table sms_asked drop constraint sms_asked_guard_check,
            add constraint sms_asked_guard_check
                check (guard in ('number', 'prefix', 'country', 'web_code', 'broadcast_test'));
        """
    )


def downgrade() -> None:
    op.execute(
        """
        delete from sms_asked where guard = 'broadcast_test';
        alter table sms_asked drop constraint sms_asked_guard_check,
            add constraint sms_asked_guard_check
                check (guard in ('number', 'prefix', 'country', 'web_code'));
        drop index mt_sms_of_broadcast, mt_sms_failed, mt_sms_by_time, agents_first, agents_by_time,
            approvals_about, web_sessions_of, staff_by_time;
        drop index agents_below;
        create index agents_below on agents (parent_id);
        alter table staff drop column must_change_password;
        drop table audit_checks, business_settings, broadcasts;
        """
    )
