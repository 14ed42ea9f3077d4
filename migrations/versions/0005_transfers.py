"""Transfers: money from one wallet to another, or waiting for a number that must register first."""

from alembic import op

revision = "0005_transfers"
down_revision = "0004_pin_take_over"


def upgrade() -> None:
    op.execute(
        """
        create table transfers (
            id           bigint generated always as identity primary key,
            reference    char(6) not null unique,
            sender_id    bigint not null references subscribers (id),
            recipient    text not null,
            recipient_id bigint references subscribers (id),
            channel      text not null,
            session      text not null,
            step         integer not null,
            amount_minor bigint not null check (amount_minor > 0),
            currency     char(3) not null,
            state        text not null default 'waiting'
                             check (state in ('waiting', 'received', 'returned')),
            sent_at      timestamptz not null,
            returns_at   timestamptz not null,
            ended_at     timestamptz,
            unique (channel, session, step)
        ) with (fillfactor = 80);
        comment on column transfers.returns_at is
            'when it goes back to its sender if nobody has registered for it';
        create index transfers_waiting on transfers (recipient) where state = 'waiting';
        create index transfers_returning on transfers (returns_at) where state = 'waiting';

        create function lock_balances(p_accounts bigint[]) returns void
        language plpgsql security definer set search_path = public as $$
        begin
            perform from balances where account_id = any (p_accounts)
            order by account_id for update;
        end
        $$;
        """
    )


def downgrade() -> None:
    op.execute("drop function lock_balances(bigint[]); drop table transfers")
