-- One receipt for each order that has ended; the hops of every twentieth session.
insert into mt_sms (dedupe_key, msisdn, kind, language, params, order_id, state, queued_at, sent_at,
                    gateway, gateway_id, reported_at, parts, cost)
select 'order:' || o.id || ':outcome', s.msisdn,
       case o.state when 'delivered' then 'delivered' else 'refunded' end, s.language,
       jsonb_build_object('operator', o.operator, 'product', o.product, 'recipient', o.recipient,
           'amount_minor', o.price_minor, 'currency', 'NGN', 'reference', o.reference,
           'balance_minor', 50000),
       o.id, 'delivered', o.ended_at, o.ended_at, 'africastalking', 'm' || o.id,
       o.ended_at + interval '3 seconds', 1, 'NGN 2.2000'
from orders o join subscribers s on s.id = o.subscriber_id where o.ended_at is not null
order by o.id;
insert into ussd_hops (channel, session, hop, msisdn, label, outcome, milliseconds, at, language,
                       network)
select o.channel, o.session, h.hop, s.msisdn, h.label, 'answered', 3 + o.id % 9,
       o.placed_at - interval '8 seconds' * (5 - h.hop), s.language, '62130'
from orders o join subscribers s on s.id = o.subscriber_id
cross join (values (1, 'main'), (2, 'airtime.whose'), (3, 'airtime.amount'), (4, 'buy.confirm'),
                   (5, 'buy.placed')) as h (hop, label)
where o.id % 20 = 0 and o.channel not in ('sms', 'web') order by o.id, h.hop;
