"""What the dashboard reads, so that looking at it costs the database next to nothing.

* Orders are counted when they end. A trigger writes one small row for each end (`order_ends`),
  which is folded in the background into counts by hour (`order_hours`): placing an order pays
  nothing, no two sales share a row, and rows that aren't folded yet are read beside the counts. So
  a count is exact at every moment, whatever is late and whoever dies. A delivery that is reversed
  takes its own count back. Orders that ended before this migration are counted by the scheduler
  when it starts.
* The funnel is counted by the hour, not by the day, and its newest hours are kept up to date.
* What gateways say an SMS cost is summed by country and day.
"""

from alembic import op

revision = "0029_dashboard"
down_revision = "0028_exports"

ORDERS = """
create table order_hours (
    hour      timestamptz not null,
    currency  char(3) not null,
    channel   text not null,
    operator  text not null,
    kind      text not null,
    outcome   text not null,
    within_ms integer not null,
    orders    bigint not null,
    minor     bigint not null,
    primary key (hour, currency, channel, operator, kind, outcome, within_ms)
);
comment on table order_hours is 'orders that ended, by the hour (UTC) in which they were placed';
comment on column order_hours.outcome is
    'delivered, declined, given_up (its money was returned unasked) or reversed (after delivery)';
comment on column order_hours.within_ms is 'placed to ended took no longer; of a ladder of bounds';
comment on column order_hours.minor is 'sum of the prices';

create table order_ends (like order_hours including comments)
    with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200);
comment on table order_ends is
    'ends that are not folded into order_hours yet; below zero: a delivery that is one no longer';

create function within_ms(p_wait interval) returns integer
language sql immutable as $$
    select coalesce(
        b.bounds[width_bucket(ceil(extract(epoch from p_wait) * 1000)::bigint - 1, b.bounds) + 1],
        2147483647)::integer
    from (values (array[
        100, 200, 300, 400, 500, 750, 1000, 1250, 1500, 2000, 2500, 3000, 4000, 5000, 7500, 10000,
        15000, 20000, 25000, 30000, 45000, 60000, 90000, 120000, 180000, 300000, 600000, 1800000,
        3600000, 21600000, 86400000, 604800000]::bigint[])) b (bounds)
$$;
comment on function within_ms(interval) is 'the least bound that is no less, in milliseconds';

create function end_of(o orders) returns setof order_hours
language sql stable as $$
    select date_trunc('hour', o.placed_at, 'UTC'), o.currency, o.channel, o.operator,
           case o.product when 'airtime' then 'airtime' else 'data' end,
           case when o.state = 'reversed' and o.code = 'given_up' then 'given_up' else o.state end,
           within_ms(o.ended_at - o.placed_at), 1::bigint, o.price_minor
$$;

create function order_ended() returns trigger
language plpgsql as $$
begin
    insert into order_ends select * from end_of(new);
    if old.state = 'delivered' then
        insert into order_ends
        select hour, currency, channel, operator, kind, outcome, within_ms, -orders, -minor
        from end_of(old);
    end if;
    return null;
end
$$;
create trigger ended after update of state on orders for each row
    when (new.state in ('delivered', 'declined', 'reversed') and new.state <> old.state)
    execute function order_ended();

create function fold_order_ends() returns bigint
language sql as $$
    with taken as (
        delete from order_ends returning *
    ), folded as (
        insert into order_hours as h
        select hour, currency, channel, operator, kind, outcome, within_ms,
               sum(orders), sum(minor)
        from taken group by 1, 2, 3, 4, 5, 6, 7
        on conflict (hour, currency, channel, operator, kind, outcome, within_ms)
            do update set orders = h.orders + excluded.orders, minor = h.minor + excluded.minor
    )
    select count(*) from taken
$$;

create function count_orders_again(p_since timestamptz) returns bigint
language sql as $$
    -- One statement, so one snapshot: what ends meanwhile is in neither sum.
    with wrong as (
        select hour, currency, channel, operator, kind, outcome, within_ms,
               sum(orders) as orders, sum(minor) as minor
        from (
            select e.* from orders o cross join lateral end_of(o) e
            where o.placed_at >= p_since and o.state in ('delivered', 'declined', 'reversed')
            union all
            select hour, currency, channel, operator, kind, outcome, within_ms, -orders, -minor
            from order_hours where hour >= p_since
            union all
            select hour, currency, channel, operator, kind, outcome, within_ms, -orders, -minor
            from order_ends where hour >= p_since) counted
        group by 1, 2, 3, 4, 5, 6, 7
        having sum(orders) <> 0 or sum(minor) <> 0
    ), corrected as (
        insert into order_ends select * from wrong
    )
    select count(*) from wrong
$$;
comment on function count_orders_again(timestamptz) is
    'compares with the orders placed since an hour, corrects, and says how many counts were wrong';
"""

FUNNEL = """
alter table ussd_funnel add column hour timestamptz;
update ussd_funnel set hour = day::timestamp at time zone 'UTC';
alter table ussd_funnel drop constraint ussd_funnel_pkey;
alter table ussd_funnel drop column day,
    add primary key (hour, channel, language, network, screen);
comment on table ussd_funnel is 'sessions by the hour (UTC) of their first hop';

create table ussd_funnel_done (
    only_row boolean primary key default true check (only_row),
    until    timestamptz not null
);
comment on table ussd_funnel_done is 'hours before it are counted once and for all';
insert into ussd_funnel_done (until) select max(hour) + interval '1 day' from ussd_funnel
    having count(*) > 0;
"""

FUNNEL_BY_DAY = """
alter table ussd_funnel add column day date;
update ussd_funnel set day = (hour at time zone 'UTC')::date;
create table by_day as
    select day, channel, language, network, screen, sum(reached)::bigint as reached,
           sum(left_at)::bigint as left_at
    from ussd_funnel where hour < (select date_trunc('day', until, 'UTC') from ussd_funnel_done)
    group by 1, 2, 3, 4, 5;
truncate ussd_funnel;
alter table ussd_funnel drop column hour;
alter table ussd_funnel alter column day set not null,
    add primary key (day, channel, language, network, screen);
insert into ussd_funnel (day, channel, language, network, screen, reached, left_at)
    select * from by_day;
drop table by_day, ussd_funnel_done;
comment on table ussd_funnel is 'sessions that began on a day (UTC) and are over';
"""

SMS = """
create table sms_costs (
    country  text not null,
    day      date not null,
    currency char(3) not null,
    micros   bigint not null,
    primary key (country, day, currency)
);
comment on table sms_costs is 'what gateways say SMS cost, by the country''s own days';
comment on column sms_costs.micros is 'millionths of the currency: an SMS can cost part of a cent';
"""


def upgrade() -> None:
    op.execute(ORDERS)
    op.execute(FUNNEL)
    op.execute(SMS)


def downgrade() -> None:
    op.execute("drop table sms_costs")
    op.execute(FUNNEL_BY_DAY)
    op.execute(
        "drop trigger ended on orders; drop function order_ended();"
        "drop function fold_order_ends();"
        "drop function count_orders_again(timestamptz); drop function end_of(orders);"
        "drop function within_ms(interval); drop table order_ends, order_hours"
    )
