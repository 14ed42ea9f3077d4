"""Each day's trial balance: taken once, right about what commits late, and looked at again."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from app.cli import main
from app.db import ledger
from app.db.engine import Database
from app.domain.trial_balance import Totals, Turnover
from app.services.seal_ledger import seal_ledger
from app.services.trial_balance import take_trial_balances, trial_balance
from app.services.verify_ledger import verify_ledger
from tests.fakes.clock import FixedClock
from tests.ledger.test_proof import unguarded

FIRST, SECOND, THIRD = (date(2026, 2, day) for day in (26, 27, 28))
FUNDING, SUSPENSE = ("funding", "NGN"), ("suspense", "NGN")
_numbers = count(1)


@pytest.fixture
def books(db: Database, owner: Database) -> Iterator[Database]:
    """Nothing posted, nothing taken."""
    with db.transaction() as tx:
        ledger.open_system_accounts(tx, ["NGN"], [], [])
    yield db
    with unguarded(owner) as tx:
        for table in ("trial_balances", "trial_days", "seal_marks", "seals", "posting_marks",
                      "postings", "ledger_transactions", "breaks"):  # fmt: skip
            tx.run(f"alter table {table} disable trigger user; delete from {table};"
                   f"alter table {table} enable trigger user")  # fmt: skip


def post(owner: Database, at: datetime, minor: int = 5) -> None:
    """From funding to suspense at this time."""
    with owner.transaction() as tx:
        made = tx.one(
            "insert into ledger_transactions (reference, kind, at, digest) values"
            " (%(ref)s, 'test', %(at)s, sha256(convert_to(E'test\\nfunding//NGN -' || %(minor)s ||"
            " E'\\nsuspense//NGN ' || %(minor)s, 'UTF8'))) returning id",
            {"ref": f"t:{next(_numbers)}", "at": at, "minor": minor},
        )
        tx.run(
            "insert into postings (transaction_id, account_id, amount_minor, currency) values"
            " (%(id)s, account_id('funding', '', 'NGN'), -%(minor)s, 'NGN'),"
            " (%(id)s, account_id('suspense', '', 'NGN'), %(minor)s, 'NGN')",
            {"id": made[0], "minor": minor},
        )


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def clock_at(day: date, hour: int) -> FixedClock:
    return FixedClock(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def moved(minor: int) -> Totals:
    return Totals({FUNDING: Turnover(minor, 0), SUSPENSE: Turnover(0, minor)})


def breaks(db: Database) -> list[tuple[object, ...]]:
    with db.statement() as tx:
        return tx.all("select detail->>'day', detail->>'wrong' from breaks"
                      " where kind = 'trial_balance'")  # fmt: skip


def test_days_are_built_on_the_days_before(books: Database, owner: Database) -> None:
    post(owner, noon(FIRST), 100)
    assert take_trial_balances(books, clock_at(SECOND, 2)) == [FIRST]
    post(owner, noon(SECOND), 20)
    post(owner, noon(THIRD), 3)
    assert take_trial_balances(books, clock_at(THIRD, 2)) == [SECOND]
    assert take_trial_balances(books, clock_at(THIRD, 3)) == []
    first, second, third = (trial_balance(books, day) for day in (FIRST, SECOND, THIRD))
    assert (first.during, first.by_end, first.taken) == (moved(100), moved(100), True)
    assert (second.during, second.by_end, second.taken) == (moved(20), moved(120), True)
    assert (third.during, third.by_end, third.taken) == (moved(3), moved(123), False)
    assert third.by_end[SUSPENSE].balance_minor == 123
    assert (breaks(books), third.by_end.over()) == ([], {})


def test_days_on_which_nobody_looked_are_taken_one_after_the_other(
    books: Database, owner: Database
) -> None:
    post(owner, noon(FIRST), 1)
    take_trial_balances(books, clock_at(SECOND, 2))
    post(owner, noon(THIRD), 2)
    assert take_trial_balances(books, clock_at(THIRD + timedelta(days=1), 2)) == [SECOND, THIRD]
    assert trial_balance(books, SECOND).during == Totals({key: Turnover() for key in moved(1).of})
    assert trial_balance(books, THIRD).by_end == moved(3)


def test_a_day_is_taken_an_hour_after_its_end(books: Database, owner: Database) -> None:
    post(owner, noon(FIRST))
    assert take_trial_balances(books, clock_at(SECOND, 0)) == []
    assert take_trial_balances(books, clock_at(SECOND, 1)) == [FIRST]


def test_a_day_with_something_unsealed_waits(books: Database, owner: Database) -> None:
    """Sealing waits for whatever began earlier; so does the day."""
    with owner.transaction() as tx:
        tx.run("select pg_current_xact_id()")
        post(owner, noon(FIRST))
        assert take_trial_balances(books, clock_at(SECOND, 2)) == []
    assert take_trial_balances(books, clock_at(SECOND, 2)) == [FIRST]


def test_what_commits_after_its_day_was_taken_counts_in_the_next(
    books: Database, owner: Database
) -> None:
    post(owner, noon(FIRST), 100)
    take_trial_balances(books, clock_at(SECOND, 2))
    post(owner, noon(FIRST), 7)
    assert trial_balance(books, FIRST).by_end == moved(100)
    post(owner, noon(SECOND), 20)
    take_trial_balances(books, clock_at(THIRD, 2))
    assert trial_balance(books, FIRST).by_end == moved(100)
    assert trial_balance(books, SECOND).by_end == moved(127)
    assert (breaks(books), verify_ledger(books).differences[:1]) == ([], [])


def test_what_was_sealed_before_a_day_was_taken_but_is_of_the_next_is_counted_once(
    books: Database, owner: Database
) -> None:
    post(owner, noon(FIRST), 100)
    post(owner, datetime(2026, 2, 27, 0, 30, tzinfo=UTC), 20)
    seal_ledger(books)
    take_trial_balances(books, clock_at(SECOND, 2))
    assert trial_balance(books, FIRST).by_end == moved(100)
    take_trial_balances(books, clock_at(THIRD, 2))
    assert trial_balance(books, SECOND).by_end == moved(120)


def test_a_day_of_another_zone(books: Database, owner: Database) -> None:
    """Lagos is an hour ahead: its 27th begins at 23:00 UTC on the 26th."""
    lagos = ZoneInfo("Africa/Lagos")
    post(owner, datetime(2026, 2, 26, 22, 59, tzinfo=UTC), 1)
    post(owner, datetime(2026, 2, 26, 23, 0, tzinfo=UTC), 20)
    post(owner, datetime(2026, 2, 27, 22, 59, tzinfo=UTC), 300)
    post(owner, datetime(2026, 2, 27, 23, 0, tzinfo=UTC), 4_000)
    for moment in (clock_at(SECOND, 2), clock_at(THIRD, 2)):
        shown = trial_balance(books, SECOND, lagos)
        assert (shown.during, shown.by_end) == (moved(320), moved(321))
        take_trial_balances(books, moment)


def test_a_taken_day_that_is_no_longer_what_was_posted_opens_one_break(
    books: Database, owner: Database
) -> None:
    post(owner, noon(FIRST), 100)
    take_trial_balances(books, clock_at(SECOND, 2))
    with unguarded(owner) as tx:
        tx.run("update postings set amount_minor = amount_minor * 2")
    for day in (THIRD, THIRD + timedelta(days=1)):
        take_trial_balances(books, clock_at(day, 2))
    ((day, wrong),) = breaks(books)
    assert day == str(FIRST)
    assert "suspense NGN: 0 out, 100 in; postings say 0 out, 200 in" in str(wrong)
    assert any("a trial balance isn't what was posted: 2026-02-28: suspense NGN" in one
               for one in verify_ledger(books).differences)  # fmt: skip


def test_a_taken_day_that_does_not_sum_to_zero_opens_a_break(
    books: Database, owner: Database
) -> None:
    post(owner, noon(FIRST), 100)
    take_trial_balances(books, clock_at(SECOND, 2))
    with unguarded(owner) as tx:
        tx.run("update trial_balances set credit_minor = 101 where kind = 'suspense'")
    take_trial_balances(books, clock_at(THIRD, 2))
    assert "NGN is 1 over" in str(breaks(books))
    assert any("1 NGN over" in one for one in verify_ledger(books).differences)


def test_the_command_prints_a_table(
    books: Database, owner: Database, urls: object, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    post(owner, noon(FIRST), 123_456)
    monkeypatch.setattr("app.bootstrap.parts", lambda **_: type("Parts", (), {"db": books}))
    assert main(["ledger", "trial-balance", "--date", "2026-02-26"]) == 0
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["funding", "NGN", "1,234.56", "0.00", "-1,234.56"] in shown
    assert ["suspense", "NGN", "0.00", "1,234.56", "1,234.56"] in shown
    assert ["all", "NGN", "1,234.56", "1,234.56", "0.00"] in shown
    for bad in (["--date", "26.2.2026"], ["--zone", "Lagos"], ["--zone", "../etc/passwd"]):
        with pytest.raises(SystemExit, match="2"):
            main(["ledger", "trial-balance", *bad])
