"""Cases: every complaint with a ticket, an owner and a clock; what was done about it; recalls."""

from alembic import op

revision = "0017_cases"
down_revision = "0015b_lighter_posting"


def upgrade() -> None:
    op.execute(
        """
        create table cases (
            id            bigint generated always as identity primary key,
            ticket        char(6) not null unique,
            subscriber_id bigint not null references subscribers (id),
            subject       text not null default '',
            order_id      bigint references orders (id),
            kind          text not null
                check (kind in ('not_received', 'wrong_number', 'wrong_amount', 'other')),
            state         text not null default 'open'
                check (state in ('open', 'solved', 'refused')),
            recall        text check (recall in ('wanted', 'asked', 'accepted', 'refused')),
            recall_due_at timestamptz,
            recall_tries  integer not null default 0,
            owner         text not null default '',
            opened_at     timestamptz not null,
            answer_by     timestamptz not null,
            ended_at      timestamptz,
            check ((state = 'open') = (ended_at is null))
        );
        comment on column cases.subject is 'reference of what it is about; empty: nothing certain';
        create unique index cases_one_open on cases (subscriber_id, subject)
            where state = 'open';
        create index cases_waiting on cases (answer_by) where state = 'open';
        create index cases_recalls_due on cases (recall_due_at) where recall_due_at is not null;

        create table case_steps (
            id      bigint generated always as identity primary key,
            case_id bigint not null references cases (id),
            at      timestamptz not null,
            actor   text not null,
            step    text not null,
            detail  text not null default ''
        );
        create index case_steps_of on case_steps (case_id, id);

        insert into cases (ticket, subscriber_id, subject, order_id, kind, state, opened_at,
                           answer_by, ended_at)
        select p.ticket, p.subscriber_id, o.reference, o.id, 'other',
               case when p.closed_at is null then 'open' else 'solved' end, p.reported_at,
               p.reported_at + interval '5 days', p.closed_at
        from problems p join orders o on o.id = p.order_id;
        drop table problems;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        create table problems (
            id            bigint generated always as identity primary key,
            ticket        char(6) not null unique,
            order_id      bigint not null references orders (id),
            subscriber_id bigint not null references subscribers (id),
            reported_at   timestamptz not null,
            closed_at     timestamptz
        );
        create unique index problems_one_open on problems (order_id) where closed_at is null;
        insert into problems (ticket, order_id, subscriber_id, reported_at, closed_at)
        select ticket, order_id, subscriber_id, opened_at, ended_at from cases
        where order_id is not null;
        drop table case_steps, cases;
        """
    )
