"""Vouchers: batches of recharge PINs, and how often somebody typed a wrong one."""

from alembic import op

revision = "0010_vouchers"
down_revision = "0009_charges"


def upgrade() -> None:
    op.execute(
        """
        create table voucher_batches (
            id         bigint generated always as identity primary key,
            reference  char(6) not null unique,
            count      integer not null check (count > 0),
            face_minor bigint not null check (face_minor > 0),
            currency   char(3) not null,
            last_day   date not null,
            expires_at timestamptz not null,
            state      text not null default 'active'
                           check (state in ('active', 'void', 'expired')),
            made_by    text not null,
            made_at    timestamptz not null,
            ended_by   text not null default '',
            ended_at   timestamptz,
            reason     text not null default '',
            check ((state = 'active') = (ended_at is null))
        );
        comment on column voucher_batches.last_day is
            'printed on each voucher; expires_at is the midnight after it';
        create index voucher_batches_expiring on voucher_batches (expires_at)
            where state = 'active';

        create table vouchers (
            id            bigint generated always as identity primary key,
            batch_id      bigint not null references voucher_batches (id),
            number        integer not null,
            digest        bytea not null unique,
            reference     char(6) unique,
            subscriber_id bigint references subscribers (id),
            channel       text,
            session       text,
            step          integer,
            redeemed_at   timestamptz,
            unique (batch_id, number),
            unique (channel, session, step),
            check (num_nulls(reference, subscriber_id, channel, session, step, redeemed_at)
                   in (0, 6))
        ) with (fillfactor = 80);
        comment on column vouchers.digest is
            'HMAC-SHA256 of the PIN under the server''s key; the PIN is nowhere';
        create index vouchers_redeemed on vouchers (batch_id) where redeemed_at is not null;

        create table voucher_tries (
            channel text not null,
            session text not null,
            step    integer not null,
            msisdn  text not null,
            digest  bytea,
            verdict text not null default 'open' check (verdict in
                        ('open', 'wrong', 'mistyped', 'redeemed', 'yours', 'too_much')),
            at      timestamptz not null,
            primary key (channel, session, step)
        );
        comment on table voucher_tries is
            'a repeated hop is one try; an open one counts as wrong until it turns out right';
        comment on column voucher_tries.digest is 'null: the digits can''t be a PIN';
        create index voucher_tries_counted on voucher_tries (msisdn, at)
            where verdict in ('open', 'wrong', 'mistyped');
        create index voucher_tries_at on voucher_tries (at);
        """
    )


def downgrade() -> None:
    op.execute("drop table voucher_tries, vouchers, voucher_batches")
