"""People of the back-office: roles, code apps, web sessions, and where an audited act came from."""

from alembic import op

revision = "0027_backoffice_people"
down_revision = "0026_funnel"

ROLES = "'owner', 'admin', 'finance_maker', 'finance_checker', 'support', 'auditor'"


def upgrade() -> None:
    # Whoever could sign in could ask for and approve everything: that is what an owner may.
    op.execute(
        f"""
        alter table staff
            add column role text not null default 'owner' check (role in ({ROLES})),
            add column zone text not null default 'Africa/Lagos',
            add column sealed_key text,
            add column enrolled_at timestamptz,
            add column last_step bigint not null default 0,
            add constraint staff_enrolled check ((sealed_key is null) = (enrolled_at is null));
        alter table staff alter column role drop default;
        comment on column staff.sealed_key is 'of the code app, encrypted';
        comment on column staff.last_step is 'time step of the newest code used: none works twice';
        """
    )
    op.execute(
        """
        create table agent_users (
            id            bigint generated always as identity primary key,
            msisdn        text not null unique,
            agent_id      bigint not null references agents (subscriber_id),
            role          text not null check (role in ('agent', 'agent_teller')),
            password_hash text,
            active        boolean not null default true,
            demo          boolean not null default false,
            zone          text not null default 'Africa/Lagos',
            sealed_key    text,
            enrolled_at   timestamptz,
            last_step     bigint not null default 0,
            added_at      timestamptz not null,
            added_by      text not null,
            constraint agent_enrolled check ((sealed_key is null) = (enrolled_at is null))
        );
        comment on table agent_users is 'who signs in to the back-office for an agent';
        create unique index agent_users_agent on agent_users (agent_id) where role = 'agent';
        create index agent_users_agent_id on agent_users (agent_id);

        create table recovery_codes (
            kind      text not null check (kind in ('staff', 'agent')),
            person_id bigint not null,
            digest    bytea not null,
            made_at   timestamptz not null,
            used_at   timestamptz,
            primary key (kind, person_id, digest)
        );

        create table sign_in_counts (
            name         bytea not null,
            step         text not null check (step in ('password', 'code')),
            failures     integer not null default 0,
            counted_at   timestamptz not null,
            locked_until timestamptz,
            primary key (name, step)
        );
        comment on table sign_in_counts is 'wrong tries, for names that exist and for those that do'
            ' not: a lock says nothing about which is which';
        create index sign_in_counts_at on sign_in_counts (counted_at);

        create table pending_sign_ins (
            digest     bytea primary key,
            kind       text not null check (kind in ('staff', 'agent')),
            person_id  bigint not null,
            made_at    timestamptz not null,
            sealed_key text,
            sms_tries  integer not null default 0,
            sms_right  boolean not null default false
        );
        comment on table pending_sign_ins is 'whose password was right and whose code is awaited';
        comment on column pending_sign_ins.sealed_key is 'of a code app that is being enrolled';
        create index pending_sign_ins_at on pending_sign_ins (made_at);

        create table web_sessions (
            id            bigint generated always as identity primary key,
            digest        bytea not null unique,
            kind          text not null check (kind in ('staff', 'agent')),
            person_id     bigint not null,
            made_at       timestamptz not null,
            last_seen_at  timestamptz not null,
            stepped_up_at timestamptz not null,
            address       text not null,
            browser       text not null,
            ended_at      timestamptz,
            ended_why     text,
            constraint web_sessions_ended check ((ended_at is null) = (ended_why is null))
        );
        comment on column web_sessions.digest is 'of the cookie''s token, which is kept nowhere';
        create index web_sessions_open on web_sessions (kind, person_id) where ended_at is null;
        create index web_sessions_seen on web_sessions (last_seen_at);
        """
    )
    op.execute(
        """
        alter table audit add column address text, add column before jsonb, add column after jsonb;
        comment on column audit.address is 'from where; null in entries older than the column and'
            ' in acts that came from no address';
        create index audit_subject on audit (subject, id);
        create index audit_actor on audit (actor, id);
        revoke truncate on audit from nexustop_app;

        alter table sms_asked drop constraint sms_asked_guard_check,
            add constraint sms_asked_guard_check
                check (guard in ('number', 'prefix', 'country', 'web_code'));
        """
    )


def downgrade() -> None:
    op.execute(
        """
        delete from sms_asked where guard = 'web_code';
        alter table sms_asked drop constraint sms_asked_guard_check,
            add constraint sms_asked_guard_check check (guard in ('number', 'prefix', 'country'));
        drop index audit_subject, audit_actor;
        alter table audit drop column address, drop column before, drop column after;
        drop table web_sessions, pending_sign_ins, sign_in_counts, recovery_codes, agent_users;
        alter table staff drop constraint staff_enrolled, drop column role, drop column zone,
            drop column sealed_key, drop column enrolled_at, drop column last_step;
        """
    )
