"""Where sessions are left: hops know language and network, whole days are folded into counts."""

from alembic import op

revision = "0026_funnel"
down_revision = "0025_smpp"


def upgrade() -> None:
    op.execute(
        """
        alter table ussd_hops
            add column language text not null default '',
            add column network text not null default '';
        comment on column ussd_hops.network is 'the SIM''s network code, empty when not told';
        create index ussd_hops_at on ussd_hops using brin (at);

        create table ussd_funnel (
            day      date not null,
            channel  text not null,
            language text not null,
            network  text not null,
            screen   text not null,
            reached  bigint not null check (reached > 0),
            left_at  bigint not null check (left_at between 0 and reached),
            primary key (day, channel, language, network, screen)
        );
        comment on table ussd_funnel is 'sessions that began on a day (UTC) and are over';
        comment on column ussd_funnel.left_at is 'sessions whose last screen it was';
        """
    )


def downgrade() -> None:
    op.execute(
        """
        drop table ussd_funnel;
        drop index ussd_hops_at;
        alter table ussd_hops drop column language, drop column network;
        """
    )
