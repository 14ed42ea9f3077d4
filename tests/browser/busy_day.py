"""A day of sales and what goes wrong in one: what pictures of the dashboard show."""

from app.bootstrap import Parts
from app.db.engine import Database
from app.services.fold_funnel import fold_funnel
from app.services.fold_orders import count_orders_again

_STEPS = (
    "select setseed(0.42)",
    "update orders set ended_at = placed_at + interval '2 seconds'"
    " where ended_at is null and state in ('delivered', 'declined')",
    """
insert into orders (reference, subscriber_id, channel, session, step, product, operator, recipient,
                    amount_minor, price_minor, currency, state, placed_at, deadline, provider,
                    ended_at)
select translate(lpad(to_hex(i), 6, '0'), '0123456789abcdef', 'GHJKLMNPQRSTUVWX'),
       (select min(id) from subscribers), channel, 'day' || i, 1,
       case when kind < 0.3 then '1024mb-7d' else 'airtime' end, operator, '+2348050000001', amount,
       amount, 'NGN', state, at, at, 'vtpass',
       case when state in ('delivered', 'declined') then at + interval '1 second'
           * (0.3 + power(slow, 6) * case state when 'declined' then 32 else 9 end) end
from (
    select *, case when at > now() - interval '70 seconds'
                       then (array['pending', 'sending', 'delivered'])[1 + floor(luck * 3)::int]
                   when luck < 0.02 then 'declined' else 'delivered' end as state
    from (
        select i, random() as luck, random() as kind, random() as slow,
               now() - interval '47 hours' * power(random(), 1.25) as at,
               (array['mtn-ng', 'mtn-ng', 'mtn-ng', 'airtel-ng', 'airtel-ng', 'glo-ng', 't2-ng'])
                   [1 + floor(random() * 7)::int] as operator,
               (array[10000, 20000, 50000, 100000])[1 + floor(random() * 4)::int] as amount,
               (array['africastalking', 'africastalking', 'hubtel', 'africastalking-sms',
                      'schedule'])[1 + floor(random() * 5)::int] as channel
        from generate_series(1, 9000) i) drawn) day
""",
    """
insert into breaks (kind, order_id, opened_at)
select 'unknown_order', id, now() - interval '14 minutes' from orders where state = 'pending'
limit 2
""",
    """
insert into breaks (kind, detail, opened_at) values
    ('suspense', '{}', now() - interval '3 hours'),
    ('low_float', '{}', now() - interval '20 minutes'),
    ('amount_differs', '{}', now() - interval '26 hours'),
    ('missing_here', '{}', now() - interval '2 days')
""",
    """
insert into cases (ticket, subscriber_id, subject, kind, opened_at, answer_by)
select 'CASE2' || i, (select min(id) from subscribers), i::text, 'not_received',
       now() - interval '2 days', now() + interval '1 hour' * (i - 2) from generate_series(1, 6) i
""",
    """
insert into approvals (ticket, act, detail, reason, asked_by, asked_at)
values ('A22222', 'adjust', '{}', 'paid twice', 'maker@nexustop.example',
        now() - interval '40 minutes')
""",
    """
insert into provider_states (name, float_minor, float_currency, alarm_minor, stop_minor, probed_at,
                             stopped_code)
values ('vtpass', 184203400, 'NGN', 20000000, 1000000, now() - interval '12 seconds', null),
       ('reloadly', 1240000, 'NGN', 5000000, 100000, now() - interval '9 seconds', null),
       ('africastalking', 90210050, 'NGN', null, null, now() - interval '9 seconds', null),
       ('baxi', null, null, null, null, now() - interval '3 seconds', 'unauthorised')
on conflict do nothing
""",
    """
insert into sms_parts values ('NG', (now() at time zone 'Africa/Lagos')::date, 8120),
                             ('KE', (now() at time zone 'Africa/Nairobi')::date, 412)
""",
    """
insert into sms_costs values
    ('NG', (now() at time zone 'Africa/Lagos')::date, 'NGN', 17864000000),
    ('KE', (now() at time zone 'Africa/Nairobi')::date, 'KES', 329600000)
""",
    """
insert into ussd_hops (channel, session, hop, msisdn, label, outcome, milliseconds, at, language,
                       network)
select 'africastalking', 'day' || i, h.hop, '+234803****001', h.label,
       case h.label when 'buy.placed' then 'end' else 'screen' end, 1,
       now() - interval '20 hours' * i / 900.0 + interval '4 seconds' * h.hop, 'en', '62130'
from generate_series(1, 900) i, lateral (values
    (1, 'home', 1.0), (2, 'buy.whose', 0.8), (3, 'buy.amount', 0.72), (4, 'buy.confirm', 0.64),
    (5, 'buy.pin', 0.6), (6, 'buy.placed', 0.55)) h (hop, label, part)
where (i * 7919 % 1000) / 1000.0 < h.part order by i desc, h.hop
""",
)


def add_busy_day(owner: Database, parts: Parts) -> None:
    """Needs a subscriber to be there; counted as the scheduler does."""
    with owner.transaction() as tx:
        for step in _STEPS:
            tx.run(step)
    count_orders_again(parts.db, parts.clock)
    fold_funnel(parts.db, parts.clock)
