"""Which operator a number is with: what each source says of it, and look-ups that are wanted."""

from alembic import op

revision = "0019_number_operators"
down_revision = "0018_catalogue"


def upgrade() -> None:
    op.execute(
        """
        create table number_operators (
            msisdn     text not null,
            source     text not null,
            operator   text not null,
            learned_at timestamptz not null,
            news_at    timestamptz,
            primary key (msisdn, source)
        );
        comment on table number_operators is 'one row per number and source: what it says now';
        comment on column number_operators.source is
            'staff, sale, choice, or the name of the vendor that was asked';
        comment on column number_operators.news_at is
            'when it became the best that is known: of a correction its own moment, of a look-up '
            'when its vendor last said another operator than before';

        create table operator_lookups (
            id          bigint generated always as identity primary key,
            msisdn      text not null unique,
            wished_at   timestamptz not null,
            due_at      timestamptz,
            held_until  timestamptz,
            answered_at timestamptz
        );
        comment on table operator_lookups is 'one row per number that was ever wished for';
        comment on column operator_lookups.due_at is
            'when the sweeper must look at it if nobody else does; null: nothing is wanted';
        create index operator_lookups_due on operator_lookups (due_at) where due_at is not null;
        """
    )


def downgrade() -> None:
    op.execute("drop table operator_lookups, number_operators")
