-- Each subscriber paid in once, what their orders cost and a rest; agents hold float for the cash
-- that they took.
insert into topups (id, reference, provider, external_id, account_number, subscriber_id,
                    amount_minor, fee_minor, currency, state, at)
overriding system value
select s.id, translate(to_hex(10485760 + s.id), '0123456789abcdef', '23456789ABCDEFGH'), 'paystack',
       'pay' || s.id, '', s.id, coalesce(o.spent, 0) + 10000 * (s.id * 7919 % 500) + 10000, 0,
       'NGN', 'credited', s.registered_at + interval '1 hour'
from subscribers s
left join (select subscriber_id, sum(price_minor) as spent from orders
           where id > :unposted group by 1) o
    on o.subscriber_id = s.id
order by s.id;
insert into cash_ins (id, reference, agent_id, customer_id, amount_minor, earned_minor, currency,
                      channel, session, step, at)
overriding system value
select i, translate(to_hex(13631488 + i), '0123456789abcdef', '23456789ABCDEFGH'), c.agent,
       1 + (h >> 20) % :people, 10000 * (1 + (h >> 44) % 50), 1000, 'NGN', 'africastalking',
       'c' || i, 1, now() - interval '1 minute' - interval '90 days' * (1 - i::float8 / ((:orders - :unposted) / 50))
from generate_series(1, (:orders - :unposted) / 50) i
cross join lateral (select hashint8extended(i, :seed + 1) & 9223372036854775807 as h) r
cross join lateral (
    select 2500 * (1 + floor(:people / 2500
               * power((h & 1048575) / 1048576::float8, 2))::bigint) as agent) c
where c.agent <> 1 + (h >> 20) % :people and c.agent <= :people;
insert into float_moves (id, reference, taker_id, amount_minor, currency, source, state, channel,
                         session, step, asked_at, ended_at)
overriding system value
select a.subscriber_id / 500,
       translate(to_hex(12582912 + a.subscriber_id / 500), '0123456789abcdef', '23456789ABCDEFGH'),
       a.subscriber_id, 5000000 + coalesce(c.paid, 0), 'NGN', 'operator', 'done', 'staff',
       'f' || a.subscriber_id, 1, a.opened_at, a.opened_at
from agents a
left join (select agent_id, sum(amount_minor) as paid from cash_ins group by 1) c
    on c.agent_id = a.subscriber_id
order by 1;
