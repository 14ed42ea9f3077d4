"""Purchases that subscribers have made for them every week, every month or once."""

from alembic import op

revision = "0022_schedules"
down_revision = "0021_beneficiaries"


def upgrade() -> None:
    op.execute(
        """
        create table schedules (
            id            bigint generated always as identity primary key,
            subscriber_id bigint not null references subscribers (id),
            channel       text not null,
            session       text not null,
            step          integer not null,
            product       text not null,
            operator      text not null,
            recipient     text not null,
            price_minor   bigint not null check (price_minor > 0),
            currency      char(3) not null,
            every         text not null check (every in ('week', 'month', 'once')),
            day           smallint not null
                              check (day between 1 and case every when 'week' then 7 else 31 end),
            mandate_at    timestamptz not null,
            state         text not null default 'active'
                              check (state in ('active', 'paused', 'stopped', 'ended')),
            why           text not null default '',
            run           integer not null default 1,
            next_at       timestamptz,
            remind_at     timestamptz,
            due_at        timestamptz,
            unique (channel, session, step),
            check ((state = 'active') = (next_at is not null)),
            check ((state = 'active') = (due_at is not null)),
            check (remind_at is null or state = 'active')
        ) with (fillfactor = 80);
        comment on column schedules.price_minor is 'the most that it may cost';
        comment on column schedules.day is 'of the week, Monday is 1, or of the month';
        comment on column schedules.mandate_at is 'when the owner''s PIN was given for it';
        comment on column schedules.why is 'why it is paused';
        comment on column schedules.run is 'the number of the run at next_at: its order''s step';
        comment on column schedules.remind_at is 'when the owner hears of the run; null: has heard';
        comment on column schedules.due_at is 'when the sweeper must look at it';
        create index schedules_due on schedules (due_at) where due_at is not null;
        create index schedules_kept on schedules (subscriber_id)
            where state in ('active', 'paused');
        """
    )


def downgrade() -> None:
    op.execute("drop table schedules")
