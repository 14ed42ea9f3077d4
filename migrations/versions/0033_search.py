"""What the search box, a subscriber's line of time and the pages of identity look things up by."""

from alembic import op

revision = "0033_search"
down_revision = "0032_prices"


def upgrade() -> None:
    op.execute(
        """
        drop index ussd_hops_by_msisdn;
        create index ussd_hops_of on ussd_hops (msisdn, at desc, id desc);
        comment on column ussd_hops.msisdn is 'whole since migration 0033, masked before';

        drop index mt_sms_by_msisdn;
        create index mt_sms_of on mt_sms (msisdn, queued_at desc, id desc);

        alter table mo_sms add column id bigint generated always as identity;
        create index mo_sms_of on mo_sms (msisdn, received_at desc, id desc);

        create index topups_of on topups (subscriber_id, at desc, id desc)
            where subscriber_id is not null;
        create index charges_of on charges (subscriber_id, asked_at desc, id desc);
        create index vouchers_of on vouchers (subscriber_id, redeemed_at desc, id desc)
            where subscriber_id is not null;
        create index cases_of on cases (subscriber_id, opened_at desc, id desc);

        create index subscribers_by_time on subscribers (registered_at desc, id desc);
        create index subscribers_raised on subscribers (tier, registered_at desc, id desc)
            where tier > 1;
        create index subscribers_blocked on subscribers (registered_at desc, id desc)
            where blocked;
        create index subscribers_by_country on subscribers (country, registered_at desc, id desc);
        create index identity_checks_by_time on identity_checks (asked_at desc, id desc);
        create index identity_checks_by_state on identity_checks (state, asked_at desc, id desc);

        create index agents_by_name on agents (lower(name) text_pattern_ops);
        create index subscribers_by_number on subscribers (msisdn text_pattern_ops);
        """
    )


def downgrade() -> None:
    op.execute(
        """
        drop index subscribers_by_number, agents_by_name, identity_checks_by_state,
            identity_checks_by_time, subscribers_by_country, subscribers_blocked,
            subscribers_raised, subscribers_by_time, cases_of, vouchers_of, charges_of, topups_of,
            mo_sms_of;
        alter table mo_sms drop column id;
        drop index mt_sms_of, ussd_hops_of;
        create index mt_sms_by_msisdn on mt_sms (msisdn, id desc);
        create index ussd_hops_by_msisdn on ussd_hops (msisdn, id desc);
        """
    )
