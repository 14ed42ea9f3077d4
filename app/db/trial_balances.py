"""What reached and left accounts of each kind, by the end of a day or any other moment.

A day is taken once. Its totals are those of the day before and of what was posted since: what had
been sealed by then and is not later than the day's end. What is sealed afterwards with an earlier
time counts in the first day that isn't taken yet, so that no taken day ever changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.db.engine import Row, Transaction
from app.domain.trial_balance import BEGINNING, Totals, Turnover, day_end

_BEYOND = """
select a.kind, a.currency, coalesce(-sum(p.amount_minor) filter (where p.amount_minor < 0), 0),
       coalesce(sum(p.amount_minor) filter (where p.amount_minor > 0), 0)
from (
    select m.transaction_id as id from seals s join seal_marks m on m.seal_id = s.id
    join ledger_transactions t on t.id = m.transaction_id
    where s.id > %(base_seal)s and s.id <= %(last_seal)s
      and s.first_at < %(until)s and t.at < %(until)s
    union all
    select m.transaction_id from seals s join seal_marks m on m.seal_id = s.id
    join ledger_transactions t on t.id = m.transaction_id
    where s.id <= %(base_seal)s and s.last_at >= %(base_end)s and s.first_at < %(until)s
      and t.at >= %(base_end)s and t.at < %(until)s
    union all
    select t.id from ledger_transactions t
    where %(unsealed)s and t.at < %(until)s
      and not exists (select from seal_marks m where m.transaction_id = t.id)
) t
join postings p on p.transaction_id = t.id join accounts a on a.id = p.account_id
group by a.kind, a.currency
"""


@dataclass(frozen=True, slots=True)
class TakenDay:
    """A day whose totals were taken when `last_seal` was the newest seal."""

    day: date
    last_seal: int


NOTHING = TakenDay(BEGINNING, 0)
"""Stands before the first day that was taken."""


def last_taken(tx: Transaction, before: date = date.max) -> TakenDay:
    """The newest taken day before this one."""
    row = tx.maybe(
        "select day, last_seal from trial_days where day < %s order by day desc limit 1", (before,)
    )
    return TakenDay(*row) if row else NOTHING


def taken_since(tx: Transaction, day: date) -> list[TakenDay]:
    """Taken days from this one on, oldest first."""
    rows = tx.all("select day, last_seal from trial_days where day >= %s order by day", (day,))
    return [TakenDay(*row) for row in rows]


def stored(tx: Transaction, day: date) -> Totals:
    """What was taken for the day; nothing for a day that wasn't."""
    return _totals(
        tx.all("select kind, currency, debit_minor, credit_minor from trial_balances"
               " where day = %s", (day,))
    )  # fmt: skip


def totals(tx: Transaction, base: TakenDay, until: datetime, last_seal: int | None) -> Totals:
    """Everything before `until`, built on the taken day `base`: what is in seals up to
    `last_seal`, or (None) all there is now, sealed or not."""
    rows = tx.all(
        _BEYOND,
        {
            "base_seal": base.last_seal, "base_end": day_end(base.day), "until": until,
            "last_seal": 2**62 if last_seal is None else last_seal, "unsealed": last_seal is None,
        },
    )  # fmt: skip
    return stored(tx, base.day) + _totals(rows)


def take(tx: Transaction, day: TakenDay, totals: Totals, now: datetime) -> None:
    """Store the day's totals for good."""
    tx.run("insert into trial_days (day, last_seal, taken_at) values (%s, %s, %s)",
           (day.day, day.last_seal, now))  # fmt: skip
    tx.insert_many(
        "insert into trial_balances (day, kind, currency, debit_minor, credit_minor) values %s",
        [
            (day.day, kind, currency, sums.debit_minor, sums.credit_minor)
            for (kind, currency), sums in totals.of.items()
        ],
    )


def lock(tx: Transaction) -> None:
    """Days are taken by one at a time."""
    tx.run("select pg_advisory_xact_lock(7003)")


def unsealed_before(tx: Transaction, moment: datetime) -> bool:
    """Is anything posted before that waiting for its seal? Reads the whole chain's marks."""
    row = tx.one(
        "select exists (select from ledger_transactions t where t.at < %s"
        " and not exists (select from seal_marks m where m.transaction_id = t.id))",
        (moment,),
    )
    return bool(row[0])


def wrong(tx: Transaction) -> Iterator[Row]:
    """Taken days that don't sum to zero, and whatever the newest says that the postings don't."""
    for day, currency, over in tx.stream(
        "select day, currency, sum(credit_minor - debit_minor) from trial_balances"
        " group by day, currency having sum(credit_minor - debit_minor) <> 0"
    ):
        yield (f"{day}: {over} {currency} over",)
    last = last_taken(tx)
    if last != NOTHING:
        known, posted = stored(tx, last.day), _by_now(tx) - _after(tx, last)
        for (kind, currency), told, sums in known.differing(posted):
            yield (f"{last.day}: {kind} {currency} is {told}, postings say {sums}",)


def _by_now(tx: Transaction) -> Totals:
    return _totals(
        tx.all(
            """
            select a.kind, a.currency, -coalesce(sum(p.debit), 0), coalesce(sum(p.credit), 0)
            from (select account_id, sum(amount_minor) filter (where amount_minor < 0) as debit,
                         sum(amount_minor) filter (where amount_minor > 0) as credit
                  from postings group by account_id) p
            join accounts a on a.id = p.account_id group by a.kind, a.currency
            """
        )
    )


def _after(tx: Transaction, last: TakenDay) -> Totals:
    """What isn't in the taken day."""
    return totals(tx, last, day_end(date.max - timedelta(days=1)), None) - stored(tx, last.day)


def _totals(rows: list[Row]) -> Totals:
    return Totals({(kind, currency): Turnover(int(debit), int(credit))
                   for kind, currency, debit, credit in rows})  # fmt: skip
