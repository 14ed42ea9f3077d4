"""Orders that wait for staff, what made them suspicious, and what is known of habits.

`place_order` is told when a review ends and what the rules found: the order is in `review` then,
its money held, and nothing is sent. Callers that say neither place it as before.
"""

from alembic import op

revision = "0040_risk"
down_revision = "0039_field_places"

TABLES = """
create table order_risks (
    order_id bigint primary key references orders (id),
    points   integer not null,
    reasons  jsonb not null,
    held     boolean not null
);
comment on column order_risks.reasons is '[{"rule", "points", "why"}], as staff read them';

create index approvals_of_release on approvals ((detail->>'order')) where act = 'release';

create table spending_habits (
    subscriber_id bigint primary key references subscribers (id),
    spends        integer not null,
    most_minor    bigint not null,
    hours         integer not null,
    recipients    text[] not null,
    learned_at    timestamptz not null
) with (fillfactor = 80);
comment on table spending_habits is 'of the latest delivered orders and transfers; a job learns it';
comment on column spending_habits.hours is 'a bit for each local hour in which something was spent';

create table recipient_payers (
    recipient     text not null,
    subscriber_id bigint not null,
    at            timestamptz not null,
    primary key (recipient, subscriber_id)
);
create index recipient_payers_old on recipient_payers (at);
create table crowded_recipients (
    recipient text primary key,
    wallets   integer not null,
    seen_at   timestamptz not null
);
comment on table crowded_recipients is 'numbers for which many wallets bought within a day';

create table risk_marks (
    name text primary key,
    mark bigint not null
);
comment on table risk_marks is 'up to which id of a table a job has read';

create table code_counts (
    prefix text not null,
    slot   timestamptz not null,
    asked  integer not null default 0,
    used   integer not null default 0,
    primary key (prefix, slot)
);
comment on table code_counts is 'one-time codes sent to numbers of a prefix, and typed in again';
create table closed_prefixes (
    prefix    text primary key,
    closed_at timestamptz not null,
    until     timestamptz not null,
    asked     integer not null,
    used      integer not null
);
comment on table closed_prefixes is 'no one-time code goes there before `until`: SMS were pumped';
"""

PLACE_ORDER = """
create function place_order(
    p_channel text, p_session text, p_step integer, p_subscriber bigint, p_reference char(6),
    p_product text, p_operator text, p_recipient text, p_amount bigint, p_price bigint,
    p_currency char(3), p_now timestamptz, p_first_attempt_within interval, p_slow_after interval,
    p_day date, p_daily_limit bigint, p_hold_digest bytea,
    p_said bigint, p_amount_currency char(3), p_worth bigint, p_rate bigint,
    p_paid_from text default 'wallet', p_sold_by text default null{parameters}
) returns table (order_id bigint, reference char(6), placed boolean{returns})
language plpgsql as $$
declare
    v_spent bigint;
begin
    insert into orders as o (reference, subscriber_id, channel, session, step, product, operator,
                        recipient, amount_minor, price_minor, currency, placed_at, deadline,
                        amount_currency, worth_minor, rate_id, paid_from, sold_by,
                        due_at, slow_notice_at{columns})
    values (p_reference, p_subscriber, p_channel, p_session, p_step, p_product, p_operator,
            p_recipient, p_amount, p_price, p_currency, p_now, p_now + p_first_attempt_within,
            p_amount_currency, p_worth, p_rate, p_paid_from, p_sold_by,
            {due})
    on conflict (channel, session, step) do nothing
    returning o.id into order_id;
    if order_id is null then
        return query select o.id, o.reference, false{before} from orders o
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
        array[account_id(p_paid_from, p_subscriber::text, p_currency),
              account_id('holds', '', p_currency)],
        array[-p_price, p_price]);
    {sent}
    perform clear_pin_attempts(p_subscriber, p_channel, p_session, p_step);
    reference := p_reference;
    placed := true;
    {after}return next;
end
$$
"""

_SEND = "insert into outbox (topic, subject_id) values ('vend', order_id);"
WITH_REVIEW = {
    "parameters": ",\n    p_held_until timestamptz default null, p_points integer default 0,"
    " p_reasons jsonb default null",
    "returns": ", held_until timestamptz",
    "columns": ", state",
    "due": "coalesce(p_held_until, p_now + interval '3 seconds'),\n"
    "            case when p_held_until is null then p_now + p_slow_after end,\n"
    "            case when p_held_until is null then 'placed' else 'review' end",
    "before": ", case when o.state = 'review' then o.due_at end",
    "sent": """if p_held_until is null then
        insert into outbox (topic, subject_id) values ('vend', order_id);
    end if;
    if p_points > 0 then
        insert into order_risks values (order_id, p_points, p_reasons, p_held_until is not null);
    end if;""",
    "after": "held_until := p_held_until;\n    ",
}
BEFORE = {
    "parameters": "", "returns": "", "columns": "", "before": "", "sent": _SEND, "after": "",
    "due": "p_now + interval '3 seconds', p_now + p_slow_after",
}  # fmt: skip

_SIGNATURE = (
    "place_order(text, text, integer, bigint, char, text, text, text, bigint, bigint, char,"
    " timestamptz, interval, interval, date, bigint, bytea, bigint, char, bigint, bigint, text,"
    " text{more})"
)


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(f"drop function {_SIGNATURE.format(more='')}")
    op.execute(PLACE_ORDER.format(**WITH_REVIEW))


def downgrade() -> None:
    """Refused while orders wait for staff: nobody would look after them."""
    op.execute(
        "do $$ begin if exists (select from orders where state = 'review') then"
        " raise exception 'there are orders in review'; end if; end $$"
    )
    op.execute(f"drop function {_SIGNATURE.format(more=', timestamptz, integer, jsonb')}")
    op.execute(PLACE_ORDER.format(**BEFORE))
    op.execute("drop index approvals_of_release")
    op.execute(
        "drop table order_risks, spending_habits, recipient_payers, crowded_recipients,"
        " risk_marks, code_counts, closed_prefixes"
    )
