"""What the SMPP process sends and has heard: parts of MT SMS, receipts that came early, parts of
long MO SMS, and which links there are."""

from alembic import op

revision = "0025_smpp"
down_revision = "0024_sms_gateways"


def upgrade() -> None:
    op.execute(
        """
        create table smpp_parts (
            id          bigint generated always as identity primary key,
            reference   text not null,
            part        smallint not null,
            parts       smallint not null,
            sender      text not null,
            msisdn      text not null,
            data_coding smallint not null,
            esm_class   smallint not null,
            sealed      text,
            state       text not null default 'queued' check (state in ('queued', 'sending', 'sent',
                            'buffered', 'delivered', 'failed', 'expired', 'unknown')),
            due_at      timestamptz,
            tries       integer not null default 0,
            sent_again  integer not null default 0,
            message_id  text,
            code        text not null default '',
            queued_at   timestamptz not null,
            answered_at timestamptz,
            unique (reference, part),
            check ((state in ('queued', 'sending')) = (due_at is not null)),
            check ((state in ('queued', 'sending')) = (sealed is not null))
        ) with (fillfactor = 80);
        comment on table smpp_parts is 'each short message of an MT SMS that goes out by SMPP';
        comment on column smpp_parts.sealed is
            'the text''s octets, encrypted, gone once answered for: it may hold a start PIN';
        comment on column smpp_parts.due_at is
            'queued: when it may leave; sending: when its sender counts as dead';
        comment on column smpp_parts.tries is 'claims so far; tells one claim from the next';
        comment on column smpp_parts.message_id is 'the SMSC''s id';
        create index smpp_parts_due on smpp_parts (due_at) where due_at is not null;
        create index smpp_parts_ids on smpp_parts (message_id)
            where state in ('sent', 'buffered');

        create table smpp_receipts (
            message_id text not null,
            state      text not null,
            reason     text not null,
            heard_at   timestamptz not null,
            primary key (message_id, state)
        );
        comment on table smpp_receipts is
            'receipts of messages whose answer isn''t recorded yet';

        create table smpp_heard (
            digest      text primary key,
            gateway_id  text not null,
            link        text not null,
            answered    boolean not null default false,
            heard_at    timestamptz not null
        );
        comment on table smpp_heard is
            'MO SMS to which the SMSC gives no id: what tells a copy from a new one';
        create index smpp_heard_at on smpp_heard (heard_at);

        create table smpp_mo_parts (
            sender   text not null,
            code     text not null,
            joint    integer not null,
            total    smallint not null,
            number   smallint not null,
            sealed   text not null,
            heard_at timestamptz not null,
            primary key (sender, code, joint, total, number)
        );
        comment on column smpp_mo_parts.sealed is 'the part''s text, encrypted: it may hold a PIN';

        create table smpp_links (
            name      text primary key,
            bound     boolean not null,
            "window"  integer not null,
            in_flight integer not null,
            throttled boolean not null,
            seen_at   timestamptz not null
        );
        comment on table smpp_links is 'what each SMPP process said of its link last';
        """
    )


def downgrade() -> None:
    op.execute("drop table smpp_links, smpp_mo_parts, smpp_heard, smpp_receipts, smpp_parts")
