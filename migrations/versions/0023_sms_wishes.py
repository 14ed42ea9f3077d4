"""What was wanted by SMS and waits for the code that was sent to the handset."""

from alembic import op

revision = "0023_sms_wishes"
down_revision = "0022_schedules"


def upgrade() -> None:
    op.execute(
        """
        create table sms_wishes (
            id            bigint generated always as identity primary key,
            subscriber_id bigint not null references subscribers (id),
            channel       text not null,
            session       text not null,
            kind          text not null check (kind in
                              ('airtime', 'data', 'send', 'cash_in', 'send_float', 'buy_float')),
            amount_minor  bigint not null check (amount_minor > 0),
            currency      char(3) not null,
            recipient     text not null,
            operator      text not null,
            product       text not null,
            digest        bytea not null,
            tries         integer not null default 0,
            state         text not null default 'open' check (state in ('open', 'taken', 'void')),
            taken_channel text,
            taken_session text,
            asked_at      timestamptz not null,
            expires_at    timestamptz not null,
            unique (channel, session),
            check ((state = 'taken') = (taken_session is not null))
        );
        comment on column sms_wishes.session is 'the gateway''s id of the SMS that wanted it';
        comment on column sms_wishes.digest is
            'of the code, keyed: worth nothing without the server''s key';
        comment on column sms_wishes.taken_session is
            'the gateway''s id of the SMS with the right code: no other can have it done';
        create unique index sms_wishes_open on sms_wishes (subscriber_id) where state = 'open';
        create unique index sms_wishes_taken on sms_wishes (taken_channel, taken_session);
        create index sms_wishes_of on sms_wishes (subscriber_id, asked_at);

        create table sms_code_tries (
            channel     text not null,
            session     text not null,
            wish_id     bigint not null references sms_wishes (id),
            tries_left  integer not null,
            primary key (channel, session)
        );
        comment on table sms_code_tries is 'wrong codes, one per SMS: a repeat counts once';
        """
    )


def downgrade() -> None:
    op.execute("drop table sms_code_tries, sms_wishes")
