"""MT SMS through several gateways: attempts and shares, refusals, parts paid for, guards."""

from alembic import op

revision = "0024_sms_gateways"
down_revision = "0023_sms_wishes"


def upgrade() -> None:
    op.execute(
        """
        alter table mt_sms
            add column via     text,
            add column lost_by text,
            add column parts   smallint,
            add column cost    text not null default '';
        comment on column mt_sms.via is 'the gateway it was last handed to, whatever came of it';
        comment on column mt_sms.lost_by is 'the gateway that may have sent it: no answer came';
        comment on column mt_sms.parts is 'counted as spent; null: not handed over yet';
        comment on column mt_sms.cost is 'as the gateway told it';

        create table sms_attempts (
            id      bigint generated always as identity primary key,
            sms_id  bigint not null references mt_sms (id),
            gateway text not null,
            at      timestamptz not null,
            outcome text not null check (outcome in ('accepted', 'refused', 'not_sent', 'unknown')),
            code    text not null default ''
        );
        comment on table sms_attempts is 'each time an SMS was handed to a gateway that answered';
        create index sms_attempts_at on sms_attempts (at);
        create index sms_attempts_sms on sms_attempts (sms_id);

        create table sms_gateways (
            name       text primary key,
            weight     smallint not null default 100 check (weight between 0 and 100),
            moved_at   timestamptz,
            why        text not null default '',
            stopped_at timestamptz,
            stopped_by text not null default ''
        );
        comment on column sms_gateways.why is 'why its weight is what it is';

        create table sms_refusals (
            msisdn  text not null,
            gateway text not null,
            code    text not null,
            at      timestamptz not null,
            primary key (msisdn, gateway)
        );
        comment on table sms_refusals is 'numbers that want no SMS, says a gateway';

        create table sms_parts (
            country text not null,
            day     date not null,
            parts   bigint not null,
            primary key (country, day)
        );
        comment on table sms_parts is 'handed to gateways, by the country''s own days';

        create table sms_asked (
            guard       text not null check (guard in ('number', 'prefix', 'country')),
            subject     text not null,
            hour        timestamptz not null,
            asked       integer not null,
            turned_away integer not null default 0,
            primary key (guard, subject, hour)
        );
        comment on table sms_asked is 'SMS that anybody can ask for: an hour''s number of them';
        create index sms_asked_hour on sms_asked (hour);
        """
    )


def downgrade() -> None:
    op.execute(
        """
        drop table sms_asked, sms_parts, sms_refusals, sms_gateways, sms_attempts;
        alter table mt_sms drop column via, drop column lost_by, drop column parts,
            drop column cost;
        """
    )
