-- Orders of ninety days. A few buy much: who buys follows the square of an even chance.
insert into orders (id, reference, subscriber_id, channel, session, step, product, operator,
                    recipient, amount_minor, price_minor, currency, state, placed_at, deadline,
                    due_at, code, provider, external_id, ended_at)
overriding system value
select i, translate(lpad(to_hex(i), 6, '0'), '0123456789abcdef', '23456789ABCDEFGH'), w.buyer,
       (array['africastalking', 'africastalking', 'arkesel', 'kannel', 'sms', 'web'])[1 + (h >> 41) % 6],
       'p' || lpad(to_hex(i), 7, '0'), 1,
       (array['airtime', 'airtime', '1024mb-7d', '500mb-30d'])[1 + w.what],
       (array['mtn-ng', 'mtn-ng', 'airtel-ng', 'glo-ng', 't2-ng'])[1 + (h >> 38) % 5],
       '+23481' || lpad((case when h & 4096 = 0 then w.buyer
                         else 1 + (w.buyer * 31 + i) % :people end)::text, 8, '0'),
       w.price, w.price, 'NGN', s.state, w.at, w.at + interval '20 seconds',
       case when s.state in ('review', 'pending', 'unknown') then now() + interval '1 day' end,
       case s.state when 'declined' then 'invalid_number' when 'reversed' then 'given_up' else '' end,
       case when s.state <> 'review' then w.provider end,
       case when s.state = 'delivered' then 'x' || i end,
       case s.state when 'delivered' then w.at + interval '1 ms' * (900 + (h >> 20) % 9000)
            when 'declined' then w.at + interval '4 seconds'
            when 'reversed' then w.at + interval '1 day' end
from generate_series(1, :orders) i
cross join lateral (select hashint8extended(i, :seed) & 9223372036854775807 as h) r
cross join lateral (
    select 1 + floor(:people * power((h & 1048575) / 1048576::float8, 2))::bigint as buyer,
           (h >> 34) % 4 as what, (h >> 20) % 1000 as fate,
           case when (h >> 34) % 4 < 2 then 10000 * (1 + (h >> 44) % 20) else 50000 end as price,
           (array['vtpass', 'africastalking', 'baxi', 'reloadly'])[1 + (h >> 52) % 4] as provider,
           now() - interval '1 minute' - interval '90 days' * (1 - i::float8 / :orders) as at
    offset 0) w
cross join lateral (
    select case when i % 20000 = 5000 then 'review' when i % 10000 = 0 then 'unknown'
                when i > :orders - 20 then 'pending' when fate < 960 then 'delivered'
                when fate < 995 or i > :orders * 0.98 then 'declined' else 'reversed' end as state) s;
