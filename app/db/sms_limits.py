"""Counts of SMS that cost too much or that a stranger asks for, in rows that serialise whoever
counts: no two can pass on the last place."""

from dataclasses import dataclass
from datetime import date, datetime

from app.db.engine import Transaction
from app.domain.sms import SmsCost


def add_parts(tx: Transaction, country: str, day: date, parts: int, most: int | None) -> int | None:
    """Count parts; the day's sum, None (and nothing counted) when it would go over `most`."""
    row = tx.maybe(
        """
        insert into sms_parts as p (country, day, parts)
        select %(country)s, %(day)s, %(parts)s where %(parts)s <= coalesce(%(most)s, %(parts)s)
        on conflict (country, day) do update set parts = p.parts + excluded.parts
            where p.parts + excluded.parts <= coalesce(%(most)s, p.parts + excluded.parts)
        returning p.parts
        """,
        {"country": country, "day": day, "parts": parts, "most": most},
    )
    return int(row[0]) if row else None


def add_cost(tx: Transaction, country: str, day: date, cost: SmsCost) -> None:
    """Add what an SMS cost."""
    tx.run(
        "insert into sms_costs as c (country, day, currency, micros) values (%s, %s, %s, %s)"
        " on conflict (country, day, currency) do update set micros = c.micros + excluded.micros",
        (country, day, cost.currency, cost.micros),
    )


def ask(tx: Transaction, guard: str, subject: str, hour: datetime, most: int) -> bool:
    """Count one more that was asked for in this hour; False when it is one too many."""
    row = tx.one(
        """
        insert into sms_asked as a (guard, subject, hour, asked, turned_away)
        values (%(guard)s, %(subject)s, %(hour)s, 1, (%(most)s < 1)::integer)
        on conflict (guard, subject, hour) do update set asked = a.asked + 1,
            turned_away = a.turned_away + (a.asked >= %(most)s)::integer
        returning asked
        """,
        {"guard": guard, "subject": subject, "hour": hour, "most": most},
    )
    return int(row[0]) <= most


def forget_asked(tx: Transaction, before: datetime) -> None:
    """Hours that are long over."""
    tx.run("delete from sms_asked where hour < %s", (before,))


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """What a guard turned away since some hour, of one subject."""

    guard: str
    subject: str
    asked: int
    turned_away: int


def turned_away(tx: Transaction, since: datetime) -> list[TurnedAway]:
    """Subjects of guards, the most turned away first."""
    rows = tx.all(
        "select guard, subject, sum(asked), sum(turned_away) from sms_asked where hour >= %s"
        " group by guard, subject having sum(turned_away) > 0 order by 4 desc, 1, 2",
        (since,),
    )
    return [TurnedAway(guard, subject, int(n), int(away)) for guard, subject, n, away in rows]


def parts_by_country(tx: Transaction, since: date) -> list[tuple[str, date, int]]:
    """(country, day, parts), newest day first."""
    rows = tx.all(
        "select country, day, parts from sms_parts where day >= %s order by day desc, country",
        (since,),
    )
    return [(str(country), day, int(parts)) for country, day, parts in rows]


def costs_by_country(tx: Transaction, since: date) -> list[tuple[str, date, SmsCost]]:
    """(country, day, what gateways say its SMS cost), newest day first."""
    rows = tx.all(
        "select country, day, currency, micros from sms_costs where day >= %s"
        " order by day desc, country, currency",
        (since,),
    )
    return [
        (str(country), day, SmsCost(currency, micros)) for country, day, currency, micros in rows
    ]
