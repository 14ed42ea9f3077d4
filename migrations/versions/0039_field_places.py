"""Numbers of hops, accounts to pay into, payment events and exchanges with vendors, encrypted.

The key isn't the database's, so what is there already stays as it is until `keys renew`, or the
scheduler, has encrypted it: each plain column is empty from then on."""

from alembic import op

revision = "0039_field_places"
down_revision = "0038_merchants"


def upgrade() -> None:
    op.execute(
        """
        alter table ussd_hops
            alter column msisdn drop not null,
            add column msisdn_ciphertext text,
            add column msisdn_index bytea;
        comment on column ussd_hops.msisdn is
            'of rows from before migration 0039 that are still to be encrypted';
        comment on column ussd_hops.msisdn_index is 'blind index: HMAC-SHA256 of the MSISDN';
        drop index ussd_hops_of;
        create index ussd_hops_of on ussd_hops (msisdn_index, at desc, id desc)
            where msisdn_index is not null;
        create index ussd_hops_of_before on ussd_hops (msisdn, at desc, id desc)
            where msisdn is not null;
        create index ussd_hops_plain on ussd_hops (id) where msisdn is not null;

        alter table virtual_accounts
            add column id bigint generated always as identity,
            drop constraint virtual_accounts_pkey,
            alter column number drop not null,
            alter column name drop not null,
            add column number_ciphertext text,
            add column number_index bytea,
            add column name_ciphertext text,
            add check (num_nonnulls(number, number_ciphertext) = 1),
            add check (num_nonnulls(number_ciphertext, number_index, name_ciphertext) in (0, 3)),
            add primary key (id),
            add constraint virtual_accounts_number unique (provider, number),
            add constraint virtual_accounts_index unique (provider, number_index);
        comment on column virtual_accounts.number is
            'plain only until it is encrypted; found by number_index then';

        alter table payment_events
            alter column body drop not null,
            add column body_ciphertext text,
            add check (num_nonnulls(body, body_ciphertext) = 1);

        alter table topups
            alter column account_number drop not null,
            add column account_ciphertext text,
            add check (num_nonnulls(account_number, account_ciphertext) = 1);

        alter table exchanges
            alter column request_body drop not null,
            alter column response_body drop not null,
            add column bodies_ciphertext text,
            add check (num_nonnulls(request_body, bodies_ciphertext) = 1);
        comment on column exchanges.bodies_ciphertext is 'request and answer, as a JSON list';
        create index exchanges_plain on exchanges (id) where request_body is not null;

        create table field_renewals (
            place      text primary key,
            key_id     text not null,
            reached    bigint not null default 0,
            fields     bigint not null default 0,
            unreadable bigint not null default 0,
            ended_at   timestamptz
        );
        comment on table field_renewals is
            'how far encrypting under a key has come, by kind of field; reached: the last id';
        """
    )


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
            if exists (select from ussd_hops where msisdn_ciphertext is not null)
               or exists (select from virtual_accounts where number_ciphertext is not null)
               or exists (select from payment_events where body_ciphertext is not null)
               or exists (select from topups where account_ciphertext is not null)
               or exists (select from exchanges where bodies_ciphertext is not null) then
                raise exception 'fields are encrypted here: restore a backup instead';
            end if;
        end $$;
        drop table field_renewals;
        drop index exchanges_plain;
        alter table exchanges drop column bodies_ciphertext,
            alter column request_body set not null, alter column response_body set not null;
        alter table topups drop column account_ciphertext,
            alter column account_number set not null;
        alter table payment_events drop column body_ciphertext, alter column body set not null;
        alter table virtual_accounts
            drop constraint virtual_accounts_index, drop constraint virtual_accounts_number,
            drop constraint virtual_accounts_pkey,
            drop column id, drop column number_ciphertext, drop column number_index,
            drop column name_ciphertext, alter column number set not null,
            alter column name set not null, add primary key (provider, number);
        drop index ussd_hops_plain, ussd_hops_of_before, ussd_hops_of;
        alter table ussd_hops drop column msisdn_index, drop column msisdn_ciphertext,
            alter column msisdn set not null;
        comment on column ussd_hops.msisdn is 'whole since migration 0033, masked before';
        create index ussd_hops_of on ussd_hops (msisdn, at desc, id desc);
        """
    )
