"""Queries on routes: who offers a product and how each stands, in one query; breakers; decisions.

A standing is written only when something changes, so that sales going well share no row.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.catalogue import read_offer
from app.db.engine import Transaction
from app.domain.catalogue import Offer
from app.domain.money import Money
from app.domain.routing import Standing


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A provider's offer of a product, and all that routing asks of the provider now.
    `closed`: by a rule of staff, of this provider or of the whole operator; `weight` (per cent) and
    `place` are set by staff; `in_maintenance_until`: the end of a window that is open now;
    `float_left`: what the last probe saw, less what was sold since; `answered`: open questions to
    the vendor that staff have had answered."""

    offer: Offer
    closed: bool
    weight: int
    place: int | None
    stopped_code: str | None
    open_until: datetime | None
    standing: Standing
    in_maintenance_until: datetime | None
    float_left: Money | None
    stop_below_minor: int
    answered: frozenset[str]


def candidates(
    tx: Transaction, operator: str, product: str, kind: str, now: datetime
) -> list[CandidateRow]:
    """Every offer of the product that isn't withdrawn."""
    rows = tx.all(
        """
        select o.provider, o.code, o.cost_minor, o.cost_currency, o.face_minor, o.least_minor,
               o.most_minor, o.currency, o.discount_bp, o.source, o.seen_at,
               coalesce(r.closed, false) or coalesce(every.closed, false),
               coalesce(r.weight, 100), r.place, s.stopped_code,
               greatest(t.open_until, case when t.held_until > %(now)s then t.held_until end),
               coalesce(t.weight, 100), coalesce(t.success_bp, 10000), coalesce(t.median_ms, 0),
               (select max(m.until_at) from maintenance m where m.provider = o.provider
                and m.operator in ('', o.operator) and m.from_at <= %(now)s
                and m.until_at > %(now)s and m.ended_at is null),
               s.float_minor, s.float_currency, coalesce(s.stop_minor, 0),
               array(select a.item from provider_answers a where a.provider = o.provider)
        from offers o
        left join provider_states s on s.name = o.provider
        left join route_standings t on (t.provider, t.operator) = (o.provider, o.operator)
        left join route_rules r
            on (r.operator, r.kind, r.provider) = (o.operator, %(kind)s, o.provider)
        left join route_rules every
            on (every.operator, every.kind, every.provider) = (o.operator, %(kind)s, '')
        where o.operator = %(operator)s and o.product = %(product)s and o.withdrawn_at is null
        order by o.provider
        """,
        {"operator": operator, "product": product, "kind": kind, "now": now},
    )
    return [_candidate(row) for row in rows]


def _candidate(row: tuple) -> CandidateRow:  # type: ignore[type-arg]
    closed, share, place, stopped_code, open_until, weight, success_bp, median_ms, until = row[
        11:20
    ]
    float_minor, float_currency, stop_minor, answered = row[20:]
    return CandidateRow(
        read_offer(*row[:11]), closed, share, place, stopped_code, open_until,
        Standing(weight, success_bp, median_ms), until,
        Money(float_minor, float_currency) if float_minor is not None else None, stop_minor,
        frozenset(answered),
    )  # fmt: skip


def decided(
    tx: Transaction, order_id: int, chosen: str, routes: Sequence[Mapping[str, object]],
    now: datetime,
) -> None:  # fmt: skip
    """Keep what was chosen for an order (empty: nothing), and what spoke for or against each."""
    tx.run(
        "insert into route_decisions (order_id, at, chosen, routes) values (%s, %s, %s, %s::jsonb)",
        (order_id, now, chosen, json.dumps(list(routes))),
    )


def decisions_of(
    tx: Transaction, order_id: int
) -> list[tuple[datetime, str, list[dict[str, object]]]]:
    """(at, chosen, routes) of each decision, oldest first."""
    rows = tx.all(
        "select at, chosen, routes from route_decisions where order_id = %s order by id",
        (order_id,),
    )
    return [(at, chosen, list(routes)) for at, chosen, routes in rows]


# --- breakers --------------------------------------------------------------------------------


def pass_breaker(
    tx: Transaction, provider: str, operator: str, now: datetime, next_probe_at: datetime
) -> bool:
    """May one request pass a breaker whose pause is over? One caller per pause gets True."""
    return (
        tx.run(
            "update route_standings set open_until = %s"
            " where provider = %s and operator = %s and open_until <= %s",
            (next_probe_at, provider, operator, now),
        )
        == 1
    )


