"""Sales abroad: dated exchange rates, and on an order the currency of its amount and its rate.

`place_order` now also refuses (NX007) a price above what the buyer was told. It does so after the
order's key is taken, so that a copy of a hop whose order is there finds the order, whatever the
price has become since.
"""

from alembic import op

revision = "0020_rates"
down_revision = "0019_number_operators"

TABLES = """
create table exchange_rates (
    id         bigint generated always as identity primary key,
    base       char(3) not null,
    quote      char(3) not null check (quote <> base),
    scaled     bigint not null check (scaled > 0),
    margin_bp  integer not null check (margin_bp >= 0),
    valid_from timestamptz not null,
    sample     boolean not null default false,
    ticket     char(6) unique references approvals (ticket),
    added_at   timestamptz not null,
    constraint approved_or_sample check (sample = (ticket is null))
);
comment on column exchange_rates.scaled is 'units of quote for one unit of base, times 10^10';
comment on column exchange_rates.sample is 'made up, for demo mode only; any other has a ticket';
create index exchange_rates_of_pair on exchange_rates (base, quote, valid_from desc, id desc);
create unique index exchange_rates_sample on exchange_rates (base, quote, valid_from)
    where sample;

create function rates_are_append_only() returns trigger
language plpgsql as $$
begin
    raise exception 'exchange rates are append-only' using errcode = 'NX006';
end
$$;
create trigger append_only before update or delete or truncate on exchange_rates
    for each statement execute function rates_are_append_only();

alter table orders
    add column amount_currency char(3),
    add column worth_minor     bigint,
    add column rate_id         bigint,
    add constraint orders_abroad check (
        num_nulls(amount_currency, worth_minor, rate_id) = 3
        or num_nulls(amount_currency, worth_minor, rate_id) = 0 and amount_currency <> currency
           and worth_minor between 1 and price_minor);
comment on column orders.amount_currency is 'of amount_minor, in a sale abroad; null: the price''s';
comment on column orders.worth_minor is
    'in a sale abroad: the amount in the price''s currency, without the margin';
comment on column orders.rate_id is
    'of exchange_rates; no foreign key, which would have every sale lock one row';
"""

PLACE_ORDER = """
create function place_order(
    p_channel text, p_session text, p_step integer, p_subscriber bigint, p_reference char(6),
    p_product text, p_operator text, p_recipient text, p_amount bigint, p_price bigint,
    p_currency char(3), p_now timestamptz, p_first_attempt_within interval, p_slow_after interval,
    p_day date, p_daily_limit bigint, p_hold_digest bytea{parameters}
) returns table (order_id bigint, reference char(6), placed boolean)
language plpgsql as $$
declare
    v_spent bigint;
begin
    insert into orders as o (reference, subscriber_id, channel, session, step, product, operator,
                        recipient, amount_minor, price_minor, currency, placed_at, deadline, due_at,
                        slow_notice_at{columns})
    values (p_reference, p_subscriber, p_channel, p_session, p_step, p_product, p_operator,
            p_recipient, p_amount, p_price, p_currency, p_now, p_now + p_first_attempt_within,
            p_now + interval '3 seconds', p_now + p_slow_after{values})
    on conflict (channel, session, step) do nothing
    returning o.id into order_id;
    if order_id is null then
        return query select o.id, o.reference, false from orders o
            where o.channel = p_channel and o.session = p_session and o.step = p_step
              and o.subscriber_id = p_subscriber;
        return;
    end if;{refusals}
    if p_daily_limit is not null then
        insert into daily_spend as d (subscriber_id, day, currency, spent_minor)
        values (p_subscriber, p_day, p_currency, p_price)
        on conflict (subscriber_id, day, currency)
            do update set spent_minor = d.spent_minor + excluded.spent_minor
        returning d.spent_minor into v_spent;
        if v_spent > p_daily_limit then
            raise exception using errcode = 'NX003', message = 'daily limit',
                detail = (p_daily_limit - v_spent + p_price)::text;
        end if;
    end if;
    perform post_transaction(
        'order:' || p_reference || '\\:hold', 'hold', p_hold_digest,
        array[account_id('wallet', p_subscriber::text, p_currency),
              account_id('holds', '', p_currency)],
        array[-p_price, p_price]);
    insert into outbox (topic, subject_id) values ('vend', order_id);
    perform clear_pin_attempts(p_subscriber, p_channel, p_session, p_step);
    reference := p_reference;
    placed := true;
    return next;
end
$$
"""

ABROAD = {
    "parameters": ", p_said bigint,\n    p_amount_currency char(3), p_worth bigint, p_rate bigint",
    "columns": ", amount_currency, worth_minor, rate_id",
    "values": ",\n            p_amount_currency, p_worth, p_rate",
    "refusals": """
    if p_price > p_said then
        raise exception 'it costs more than was said' using errcode = 'NX007';
    end if;""",
}
BEFORE = dict.fromkeys(ABROAD, "")

_SIGNATURE = (
    "place_order(text, text, integer, bigint, char, text, text, text, bigint, bigint, char,"
    " timestamptz, interval, interval, date, bigint, bytea{more})"
)


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(f"drop function {_SIGNATURE.format(more='')}")
    op.execute(PLACE_ORDER.format(**ABROAD))


def downgrade() -> None:
    """Refused while there are sales abroad: without their columns nobody could read them."""
    op.execute(
        "do $$ begin if exists (select from orders where rate_id is not null) then"
        " raise exception 'there are sales abroad'; end if; end $$"
    )
    op.execute(f"drop function {_SIGNATURE.format(more=', bigint, char, bigint, bigint')}")
    op.execute(PLACE_ORDER.format(**BEFORE))
    op.execute(
        "alter table orders drop constraint orders_abroad, drop column amount_currency,"
        " drop column worth_minor, drop column rate_id;"
        "drop table exchange_rates; drop function rates_are_append_only();"
    )
