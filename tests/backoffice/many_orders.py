"""Orders by the thousand, as the list reads them."""

from datetime import datetime

from app.db.engine import Database

BUYERS = 7


def add_orders(owner: Database, at: datetime, count: int, together: int = 1) -> list[str]:
    """`count` orders back in time from `at`, `together` of them at each second; their references,
    the newest first."""
    with owner.transaction() as tx:
        for number in range(BUYERS):
            tx.run(
                "insert into subscribers (msisdn, language, country, currency, registered_at,"
                " pin_hash, pepper_id, pin_changed_at)"
                " values (%s, 'en', 'NG', 'NGN', %s, 'x', 'p1', %s) on conflict do nothing",
                (f"+23480300001{number:02d}", at, at),
            )
        begin = tx.one("select coalesce(max(id), 0) from orders")[0]
        rows = tx.all(
            """
            insert into orders (reference, subscriber_id, channel, session, step, product,
                operator, recipient, amount_minor, price_minor, currency, state, placed_at,
                deadline, provider)
            select lpad(upper(to_hex(1048576 + %(begin)s + g)), 6, 'A'),
                (select id from subscribers
                    where msisdn = '+23480300001' || lpad((g %% 7)::text, 2, '0')),
                case when g %% 5 = 0 then 'sms' else 'hubtel' end, 's' || (%(begin)s + g), 1,
                case when g %% 3 = 0 then 'data-1gb' else 'airtime' end,
                case when g %% 4 = 0 then 'mtn-ng' else 'glo-ng' end, '+2348050000001',
                10000, 10000, 'NGN',
                case when g %% 6 = 0 then 'declined' else 'delivered' end,
                %(at)s - ((%(count)s - g) / %(together)s) * interval '1 second', %(at)s,
                case when g %% 2 = 0 then 'vtpass' else 'reloadly' end
            from generate_series(1, %(count)s) g returning placed_at, id, reference
            """,
            {"begin": begin, "at": at, "count": count, "together": together},
        )
    return [reference for _, _, reference in sorted(rows, reverse=True)]
