"""Sales from an agent's float, who at the counter did what, and commission paid into the float.

`place_order` is told what pays: the wallet, or the float. Callers that don't say pay from the
wallet.
"""

from alembic import op

revision = "0031_agent_web"
down_revision = "0030_refunds"

TABLES = """
alter table orders
    add column paid_from text not null default 'wallet'
        check (paid_from in ('wallet', 'agent_float')),
    add column sold_by   text,
    add constraint orders_sold_by check (sold_by is null or paid_from = 'agent_float');
comment on column orders.paid_from is 'whose kind of account of the subscriber the hold came from';
comment on column orders.sold_by is 'who was signed in at the agent''s counter';
create index orders_sold on orders (subscriber_id, placed_at desc, id desc)
    where paid_from = 'agent_float';

alter table cash_ins add column done_by text;
comment on column cash_ins.done_by is 'who was signed in at the counter; null: the agent by phone';
create index cash_ins_at on cash_ins (agent_id, at desc, id desc);

alter table withdrawals add column paid_by text;
comment on column withdrawals.paid_by is
    'who was signed in at the counter; null: the agent by phone';

alter table commission_payouts
    add column paid_into text not null default 'wallet'
        check (paid_into in ('wallet', 'agent_float'));
create index commission_payouts_of on commission_payouts (agent_id, at desc);
create index float_moves_taken on float_moves (taker_id, asked_at desc);
"""

PLACE_ORDER = """
create function place_order(
    p_channel text, p_session text, p_step integer, p_subscriber bigint, p_reference char(6),
    p_product text, p_operator text, p_recipient text, p_amount bigint, p_price bigint,
    p_currency char(3), p_now timestamptz, p_first_attempt_within interval, p_slow_after interval,
    p_day date, p_daily_limit bigint, p_hold_digest bytea,
    p_said bigint, p_amount_currency char(3), p_worth bigint, p_rate bigint{parameters}
) returns table (order_id bigint, reference char(6), placed boolean)
language plpgsql as $$
declare
    v_spent bigint;
begin
    insert into orders as o (reference, subscriber_id, channel, session, step, product, operator,
                        recipient, amount_minor, price_minor, currency, placed_at, deadline, due_at,
                        slow_notice_at, amount_currency, worth_minor, rate_id{columns})
    values (p_reference, p_subscriber, p_channel, p_session, p_step, p_product, p_operator,
            p_recipient, p_amount, p_price, p_currency, p_now, p_now + p_first_attempt_within,
            p_now + interval '3 seconds', p_now + p_slow_after,
            p_amount_currency, p_worth, p_rate{values})
    on conflict (channel, session, step) do nothing
    returning o.id into order_id;
    if order_id is null then
        return query select o.id, o.reference, false from orders o
            where o.channel = p_channel and o.session = p_session and o.step = p_step
              and o.subscriber_id = p_subscriber;
        return;
    end if;
    if p_price > p_said then
        raise exception 'it costs more than was said' using errcode = 'NX007';
    end if;
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
        array[account_id({payer}, p_subscriber::text, p_currency),
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

FROM_FLOAT = {
    "parameters": ",\n    p_paid_from text default 'wallet', p_sold_by text default null",
    "columns": ", paid_from, sold_by",
    "values": ", p_paid_from, p_sold_by",
    "payer": "p_paid_from",
}
BEFORE = {"parameters": "", "columns": "", "values": "", "payer": "'wallet'"}

_SIGNATURE = (
    "place_order(text, text, integer, bigint, char, text, text, text, bigint, bigint, char,"
    " timestamptz, interval, interval, date, bigint, bytea, bigint, char, bigint, bigint{more})"
)


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(f"drop function {_SIGNATURE.format(more='')}")
    op.execute(PLACE_ORDER.format(**FROM_FLOAT))


def downgrade() -> None:
    """Refused while there are sales from a float: as purchases they would be read wrong."""
    op.execute(
        "do $$ begin if exists (select from orders where paid_from <> 'wallet')"
        " or exists (select from commission_payouts where paid_into <> 'wallet') then"
        " raise exception 'there are sales from a float'; end if; end $$"
    )
    op.execute(f"drop function {_SIGNATURE.format(more=', text, text')}")
    op.execute(PLACE_ORDER.format(**BEFORE))
    op.execute(
        """
        drop index float_moves_taken, commission_payouts_of, cash_ins_at, orders_sold;
        alter table commission_payouts drop column paid_into;
        alter table withdrawals drop column paid_by;
        alter table cash_ins drop column done_by;
        alter table orders drop constraint orders_sold_by, drop column sold_by,
            drop column paid_from;
        """
    )
