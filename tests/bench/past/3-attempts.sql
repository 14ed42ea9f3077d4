-- What was tried at vendors: one attempt that ended the order, before it one that failed in every
-- thirty-third; what was chosen among, for a fifth; requests and answers, for a fiftieth.
insert into vend_attempts (id, order_id, number, provider, reference, recipient, amount_minor,
                           currency, state, opened_at, send_by, due_at, closed_at, outcome, code,
                           external_id, spent, product_code, asked_minor, asked_currency,
                           cost_minor, cost_currency, answered, answer_ms)
overriding system value
select id, id, 1 + (id % 33 = 0)::integer, provider, reference || 'A', recipient, amount_minor,
       currency, case when ended_at is null then state else 'closed' end, placed_at,
       placed_at + interval '10 seconds', due_at, ended_at,
       case state when 'reversed' then 'given_up' when 'unknown' then '' when 'pending' then ''
            else state end,
       code, external_id, false, case product when 'airtime' then '' else product end,
       amount_minor, currency,
       case when provider in ('vtpass', 'africastalking') then price_minor * 97 / 100
            else price_minor end, currency,
       case state when 'delivered' then 'well' else '' end, 400 + id % 3000
from orders where state <> 'review';
insert into vend_attempts (id, order_id, number, provider, reference, recipient, amount_minor,
                           currency, state, opened_at, send_by, closed_at, outcome, code, spent,
                           asked_minor, asked_currency, cost_minor, cost_currency, answered)
overriding system value
select :orders + id, id, 1, 'dtone', reference || '0', recipient, amount_minor, currency, 'closed',
       placed_at, placed_at + interval '10 seconds', placed_at + interval '1 second', 'try_next',
       'busy', true, amount_minor, currency, price_minor, currency, 'bad'
from orders where state <> 'review' and id % 33 = 0;
insert into route_decisions (order_id, at, chosen, routes)
select id, placed_at, provider, jsonb_build_array(
           jsonb_build_object('provider', provider, 'against', '', 'score', 0.91, 'margin_bp', 300,
               'weight', 100, 'success_bp', 9900, 'median_ms', 800, 'tried', 0, 'rank', 1),
           jsonb_build_object('provider', 'dtone', 'against', 'dearer', 'score', 0.4, 'margin_bp',
               0, 'weight', 100, 'success_bp', 9500, 'median_ms', 1500, 'tried', 0, 'rank', 2))
from orders where state <> 'review' and id % 5 = 0;
insert into exchanges (peer, subject, method, path, request_body, status, response_body, fault,
                       started_at, duration_ms)
select provider, reference || 'A', 'POST', '/api/pay',
       '{"request_id": "' || reference || 'A", "phone": "***", "amount": ' || amount_minor / 100
           || '}',
       200, '{"code": "000", "content": {"transactions": {"status": "' || state
           || '", "transactionId": "x' || id || '"}}}', '', placed_at, 400 + id % 3000
from orders where state <> 'review' and id % 50 = 0;