def heard_well(tx: Transaction, provider: str, operator: str | None = None) -> None:
    """The provider answered as it should (for this operator, else for any): its breaker closes."""
    tx.run(
        "update route_standings set failures = 0, open_until = null"
        " where provider = %s and coalesce(operator = %s, true)"
        " and (failures > 0 or open_until is not null)",
        (provider, operator),
    )


def heard_badly(
    tx: Transaction, provider: str, operator: str, opens_after: int, open_until: datetime
) -> None:
    """One more failure in a row; enough of them open the breaker."""
    tx.run(
        """
        insert into route_standings as t (provider, operator, failures) values (%s, %s, 1)
        on conflict (provider, operator) do update set failures = t.failures + 1,
            open_until = case when t.failures + 1 >= %s then %s else t.open_until end
        """,
        (provider, operator, opens_after, open_until),
    )


def hold_breaker(tx: Transaction, provider: str, operator: str, until: datetime | None) -> None:
    """Staff open a breaker until then; None: they close it, whoever opened it."""
    if until is not None:
        tx.run(
            "insert into route_standings (provider, operator, held_until) values (%s, %s, %s)"
            " on conflict (provider, operator) do update set held_until = excluded.held_until",
            (provider, operator, until),
        )
    else:
        tx.run(
            "update route_standings set held_until = null, open_until = null, failures = 0"
            " where provider = %s and operator = %s",
            (provider, operator),
        )


def open_until(tx: Transaction, provider: str, operator: str, now: datetime) -> datetime | None:
    """Until when it is open; None: it is closed. Nobody else changes it until the commit."""
    row = tx.maybe(
        "select nullif(greatest(open_until, held_until, %(now)s), %(now)s) from route_standings"
        " where provider = %(provider)s and operator = %(operator)s for update",
        {"now": now, "provider": provider, "operator": operator},
    )
    return row[0] if row else None


def open_breakers(tx: Transaction, now: datetime) -> list[tuple[str, str, datetime]]:
    """(provider, operator, until) of every breaker that is open."""
    rows = tx.all(
        "select provider, operator, greatest(open_until, held_until) from route_standings"
        " where open_until > %(now)s or held_until > %(now)s order by provider, operator",
        {"now": now},
    )
    return [(provider, operator, until) for provider, operator, until in rows]


# --- how they do -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SeenRow:
    """What a provider did with an operator's sales in the window: `answers` in all, `failures` of
    its own, how long half of them took at most, and how it stood before."""

    provider: str
    operator: str
    answers: int
    failures: int
    median_ms: int
    before: Standing


def seen_in(tx: Transaction, now: datetime, window: timedelta) -> list[SeenRow]:
    """Of every pair that sold in the window, or whose weight isn't full."""
    rows = tx.all(
        """
        select coalesce(w.provider, t.provider), coalesce(w.operator, t.operator),
               coalesce(w.answers, 0), coalesce(w.failures, 0), coalesce(w.median_ms, 0),
               coalesce(t.weight, 100), coalesce(t.success_bp, 10000), coalesce(t.median_ms, 0)
        from (
            select a.provider, o.operator, count(*) as answers,
                   count(*) filter (where a.answered = 'bad') as failures,
                   percentile_cont(0.5) within group (order by a.answer_ms)::integer as median_ms
            from vend_attempts a join orders o on o.id = a.order_id
            where a.opened_at > %(since)s and a.answered <> ''
            group by a.provider, o.operator) w
        full join (select * from route_standings
                   where weight < 100 or success_bp < 10000) t
            on (t.provider, t.operator) = (w.provider, w.operator)
        """,
        {"since": now - window},
    )
    return [SeenRow(row[0], row[1], row[2], row[3], row[4], Standing(*row[5:])) for row in rows]


def stands(
    tx: Transaction, provider: str, operator: str, standing: Standing, now: datetime
) -> None:
    tx.run(
        """
        insert into route_standings (provider, operator, weight, success_bp, median_ms, looked_at)
        values (%s, %s, %s, %s, %s, %s)
        on conflict (provider, operator) do update set weight = excluded.weight,
            success_bp = excluded.success_bp, median_ms = excluded.median_ms,
            looked_at = excluded.looked_at
        """,
        (
            provider, operator, standing.weight, standing.success_bp, standing.median_ms, now,
        ),
    )  # fmt: skip
