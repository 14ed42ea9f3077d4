"""Queries on what is known of numbers: which operator each source says a number is with.

The best known is what became news last (a correction, or a look-up whose vendor took its word
back), else what was learned last.
"""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn

STAFF, SALE, CHOICE = "staff", "sale", "choice"
"""Sources beside the vendors' names: set by hand; a delivered sale that proves it; a delivered sale
that proves only what its buyer chose."""

BEST_FIRST = "order by news_at desc nulls last, learned_at desc"


@dataclass(frozen=True, slots=True)
class KnownRow:
    """What one source says; `news_at` is None where it can't outrank a correction."""

    source: str
    operator: str
    learned_at: datetime
    news_at: datetime | None


def everything_of(tx: Transaction, msisdn: Msisdn) -> list[KnownRow]:
    """What every source says of the number, the best known first."""
    rows = tx.all(
        f"""
        select source, operator, learned_at, news_at from number_operators
        where msisdn = %s {BEST_FIRST}
        """,  # noqa: S608 - a constant
        (msisdn,),
    )
    return [KnownRow(*row) for row in rows]


def correct(tx: Transaction, msisdn: Msisdn, operator: str, source: str, now: datetime) -> None:
    """Keep a correction: from now on the best known."""
    tx.run(
        """
        insert into number_operators (msisdn, source, operator, learned_at, news_at)
        values (%(msisdn)s, %(source)s, %(operator)s, %(now)s, %(now)s)
        on conflict (msisdn, source) do update set operator = excluded.operator,
            learned_at = excluded.learned_at, news_at = excluded.news_at
        """,
        {"msisdn": msisdn, "source": source, "operator": operator, "now": now},
    )


def sold(
    tx: Transaction, msisdn: Msisdn, operator: str, *, as_its_prefix: bool, proven: bool,
    now: datetime,
) -> None:  # fmt: skip
    """A sale was delivered. There is nothing to keep where the prefix says the same and nobody has
    said anything else."""
    tx.run(
        """
        insert into number_operators (msisdn, source, operator, learned_at, news_at)
        select %(msisdn)s, %(source)s, %(operator)s, %(now)s, %(news)s
        where not %(as_its_prefix)s
           or exists (select from number_operators where msisdn = %(msisdn)s)
        on conflict (msisdn, source) do update set operator = excluded.operator,
            learned_at = excluded.learned_at, news_at = excluded.news_at
        """,
        {
            "msisdn": msisdn, "source": SALE if proven else CHOICE, "operator": operator,
            "now": now, "news": now if proven else None, "as_its_prefix": as_its_prefix,
        },
    )  # fmt: skip


def looked_up(tx: Transaction, msisdn: Msisdn, operator: str, vendor: str, now: datetime) -> None:
    """Keep a vendor's answer. It is news only where this vendor said something else before: one
    that repeats what a correction has put right outranks nothing."""
    tx.run(
        """
        insert into number_operators as n (msisdn, source, operator, learned_at)
        values (%s, %s, %s, %s)
        on conflict (msisdn, source) do update set operator = excluded.operator,
            learned_at = excluded.learned_at,
            news_at = case when n.operator = excluded.operator then n.news_at
                           else excluded.learned_at end
        """,
        (msisdn, vendor, operator, now),
    )


def forget(tx: Transaction, msisdn: Msisdn, vendor: str) -> None:
    """This vendor says no longer what it said."""
    tx.run("delete from number_operators where msisdn = %s and source = %s", (msisdn, vendor))
